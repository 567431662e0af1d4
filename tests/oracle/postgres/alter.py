"""Facts about ALTER TABLE and its relatives."""

from .columns import column, table_constraint
from .expressions import expression
from .tables import default
from .tree import dotted, fields_of, is_only, items, relation
from .types import type_name

RELATIONS = {
    "OBJECT_TABLE": "table",
    "OBJECT_FOREIGN_TABLE": "foreign table",
    "OBJECT_INDEX": "index",
    "OBJECT_VIEW": "view",
    "OBJECT_MATVIEW": "materialized view",
    "OBJECT_SEQUENCE": "sequence",
}

# Actions without details.
PLAIN = {
    "AT_SetLogged": "set logged",
    "AT_SetUnLogged": "set unlogged",
    "AT_DropCluster": "set without cluster",
    "AT_DropOids": "set without oids",
    "AT_ChangeOwner": "owner to",
    "AT_EnableRule": "enable rule",
    "AT_EnableAlwaysRule": "enable rule",
    "AT_EnableReplicaRule": "enable rule",
    "AT_DisableRule": "disable rule",
    "AT_EnableRowSecurity": "enable row security",
    "AT_DisableRowSecurity": "disable row security",
    "AT_ForceRowSecurity": "force row security",
    "AT_NoForceRowSecurity": "no force row security",
    "AT_ReplicaIdentity": "replica identity",
    "AT_AddOf": "of type",
    "AT_DropOf": "of type",
    "AT_GenericOptions": "foreign options",
    "AT_EnableTrigAll": "enable trigger",
    "AT_EnableTrigUser": "enable trigger",
    "AT_DisableTrigAll": "disable trigger",
    "AT_DisableTrigUser": "disable trigger",
}

# Actions with a name.
NAMED = {
    "AT_ValidateConstraint": "validate constraint",
    "AT_SetTableSpace": "set tablespace",
    "AT_ClusterOn": "cluster on",
    "AT_EnableTrig": "enable trigger",
    "AT_EnableAlwaysTrig": "enable trigger",
    "AT_EnableReplicaTrig": "enable trigger",
    "AT_DisableTrig": "disable trigger",
}

# Changes of a column without details.
CHANGES = {
    "AT_SetNotNull": "set not null",
    "AT_DropNotNull": "drop not null",
    "AT_SetStatistics": "set statistics",
    "AT_SetStorage": "set storage",
    "AT_SetCompression": "set compression",
    "AT_SetOptions": "set options",
    "AT_ResetOptions": "set options",
    "AT_AlterColumnGenericOptions": "foreign options",
    "AT_AddIdentity": "add identity",
    "AT_SetIdentity": "set identity",
    "AT_DropIdentity": "drop identity",
    "AT_DropExpression": "drop expression",
}


def head(object_type, range_var, node):
    if_exists = " [if exists]" if node.get("missing_ok") else ""
    only_it = " [only]" if is_only(range_var) else ""
    return f"alter {RELATIONS[object_type]} {relation(range_var)}{if_exists}{only_it}"


def alter_table(node):
    if node["objtype"] == "OBJECT_TYPE":
        yield "opaque ALTER TYPE"
        yield f"name {relation(node['relation'])}"
        return
    yield head(node["objtype"], node["relation"], node)
    for number, (_, command) in enumerate(items(node["cmds"]), 1):
        yield from action(f"{number} ", command)


