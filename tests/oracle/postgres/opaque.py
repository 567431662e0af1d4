"""Statements of which lockwise keeps the kind, the object and sometimes a table."""

from .objects import KINDS, UNNAMED, object_name
from .tree import dotted, relation, string


def opaque(what, name=None, table=None):
    yield f"opaque {what}"
    if name:
        yield f"name {name}"
    if table:
        yield f"table {table}"


def named(what, *fields):
    """A statement whose name stands in a field: a text, a list of parts, or a relation."""

    def facts(node):
        names = (text_of(node[field]) for field in fields if node.get(field))
        return opaque(what, next(names, None))

    return facts


def text_of(value):
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return dotted(value)
    return relation(value) if "relname" in value else object_name(value)


def alter_object(object_type, node, field="object"):
    """ALTER ... RENAME, SET SCHEMA, OWNER TO, DEPENDS ON EXTENSION of what is no relation."""
    kind = KINDS.get(object_type, object_type)
    if object_type == "OBJECT_DOMCONSTRAINT":
        kind = "DOMAIN"
    elif object_type == "OBJECT_ATTRIBUTE":
        kind = "TYPE"
    elif object_type in ("OBJECT_AGGREGATE", "OBJECT_PROCEDURE", "OBJECT_ROUTINE"):
        kind = object_type.removeprefix("OBJECT_")
    if object_type in ("OBJECT_RULE", "OBJECT_POLICY", "OBJECT_TRIGGER"):
        name = node.get("subname") or string(node["object"]["List"]["items"][-1])
        return opaque(f"ALTER {kind}", name, relation(node["relation"]))
    if object_type in UNNAMED:
        return opaque(f"ALTER {kind}")
    if object_type in ("OBJECT_OPCLASS", "OBJECT_OPFAMILY"):
        return opaque(f"ALTER {kind}", dotted(node[field]["List"]["items"][1:]))
    if node.get(field):
        return opaque(f"ALTER {kind}", object_name(node[field]))
    if node.get("relation"):
        return opaque(f"ALTER {kind}", relation(node["relation"]))
    return opaque(f"ALTER {kind}", node.get("subname"))


def define(node):
    """CREATE AGGREGATE, OPERATOR, TYPE, TEXT SEARCH ..., COLLATION."""
    kind = node["kind"]
    if kind == "OBJECT_AGGREGATE":
        return opaque("CREATE AGGREGATE", dotted(node["defnames"]))
    if kind == "OBJECT_OPERATOR":
        return opaque("CREATE OPERATOR")
    return opaque(f"CREATE {KINDS[kind]}", dotted(node["defnames"]))



def role(verb):
    def facts(node):
        kind = {"ROLESTMT_USER": "USER", "ROLESTMT_GROUP": "GROUP"}.get(node.get("stmt_type"), "ROLE")
        return opaque(f"{verb} {kind}", node.get("role"))

    return facts


def alter_role(node):
    """ALTER ROLE, USER and GROUP are one statement to PostgreSQL."""
    return opaque("ALTER ROLE", role_name(node.get("role")))


def role_setting(node):
    return opaque("ALTER ROLE", role_name(node.get("role")))


def role_name(spec):
    if not spec:
        return None
    return spec.get("rolename") or spec["roletype"].removeprefix("ROLESPEC_").lower()
