"""Facts about types and domains."""

from .columns import column_constraint, merged
from .definitions import named
from .expressions import expression
from .tree import dotted, fields_of, items, relation, texts
from .types import type_name


def create_enum(node):
    yield f"create enum type {dotted(node['typeName'])}"
    yield from (f"{number} value {value}" for number, value in enumerate(texts(node.get("vals")), 1))


def create_composite(node):
    yield f"create composite type {relation(node['typevar'])}"
    yield from (f"{number} attribute {attribute(one)}" for number, (_, one) in enumerate(items(node.get("coldeflist")), 1))


def attribute(node):
    collation = node.get("collClause")
    collate = f" collate {dotted(collation['collname'])}" if collation else ""
    return f"{node['colname']} {type_name(node['typeName'])}{collate}"


def create_range(node):
    yield f"create range type {dotted(node['typeName'])}"
    yield from named("option", node.get("params"))


def create_base(node):
    kind = "base" if node.get("definition") else "shell"
    yield f"create {kind} type {dotted(node['defnames'])}"
    yield from named("option", node.get("definition"))


def alter_enum(node):
    yield f"alter type {dotted(node['typeName'])}"
    if node.get("oldVal") is not None:
        yield f"rename value {node['oldVal']} to {node['newVal']}"
        return
    place = ""
    if node.get("newValNeighbor") is not None:
        place = f" {'after' if node.get('newValIsAfter') else 'before'} {node['newValNeighbor']}"
    quiet = " [if not exists]" if node.get("skipIfNewValExists") else ""
    yield f"add value {node.get('newVal', '')}{place}{quiet}"


def alter_composite(node):
    yield f"alter type {relation(node['relation'])}"
    for number, (_, command) in enumerate(items(node["cmds"]), 1):
        cascade = " [cascade]" if command.get("behavior") == "DROP_CASCADE" else ""
        if command["subtype"] == "AT_AddColumn":
            words = f"add attribute {attribute(fields_of(command['def']))}"
        elif command["subtype"] == "AT_DropColumn":
            words = f"drop attribute {command['name']}" + (" [if exists]" if command.get("missing_ok") else "")
        else:
            words = f"alter attribute {attribute({**fields_of(command['def']), 'colname': command['name']})}"
        yield f"{number} {words}{cascade}"


def alter_base(node):
    yield f"alter type {dotted(node['typeName'])}"
    # The word NONE leaves no value.
    for option in node["options"]:
        none = "" if fields_of(option).get("arg") else " = none"
        yield from (line + none for line in named("option", [option]))


def create_domain(node):
    collation = node.get("collClause")
    collate = f" collate {dotted(collation['collname'])}" if collation else ""
    yield f"create domain {dotted(node['domainname'])} {type_name(node['typeName'])}{collate}"
    for constraint in merged(node.get("constraints")):
        yield from column_constraint("", constraint)


def alter_domain(node):
    yield f"alter domain {dotted(node['typeName'])}"
    kind, definition = node["subtype"], node.get("def")
    if kind == "T":
        yield "set default" if definition else "drop default"
        if definition:
            yield from expression("default", definition)
    elif kind in ("N", "O"):
        yield "drop not null" if kind == "N" else "set not null"
    elif kind == "C":
        yield "add constraint"
        yield from domain_constraint(fields_of(definition))
    elif kind == "X":
        if_exists = " [if exists]" if node.get("missing_ok") else ""
        cascade = " [cascade]" if node.get("behavior") == "DROP_CASCADE" else ""
        yield f"drop constraint {node['name']}{if_exists}{cascade}"
    else:
        yield f"validate constraint {node['name']}"


def domain_constraint(node):
    return column_constraint("", {**node, "not_enforced": False})
