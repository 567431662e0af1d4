"""Facts about TRUNCATE, LOCK and maintenance."""

from .options import named
from .tree import is_only, items, relation, texts

LOCKS = [
    "ACCESS SHARE",
    "ROW SHARE",
    "ROW EXCLUSIVE",
    "SHARE UPDATE EXCLUSIVE",
    "SHARE",
    "SHARE ROW EXCLUSIVE",
    "EXCLUSIVE",
    "ACCESS EXCLUSIVE",
]


def truncate(node):
    restart = " [restart identity]" if node.get("restart_seqs") else ""
    cascade = " [cascade]" if node.get("behavior") == "DROP_CASCADE" else ""
    yield f"truncate{restart}{cascade}"
    yield from (of(table) for _, table in items(node["relations"]))


def lock(node):
    yield f"lock in {LOCKS[node['mode'] - 1]}" + (" [nowait]" if node.get("nowait") else "")
    yield from (of(table) for _, table in items(node["relations"]))


def of(range_var, columns=()):
    listed = f" ({', '.join(columns)})" if columns else ""
    return f"of {relation(range_var)}{listed}" + (" [only]" if is_only(range_var) else "")


def options(node):
    """The options of VACUUM and REINDEX that are not off."""
    found = {}
    for _, option in items(node.get("params") or node.get("options")):
        argument = option.get("arg")
        text = next(iter(argument.values())) if argument else {}
        value = text.get("sval", text.get("ival", text.get("boolval", "true"))) if argument else "true"
        found[option["defname"].lower()] = str(value).lower() not in ("false", "off", "0", "no")
        if argument and "Integer" in argument:
            found[option["defname"].lower()] = argument["Integer"].get("ival", 0) != 0
    return {name for name, on in found.items() if on}


def vacuum(node):
    on = options(node)
    line = "vacuum" if node.get("is_vacuumcmd") else "analyze"
    line += " [full]" if "full" in on else ""
    yield line + (" [analyze]" if node.get("is_vacuumcmd") and "analyze" in on else "")
    yield from (of(part["relation"], texts(part.get("va_cols"))) for _, part in items(node.get("rels")))
    yield from named("option", node.get("options"))


def reindex(node):
    what = node["kind"].removeprefix("REINDEX_OBJECT_").lower()
    yield f"reindex {what}" + (" [concurrently]" if "concurrently" in options(node) else "")
    if node.get("relation"):
        yield f"of {relation(node['relation'])}"
    elif node.get("name"):
        yield f"of {node['name']}"
    # CONCURRENTLY may also stand behind the kind.
    others = [option for option in node.get("params", ()) if option["DefElem"]["defname"].lower() != "concurrently"]
    yield from named("option", others)


def cluster(node):
    yield "cluster"
    if node.get("relation"):
        yield f"of {relation(node['relation'])}"
    if node.get("indexname"):
        yield f"using {node['indexname']}"
    yield from named("option", node.get("params"))


def refresh(node):
    line = f"refresh {relation(node['relation'])}"
    line += " [concurrently]" if node.get("concurrent") else ""
    yield line + (" [with no data]" if node.get("skipData") else "")


