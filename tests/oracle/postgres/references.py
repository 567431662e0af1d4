"""Facts about objects as statements name them, and about what can be done to all kinds alike."""

from .objects import KINDS, ON_TABLE, UNNAMED, object_name
from .roles import role
from .tree import dotted, relation, string

ON = (*ON_TABLE, "OBJECT_DOMCONSTRAINT", "OBJECT_COLUMN")


def reference(label, kind, node):
    """`label KIND name`, and what it stands on."""
    line = f"{label} {KINDS[kind]}"
    if kind in UNNAMED:
        return line
    if kind in ("OBJECT_OPCLASS", "OBJECT_OPFAMILY"):
        # The access method stands in front.
        return f"{line} {dotted(node['List']['items'][1:])}"
    if kind in ON:
        *on, name = node["List"]["items"]
        if kind == "OBJECT_DOMCONSTRAINT":
            return f"{line} {string(name)} on {object_name(on[0])}"
        return f"{line} {string(name)} on {dotted(on)}"
    return f"{line} {object_name(node)}"


def comment(node):
    yield "comment"
    yield reference("of", node["objtype"], node["object"])
    if node.get("comment") is not None:
        yield f"text {node['comment']}"


def security_label(node):
    yield "security label"
    if node.get("provider"):
        yield f"for {node['provider']}"
    yield reference("of", node["objtype"], node["object"])
    if node.get("label") is not None:
        yield f"text {node['label']}"


def renamed(node):
    kind = node["renameType"]
    if kind == "OBJECT_DOMCONSTRAINT":
        yield f"alter domain {object_name(node['object'])}"
        yield f"rename constraint {node['subname']} to {node['newname']}"
    elif kind == "OBJECT_ATTRIBUTE":
        yield f"alter type {relation(node['relation'])}"
        cascade = " [cascade]" if node.get("behavior") == "DROP_CASCADE" else ""
        yield f"rename attribute {node['subname']} to {node['newname']}{cascade}"
    else:
        yield from shared(kind, node, f"rename to {node['newname']}")


def moved(node):
    return shared(node["objectType"], node, f"set schema {node['newschema']}")


def owned(node):
    return shared(node["objectType"], node, f"owner to {role(node['newowner'])}")


def depends(node):
    no = "no " if node.get("remove") else ""
    return shared(node["objectType"], node, f"{no}depends on extension {string({'String': node['extname']})}")


def shared(kind, node, change):
    yield "alter" + (" [if exists]" if node.get("missing_ok") else "")
    yield change
    if node.get("relation") and node.get("subname"):
        yield f"object {KINDS[kind]} {node['subname']} on {relation(node['relation'])}"
    elif node.get("relation") and node.get("object"):
        name = string(node["object"]["List"]["items"][-1])
        yield f"object {KINDS[kind]} {name} on {relation(node['relation'])}"
    elif node.get("object"):
        yield reference("object", kind, node["object"])
    else:
        yield f"object {KINDS[kind]} {node['subname']}"
