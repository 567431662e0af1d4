"""Facts about CREATE INDEX."""

from .expressions import expression
from .tree import is_only, items, relation


def create_index(node):
    unique = " unique" if node.get("unique") else ""
    line = f"create{unique} index {node.get('idxname', '')}".rstrip()
    line += " [concurrently]" if node.get("concurrent") else ""
    line += " [if not exists]" if node.get("if_not_exists") else ""
    yield line + (" [nulls not distinct]" if node.get("nulls_not_distinct") else "")
    yield f"on {relation(node['relation'])}" + (" [only]" if is_only(node["relation"]) else "")
    yield f"using {node['accessMethod']}"
    for number, (_, part) in enumerate(items(node["indexParams"]), 1):
        if part.get("name"):
            yield f"key {number} {part['name']}"
        else:
            yield from expression(f"key {number}", part["expr"])
    names = [part.get("name", "") for _, part in items(node.get("indexIncludingParams"))]
    if names:
        yield f"include {', '.join(names)}"
    if node.get("whereClause"):
        yield from expression("where", node["whereClause"])
