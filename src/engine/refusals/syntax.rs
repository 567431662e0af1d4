//! Statements and clauses that older versions do not know.
//!
//! Source: the grammar of PostgreSQL 10 to 18, and measurements (`unsupported` in `fixtures/facts/observed.toml`).

use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::ast::{
    AlterAction, AlterActionKind, AlterObject, AlterTable, ColumnChange, ColumnConstraintKind, ColumnDef,
    ConstraintTraits, CreateTable, DomainChange, Expr, GrantTarget, Ident, IndexParameters, KeyAction, ObjectKind,
    ObjectRef, PartitionBound, PartitionBoundKind, PublicationObject, RangeBound, References, RoutineBody, RoutineKind,
    Statement, StatementKind, StatisticsElement, TableConstraint, TableConstraintKind, Vacuum, WriteVerb,
};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::parser::{NUMBER, QUOTED, STRING, is_name};
use crate::postgres::VersionSet;

use super::words::{has, marks};
use super::{FEATURE_NOT_SUPPORTED, INVALID_PARAMETER_VALUE, SYNTAX_ERROR, refused_on};
use super::{maintenance, newer_words};

/// What came with a version.
type Newer = (u8, &'static str);

/// What the statement has that came with a version.
pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Option<Refusal> {
    ungrammatical(statement).or_else(|| with_oids(statement, around)).or_else(|| too_new(statement, around))
}

/// What no version's grammar takes, or none does any more.
fn ungrammatical(statement: &Statement) -> Option<Refusal> {
    let refusal = |versions: VersionSet, reason: &str| Some(refused_on(versions, SYNTAX_ERROR, reason.to_owned()));
    match &statement.kind {
        StatementKind::AlterTable(alter) if alter.actions.len() > 1 => {
            let Some(lone) = alter.actions.iter().find(|action| stands_alone(&action.kind)) else {
                return alter.actions.iter().find_map(of_action);
            };
            let reason = "this cannot stand beside other subcommands of ALTER TABLE";
            refusal(VersionSet::ALL, reason).map(|refusal| refusal.at(lone.span))
        }
        StatementKind::AlterTable(alter) => match alter.actions.as_slice() {
            [only] if alter.object == AlterObject::Index && matches!(only.kind, AlterActionKind::SetSchema(_)) => {
                refusal(VersionSet::ALL, "ALTER INDEX has no SET SCHEMA: an index is in the schema of its table")
            }
            actions => actions.iter().find_map(of_action),
        },
        StatementKind::CreateIndex(create) if create.if_not_exists && create.name.is_none() => {
            refusal(VersionSet::ALL, "CREATE INDEX IF NOT EXISTS needs the name of the index")
        }
        StatementKind::Refresh(refresh) if refresh.concurrently && refresh.with_no_data => {
            refusal(VersionSet::ALL, "REFRESH CONCURRENTLY and WITH NO DATA cannot be used together")
        }
        _ => None,
    }
}

/// `CREATE TABLE ... WITH OIDS`; what a list of options says of them is read, and refused.
fn with_oids(statement: &Statement, around: &Surroundings) -> Option<Refusal> {
    let StatementKind::CreateTable(create) = &statement.kind else { return None };
    let oids = create.options.iter().find(|option| option.name == "oids")?;
    let written = around.text_of(oids.span).to_ascii_uppercase();
    let reason = || "WITH OIDS is gone since PostgreSQL 12".to_owned();
    written.starts_with("WITH").then(|| refused_on(VersionSet::since(12), SYNTAX_ERROR, reason()).at(oids.span))
}

/// Subcommands that the grammar does not have, wherever they stand.
fn of_action(action: &AlterAction) -> Option<Refusal> {
    let gone = matches!(action.kind, AlterActionKind::SetWithOids);
    let reason = || "SET WITH OIDS is gone since PostgreSQL 12".to_owned();
    gone.then(|| refused_on(VersionSet::since(12), SYNTAX_ERROR, reason()).at(action.span))
}

/// Subcommands that are statements of their own.
fn stands_alone(action: &AlterActionKind) -> bool {
    matches!(
        action,
        AlterActionKind::AttachPartition { .. }
            | AlterActionKind::DetachPartition { .. }
            | AlterActionKind::RenameColumn { .. }
            | AlterActionKind::RenameTo(_)
            | AlterActionKind::RenameConstraint { .. }
            | AlterActionKind::SetSchema(_)
            | AlterActionKind::DependsOnExtension { .. }
    )
}

fn too_new(statement: &Statement, around: &Surroundings) -> Option<Refusal> {
    let (since, what) = newest(statement, around)?;
    let sqlstate = match (&statement.kind, since) {
        // Before, the words were for other kinds of constraints.
        (StatementKind::AlterTable(alter), 18) if alter.actions.iter().any(marks_no_inherit) => FEATURE_NOT_SUPPORTED,
        // The grammar takes them.
        (StatementKind::CreateStatistics(_), 14) => FEATURE_NOT_SUPPORTED,
        (StatementKind::CreateTable(create), 11) if create.partition_by.is_some() => INVALID_PARAMETER_VALUE,
        _ => SYNTAX_ERROR,
    };
    Some(refused_on(VersionSet::before(since), sqlstate, format!("{what} came with PostgreSQL {since}")))
}

/// `ALTER CONSTRAINT ... NO INHERIT`, and no other change of it.
fn marks_no_inherit(action: &AlterAction) -> bool {
    match &action.kind {
        AlterActionKind::AlterConstraint { change, .. } => change.inherit == Some(false) && change.enforced.is_none(),
        _ => false,
    }
}

fn newest(statement: &Statement, around: &Surroundings) -> Option<Newer> {
    let found: Vec<Newer> = match &statement.kind {
        StatementKind::Write(write) => {
            let merge = (write.verb == WriteVerb::Merge).then_some((15, "MERGE"));
            merge.into_iter().chain(materialized(write.materialized)).collect()
        }
        StatementKind::CreateIndex(create) => {
            let distinct = create.nulls_not_distinct.then_some((15, "NULLS NOT DISTINCT"));
            let include = (!create.include.is_empty()).then_some((11, "INCLUDE"));
            let only = create.only.then_some((11, "CREATE INDEX ... ON ONLY"));
            let given = create.keys.iter().any(|key| !key.opclass_options.is_empty());
            let given = given.then_some((13, "parameters of operator classes"));
            distinct.into_iter().chain(include).chain(only).chain(given).collect()
        }
        StatementKind::CreateTable(create) => create_table(create, around),
        StatementKind::AlterTable(alter) => alter_table(alter, around),
        StatementKind::AlterDomain(alter) => of_domain(&alter.change).into_iter().collect(),
        StatementKind::CreateTrigger(create) if create.or_replace => vec![(14, "CREATE OR REPLACE TRIGGER")],
        StatementKind::Reindex(reindex) => {
            let concurrently = reindex.concurrently.then_some((12, "REINDEX ... CONCURRENTLY"));
            let listed = |name: &str| reindex.options.iter().any(|option| option.name == name);
            let options = (listed("concurrently") || listed("tablespace")).then_some((14, "such an option of REINDEX"));
            let unnamed = reindex.name.is_none().then_some((16, "REINDEX DATABASE or SYSTEM without a name"));
            concurrently.into_iter().chain(options).chain(unnamed).collect()
        }
        // In parentheses, as of 14.
        StatementKind::Cluster(cluster) if !cluster.options.is_empty() => {
            let text = around.text_of(statement.span).to_uppercase();
            let listed =
                text.trim_start().strip_prefix("CLUSTER").is_some_and(|rest| rest.trim_start().starts_with('('));
            listed.then_some((14, "CLUSTER with options in parentheses")).into_iter().collect()
        }
        StatementKind::Vacuum(vacuum) => several(vacuum).into_iter().chain(maintenance::newer(vacuum)).collect(),
        StatementKind::CreateFunction(create) => {
            let procedure = create.kind == RoutineKind::Procedure;
            let body = match &create.body {
                RoutineBody::Return(_) | RoutineBody::Atomic(_) => Some((14, "a body that is no string")),
                RoutineBody::Text(_) | RoutineBody::Later(_) | RoutineBody::Object | RoutineBody::Missing => None,
            };
            let support = create.support.as_ref().map(|_| (12, "SUPPORT"));
            procedure.then_some((11, "CREATE PROCEDURE")).into_iter().chain(body).chain(support).collect()
        }
        StatementKind::Grant(grant) => {
            let is_routine = |object: &ObjectRef| object.kind == ObjectKind::Function;
            let of_routines = match &grant.target {
                GrantTarget::Objects(objects) => objects.iter().any(is_routine),
                GrantTarget::AllInSchemas { .. } => false,
            };
            let marks = if of_routines { marks(around.text_of(statement.span)) } else { Vec::new() };
            let of_routines = has(&marks, &["ON", "PROCEDURE"]) || has(&marks, &["ON", "ROUTINE"]);
            let granted = grant.granted_by.as_ref().map(|_| (14, "GRANTED BY of privileges"));
            of_routines.then_some((11, "privileges on procedures and routines")).into_iter().chain(granted).collect()
        }
        StatementKind::AlterStatistics(alter) if alter.target.is_none() => vec![(17, "SET STATISTICS DEFAULT")],
        StatementKind::CreatePublication(create) => published(&create.objects).into_iter().collect(),
        StatementKind::AlterPublication(alter) => published(alter.change.objects()).into_iter().collect(),
        StatementKind::CreateStatistics(create) => {
            let is_expression = |element: &StatisticsElement| matches!(element, StatisticsElement::Expr(_));
            let expressions = create.elements.iter().any(is_expression);
            let unnamed = create.name.is_none().then_some((16, "CREATE STATISTICS without a name"));
            expressions.then_some((14, "statistics on expressions")).into_iter().chain(unnamed).collect()
        }
        StatementKind::Query(query) => {
            let parts = of_query(around.text_of(statement.span)).into_iter();
            parts.chain(materialized(query.materialized)).collect()
        }
        StatementKind::CreateView(create) => {
            let method = create.method.as_ref().map(|_| (12, "USING a table access method"));
            let parts = of_query(around.text_of(statement.span)).into_iter().chain(method);
            parts.chain(materialized(create.query.materialized)).collect()
        }
        _ => Vec::new(),
    };
    found.into_iter().chain(newer_words::newest(statement, around.text_of(statement.span))).max()
}

/// `JSON_TABLE(... COLUMNS (...))`, which no call of a function looks like, and `GROUP BY DISTINCT`.
fn of_query(text: &str) -> Option<Newer> {
    /// Most queries have neither.
    static EITHER: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i-u)\b(?:json_table|by\s+distinct)\b").ok());
    if EITHER.as_ref().is_some_and(|either| !either.is_match(text.as_bytes())) {
        return None;
    }
    let marks = marks(text);
    let called = has(&marks, &["JSON_TABLE", "("]) && has(&marks, &["COLUMNS", "("]);
    let distinct = has(&marks, &["GROUP", "BY", "DISTINCT"]).then_some((14, "GROUP BY DISTINCT"));
    if called { Some((17, "JSON_TABLE")) } else { distinct }
}

