"""Data types as lockwise writes them."""

from .tree import constant, texts

NAMES = {
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "float4": "real",
    "float8": "double precision",
    "bool": "boolean",
    "varchar": "character varying",
    "varbit": "bit varying",
    "time": "time without time zone",
    "timetz": "time with time zone",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
}

SERIALS = {
    "smallserial": "smallint",
    "serial2": "smallint",
    "serial": "integer",
    "serial4": "integer",
    "bigserial": "bigint",
    "serial8": "bigint",
}


def type_name(node):
    """`character varying(20)[]`; `serial integer`; `none` where a column has no type of its own."""
    if not node:
        return "none"
    names = texts(node.get("names"))
    numbers = [text for text in map(number, node.get("typmods", ())) if text is not None]
    name, serial = names[-1], ""
    if len(names) == 1 and name in SERIALS:
        name, serial = SERIALS[name], "serial "
    elif len(names) == 1 or names[0] == "pg_catalog":
        name, numbers = built_in(name, numbers)
    else:
        name = ".".join(names[-2:])
    modifiers = f"({', '.join(numbers)})" if numbers else ""
    return serial + name + modifiers + "[]" * len(node.get("arrayBounds", ()))


def built_in(name, numbers):
    if name == "bpchar" and numbers:
        return "character", numbers
    if name == "char":
        return '"char"', numbers
    if name == "interval":
        # The first one says which fields are kept.
        return name, numbers[1:]
    return NAMES.get(name, name), numbers


def number(node):
    text = constant(node)
    if text is None or not text.lstrip("-").isdigit():
        return None
    return text
