"""Facts about CREATE TABLE and its relatives."""

from .columns import column, table_constraint
from .queries import query
from .tree import items, relation, texts

PERSISTENCE = {"p": "", "u": " unlogged", "t": " temporary"}

STRATEGIES = {
    "PARTITION_STRATEGY_RANGE": "range",
    "PARTITION_STRATEGY_LIST": "list",
    "PARTITION_STRATEGY_HASH": "hash",
}

LIKE_BITS = [
    "COMMENTS",
    "COMPRESSION",
    "CONSTRAINTS",
    "DEFAULTS",
    "GENERATED",
    "IDENTITY",
    "INDEXES",
    "STATISTICS",
    "STORAGE",
]


def create_table(node):
    yield from table(node, "")


def create_foreign_table(node):
    yield from table(node.get("base") or node["base_stmt"], " foreign")


def head(range_var, node, foreign="", on_commit=None, with_no_data=False):
    line = "create" + PERSISTENCE[range_var["relpersistence"]] + foreign + " table " + relation(range_var)
    line += " [if not exists]" if node.get("if_not_exists") else ""
    line += " [on commit drop]" if on_commit == "ONCOMMIT_DROP" else ""
    return line + (" [with no data]" if with_no_data else "")


def table(node, foreign):
    yield head(node["relation"], node, foreign, node.get("oncommit"))
    columns = 0
    for kind, element in items(node.get("tableElts")):
        if kind == "ColumnDef":
            columns += 1
            yield from column(f"{columns} ", element)
        elif kind == "Constraint":
            yield from table_constraint("", element)
        elif kind == "TableLikeClause":
            yield like(element)
    parents = [relation(parent) for _, parent in items(node.get("inhRelations"))]
    if node.get("partbound"):
        yield f"partition of {parents[0]}{default(node['partbound'])}"
    else:
        yield from (f"inherits {parent}" for parent in parents)
    if node.get("partspec"):
        spec = node["partspec"]
        names = [part["name"] for _, part in items(spec["partParams"]) if part.get("name")]
        yield f"partition by {STRATEGIES[spec['strategy']]} ({', '.join(names)})"


def like(node):
    options = node.get("options", 0)
    included = [name for bit, name in enumerate(LIKE_BITS) if options & (1 << bit)]
    return f"like {relation(node['relation'])} including {' '.join(included)}".rstrip()


def default(bound):
    return " [default]" if bound.get("is_default") else ""


def create_table_as(node):
    into = node["into"]
    if node["objtype"] == "OBJECT_MATVIEW":
        line = f"create materialized view {relation(into['rel'])}"
        line += " [if not exists]" if node.get("if_not_exists") else ""
        yield line + (" [with no data]" if into.get("skipData") else "")
    else:
        yield head(into["rel"], node, on_commit=into.get("onCommit"), with_no_data=into.get("skipData"))
        for number, name in enumerate(texts(into.get("colNames")), 1):
            yield f"{number} column {name} none"
        yield "as query"
    yield from query(node["query"])


def select_into(node):
    yield head(node["intoClause"]["rel"], {})
    yield "as query"
    yield from query({"SelectStmt": node})


def create_view(node):
    replace = " or replace" if node.get("replace") else ""
    temporary = " temporary" if node["view"]["relpersistence"] == "t" else ""
    yield f"create{replace}{temporary} view {relation(node['view'])}"
    # The grammar writes CREATE RECURSIVE VIEW as a WITH query of the view's own name.
    yield from query(node["query"])