fn materialized(written: bool) -> Option<Newer> {
    written.then_some((12, "MATERIALIZED of a WITH query"))
}

fn create_table(create: &CreateTable, around: &Surroundings) -> Vec<Newer> {
    let mut found: Vec<Newer> = create.columns.iter().flat_map(column).collect();
    found.extend(create.query.as_ref().and_then(|query| materialized(query.materialized)));
    found.extend(create.query.as_ref().and_then(|query| of_query(around.text_of(query.span))));
    found.extend(create.constraints.iter().flat_map(constraint));
    found.extend(create.partition_of.as_ref().and_then(|partition| bound(&partition.bound, around)));
    let hashed = create.partition_by.as_ref().is_some_and(|by| by.strategy == "hash");
    found.extend((hashed && found.is_empty()).then_some((11, "partitioning by HASH")));
    // ALL holds them too, as far as they exist.
    let including = |name: &str| {
        let written = create.like.iter().map(|like| around.text_of(like.span).to_uppercase());
        written.into_iter().any(|text| text.contains(&format!("INCLUDING {name}")))
    };
    found.extend(including("COMPRESSION").then_some((14, "LIKE ... INCLUDING COMPRESSION")));
    found.extend(including("GENERATED").then_some((12, "LIKE ... INCLUDING GENERATED")));
    found.extend(create.method.as_ref().map(|_| (12, "USING a table access method")));
    found
}

