"""Facts about settings, transactions and maintenance."""

from .tree import constant, items, relation

# What SET and RESET change under another name.
SETTINGS = {"session_authorization": "role"}

OPAQUE = {
    "TRANSACTION": "SET TRANSACTION",
    "TRANSACTION SNAPSHOT": "SET TRANSACTION",
    "SESSION CHARACTERISTICS": "SET SESSION CHARACTERISTICS",
}

TRANSACTIONS = {
    "TRANS_STMT_BEGIN": "begin",
    "TRANS_STMT_START": "begin",
    "TRANS_STMT_COMMIT": "commit",
    "TRANS_STMT_ROLLBACK": "rollback",
    "TRANS_STMT_SAVEPOINT": "savepoint",
    "TRANS_STMT_RELEASE": "release",
    "TRANS_STMT_ROLLBACK_TO": "rollback to",
    "TRANS_STMT_PREPARE": "prepare transaction",
    "TRANS_STMT_COMMIT_PREPARED": "opaque COMMIT PREPARED",
    "TRANS_STMT_ROLLBACK_PREPARED": "opaque ROLLBACK PREPARED",
}

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


def variable(node):
    kind = node["kind"]
    name = node.get("name", "").lower()
    name = SETTINGS.get(name, name)
    local = " local" if node.get("is_local") else ""
    if kind == "VAR_RESET_ALL":
        yield "reset all"
    elif kind == "VAR_RESET":
        yield f"reset {name}"
    elif kind == "VAR_SET_DEFAULT":
        yield f"reset{local} {name}"
    elif kind == "VAR_SET_MULTI":
        yield "opaque " + OPAQUE[node["name"]]
    elif kind == "VAR_SET_CURRENT":
        yield f"set{local} {name} from current"
    else:
        values = [constant(value) or "" for value in node.get("args", ())]
        if name == "xmloption":
            # Two keywords, which the grammar turns into texts in upper case.
            values = [value.lower() for value in values]
        if name == "role" and values == ["none"]:
            yield f"reset{local} {name}"
        else:
            yield f"set{local} {name} = {', '.join(values)}"


def discard(node):
    what = node["target"].removeprefix("DISCARD_")
    yield "discard all" if what == "ALL" else f"opaque DISCARD {what}"


def transaction(node):
    line = TRANSACTIONS[node["kind"]]
    if node.get("savepoint_name"):
        line += f" {node['savepoint_name']}"
    yield line + (" [and chain]" if node.get("chain") else "")


def truncate(node):
    restart = " [restart identity]" if node.get("restart_seqs") else ""
    cascade = " [cascade]" if node.get("behavior") == "DROP_CASCADE" else ""
    yield f"truncate{restart}{cascade}"
    yield from (f"of {relation(table)}" for _, table in items(node["relations"]))


def lock(node):
    yield f"lock in {LOCKS[node['mode'] - 1]}" + (" [nowait]" if node.get("nowait") else "")
    yield from (f"of {relation(table)}" for _, table in items(node["relations"]))


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
    yield from (f"of {relation(part['relation'])}" for _, part in items(node.get("rels")))


def reindex(node):
    what = node["kind"].removeprefix("REINDEX_OBJECT_").lower()
    yield f"reindex {what}" + (" [concurrently]" if "concurrently" in options(node) else "")
    if node.get("relation"):
        yield f"of {relation(node['relation'])}"
    elif node.get("name"):
        yield f"of {node['name']}"


def cluster(node):
    yield "cluster"
    if node.get("relation"):
        yield f"of {relation(node['relation'])}"


def refresh(node):
    line = f"refresh {relation(node['relation'])}"
    line += " [concurrently]" if node.get("concurrent") else ""
    yield line + (" [with no data]" if node.get("skipData") else "")


