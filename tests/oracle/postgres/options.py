"""Facts about options in parentheses, and about the options of sequences."""

from .tree import items, number_of, string, texts
from .types import type_name


def named(label, node_list):
    """`name = value`, or a name alone."""
    for _, node in items(node_list):
        space = node.get("defnamespace")
        name = (f"{space}." if space else "") + node["defname"]
        value = text(node.get("arg"))
        if (name, value) == ("oids", "false"):
            # WITHOUT OIDS says the same, and leaves nothing in PostgreSQL's tree.
            continue
        yield f"{label} {name.lower()}" + ("" if value is None else f" = {value}")


def text(node):
    """The value of an option. A word is a type to the grammar."""
    if node is None:
        return None
    if "TypeName" in node:
        return texts(node["TypeName"]["names"])[-1]
    if "String" in node:
        return string(node)
    if "List" in node:
        return ".".join(filter(None, map(text, node["List"]["items"])))
    return number_of(node)


def foreign(label, node_list):
    """Options of a foreign table or column."""
    verbs = {"DEFELEM_SET": "set", "DEFELEM_DROP": "drop"}
    for _, node in items(node_list):
        verb = verbs.get(node.get("defaction"), "add")
        value = f" = {string(node['arg'])}" if node.get("arg") else ""
        yield f"{label} {verb} {node['defname']}{value}"


def sequence(label, node_list):
    for _, node in items(node_list):
        yield f"{label} {sequence_option(node)}"


def sequence_option(node):
    name, value = node["defname"], node.get("arg")
    if name == "as":
        return f"as {type_name(value['TypeName'])}"
    if name == "cycle":
        return "cycle" if value["Boolean"].get("boolval") else "no cycle"
    if name in ("owned_by", "sequence_name"):
        owner = texts(value["List"]["items"])
        words = name.replace("_", " ")
        if name == "owned_by" and owner == ["none"]:
            return "owned by none"
        return f"{words} {'.'.join(owner[-3:])}"
    if name in ("logged", "unlogged"):
        return name
    if value is None:
        return "restart" if name == "restart" else f"no {name}"
    return f"{name} {number_of(value)}"
