"""Facts about columns and constraints."""

from .expressions import expression
from .tree import dotted, fields_of, items, relation, texts
from .types import type_name

# What stands behind a constraint and is a node of its own in PostgreSQL's tree.
ATTRIBUTES = {
    "CONSTR_ATTR_DEFERRABLE": {"deferrable": True},
    "CONSTR_ATTR_NOT_DEFERRABLE": {"deferrable": False},
    "CONSTR_ATTR_DEFERRED": {"initdeferred": True, "deferrable": True},
    "CONSTR_ATTR_IMMEDIATE": {},
    "CONSTR_ATTR_ENFORCED": {},
    "CONSTR_ATTR_NOT_ENFORCED": {"is_enforced": False, "not_enforced": True},
}

# Only these can be NOT ENFORCED.
ENFORCEABLE = ("CONSTR_CHECK", "CONSTR_FOREIGN")

SIMPLE = {
    "CONSTR_NOTNULL": "not null",
    "CONSTR_NULL": "null",
    "CONSTR_DEFAULT": "default",
    "CONSTR_IDENTITY": "identity",
    "CONSTR_PRIMARY": "primary key",
    "CONSTR_UNIQUE": "unique",
    "CONSTR_CHECK": "check",
}


def column(prefix, node):
    name = node.get("colname", "")
    collation = node.get("collClause")
    collate = f" collate {dotted(collation['collname'])}" if collation else ""
    yield f"{prefix}column {name} {type_name(node.get('typeName'))}{collate}"
    for constraint in merged(node.get("constraints")):
        yield from column_constraint(f"{prefix}column {name}: ", constraint)


def merged(node_list):
    """The constraints of a column, with the attributes behind them folded in."""
    found = []
    for _, node in items(node_list):
        attribute = ATTRIBUTES.get(node["contype"])
        if attribute is None:
            found.append(dict(node))
        elif found:
            found[-1].update(attribute)
    return found


def column_constraint(prefix, node):
    kind = node["contype"]
    label = prefix + named(node) + SIMPLE.get(kind, "")
    if kind == "CONSTR_GENERATED":
        stored = "virtual" if node.get("generated_kind") == "v" else "stored"
        label += f"generated {stored}"
    elif kind == "CONSTR_FOREIGN":
        label += references(node)
    yield label + traits(node, node.get("not_enforced", False))
    if node.get("raw_expr"):
        yield from expression(prefix + kind.removeprefix("CONSTR_").lower(), node["raw_expr"])


def table_constraint(prefix, node):
    kind = node["contype"]
    label = prefix + named(node)
    if kind == "CONSTR_CHECK":
        label += "check"
    elif kind == "CONSTR_FOREIGN":
        label += f"foreign key ({', '.join(texts(node.get('fk_attrs')))}) {references(node)}"
    elif kind in ("CONSTR_UNIQUE", "CONSTR_PRIMARY"):
        label += f"{SIMPLE[kind]} {key(node)}"
    elif kind == "CONSTR_EXCLUSION":
        label += f"exclude using {node['access_method']} ({', '.join(excluded(node))})"
    elif kind == "CONSTR_NOTNULL":
        label += f"not null {texts(node['keys'])[0]}"
    not_enforced = kind in ENFORCEABLE and not node.get("is_enforced")
    yield label + traits(node, not_enforced)
    if kind == "CONSTR_CHECK":
        yield from expression(prefix + "check", node["raw_expr"])


def named(node):
    return f"constraint {node['conname']} " if node.get("conname") else ""


def references(node):
    return f"references {relation(node['pktable'])} ({', '.join(texts(node.get('pk_attrs')))})"


def key(node):
    if node.get("indexname"):
        return f"using index {node['indexname']}"
    return f"({', '.join(texts(node.get('keys')))})"


def excluded(node):
    for element in node["exclusions"]:
        name = fields_of(element["List"]["items"][0]).get("name")
        if name:
            yield name


def traits(node, not_enforced):
    found = []
    # NOT ENFORCED skips the validation too, but says so itself.
    if node.get("skip_validation") and not not_enforced:
        found.append("not valid")
    if not_enforced:
        found.append("not enforced")
    if node.get("deferrable") or node.get("initdeferred"):
        found.append("deferrable")
    if node.get("is_no_inherit"):
        found.append("no inherit")
    return "".join(f" [{trait}]" for trait in found)
