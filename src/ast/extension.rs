//! Extensions, schemas, and objects of other servers.

use super::{ForeignOption, Ident, NamedOption, ObjectName, ObjectRef, RoleSpec, Statement, Text};
use crate::source::Span;

/// CREATE EXTENSION.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateExtension {
    /// Its name.
    pub name: Ident,
    /// IF NOT EXISTS.
    pub if_not_exists: bool,
    /// SCHEMA.
    pub schema: Option<Ident>,
    /// VERSION.
    pub version: Option<Text>,
    /// CASCADE: extensions that it needs are created too.
    pub cascade: bool,
}

/// ALTER EXTENSION. SET SCHEMA is [`AlterOther`](super::AlterOther).
#[derive(Debug, Clone, PartialEq)]
pub struct AlterExtension {
    /// Its name.
    pub name: Ident,
    /// The change.
    pub change: ExtensionChange,
}

/// A change to an extension.
#[derive(Debug, Clone, PartialEq)]
pub enum ExtensionChange {
    /// UPDATE [TO version].
    Update(Option<Text>),
    /// ADD member.
    Add(ObjectRef),
    /// DROP member.
    Drop(ObjectRef),
}

/// CREATE SCHEMA.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateSchema {
    /// Its name; None takes that of the role.
    pub name: Option<Ident>,
    /// IF NOT EXISTS.
    pub if_not_exists: bool,
    /// AUTHORIZATION.
    pub authorization: Option<RoleSpec>,
    /// Objects made in it: statements of their own, whose names without a schema mean this one.
    pub elements: Vec<Statement>,
}

/// Statements about data on other servers.
#[derive(Debug, Clone, PartialEq)]
pub enum Foreign {
    /// CREATE FOREIGN DATA WRAPPER.
    CreateWrapper(ForeignWrapper),
    /// ALTER FOREIGN DATA WRAPPER.
    AlterWrapper(ForeignWrapper),
    /// CREATE SERVER.
    CreateServer(ForeignServer),
    /// ALTER SERVER.
    AlterServer(ForeignServer),
    /// CREATE USER MAPPING.
    CreateMapping(UserMapping),
    /// ALTER USER MAPPING.
    AlterMapping(UserMapping),
    /// IMPORT FOREIGN SCHEMA.
    ImportSchema(ImportForeignSchema),
}

/// A foreign data wrapper.
#[derive(Debug, Clone, PartialEq)]
pub struct ForeignWrapper {
    /// Its name.
    pub name: Ident,
    /// HANDLER; None is NO HANDLER, or not said.
    pub handler: Option<ObjectName>,
    /// VALIDATOR; None is NO VALIDATOR, or not said.
    pub validator: Option<ObjectName>,
    /// OPTIONS.
    pub options: Vec<ForeignOption>,
}

/// A foreign server.
#[derive(Debug, Clone, PartialEq)]
pub struct ForeignServer {
    /// Its name.
    pub name: Ident,
    /// IF NOT EXISTS.
    pub if_not_exists: bool,
    /// TYPE.
    pub kind: Option<Text>,
    /// VERSION.
    pub version: Option<Text>,
    /// FOREIGN DATA WRAPPER; None for ALTER.
    pub wrapper: Option<Ident>,
    /// OPTIONS.
    pub options: Vec<ForeignOption>,
}

/// A user mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct UserMapping {
    /// IF NOT EXISTS.
    pub if_not_exists: bool,
    /// The role here.
    pub role: RoleSpec,
    /// The foreign server.
    pub server: Ident,
    /// OPTIONS.
    pub options: Vec<ForeignOption>,
}

/// IMPORT FOREIGN SCHEMA.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportForeignSchema {
    /// The schema on the other server.
    pub remote_schema: Ident,
    /// LIMIT TO or EXCEPT.
    pub limit: Option<ImportLimit>,
    /// FROM SERVER.
    pub server: Ident,
    /// INTO.
    pub local_schema: Ident,
    /// OPTIONS.
    pub options: Vec<ForeignOption>,
}

/// Which tables are imported.
#[derive(Debug, Clone, PartialEq)]
pub enum ImportLimit {
    /// LIMIT TO these.
    To(Vec<ObjectName>),
    /// All EXCEPT these.
    Except(Vec<ObjectName>),
}

/// REPACK (19): CLUSTER and VACUUM FULL under a new name.
#[derive(Debug, Clone, PartialEq)]
pub struct Repack {
    /// The table; None means every table that was clustered before, or all.
    pub table: Option<ObjectName>,
    /// Columns that ANALYZE is limited to.
    pub columns: Vec<Ident>,
    /// CONCURRENTLY, when it is not off.
    pub concurrently: bool,
    /// ANALYZE, when it is not off.
    pub analyze: bool,
    /// USING INDEX.
    pub using_index: bool,
    /// The index; None is the one clustered on before.
    pub index: Option<ObjectName>,
    /// The options as written.
    pub options: Vec<NamedOption>,
    /// The keyword REPACK: a rewrite puts `(CONCURRENTLY)` behind it.
    pub keyword: Span,
}
