"""Facts about ALTER TABLE and its relatives."""

from .columns import column, table_constraint
from .expressions import expression
from .options import foreign, named, sequence
from .roles import role
from .tables import bound
from .tree import dotted, fields_of, is_only, items, number_of, relation, string
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
    "AT_EnableRowSecurity": "enable row security",
    "AT_DisableRowSecurity": "disable row security",
    "AT_ForceRowSecurity": "force row security",
    "AT_NoForceRowSecurity": "no force row security",
    "AT_DropOf": "not of type",
    "AT_EnableTrigAll": "enable all triggers",
    "AT_EnableTrigUser": "enable user triggers",
    "AT_DisableTrigAll": "disable all triggers",
    "AT_DisableTrigUser": "disable user triggers",
}

# Actions with a name.
NAMED = {
    "AT_ValidateConstraint": "validate constraint",
    "AT_SetTableSpace": "set tablespace",
    "AT_ClusterOn": "cluster on",
    "AT_EnableTrig": "enable trigger",
    "AT_EnableAlwaysTrig": "enable always trigger",
    "AT_EnableReplicaTrig": "enable replica trigger",
    "AT_DisableTrig": "disable trigger",
    "AT_EnableRule": "enable rule",
    "AT_EnableAlwaysRule": "enable always rule",
    "AT_EnableReplicaRule": "enable replica rule",
    "AT_DisableRule": "disable rule",
}

# Changes of a column without details.
CHANGES = {
    "AT_SetNotNull": "set not null",
    "AT_DropNotNull": "drop not null",
}


def head(object_type, range_var, node):
    if_exists = " [if exists]" if node.get("missing_ok") else ""
    only_it = " [only]" if is_only(range_var) else ""
    return f"alter {RELATIONS[object_type]} {relation(range_var)}{if_exists}{only_it}"


def alter_table(node):
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
        yield f"{prefix}{verb} options"
        yield from named(f"{prefix}option", definition["List"]["items"])
    elif kind == "AT_ChangeOwner":
        yield f"{prefix}owner to {role(node['newowner'])}"
    elif kind == "AT_ReplicaIdentity":
        identity = fields_of(definition)
        yield f"{prefix}replica identity {IDENTITIES[identity['identity_type']]} {identity.get('name', '')}".rstrip()
    elif kind == "AT_AddOf":
        yield f"{prefix}of type {dotted(definition['TypeName']['names'])}"
    elif kind == "AT_GenericOptions":
        yield f"{prefix}foreign options"
        yield from foreign(f"{prefix}option", definition["List"]["items"])
    elif kind == "AT_SetAccessMethod":
        yield f"{prefix}set access method {name}".rstrip()
    elif kind in ("AT_AddInherit", "AT_DropInherit"):
        verb = "inherit" if kind == "AT_AddInherit" else "no inherit"
        yield f"{prefix}{verb} {relation(fields_of(definition))}"
    elif kind in ("AT_AttachPartition", "AT_DetachPartition", "AT_DetachPartitionFinalize"):
        yield prefix + partition(kind, fields_of(definition))
        if fields_of(definition).get("bound"):
            yield from bound(prefix, fields_of(definition)["bound"])
    else:
        yield from alter_column(f"{prefix}alter column {name or node.get('num')} ", kind, definition, if_exists)


IDENTITIES = {"d": "default", "f": "full", "n": "nothing", "i": "using index"}


def alter_column(prefix, kind, definition, if_exists):
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
    elif kind == "AT_SetStatistics":
        yield f"{prefix}set statistics {number_of(definition) if definition else 'default'}"
    elif kind in ("AT_SetStorage", "AT_SetCompression"):
        yield f"{prefix}{'set storage' if kind == 'AT_SetStorage' else 'set compression'} {string(definition)}"
    elif kind in ("AT_SetOptions", "AT_ResetOptions"):
        yield prefix + ("set options" if kind == "AT_SetOptions" else "reset options")
        yield from named(f"{prefix}option", definition["List"]["items"])
    elif kind == "AT_AlterColumnGenericOptions":
        yield f"{prefix}foreign options"
        yield from foreign(f"{prefix}option", definition["List"]["items"])
    elif kind == "AT_AddIdentity":
        identity = fields_of(definition)
        yield f"{prefix}add identity {'always' if identity['generated_when'] == 'a' else 'by default'}"
        yield from sequence(f"{prefix}identity", identity.get("options"))
    elif kind == "AT_SetIdentity":
        yield from set_identity(prefix, definition["List"]["items"])
    elif kind in ("AT_DropIdentity", "AT_DropExpression"):
        yield f"{prefix}{'drop identity' if kind == 'AT_DropIdentity' else 'drop expression'}{if_exists}"
    else:
        yield prefix + CHANGES[kind]


def set_identity(prefix, node_list):
    generated = [fields["arg"] for _, fields in items(node_list) if fields["defname"] == "generated"]
    words = ""
    for code in generated:
        words = " always" if number_of(code) == str(ord("a")) else " by default"
    yield f"{prefix}set identity{words}"
    others = [node for node in node_list if fields_of(node)["defname"] != "generated"]
    yield from sequence(f"{prefix}identity", others)


def alter_constraint(node):
    line = node["conname"]
    if node.get("alterEnforceability"):
        line += " [enforced]" if node.get("is_enforced") else " [not enforced]"
    if node.get("alterDeferrability"):
        line += " [deferrable]" if node.get("deferrable") else " [not deferrable]"
        line += " [initially deferred]" if node.get("initdeferred") else ""
    if node.get("alterInheritability"):
        line += " [no inherit]" if node.get("noinherit") else " [inherit]"
    return line


def partition(kind, command):
    name = relation(command["name"])
    if kind == "AT_AttachPartition":
        return f"attach partition {name}"
    concurrently = " [concurrently]" if command.get("concurrent") else ""
    finalize = " [finalize]" if kind == "AT_DetachPartitionFinalize" else ""
    return f"detach partition {name}{concurrently}{finalize}"


def alter_sequence(node):
    yield head("OBJECT_SEQUENCE", node["sequence"], node)
    yield "1 sequence options"
    yield from sequence("1 option", node.get("options"))


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
        yield f"1 {'no ' if node.get('remove') else ''}depends on extension {string({'String': node['extname']})}"
