"""Facts about options in parentheses."""

from .tree import items, number_of, string, texts


def named(label, node_list):
    """`name = value`, or a name alone."""
    for _, node in items(node_list):
        value = text(node.get("arg"))
        yield f"{label} {node['defname'].lower()}" + ("" if value is None else f" = {value}")


def text(node):
    """The value of an option. A word is a type to the grammar."""
    if node is None:
        return None
    if "TypeName" in node:
        names = texts(node["TypeName"]["names"])
        return ".".join(names) + "[]" * len(node["TypeName"].get("arrayBounds", ()))
    if "List" in node:
        return ".".join(filter(None, map(text, node["List"]["items"])))
    return number_of(node)


def foreign(label, node_list):
    """Options of an object of another server."""
    verbs = {"DEFELEM_SET": "set", "DEFELEM_DROP": "drop"}
    for _, node in items(node_list):
        verb = verbs.get(node.get("defaction"), "add")
        value = f" = {string(node['arg'])}" if node.get("arg") else ""
        yield f"{label} {verb} {node['defname']}{value}"
