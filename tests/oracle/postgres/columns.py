"""Facts about columns and constraints."""

from .expressions import expression
from .indexes import key as index_key
from .options import foreign, named as named_options, sequence
from .tree import dotted, fields_of, items, relation, string, texts
from .types import type_name

# What stands behind a constraint and is a node of its own in PostgreSQL's tree.
ATTRIBUTES = {
    "CONSTR_ATTR_DEFERRABLE": {"deferrable": True},
    "CONSTR_ATTR_NOT_DEFERRABLE": {"deferrable": False},
    "CONSTR_ATTR_DEFERRED": {"initdeferred": True, "deferrable": True},
    "CONSTR_ATTR_IMMEDIATE": {},
    "CONSTR_ATTR_ENFORCED": {},
    "CONSTR_ATTR_NOT_ENFORCED": {"is_enforced": False, "not_enforced": True},
}

# Only these can be NOT ENFORCED.
ENFORCEABLE = ("CONSTR_CHECK", "CONSTR_FOREIGN")

SIMPLE = {
    "CONSTR_NOTNULL": "not null",
    "CONSTR_NULL": "null",
    "CONSTR_DEFAULT": "default",
    "CONSTR_IDENTITY": "identity",
    "CONSTR_PRIMARY": "primary key",
    "CONSTR_UNIQUE": "unique",
    "CONSTR_CHECK": "check",
}


def column(prefix, node):
    name = node.get("colname", "")
    collation = node.get("collClause")
    collate = f" collate {dotted(collation['collname'])}" if collation else ""
    yield f"{prefix}column {name} {type_name(node.get('typeName'))}{collate}"
    if node.get("storage_name"):
        yield f"{prefix}column {name} storage {node['storage_name']}"
    if node.get("compression"):
        yield f"{prefix}column {name} compression {node['compression']}"
    yield from foreign(f"{prefix}column {name} option", node.get("fdwoptions"))
    for constraint in merged(node.get("constraints")):
        yield from column_constraint(f"{prefix}column {name}: ", constraint)


def merged(node_list):
    """The constraints of a column, with the attributes behind them folded in."""
    found = []
    for _, node in items(node_list):
        attribute = ATTRIBUTES.get(node["contype"])
        if attribute is None:
            found.append(dict(node))
        elif found:
            found[-1].update(attribute)
    return found


def column_constraint(prefix, node):
    kind = node["contype"]
    label = prefix + named(node) + SIMPLE.get(kind, "")
    if kind == "CONSTR_GENERATED":
        stored = "virtual" if node.get("generated_kind") == "v" else "stored"
        label += f"generated {stored}"
    elif kind == "CONSTR_FOREIGN":
        label += references(node)
    elif kind == "CONSTR_IDENTITY":
        label += " always" if node["generated_when"] == "a" else " by default"
        yield from sequence(f"{prefix}identity", node.get("options"))
    yield label + traits(node, node.get("not_enforced", False))
    yield from index_parameters(prefix, node)
    if node.get("raw_expr"):
        yield from expression(prefix + kind.removeprefix("CONSTR_").lower(), node["raw_expr"])


def table_constraint(prefix, node):
    kind = node["contype"]
    label = prefix + named(node)
    if kind == "CONSTR_CHECK":
        label += "check"
    elif kind == "CONSTR_FOREIGN":
        period = " [period]" if node.get("fk_with_period") else ""
        label += f"foreign key ({', '.join(texts(node.get('fk_attrs')))}){period} {references(node)}"
    elif kind in ("CONSTR_UNIQUE", "CONSTR_PRIMARY"):
        label += f"{SIMPLE[kind]} {key(node)}"
    elif kind == "CONSTR_EXCLUSION":
        label += f"exclude using {node['access_method']}"
        yield from excluded(prefix, node)
    elif kind == "CONSTR_NOTNULL":
        label += f"not null {texts(node['keys'])[0]}"
    not_enforced = kind in ENFORCEABLE and not node.get("is_enforced")
    yield label + traits(node, not_enforced)
    yield from index_parameters(prefix, node)
    if kind == "CONSTR_CHECK":
        yield from expression(prefix + "check", node["raw_expr"])


def named(node):
    return f"constraint {node['conname']} " if node.get("conname") else ""


MATCHES = {"f": " [match full]"}

ACTIONS = {"r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}


def references(node):
    line = f"references {relation(node['pktable'])} ({', '.join(texts(node.get('pk_attrs')))})"
    line += " [period]" if node.get("pk_with_period") else ""
    line += MATCHES.get(node.get("fk_matchtype"), "")
    # NO ACTION is the same as nothing.
    if node.get("fk_del_action") in ACTIONS:
        columns = texts(node.get("fk_del_set_cols"))
        line += f" on delete {ACTIONS[node['fk_del_action']]}" + (f" ({', '.join(columns)})" if columns else "")
    if node.get("fk_upd_action") in ACTIONS:
        line += f" on update {ACTIONS[node['fk_upd_action']]}"
    return line


def index_parameters(prefix, node):
    """How the index of a constraint is made."""
    if node["contype"] not in ("CONSTR_UNIQUE", "CONSTR_PRIMARY", "CONSTR_EXCLUSION"):
        return
    if node.get("nulls_not_distinct"):
        yield f"{prefix}nulls not distinct"
    if node.get("without_overlaps"):
        yield f"{prefix}without overlaps"
    if node.get("including"):
        yield f"{prefix}include {', '.join(texts(node['including']))}"
    yield from named_options(f"{prefix}index option", node.get("options"))
    if node.get("indexspace"):
        yield f"{prefix}index tablespace {node['indexspace']}"


def key(node):
    if node.get("indexname"):
        return f"using index {node['indexname']}"
    return f"({', '.join(texts(node.get('keys')))})"


def excluded(prefix, node):
    for number, element in enumerate(node["exclusions"], 1):
        [part, operator] = element["List"]["items"]
        label = f"{prefix}excluded {number}"
        yield from index_key(label, fields_of(part))
        yield f"{label} with {'.'.join(map(string, operator['List']['items']))}"
    if node.get("where_clause"):
        yield from expression(f"{prefix}excluded where", node["where_clause"])


def traits(node, not_enforced):
    found = []
    # NOT ENFORCED skips the validation too, but says so itself.
    if node.get("skip_validation") and not not_enforced:
        found.append("not valid")
    if not_enforced:
        found.append("not enforced")
    if node.get("deferrable") or node.get("initdeferred"):
        found.append("deferrable")
    if node.get("initdeferred"):
        found.append("initially deferred")
    if node.get("is_no_inherit"):
        found.append("no inherit")
    return "".join(f" [{trait}]" for trait in found)
