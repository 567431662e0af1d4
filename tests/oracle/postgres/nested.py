"""Facts about statements that hold other statements, or run them."""

from . import facts
from .expressions import expression
from .options import named
from .queries import query
from .roles import role
from .tree import dotted, items, only
from .types import type_name

# CURSOR_OPT_HOLD of parsenodes.h.
HOLD = 0x20


def inner(prefix, node):
    """The facts of a statement inside another one."""
    return (prefix + line for line in facts.of(*only(node), ""))


def explain(node):
    analyze = any(option["defname"].lower() == "analyze" and is_on(option) for _, option in items(node.get("options")))
    yield "explain" + (" [analyze]" if analyze else "")
    yield from named("option", node.get("options"))
    yield from inner("explained ", node["query"])


def is_on(option):
    value = option.get("arg", {}).get("String", {}).get("sval", "true")
    return value.lower() not in ("false", "off", "0", "no")


def prepare(node):
    yield f"prepare {node['name']}"
    for number, (_, parameter) in enumerate(items(node.get("argtypes")), 1):
        yield f"parameter {number} {type_name(parameter)}"
    yield from inner("prepared ", node["query"])


def execute(node):
    yield f"execute {node['name']}"
    for number, argument in enumerate(node.get("params", ()), 1):
        yield from expression(f"argument {number}", argument)


def declare(node):
    yield f"declare {node['portalname']}" + (" [with hold]" if node.get("options", 0) & HOLD else "")
    yield from query(node["query"])


def call(node):
    yield f"call {dotted(node['funccall']['funcname'])}"
    yield from expression("call", {"FuncCall": node["funccall"]})


def create_schema(node):
    if_not_exists = " [if not exists]" if node.get("if_not_exists") else ""
    yield f"create schema {node.get('schemaname', '')}".rstrip() + if_not_exists
    if node.get("authrole"):
        yield f"owner {role(node['authrole'])}"
    for number, element in enumerate(node.get("schemaElts", ()), 1):
        yield from inner(f"element {number} ", element)