fn alter_table(alter: &AlterTable, around: &Surroundings) -> Vec<Newer> {
    use AlterActionKind as A;
    let of_action = |action: &A| -> Vec<Newer> {
        match action {
            A::AddColumn { column: added, .. } => column(added),
            A::AddConstraint(added) => constraint(added),
            A::AlterColumn { change, .. } if alter.object == AlterObject::Index => {
                of_change(change).into_iter().chain([(11, "ALTER INDEX ... ALTER COLUMN")]).collect()
            }
            A::AlterColumn { name, change: ColumnChange::SetStatistics(Some(_)) } if is_number(name, around) => {
                vec![(11, "a column that is named by its number")]
            }
            A::AlterColumn { change, .. } => of_change(change).into_iter().collect(),
            A::AttachPartition { bound: Some(written), .. } => bound(written, around).into_iter().collect(),
            A::AttachPartition { bound: None, .. } => vec![(11, "ALTER INDEX ... ATTACH PARTITION")],
            A::DetachPartition { concurrently, finalize, .. } if *concurrently || *finalize => {
                vec![(14, "DETACH PARTITION ... CONCURRENTLY or FINALIZE")]
            }
            A::SetAccessMethod(None) => vec![(17, "SET ACCESS METHOD DEFAULT")],
            A::SetAccessMethod(Some(_)) => vec![(15, "SET ACCESS METHOD")],
            A::AlterConstraint { change, .. } if change.enforced.is_some() || change.inherit.is_some() => {
                vec![(18, "ALTER CONSTRAINT ... [NOT] ENFORCED or [NO] INHERIT")]
            }
            A::DependsOnExtension { no: true, .. } => vec![(13, "NO DEPENDS ON EXTENSION")],
            A::RenameColumn { .. } if alter.object == AlterObject::View => {
                vec![(13, "ALTER VIEW ... RENAME COLUMN")]
            }
            _ => Vec::new(),
        }
    };
    alter.actions.iter().flat_map(|action| of_action(&action.kind)).collect()
}

