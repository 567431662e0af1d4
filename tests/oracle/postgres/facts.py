"""Which facts a statement has: one row for every kind of statement that PostgreSQL's grammar knows."""

from . import (
    access,
    alter,
    extensions,
    indexes,
    maintenance,
    nested,
    objects,
    opaque,
    queries,
    references,
    replication,
    routines,
    session,
    tables,
    triggers,
    user_types,
)
from .opaque import named
from .roles import role


def rename(node):
    routine = routines.shared(node["renameType"], node, f"rename to {node['newname']}")
    return list(alter.rename(node)) or list(routine) or references.renamed(node)


def set_schema(node):
    routine = routines.shared(node["objectType"], node, f"set schema {node['newschema']}")
    return list(alter.set_schema(node)) or list(routine) or references.moved(node)


def depends(node):
    no = "no " if node.get("remove") else ""
    routine = routines.shared(node["objectType"], node, f"{no}depends on extension {node['extname'].get('sval')}")
    return list(alter.depends(node)) or list(routine) or references.depends(node)


def owner(node):
    return list(routines.shared(node["objectType"], node, f"owner to {role(node['newowner'])}")) or references.owned(node)


def alter_table(node):
    return user_types.alter_composite(node) if node["objtype"] == "OBJECT_TYPE" else alter.alter_table(node)


def define(node):
    return user_types.create_base(node) if node["kind"] == "OBJECT_TYPE" else opaque.define(node)


def select(node):
    left = node
    while "larg" in left:
        left = left["larg"]
    if left.get("intoClause"):
        whole = {**node, "intoClause": left["intoClause"]}
        return tables.select_into(whole)
    return queries.select(node)


def write(kind):
    return lambda node: queries.write(kind, node)


def all_in_tablespace(node):
    kind = objects.KINDS[node["objtype"]]
    return opaque.opaque(f"ALTER {kind} ALL IN TABLESPACE", node["orig_tablespacename"])


