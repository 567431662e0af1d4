"""Which facts a statement has: one row for every kind of statement that PostgreSQL's grammar knows."""

from . import alter, indexes, maintenance, nested, objects, opaque, queries, session, tables, triggers, user_types
from .opaque import named


def rename(node):
    return list(alter.rename(node)) or opaque.alter_object(node["renameType"], node)


def set_schema(node):
    return list(alter.set_schema(node)) or opaque.alter_object(node["objectType"], node)


def depends(node):
    return list(alter.depends(node)) or opaque.alter_object(node["objectType"], node)


def owner(node):
    return opaque.alter_object(node["objectType"], node)


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
    "AlterDefaultPrivilegesStmt": named("ALTER DEFAULT PRIVILEGES"),
    "AlterDomainStmt": named("ALTER DOMAIN", "typeName"),
    "AlterEnumStmt": user_types.alter_enum,
    "AlterEventTrigStmt": named("ALTER EVENT TRIGGER", "trigname"),
    "AlterExtensionContentsStmt": named("ALTER EXTENSION", "extname"),
    "AlterExtensionStmt": named("ALTER EXTENSION", "extname"),
    "AlterFdwStmt": named("ALTER FOREIGN DATA WRAPPER", "fdwname"),
    "AlterForeignServerStmt": named("ALTER SERVER", "servername"),
    "AlterFunctionStmt": lambda node: opaque.alter_object(node["objtype"], {"object": {"ObjectWithArgs": node["func"]}}),
    "AlterObjectDependsStmt": depends,
    "AlterObjectSchemaStmt": set_schema,
    "AlterOpFamilyStmt": named("ALTER OPERATOR FAMILY", "opfamilyname"),
    "AlterOperatorStmt": named("ALTER OPERATOR"),
    "AlterOwnerStmt": owner,
    "AlterPolicyStmt": opaque.policy("ALTER"),
    "AlterPublicationStmt": opaque.publication("ALTER"),
    "AlterRoleSetStmt": opaque.role_setting,
    "AlterRoleStmt": opaque.alter_role,
    "AlterSeqStmt": alter.alter_sequence,
    "AlterStatsStmt": named("ALTER STATISTICS", "defnames"),
    "AlterSubscriptionStmt": named("ALTER SUBSCRIPTION", "subname"),
    "AlterSystemStmt": named("ALTER SYSTEM"),
    "AlterTSConfigurationStmt": named("ALTER TEXT SEARCH CONFIGURATION", "cfgname"),
    "AlterTSDictionaryStmt": named("ALTER TEXT SEARCH DICTIONARY", "dictname"),
    "AlterTableMoveAllStmt": all_in_tablespace,
    "AlterTableSpaceOptionsStmt": named("ALTER TABLESPACE", "tablespacename"),
    "AlterTableStmt": alter.alter_table,
    "AlterTypeStmt": named("ALTER TYPE", "typeName"),
    "AlterUserMappingStmt": named("ALTER USER MAPPING"),
    "CallStmt": nested.call,
    "CheckPointStmt": named("CHECKPOINT"),
    "ClosePortalStmt": named("CLOSE", "portalname"),
    "ClusterStmt": maintenance.cluster,
    "CommentStmt": objects.comment,
    "CompositeTypeStmt": named("CREATE TYPE", "typevar"),
    "ConstraintsSetStmt": named("SET CONSTRAINTS"),
    "CopyStmt": queries.copy,
    "CreateAmStmt": named("CREATE ACCESS METHOD", "amname"),
    "CreateCastStmt": named("CREATE CAST"),
    "CreateConversionStmt": named("CREATE CONVERSION", "conversion_name"),
    "CreateDomainStmt": user_types.create_domain,
    "CreateEnumStmt": user_types.create_enum,
    "CreateEventTrigStmt": named("CREATE EVENT TRIGGER", "trigname"),
    "CreateExtensionStmt": named("CREATE EXTENSION", "extname"),
    "CreateFdwStmt": named("CREATE FOREIGN DATA WRAPPER", "fdwname"),
    "CreateForeignServerStmt": named("CREATE SERVER", "servername"),
    "CreateForeignTableStmt": tables.create_foreign_table,
    "CreateFunctionStmt": objects.create_function,
    "CreateOpClassStmt": named("CREATE OPERATOR CLASS", "opclassname"),
    "CreateOpFamilyStmt": named("CREATE OPERATOR FAMILY", "opfamilyname"),
    "CreatePLangStmt": named("CREATE LANGUAGE", "plname"),
    "CreatePolicyStmt": opaque.policy("CREATE"),
    "CreatePublicationStmt": opaque.publication("CREATE"),
    "CreateRangeStmt": named("CREATE TYPE", "typeName"),
    "CreateRoleStmt": opaque.role("CREATE"),
    "CreateSchemaStmt": nested.create_schema,
    "CreateSeqStmt": tables.create_sequence,
    "CreateStatsStmt": opaque.statistics,
    "CreateStmt": tables.create_table,
    "CreateSubscriptionStmt": named("CREATE SUBSCRIPTION", "subname"),
    "CreateTableAsStmt": tables.create_table_as,
    "CreateTableSpaceStmt": named("CREATE TABLESPACE", "tablespacename"),
    "CreateTransformStmt": named("CREATE TRANSFORM"),
    "CreateTrigStmt": triggers.create_trigger,
    "CreateUserMappingStmt": named("CREATE USER MAPPING"),
    "CreatedbStmt": named("CREATE DATABASE", "dbname"),
    "DeallocateStmt": named("DEALLOCATE", "name"),
    "DeclareCursorStmt": nested.declare,
    "DefineStmt": opaque.define,
    "DeleteStmt": write("DeleteStmt"),
    "DiscardStmt": session.discard,
    "DoStmt": named("DO"),
    "DropOwnedStmt": named("DROP OWNED"),
    "DropRoleStmt": objects.drop_roles,
    "DropStmt": objects.drop,
    "DropSubscriptionStmt": objects.drop_named("SUBSCRIPTION", "subname"),
    "DropTableSpaceStmt": objects.drop_named("TABLESPACE", "tablespacename"),
    "DropUserMappingStmt": objects.drop_user_mapping,
    "DropdbStmt": objects.drop_named("DATABASE", "dbname"),
    "ExecuteStmt": nested.execute,
    "ExplainStmt": nested.explain,
    "FetchStmt": lambda node: opaque.opaque("MOVE" if node.get("ismove") else "FETCH", node.get("portalname")),
    "GrantRoleStmt": opaque.grant_role,
    "GrantStmt": opaque.grant,
    "ImportForeignSchemaStmt": named("IMPORT FOREIGN SCHEMA", "remote_schema"),
    "IndexStmt": indexes.create_index,
    "InsertStmt": write("InsertStmt"),
    "ListenStmt": named("LISTEN", "conditionname"),
    "LoadStmt": named("LOAD"),
    "LockStmt": maintenance.lock,
    "MergeStmt": write("MergeStmt"),
    "NotifyStmt": named("NOTIFY", "conditionname"),
    "PrepareStmt": nested.prepare,
    "ReassignOwnedStmt": named("REASSIGN OWNED"),
    "RefreshMatViewStmt": maintenance.refresh,
    "ReindexStmt": maintenance.reindex,
    "RenameStmt": rename,
    "RuleStmt": opaque.rule,
    "SecLabelStmt": named("SECURITY LABEL"),
    "SelectStmt": select,
    "TransactionStmt": session.transaction,
    "TruncateStmt": maintenance.truncate,
    "UnlistenStmt": named("UNLISTEN"),
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
    return sorted(line.replace("\n", "\\n") for line in FACTS[kind](fields))