/// `SET STATISTICS` of a column by its number, and not of one that has a number as its name.
fn is_number(name: &Ident, around: &Surroundings) -> bool {
    name.name.bytes().all(|digit| digit.is_ascii_digit()) && around.text_of(name.span) == name.name
}

fn of_domain(change: &DomainChange) -> Option<Newer> {
    let DomainChange::AddConstraint(constraint) = change else { return None };
    let required = matches!(constraint.kind, ColumnConstraintKind::NotNull);
    required.then_some((17, "NOT NULL as a constraint of a domain"))
}

fn of_change(change: &ColumnChange) -> Option<Newer> {
    match change {
        ColumnChange::SetCompression(_) => Some((14, "SET COMPRESSION")),
        ColumnChange::DropExpression { .. } => Some((13, "DROP EXPRESSION")),
        ColumnChange::SetExpression(_) => Some((17, "SET EXPRESSION")),
        ColumnChange::SetStorage(storage) if storage == "default" => Some((16, "SET STORAGE DEFAULT")),
        ColumnChange::SetStatistics(None) => Some((17, "SET STATISTICS DEFAULT")),
        _ => None,
    }
}

fn column(column: &ColumnDef) -> Vec<Newer> {
    let storage = column.storage.as_ref().map(|_| (16, "STORAGE of a column that is defined"));
    let compression = column.compression.as_ref().map(|_| (14, "COMPRESSION"));
    let behind = column.constraints.iter().flat_map(|constraint| {
        let own = match &constraint.kind {
            ColumnConstraintKind::Generated { stored: true, .. } => Some((12, "a generated column")),
            ColumnConstraintKind::Generated { stored: false, .. } => Some((18, "a VIRTUAL generated column")),
            ColumnConstraintKind::References(to) => references(to),
            _ => None,
        };
        own.into_iter().chain(parameters(&constraint.index)).chain(traits(constraint.traits))
    });
    storage.into_iter().chain(compression).chain(behind).collect()
}