def action(prefix, node):
    kind, name, definition = node["subtype"], node.get("name", ""), node.get("def")
    if_exists = " [if exists]" if node.get("missing_ok") else ""
    cascade = " [cascade]" if node.get("behavior") == "DROP_CASCADE" else ""
    if kind in PLAIN:
        yield prefix + PLAIN[kind]
    elif kind in NAMED:
        yield f"{prefix}{NAMED[kind]} {name}"
    elif kind == "AT_AddColumn":
        yield prefix + "add column" + (" [if not exists]" if node.get("missing_ok") else "")
        yield from column(prefix, fields_of(definition))
    elif kind == "AT_DropColumn":
        yield f"{prefix}drop column {name}{if_exists}{cascade}"
    elif kind == "AT_DropConstraint":
        yield f"{prefix}drop constraint {name}{if_exists}{cascade}"
    elif kind == "AT_AddConstraint":
        yield prefix + "add constraint"
        yield from table_constraint(prefix, fields_of(definition))
    elif kind == "AT_AlterConstraint":
        yield f"{prefix}alter constraint {alter_constraint(fields_of(definition))}"
    elif kind in ("AT_SetRelOptions", "AT_ResetRelOptions"):
        verb = "set" if kind == "AT_SetRelOptions" else "reset"
        yield f"{prefix}{verb} options {', '.join(map(option, definition['List']['items']))}"
    elif kind == "AT_SetAccessMethod":
        yield f"{prefix}set access method {name}".rstrip()
    elif kind in ("AT_AddInherit", "AT_DropInherit"):
        verb = "inherit" if kind == "AT_AddInherit" else "no inherit"
        yield f"{prefix}{verb} {relation(fields_of(definition))}"
    elif kind in ("AT_AttachPartition", "AT_DetachPartition", "AT_DetachPartitionFinalize"):
        yield prefix + partition(kind, fields_of(definition))
    else:
        yield from alter_column(f"{prefix}alter column {name or node.get('num')} ", kind, definition)


def alter_column(prefix, kind, definition):
    if kind == "AT_AlterColumnType":
        changed = fields_of(definition)
        collation = changed.get("collClause")
        collate = f" collate {dotted(collation['collname'])}" if collation else ""
        yield f"{prefix}type {type_name(changed['typeName'])}{collate}"
        if changed.get("raw_default"):
            yield from expression(prefix + "using", changed["raw_default"])
    elif kind == "AT_ColumnDefault":
        yield prefix + ("set default" if definition else "drop default")
        if definition:
            yield from expression(prefix + "default", definition)
    elif kind == "AT_SetExpression":
        yield prefix + "set expression"
        yield from expression(prefix + "expression", definition)
    else:
        yield prefix + CHANGES[kind]


def alter_constraint(node):
    enforced = {True: " [enforced]", False: " [not enforced]"}[bool(node.get("is_enforced"))]
    return node["conname"] + (enforced if node.get("alterEnforceability") else "")


def option(node):
    fields = fields_of(node)
    space = fields.get("defnamespace")
    return (f"{space}." if space else "") + fields["defname"]


def partition(kind, command):
    name = relation(command["name"])
    if kind == "AT_AttachPartition":
        return f"attach partition {name}{default(command.get('bound') or {})}"
    concurrently = " [concurrently]" if command.get("concurrent") else ""
    finalize = " [finalize]" if kind == "AT_DetachPartitionFinalize" else ""
    return f"detach partition {name}{concurrently}{finalize}"


def alter_sequence(node):
    yield head("OBJECT_SEQUENCE", node["sequence"], node)
    yield "1 sequence options"


def rename(node):
    """RENAME of a relation, its column or its constraint; None for anything else."""
    kind, object_type = node["renameType"], node.get("relationType")
    if kind == "OBJECT_COLUMN" and object_type in RELATIONS:
        yield head(object_type, node["relation"], node)
        yield f"1 rename column {node['subname']} to {node['newname']}"
    elif kind == "OBJECT_TABCONSTRAINT":
        yield head("OBJECT_TABLE", node["relation"], node)
        yield f"1 rename constraint {node['subname']} to {node['newname']}"
    elif kind in RELATIONS:
        yield head(kind, node["relation"], node)
        yield f"1 rename to {node['newname']}"


def set_schema(node):
    if node["objectType"] in RELATIONS:
        yield head(node["objectType"], node["relation"], node)
        yield f"1 set schema {node['newschema']}"


def depends(node):
    if node["objectType"] in RELATIONS:
        yield head(node["objectType"], node["relation"], node)
        yield "1 depends on extension"
