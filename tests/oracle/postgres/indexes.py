"""Facts about CREATE INDEX, and about keys wherever they are built."""

from .expressions import expression
from .options import named
from .tree import dotted, is_only, items, relation


def create_index(node):
    unique = " unique" if node.get("unique") else ""
    line = f"create{unique} index {node.get('idxname', '')}".rstrip()
    line += " [concurrently]" if node.get("concurrent") else ""
    line += " [if not exists]" if node.get("if_not_exists") else ""
    yield line + (" [nulls not distinct]" if node.get("nulls_not_distinct") else "")
    yield f"on {relation(node['relation'])}" + (" [only]" if is_only(node["relation"]) else "")
    yield f"using {node['accessMethod']}"
    for number, (_, part) in enumerate(items(node["indexParams"]), 1):
        yield from key(f"key {number}", part)
    names = [part.get("name", "") for _, part in items(node.get("indexIncludingParams"))]
    if names:
        yield f"include {', '.join(names)}"
    yield from named("option", node.get("options"))
    if node.get("tableSpace"):
        yield f"tablespace {node['tableSpace']}"
    if node.get("whereClause"):
        yield from expression("where", node["whereClause"])


def key(label, node):
    """A key of an index, of a partitioned table or of an EXCLUDE constraint."""
    if node.get("name"):
        yield f"{label} {node['name']}"
    else:
        yield from expression(label, node["expr"])
    if node.get("collation"):
        yield f"{label} collate {dotted(node['collation'])}"
    if node.get("opclass"):
        yield f"{label} class {dotted(node['opclass'])}"
    yield from named(f"{label} option", node.get("opclassopts"))
    if node.get("ordering") == "SORTBY_DESC":
        yield f"{label} descending"
    nulls = {"SORTBY_NULLS_FIRST": "first", "SORTBY_NULLS_LAST": "last"}.get(node.get("nulls_ordering"))
    if nulls:
        yield f"{label} nulls {nulls}"
