"""Facts about types and domains."""

from .columns import merged
from .expressions import expression
from .tree import dotted, texts
from .types import type_name


def create_enum(node):
    yield f"create enum {dotted(node['typeName'])}"
    yield from (f"{number} value {value}" for number, value in enumerate(texts(node.get("vals")), 1))


def alter_enum(node):
    yield f"alter enum {dotted(node['typeName'])}"
    if node.get("oldVal") is not None:
        yield f"rename value {node['oldVal']} to {node['newVal']}"
    else:
        yield f"add value {node.get('newVal', '')}" + (" [if not exists]" if node.get("skipIfNewValExists") else "")


def create_domain(node):
    yield f"create domain {dotted(node['domainname'])} {type_name(node['typeName'])}"
    constraints = merged(node.get("constraints"))
    if any(constraint["contype"] in ("CONSTR_CHECK", "CONSTR_NOTNULL") for constraint in constraints):
        yield "constrained"
    for constraint in constraints:
        if constraint["contype"] == "CONSTR_DEFAULT":
            yield from expression("default", constraint["raw_expr"])
