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
    setof = "setof " if node.get("setof") else ""
    if node.get("pct_type"):
        return f"{setof}{'.'.join(names[-3:])}%type"
    words = [text for text in map(word, node.get("typmods", ())) if text is not None]
    fields = interval_fields(node) if names[-1] == "interval" else ""
    numbers = [text for text in map(number, node.get("typmods", ())) if text is not None]
    name, serial = names[-1], ""
    if len(names) == 1 and name in SERIALS:
        name, serial = SERIALS[name], "serial "
    elif len(names) == 1 or names[0] == "pg_catalog":
        name, numbers = built_in(name, numbers)
    else:
        name = ".".join(names[-2:])
    modifiers = f"({', '.join(words + numbers)})" if words + numbers else ""
    return setof + serial + name + fields + modifiers + "[]" * len(node.get("arrayBounds", ()))


def built_in(name, numbers):
    if name == "bpchar" and numbers:
        return "character", numbers
    if name == "char":
        return '"char"', numbers
    if name == "interval":
        # The first one says which fields are kept.
        return name, numbers[1:]
    return NAMES.get(name, name), numbers


# The bits that the grammar makes of the fields of an interval.
FIELDS = [(1 << 2, "year"), (1 << 1, "month"), (1 << 3, "day"), (1 << 10, "hour"), (1 << 11, "minute"), (1 << 12, "second")]


def interval_fields(node):
    """` day to second` of `interval day to second(3)`."""
    mask = next(iter(map(number, node.get("typmods", ()))), None)
    if mask is None or int(mask) == 0x7FFF:
        return ""
    named = [name for bit, name in FIELDS if int(mask) & bit]
    return " " + (named[0] if len(named) == 1 else f"{named[0]} to {named[-1]}")


def word(node):
    """A modifier that is a word: `point` of geometry(Point, 4326)."""
    return ".".join(texts(node["ColumnRef"]["fields"])) if "ColumnRef" in node else None


def number(node):
    text = constant(node)
    if text is None or not text.lstrip("-").isdigit():
        return None
    return text