FACTS = {
    "AlterCollationStmt": named("ALTER COLLATION", "collname"),
    "AlterDatabaseRefreshCollStmt": named("ALTER DATABASE", "dbname"),
    "AlterDatabaseSetStmt": named("ALTER DATABASE", "dbname"),
    "AlterDatabaseStmt": named("ALTER DATABASE", "dbname"),
    "AlterDefaultPrivilegesStmt": access.default_privileges,
    "AlterDomainStmt": user_types.alter_domain,
    "AlterEnumStmt": user_types.alter_enum,
    "AlterEventTrigStmt": triggers.alter_event_trigger,
    "AlterExtensionContentsStmt": extensions.alter_contents,
    "AlterExtensionStmt": extensions.alter_extension,
    "AlterFdwStmt": extensions.wrapper("alter"),
    "AlterForeignServerStmt": extensions.server("alter"),
    "AlterFunctionStmt": routines.alter_function,
    "AlterObjectDependsStmt": depends,
    "AlterObjectSchemaStmt": set_schema,
    "AlterOpFamilyStmt": named("ALTER OPERATOR FAMILY", "opfamilyname"),
    "AlterOperatorStmt": named("ALTER OPERATOR"),
    "AlterOwnerStmt": owner,
    "AlterPolicyStmt": triggers.alter_policy,
    "AlterPublicationStmt": replication.alter_publication,
    "AlterRoleSetStmt": opaque.role_setting,
    "AlterRoleStmt": opaque.alter_role,
    "AlterSeqStmt": alter.alter_sequence,
    "AlterStatsStmt": replication.alter_statistics,
    "AlterSubscriptionStmt": replication.alter_subscription,
    "AlterSystemStmt": named("ALTER SYSTEM"),
    "AlterTSConfigurationStmt": named("ALTER TEXT SEARCH CONFIGURATION", "cfgname"),
    "AlterTSDictionaryStmt": named("ALTER TEXT SEARCH DICTIONARY", "dictname"),
    "AlterTableMoveAllStmt": all_in_tablespace,
    "AlterTableSpaceOptionsStmt": named("ALTER TABLESPACE", "tablespacename"),
    "AlterTableStmt": alter_table,
    "AlterTypeStmt": user_types.alter_base,
    "AlterUserMappingStmt": extensions.mapping("alter"),
    "CallStmt": nested.call,
    "CheckPointStmt": named("CHECKPOINT"),
    "ClosePortalStmt": named("CLOSE", "portalname"),
    "ClusterStmt": maintenance.cluster,
    "CommentStmt": references.comment,
    "CompositeTypeStmt": user_types.create_composite,
    "ConstraintsSetStmt": session.constraints,
    "CopyStmt": queries.copy,
    "CreateAmStmt": named("CREATE ACCESS METHOD", "amname"),
    "CreateCastStmt": named("CREATE CAST"),
    "CreateConversionStmt": named("CREATE CONVERSION", "conversion_name"),
    "CreateDomainStmt": user_types.create_domain,
    "CreateEnumStmt": user_types.create_enum,
    "CreateEventTrigStmt": triggers.create_event_trigger,
    "CreateExtensionStmt": extensions.create_extension,
    "CreateFdwStmt": extensions.wrapper("create"),
    "CreateForeignServerStmt": extensions.server("create"),
    "CreateForeignTableStmt": tables.create_foreign_table,
    "CreateFunctionStmt": routines.create_function,
    "CreateOpClassStmt": named("CREATE OPERATOR CLASS", "opclassname"),
    "CreateOpFamilyStmt": named("CREATE OPERATOR FAMILY", "opfamilyname"),
    "CreatePLangStmt": named("CREATE LANGUAGE", "plname"),
    "CreatePolicyStmt": triggers.create_policy,
    "CreatePublicationStmt": replication.create_publication,
    "CreateRangeStmt": user_types.create_range,
    "CreateRoleStmt": opaque.role("CREATE"),
    "CreateSchemaStmt": nested.create_schema,
    "CreateSeqStmt": tables.create_sequence,
    "CreateStatsStmt": replication.create_statistics,
    "CreateStmt": tables.create_table,
    "CreateSubscriptionStmt": replication.create_subscription,
    "CreateTableAsStmt": tables.create_table_as,
    "CreateTableSpaceStmt": named("CREATE TABLESPACE", "tablespacename"),
    "CreateTransformStmt": named("CREATE TRANSFORM"),
    "CreateTrigStmt": triggers.create_trigger,
    "CreateUserMappingStmt": extensions.mapping("create"),
    "CreatedbStmt": named("CREATE DATABASE", "dbname"),
    "DeallocateStmt": named("DEALLOCATE", "name"),
    "DeclareCursorStmt": nested.declare,
    "DefineStmt": define,
    "DeleteStmt": write("DeleteStmt"),
    "DiscardStmt": session.discard,
    "DoStmt": routines.do_block,
    "DropOwnedStmt": access.drop_owned,
    "DropRoleStmt": objects.drop_roles,
    "DropStmt": objects.drop,
    "DropSubscriptionStmt": objects.drop_named("SUBSCRIPTION", "subname"),
    "DropTableSpaceStmt": objects.drop_named("TABLESPACE", "tablespacename"),
    "DropUserMappingStmt": objects.drop_user_mapping,
    "DropdbStmt": objects.drop_named("DATABASE", "dbname"),
    "ExecuteStmt": nested.execute,
    "ExplainStmt": nested.explain,
    "FetchStmt": lambda node: opaque.opaque("MOVE" if node.get("ismove") else "FETCH", node.get("portalname")),
    "GrantRoleStmt": access.grant_role,
    "GrantStmt": access.grant,
    "ImportForeignSchemaStmt": extensions.import_schema,
    "IndexStmt": indexes.create_index,
    "InsertStmt": write("InsertStmt"),
    "ListenStmt": named("LISTEN", "conditionname"),
    "LoadStmt": named("LOAD"),
    "LockStmt": maintenance.lock,
    "MergeStmt": write("MergeStmt"),
    "NotifyStmt": named("NOTIFY", "conditionname"),
    "PrepareStmt": nested.prepare,
    "ReassignOwnedStmt": access.reassign,
    "RefreshMatViewStmt": maintenance.refresh,
    "ReindexStmt": maintenance.reindex,
    "RenameStmt": rename,
    "RuleStmt": triggers.create_rule,
    "SecLabelStmt": references.security_label,
    "SelectStmt": select,
    "TransactionStmt": session.transaction,
    "TruncateStmt": maintenance.truncate,
    "UnlistenStmt": named("UNLISTEN", "conditionname"),
    "UpdateStmt": write("UpdateStmt"),
    "VacuumStmt": maintenance.vacuum,
    "VariableSetStmt": session.variable,
    "VariableShowStmt": named("SHOW"),
    "ViewStmt": tables.create_view,
}


def of(kind, fields, written):
    """The facts of a statement, sorted. A line end inside a name would break the list."""
    if kind == "CreateExtensionStmt" and "language" in written.lower().split()[:5]:
        # CREATE LANGUAGE without a handler becomes CREATE EXTENSION.
        return sorted(opaque.opaque("CREATE LANGUAGE", fields["extname"]))
    row = FACTS[kind]
    found = row(fields, written) if kind in ("CreateFunctionStmt", "DoStmt") else row(fields)
    return sorted(line.replace("\n", "\\n") for line in found)
