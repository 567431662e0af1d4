"""Facts about DROP and COMMENT of anything."""

from .tree import dotted, items, kind_of, string
from .types import type_name

KINDS = {
    "OBJECT_ACCESS_METHOD": "ACCESS METHOD",
    "OBJECT_AGGREGATE": "FUNCTION",
    "OBJECT_CAST": "CAST",
    "OBJECT_COLLATION": "COLLATION",
    "OBJECT_COLUMN": "COLUMN",
    "OBJECT_CONVERSION": "CONVERSION",
    "OBJECT_DATABASE": "DATABASE",
    "OBJECT_DOMAIN": "DOMAIN",
    "OBJECT_DOMCONSTRAINT": "CONSTRAINT",
    "OBJECT_EVENT_TRIGGER": "EVENT TRIGGER",
    "OBJECT_EXTENSION": "EXTENSION",
    "OBJECT_FDW": "FOREIGN DATA WRAPPER",
    "OBJECT_FOREIGN_SERVER": "SERVER",
    "OBJECT_FOREIGN_TABLE": "FOREIGN TABLE",
    "OBJECT_FUNCTION": "FUNCTION",
    "OBJECT_INDEX": "INDEX",
    "OBJECT_LANGUAGE": "LANGUAGE",
    "OBJECT_LARGEOBJECT": "LARGE OBJECT",
    "OBJECT_MATVIEW": "MATERIALIZED VIEW",
    "OBJECT_OPCLASS": "OPERATOR CLASS",
    "OBJECT_OPERATOR": "OPERATOR",
    "OBJECT_OPFAMILY": "OPERATOR FAMILY",
    "OBJECT_PARAMETER_ACL": "PARAMETER",
    "OBJECT_POLICY": "POLICY",
    "OBJECT_PROCEDURE": "FUNCTION",
    "OBJECT_PUBLICATION": "PUBLICATION",
    "OBJECT_ROLE": "ROLE",
    "OBJECT_ROUTINE": "FUNCTION",
    "OBJECT_RULE": "RULE",
    "OBJECT_SCHEMA": "SCHEMA",
    "OBJECT_SEQUENCE": "SEQUENCE",
    "OBJECT_STATISTIC_EXT": "STATISTICS",
    "OBJECT_SUBSCRIPTION": "SUBSCRIPTION",
    "OBJECT_TABCONSTRAINT": "CONSTRAINT",
    "OBJECT_TABLE": "TABLE",
    "OBJECT_TABLESPACE": "TABLESPACE",
    "OBJECT_TRANSFORM": "TRANSFORM",
    "OBJECT_TRIGGER": "TRIGGER",
    "OBJECT_TSCONFIGURATION": "TEXT SEARCH CONFIGURATION",
    "OBJECT_TSDICTIONARY": "TEXT SEARCH DICTIONARY",
    "OBJECT_TSPARSER": "TEXT SEARCH PARSER",
    "OBJECT_TSTEMPLATE": "TEXT SEARCH TEMPLATE",
    "OBJECT_TYPE": "TYPE",
    "OBJECT_USER_MAPPING": "USER MAPPING",
    "OBJECT_VIEW": "VIEW",
}

# Kinds whose objects stand on a table.
ON_TABLE = ("OBJECT_TRIGGER", "OBJECT_RULE", "OBJECT_POLICY", "OBJECT_TABCONSTRAINT")

# Kinds whose names lockwise does not keep.
UNNAMED = ("OBJECT_CAST", "OBJECT_OPERATOR", "OBJECT_TRANSFORM", "OBJECT_LARGEOBJECT")


def object_name(node):
    """The name of an object in DROP, COMMENT, ALTER ... RENAME and the like."""
    kind = kind_of(node)
    if kind == "List":
        return dotted(node["List"]["items"])
    if kind == "ObjectWithArgs":
        return dotted(node["ObjectWithArgs"]["objname"])
    if kind == "TypeName":
        return type_name(node["TypeName"]).removesuffix("[]")
    return string(node)


def drop(node):
    kind = node["removeType"]
    line = f"drop {KINDS[kind]}"
    line += " [concurrently]" if node.get("concurrent") else ""
    line += " [if exists]" if node.get("missing_ok") else ""
    yield line + (" [cascade]" if node.get("behavior") == "DROP_CASCADE" else "")
    if kind in ON_TABLE:
        parts = node["objects"][0]["List"]["items"]
        yield f"on {dotted(parts[:-1])}"
        yield f"drops {string(parts[-1])}"
    elif kind in ("OBJECT_OPCLASS", "OBJECT_OPFAMILY"):
        # The access method stands in front.
        yield from (f"drops {dotted(one['List']['items'][1:])}" for one in node["objects"])
    elif kind not in UNNAMED:
        yield from (f"drops {object_name(one)}" for one in node["objects"])


def drop_named(what, name):
    def facts(node):
        yield f"drop {what}" + (" [if exists]" if node.get("missing_ok") else "") + cascade(node)
        yield f"drops {node[name]}"

    return facts


def cascade(node):
    return " [cascade]" if node.get("behavior") == "DROP_CASCADE" else ""


def drop_roles(node):
    yield "drop ROLE" + (" [if exists]" if node.get("missing_ok") else "")
    yield from (f"drops {role['rolename']}" for _, role in items(node["roles"]))


def drop_user_mapping(node):
    yield "drop USER MAPPING" + (" [if exists]" if node.get("missing_ok") else "")


