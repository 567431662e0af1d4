"""Facts about SELECT and about statements that write rows."""

from .expressions import expression
from .tree import constant, fields_of, items, kind_of, only, relation, texts
from .uses import WRITES, Uses

MANY_ROWS = ("generate_series", "unnest")


def query(node, prefix=""):
    """A query as a part of something bigger."""
    uses = Uses()
    uses.walk(node)
    yield from uses.facts(prefix)
    yield from in_with(uses, prefix)


def select(node):
    setting = set_config(node)
    if setting:
        yield setting
        return
    yield "query"
    yield from query({"SelectStmt": node})


def set_config(node):
    """SELECT set_config('name', 'value', false) with constants is a SET."""
    if len(node.get("targetList", ())) != 1 or node.get("fromClause"):
        return None
    call = fields_of(node["targetList"][0]).get("val", {}).get("FuncCall")
    if not call or texts(call["funcname"])[-1] != "set_config" or len(call.get("args", ())) != 3:
        return None
    name, value, local = map(constant, call["args"])
    if None in (name, value, local) or local not in ("true", "false"):
        return None
    return f"set{' local' if local == 'true' else ''} {name.lower()} = {value}"


def write(kind, node):
    uses = Uses()
    uses.write_body(node)
    yield from outline(kind, node, "", ())
    yield from uses.facts()
    yield from in_with(uses, "")


def in_with(uses, prefix):
    for number, (kind, node, hidden) in enumerate(uses.writes, 1):
        yield from outline(kind, node, f"{prefix}with {number} ", hidden)


def outline(kind, node, prefix, hidden):
    """The write itself: target, columns and condition. `hidden` are the WITH queries around it."""
    alias = node["relation"].get("alias", {}).get("aliasname")
    line = f"{prefix}{WRITES[kind]} {relation(node['relation'])}" + (f" as {alias}" if alias else "")
    yield line + (" [from query]" if from_query(kind, node) else "")
    yield from (f"{prefix}writes column {name}" for name in written(kind, node))
    condition = where(kind, node)
    if condition:
        yield from expression(f"{prefix}where", condition, [*hidden, *names_of(node.get("withClause"))])


def written(kind, node):
    if kind == "InsertStmt":
        return [column["name"] for _, column in items(node.get("cols"))]
    if kind == "UpdateStmt":
        return [column["name"] for _, column in items(node["targetList"])]
    if kind == "MergeStmt":
        updates = [when for _, when in items(node["mergeWhenClauses"]) if when["commandType"] == "CMD_UPDATE"]
        return [column["name"] for when in updates for _, column in items(when["targetList"])]
    return []


def from_query(kind, node):
    if kind == "InsertStmt":
        return bool(node.get("selectStmt")) and reads_rows(fields_of(node["selectStmt"]))
    return kind == "MergeStmt" or bool(node.get("fromClause") or node.get("usingClause"))


def reads_rows(select_node):
    """Whether the rows of a query come from elsewhere than its text."""
    if "larg" in select_node:
        return reads_rows(select_node["larg"]) or reads_rows(select_node["rarg"])
    if select_node.get("fromClause"):
        return True
    values = [fields_of(target).get("val", {}) for target in select_node.get("targetList", ())]
    return any("FuncCall" in value and texts(value["FuncCall"]["funcname"])[-1] in MANY_ROWS for value in values)


def where(kind, node):
    if kind == "InsertStmt":
        source = fields_of(node.get("selectStmt"))
        return source.get("whereClause") if "larg" not in source else None
    return node.get("whereClause")


def names_of(with_clause):
    return [fields_of(cte)["ctename"] for cte in (with_clause or {}).get("ctes", ())]


def copy(node):
    if node.get("is_from"):
        yield f"copy from {relation(node['relation'])}"
        yield from (f"writes column {name}" for name in texts(node.get("attlist")))
        if node.get("whereClause"):
            uses = Uses()
            uses.walk(node["whereClause"])
            yield from uses.facts()
            yield from expression("where", node["whereClause"])
    elif node.get("relation"):
        yield "query"
        yield f"reads {relation(node['relation'])}"
    elif kind_of(node["query"]) in WRITES:
        yield from write(*only(node["query"]))
    else:
        yield from select(fields_of(node["query"]))