fn constraint(constraint: &TableConstraint) -> Vec<Newer> {
    let own = match &constraint.kind {
        TableConstraintKind::NotNull(_) => Some((18, "NOT NULL as a constraint of the table")),
        TableConstraintKind::ForeignKey { period: true, .. } => Some((18, "PERIOD")),
        TableConstraintKind::ForeignKey { references: to, .. } => references(to),
        TableConstraintKind::Check(_)
        | TableConstraintKind::Unique(_)
        | TableConstraintKind::PrimaryKey(_)
        | TableConstraintKind::Exclude { .. } => None,
    };
    own.into_iter().chain(parameters(&constraint.index)).chain(traits(constraint.traits)).collect()
}

fn parameters(index: &IndexParameters) -> Option<Newer> {
    match () {
        () if index.without_overlaps => Some((18, "WITHOUT OVERLAPS")),
        () if index.nulls_not_distinct => Some((15, "NULLS NOT DISTINCT")),
        () if !index.include.is_empty() => Some((11, "INCLUDE")),
        () => None,
    }
}

fn traits(traits: ConstraintTraits) -> Option<Newer> {
    traits.not_enforced.then_some((18, "NOT ENFORCED"))
}

fn references(references: &References) -> Option<Newer> {
    let lists = |action: &KeyAction| match action {
        KeyAction::SetNull(columns) | KeyAction::SetDefault(columns) => !columns.is_empty(),
        KeyAction::NoAction | KeyAction::Restrict | KeyAction::Cascade => false,
    };
    references.on_delete.as_ref().is_some_and(lists).then_some((15, "ON DELETE SET of some columns"))
}

fn bound(bound: &PartitionBound, around: &Surroundings) -> Option<Newer> {
    let calculated = |value: &Expr| !value.functions.is_empty() || is_cast(&marks(around.text_of(value.span)));
    let is_calculated = match &bound.kind {
        PartitionBoundKind::Default => return Some((11, "a DEFAULT partition")),
        PartitionBoundKind::Hash { .. } => return Some((11, "a HASH partition")),
        PartitionBoundKind::In(values) => values.iter().any(calculated),
        PartitionBoundKind::Range { from, to } => from.iter().chain(to).any(|value| match value {
            RangeBound::Value(value) => calculated(value),
            RangeBound::MinValue | RangeBound::MaxValue => false,
        }),
    };
    is_calculated.then_some((12, "an expression as a partition bound"))
}

/// `'2024-01-01'::date`, or `date '2024-01-01'`.
fn is_cast(marks: &[String]) -> bool {
    let is_of_type = |mark: &String| matches!(mark.as_str(), "(" | ")" | "," | "." | NUMBER | QUOTED) || is_name(mark);
    let typed = || match marks {
        [first, between @ .., last] => last == STRING && is_name(first) && between.iter().all(is_of_type),
        _ => false,
    };
    has(marks, &["::"]) || typed()
}

/// Until 10 one table, or all.
fn several(vacuum: &Vacuum) -> Option<Newer> {
    (vacuum.tables.len() > 1).then_some((11, "VACUUM or ANALYZE of several tables"))
}

fn published(objects: &[PublicationObject]) -> Option<Newer> {
    let is_newer = |object: &PublicationObject| match object {
        PublicationObject::Schema(_) => true,
        PublicationObject::Table(table) => !table.columns.is_empty() || table.filter.is_some(),
    };
    objects.iter().any(is_newer).then_some((15, "a schema, columns or a row filter of a publication"))
}
