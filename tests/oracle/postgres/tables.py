"""Facts about CREATE TABLE and its relatives."""

from .columns import column, table_constraint
from .expressions import expression
from .indexes import key
from .options import foreign, named, sequence
from .queries import query
from .tree import dotted, items, relation, texts

PERSISTENCE = {"p": "", "u": " unlogged", "t": " temporary"}

ON_COMMIT = {
    "ONCOMMIT_DROP": " [on commit drop]",
    "ONCOMMIT_DELETE_ROWS": " [on commit delete rows]",
    "ONCOMMIT_PRESERVE_ROWS": " [on commit preserve rows]",
}

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
    yield f"server {node['servername']}"
    yield from foreign("foreign option", node.get("options"))


def head(range_var, node, foreign="", on_commit=None, with_no_data=False):
    line = "create" + PERSISTENCE[range_var["relpersistence"]] + foreign + " table " + relation(range_var)
    line += " [if not exists]" if node.get("if_not_exists") else ""
    line += ON_COMMIT.get(on_commit, "")
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
    if node.get("ofTypename"):
        yield f"of type {dotted(node['ofTypename']['names'])}"
    yield from storage(node)
    parents = [relation(parent) for _, parent in items(node.get("inhRelations"))]
    if node.get("partbound"):
        yield f"partition of {parents[0]}"
        yield from bound("", node["partbound"])
    else:
        yield from (f"inherits {parent}" for parent in parents)
    if node.get("partspec"):
        spec = node["partspec"]
        yield f"partition by {STRATEGIES[spec['strategy']]}"
        for number, (_, part) in enumerate(items(spec["partParams"]), 1):
            yield from key(f"partition key {number}", part)


def storage(node):
    """Where and how a relation is kept; CREATE TABLE AS has the same under other names."""
    if node.get("accessMethod"):
        yield f"using {node['accessMethod']}"
    yield from named("option", node.get("options"))
    tablespace = node.get("tablespacename") or node.get("tableSpaceName")
    if tablespace:
        yield f"tablespace {tablespace}"


def like(node):
    options = node.get("options", 0)
    included = [name for bit, name in enumerate(LIKE_BITS) if options & (1 << bit)]
    return f"like {relation(node['relation'])} including {' '.join(included)}".rstrip()


def bound(prefix, node):
    """Which rows belong to a partition."""
    if node.get("is_default"):
        yield f"{prefix}bound default"
    elif node["strategy"] == "h":
        yield f"{prefix}bound modulus {node.get('modulus', 0)} remainder {node.get('remainder', 0)}"
    elif node["strategy"] == "l":
        yield from values(f"{prefix}bound in", node["listdatums"])
    else:
        yield from values(f"{prefix}bound from", node["lowerdatums"])
        yield from values(f"{prefix}bound to", node["upperdatums"])


def values(label, node_list):
    for number, node in enumerate(node_list, 1):
        # Lone words that SQL knows nothing of: the server takes MINVALUE and MAXVALUE out of the columns.
        word = texts(node["ColumnRef"]["fields"]) if "ColumnRef" in node else None
        if word in (["minvalue"], ["maxvalue"]):
            yield f"{label} {number} {word[0]}"
        else:
            yield from expression(f"{label} {number}", node)


def create_table_as(node):
    into = node["into"]
    if node["objtype"] == "OBJECT_MATVIEW":
        line = f"create materialized view {relation(into['rel'])}"
        line += " [if not exists]" if node.get("if_not_exists") else ""
        yield line + (" [with no data]" if into.get("skipData") else "")
        yield from (f"{number} column {name}" for number, name in enumerate(texts(into.get("colNames")), 1))
    else:
        yield head(into["rel"], node, on_commit=into.get("onCommit"), with_no_data=into.get("skipData"))
        for number, name in enumerate(texts(into.get("colNames")), 1):
            yield f"{number} column {name} none"
        yield "as query"
    yield from storage(into)
    if "ExecuteStmt" in node["query"]:
        yield f"execute {node['query']['ExecuteStmt']['name']}"
    else:
        yield from query(node["query"])


def select_into(node):
    yield head(node["intoClause"]["rel"], {})
    yield "as query"
    yield from query({"SelectStmt": node})


def create_view(node):
    replace = " or replace" if node.get("replace") else ""
    temporary = " temporary" if node["view"]["relpersistence"] == "t" else ""
    recursive = " [recursive]" if is_recursive(node) else ""
    yield f"create{replace}{temporary} view {relation(node['view'])}{recursive}"
    yield from (f"{number} column {name}" for number, name in enumerate(texts(node.get("aliases")), 1))
    yield from named("option", node.get("options"))
    yield from CHECK_OPTIONS.get(node["withCheckOption"], ())
    yield from query(node["query"])


CHECK_OPTIONS = {"LOCAL_CHECK_OPTION": ["check option local"], "CASCADED_CHECK_OPTION": ["check option cascaded"]}


def is_recursive(node):
    """The grammar writes CREATE RECURSIVE VIEW as a WITH query of the view's own name."""
    clause = node["query"].get("SelectStmt", {}).get("withClause", {})
    names = [query_node["ctename"] for _, query_node in items(clause.get("ctes"))]
    return bool(clause.get("recursive")) and names == [node["view"]["relname"]] and bool(node.get("aliases"))




def create_sequence(node):
    range_var = node["sequence"]
    if_not_exists = " [if not exists]" if node.get("if_not_exists") else ""
    yield f"create{PERSISTENCE[range_var['relpersistence']]} sequence {relation(range_var)}{if_not_exists}"
    yield from sequence("option", node.get("options"))
