//! Constraints and keys that rows violate which migrations have inserted.
//!
//! Claimed only of rows that are certain to be there, with values that are written out (`fixtures/facts/violated-*.sql`).

use crate::ast::{
    AlterActionKind, AlterTable, ColumnChange, ColumnConstraint, ColumnConstraintKind, ColumnDef, Counted, CreateIndex,
    DataType, Expr, Ident, KeyColumns, Limit, Literal, Statement, StatementKind, TableConstraint, TableConstraintKind,
    WriteVerb,
};
use crate::engine::catalog::{Batch, Column, Constraint, ConstraintKind, Index, Relation, Rows};
use crate::engine::effect::RelationName;
use crate::engine::replay::as_table_constraint;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;
use crate::postgres::types::canonical;

use super::existence::is_there;
use super::held::{Key, Table, is_calculated_with};
use super::inserted::{insert, is_immediate};
use super::literals::{as_of, violates};
use super::recalculated::unfit;
use super::{NOT_NULL_VIOLATION, converted, refused, refused_on, violated_domains};

pub(super) const CHECK_VIOLATION: &str = "23514";
pub(super) const UNIQUE_VIOLATION: &str = "23505";
pub(super) const EXCLUSION_VIOLATION: &str = "23P01";
pub(super) const FOREIGN_KEY_VIOLATION: &str = "23503";
const SEQUENCE_LIMIT: &str = "2200H";

/// What the rows of a table do not meet.
pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Vec<Refusal> {
    match &statement.kind {
        StatementKind::AlterTable(alter) => {
            let types = converted::refusals(alter, around);
            types
                .into_iter()
                .chain(alter_table(alter, around))
                .chain(in_children(alter, around))
                .chain(attached(alter, around))
                .collect()
        }
        StatementKind::CreateIndex(create) => create_index(create, around).into_iter().collect(),
        StatementKind::AlterDomain(alter) => violated_domains::alter_domain(alter, around).into_iter().collect(),
        StatementKind::Write(write) if write.verb == WriteVerb::Insert => insert(write, around).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The table, if it holds rows for certain of which something is known.
pub(super) fn with_rows(relation: Option<&Relation>) -> Option<&Relation> {
    let known = |relation: &&Relation| !relation.known_rows.is_empty() && !relation.known_rows.is_worn();
    relation.filter(|relation| relation.rows == Rows::Certain && known(relation) && is_there(relation))
}

fn alter_table(alter: &AlterTable, around: &Surroundings) -> Vec<Refusal> {
    let Some(relation) = with_rows(around.relation(&alter.name)) else { return Vec::new() };
    let table = Table { relation, around };
    let found = alter.actions.iter().filter_map(|action| {
        let refusal = match &action.kind {
            AlterActionKind::AddConstraint(constraint)
                if !constraint.traits.not_valid || is_validated(constraint, alter) =>
            {
                table.constraint(constraint, alter)
            }
            AlterActionKind::AddColumn { column, .. } if relation.column(&column.name.name).is_none() => {
                add_column(column, &table)
            }
            AlterActionKind::ValidateConstraint(name) => {
                awaiting(relation, name).and_then(|known| table.validate(known))
            }
            AlterActionKind::AlterColumn { name, change: ColumnChange::SetType { data_type, using: None, .. } } => {
                table.against_domain(&name.name, data_type)
            }
            AlterActionKind::AlterColumn { name, change: ColumnChange::SetExpression(expr) } => {
                let alone = alter.actions.len() == 1;
                relation.column(&name.name).filter(|_| alone).and_then(|column| reset(column, expr, &table))
            }
            AlterActionKind::AlterColumn { name, change: ColumnChange::SetNotNull } if !changes(alter, &name.name) => {
                table.null(&[&name.name])
            }
            AlterActionKind::AlterColumn { name, change: ColumnChange::SetType { using: Some(using), .. } } => {
                emptied(&name.name, using, alter, relation)
            }
            _ => None,
        };
        refusal.map(|refusal| refusal.at(action.span))
    });
    found.collect()
}

/// The statement validates the constraint that it adds NOT VALID.
fn is_validated(constraint: &TableConstraint, alter: &AlterTable) -> bool {
    let named = |name: &Ident| constraint.name.as_ref().is_some_and(|own| own.name == name.name);
    alter.actions.iter().any(|action| matches!(&action.kind, AlterActionKind::ValidateConstraint(name) if named(name)))
}

/// USING makes NULL of what must not be NULL.
fn emptied(name: &str, using: &Expr, alter: &AlterTable, relation: &Relation) -> Option<Refusal> {
    let frees = alter.actions.iter().any(|action| {
        matches!(&action.kind, AlterActionKind::AlterColumn { name: freed, change: ColumnChange::DropNotNull } if freed.name == name)
    });
    let required = relation.column(name).is_some_and(|column| column.not_null && !column.more.doubts.not_null);
    let reason = || format!("column {name} of {} contains null values", relation.name);
    (using.null && required && !frees).then(|| refused(NOT_NULL_VIOLATION, reason()))
}

/// A constraint that VALIDATE has to look at.
fn awaiting<'r>(relation: &'r Relation, name: &Ident) -> Option<&'r Constraint> {
    relation.constraint(&name.name).filter(|known| known.awaits_validation && !known.doubted)
}

/// A CHECK or NOT NULL goes down to children with rows that do not meet it, and a key to partitions.
fn in_children(alter: &AlterTable, around: &Surroundings) -> Option<Refusal> {
    let relation = around.relation(&alter.name).filter(|relation| is_there(relation) && !alter.only)?;
    let below = around.catalog.descendants(&relation.name);
    let mut children = below.iter().filter_map(|child| with_rows(around.catalog.get(child)));
    children.find_map(|child| {
        let table = Table { relation: child, around };
        alter.actions.iter().find_map(|action| {
            let refusal = match &action.kind {
                AlterActionKind::AddConstraint(constraint)
                    if !constraint.traits.not_valid
                        && !constraint.traits.no_inherit
                        && (relation.is_partitioned() || matches!(constraint.kind, TableConstraintKind::Check(_))) =>
                {
                    table.constraint(constraint, alter)
                }
                // Until there is a NOT NULL to hand down, the columns of the key get one.
                AlterActionKind::AddConstraint(constraint) => match &constraint.kind {
                    TableConstraintKind::PrimaryKey(KeyColumns::Columns(columns)) => {
                        let columns = columns.iter().filter(|column| !changes(alter, &column.name));
                        table.null(&columns.map(|column| column.name.as_str()).collect::<Vec<_>>())
                    }
                    _ => None,
                },
                AlterActionKind::AlterColumn { name, change: ColumnChange::SetNotNull }
                    if !changes(alter, &name.name) =>
                {
                    table.null(&[&name.name])
                }
                AlterActionKind::AddColumn { column, .. } if relation.column(&column.name.name).is_none() => {
                    merged(column, alter, &table)
                }
                AlterActionKind::ValidateConstraint(name) => {
                    let goes_down = |known: &&Constraint| match known.kind {
                        ConstraintKind::Check { .. } => !known.traits.no_inherit,
                        _ => relation.is_partitioned(),
                    };
                    awaiting(relation, name).filter(goes_down).and_then(|known| table.validate(known))
                }
                _ => None,
            };
            Some(refusal?.at(action.span))
        })
    })
}

/// A new column that a child has already, with other values: the constraints go down to it, and NOT NULL does since 18.
fn merged(column: &ColumnDef, alter: &AlterTable, table: &Table) -> Option<Refusal> {
    table.relation.column(&column.name.name)?;
    // The column of the child stays what it is.
    let nothing_else = AlterTable {
        object: alter.object,
        name: alter.name.clone(),
        if_exists: alter.if_exists,
        only: alter.only,
        actions: Vec::new(),
    };
    let handed_down = |part: &ColumnConstraint| match part.kind {
        ColumnConstraintKind::NotNull | ColumnConstraintKind::PrimaryKey if !part.traits.no_inherit => {
            Some(Refusal { versions: VersionSet::since(18), ..table.null(&[&column.name.name])? })
        }
        ColumnConstraintKind::Check(_) if !part.traits.not_valid && !part.traits.no_inherit => {
            table.constraint(&as_table_constraint(&column.name, part)?, &nothing_else)
        }
        _ => None,
    };
    column.constraints.iter().find_map(handed_down)
}

/// A new column whose values are not what its constraints ask for.
fn add_column(column: &ColumnDef, table: &Table) -> Option<Refusal> {
    let relation = table.relation;
    let rows: i64 = relation.known_rows.batches().iter().map(Batch::count).fold(0, i64::saturating_add);
    exhausted(column, rows)
        .or_else(|| generated(column, table))
        .or_else(|| without_default(column, rows, table))
        .or_else(|| {
            let value = default_of(column, table.around)?;
            column.constraints.iter().find_map(|constraint| match &constraint.kind {
                ColumnConstraintKind::Unique | ColumnConstraintKind::PrimaryKey
                    if rows > 1 && column.data_type.dimensions == 0 =>
                {
                    let reason = format!("the rows of {} all get the same {}", relation.name, column.name.name);
                    Some(refused(UNIQUE_VIOLATION, reason))
                }
                ColumnConstraintKind::Check(expr)
                    if !constraint.traits.not_valid && !constraint.traits.not_enforced =>
                {
                    let own =
                        |limit: &Limit| limit.column == column.name.name && violates(limit, &value, &column.data_type);
                    let reason =
                        || format!("the rows of {} get a {} that violates it", relation.name, column.name.name);
                    expr.limits.all.iter().any(own).then(|| refused(CHECK_VIOLATION, reason()))
                }
                ColumnConstraintKind::References(references) if !constraint.traits.not_enforced => {
                    table.lost(&value, &column.data_type, references)
                }
                _ => None,
            })
        })
}

/// The default of a new column, where it is a literal, as the type has it.
fn default_of(column: &ColumnDef, around: &Surroundings) -> Option<Literal> {
    let default = column.constraints.iter().find_map(|constraint| match &constraint.kind {
        ColumnConstraintKind::Default(expr) => Some(Some(expr)),
        ColumnConstraintKind::Identity(_) | ColumnConstraintKind::Generated { .. } => Some(None),
        _ => None,
    });
    let data_type = &column.data_type;
    let expr = default.flatten().filter(|_| !data_type.serial && column.collation.is_none())?;
    let literal = expr.literal.clone().filter(|literal| *literal != Literal::Null)?;
    let fits = match (&literal, data_type.name.as_str()) {
        (Literal::Text(text), "character" | "character varying") => {
            let most = data_type.modifiers.first().copied().or((data_type.name == "character").then_some(1));
            most.is_none_or(|most| i64::try_from(text.chars().count()).is_ok_and(|length| length <= most))
        }
        _ => true,
    };
    let unseen = Column::unseen(&column.name.name, around.migration);
    as_of(literal, &unseen, data_type).filter(|_| fits && is_of(around.text_of(expr.span), data_type))
}

/// Whether a default is a literal that is cast to nothing but this type, without a length: another cast may round it, or cut it
/// off.
fn is_of(written: &str, data_type: &DataType) -> bool {
    let (value, cast) = written.split_once("::").map_or((written, None), |(value, cast)| (value, Some(cast)));
    let prefix = value.split_once('\'').map(|(prefix, _)| prefix).filter(|prefix| !prefix.trim().is_empty());
    prefix.into_iter().chain(cast).all(|of| {
        let of = of.trim().to_lowercase();
        canonical(&of) == data_type.name && !of.contains('(') && data_type.name != "character"
    })
}

/// More rows than the sequence of a new column has numbers.
fn exhausted(column: &ColumnDef, rows: i64) -> Option<Refusal> {
    let plain_identity = column.constraints.iter().any(
        |constraint| matches!(&constraint.kind, ColumnConstraintKind::Identity(identity) if identity.options.is_empty()),
    );
    let counts = column.data_type.name == "smallint" && (column.data_type.serial || plain_identity);
    let reason = || format!("there are more rows than numbers for {}: {}", column.name.name, i16::MAX);
    (counts && rows > i64::from(i16::MAX)).then(|| refused(SEQUENCE_LIMIT, reason()))
}

/// A generated column that is NULL where it must not be, or that cannot be calculated.
fn generated(column: &ColumnDef, table: &Table) -> Option<Refusal> {
    let (expr, stored) = column.constraints.iter().find_map(|constraint| match &constraint.kind {
        ColumnConstraintKind::Generated { expr, stored } => Some((expr, *stored)),
        _ => None,
    })?;
    let value = expr.value.as_deref().filter(|_| table.are_of_server(&expr.functions))?;
    let versions = VersionSet::since(if stored { 12 } else { 18 });
    let required = column
        .constraints
        .iter()
        .any(|constraint| matches!(constraint.kind, ColumnConstraintKind::NotNull | ColumnConstraintKind::PrimaryKey));
    let name = &column.name.name;
    let is_null = |(batch, at)| table.calculated(value, batch, at) == Some(Literal::Null);
    if (stored || required)
        && let Some(sqlstate) = table.rows().find_map(|(batch, at)| table.failure(value, batch, at))
    {
        return Some(refused_on(versions, sqlstate, format!("{name} cannot be calculated for a row")));
    }
    let reason = || format!("column {name} of {} contains null values", table.relation.name);
    let null = (required && table.rows().any(is_null)).then(|| refused_on(versions, NOT_NULL_VIOLATION, reason()));
    null.or_else(|| unmet(column, value, table).map(|refusal| Refusal { versions, ..refusal }))
}

/// A CHECK of a generated column that a row does not meet.
fn unmet(column: &ColumnDef, value: &Counted, table: &Table) -> Option<Refusal> {
    let name = column.name.name.as_str();
    let data_type = &column.data_type;
    let unseen =
        Column { data_type: Some(data_type.clone()), ..Column::unseen(&column.name.name, table.around.migration) };
    let checks = column.constraints.iter().filter_map(|part| match &part.kind {
        ColumnConstraintKind::Check(expr) if !part.traits.not_valid && !part.traits.not_enforced => Some(expr),
        _ => None,
    });
    let mut checks = checks
        .filter_map(|expr| expr.value.as_deref().filter(|_| table.are_of_server(&expr.functions)))
        .filter(|_| is_calculated_with(data_type) && !value.holds_moment());
    let breaks = |check: &Counted, row: (&Batch, i64)| {
        let new = table.calculated(value, row.0, row.1).and_then(|new| as_of(new, &unseen, data_type));
        new.is_some_and(|new| table.calculated_with(check, (name, &new), row) == Some(Literal::Boolean(false)))
    };
    let broken = checks.any(|check| table.rows().any(|row| breaks(check, row)));
    let reason = || format!("a row of {} gets a {name} that violates its check", table.relation.name);
    broken.then(|| refused(CHECK_VIOLATION, reason()))
}

/// A generated column is written anew, with values that it, a CHECK or a key does not take. Those of a virtual one are not looked
/// at.
fn reset(column: &Column, expr: &Expr, table: &Table) -> Option<Refusal> {
    let relation = table.relation;
    let value = expr.value.as_deref().filter(|_| table.are_of_server(&expr.functions))?;
    if column.generated_from.is_none() || column.more.generated_virtual || value.holds_moment() {
        return None;
    }
    let of_row = |(batch, at)| {
        if let Some(sqlstate) = table.failure(value, batch, at) {
            return Some(refused(sqlstate, format!("{} cannot be calculated for a row", column.name)));
        }
        let new = table.calculated(value, batch, at)?;
        let given = as_of(new.clone(), column, &table.type_of(column)?);
        let values = |name: &str| if name == column.name { given.clone() } else { table.value(name, batch, at) };
        unfit(column, &new, table).or_else(|| {
            let check = table.checks().find(|check| table.breaks(&check.kind, &values))?;
            let reason = format!("a row of {} violates the constraint {}", relation.name, check.name);
            Some(refused(CHECK_VIOLATION, reason))
        })
    };
    table.rows().find_map(of_row).map(|refusal| Refusal { versions: VersionSet::since(17), ..refusal })
}

/// Without a default all rows have NULL in a new column, and are alike where UNIQUE says so.
fn without_default(column: &ColumnDef, rows: i64, table: &Table) -> Option<Refusal> {
    let unseen = Column {
        data_type: Some(column.data_type.clone()),
        ..Column::unseen(&column.name.name, table.around.migration)
    };
    let filled = column.data_type.serial
        || super::has_own_default(&unseen, table.around)
        || column.constraints.iter().any(|constraint| {
            matches!(
                constraint.kind,
                ColumnConstraintKind::Default(_)
                    | ColumnConstraintKind::Identity(_)
                    | ColumnConstraintKind::Generated { .. }
            )
        });
    let alike = column.constraints.iter().any(|constraint| {
        matches!(constraint.kind, ColumnConstraintKind::Unique) && constraint.index.nulls_not_distinct
    });
    let reason = || format!("the rows of {} all have NULL in {}", table.relation.name, column.name.name);
    (alike && !filled && rows > 1).then(|| refused_on(VersionSet::since(15), UNIQUE_VIOLATION, reason()))
}

/// Whether another part of the statement gives the column other values, or another name.
pub(super) fn changes(alter: &AlterTable, column: &str) -> bool {
    alter.actions.iter().any(|action| match &action.kind {
        AlterActionKind::AddColumn { column: added, .. } => added.name.name == column,
        AlterActionKind::DropColumn { name, .. } => name.name == column,
        AlterActionKind::AlterColumn { name, change } => {
            name.name == column && matches!(change, ColumnChange::SetType { .. } | ColumnChange::SetExpression(_))
        }
        _ => false,
    })
}

fn create_index(create: &CreateIndex, around: &Surroundings) -> Option<Refusal> {
    let relation = around.relation(&create.table)?;
    let name = create.name.as_ref().filter(|_| create.if_not_exists);
    let is_there =
        name.is_some_and(|name| around.catalog.is_taken(&RelationName::new(&*relation.name.schema, &*name.name.name)));
    if is_there {
        return None;
    }
    let keys: Option<Vec<Key>> =
        create.keys.iter().map(|key| Key::of(key.column.as_ref(), key.expr.as_deref())).collect();
    let wanted: Option<&Counted> = create.predicate.as_ref().and_then(|predicate| predicate.value.as_deref());
    let written = create.keys.iter().filter_map(|key| key.expr.as_deref()).chain(create.predicate.as_ref());
    let functions = written.flat_map(|expr| &expr.functions);
    let of_server = functions.into_iter().all(|function| around.is_of_server(function));
    let keys = keys.filter(|_| of_server && (create.predicate.is_none() || wanted.is_some()))?;
    let parts = around.catalog.descendants(&relation.name).into_iter();
    let parts =
        parts.filter(|_| relation.is_partitioned() && !create.only).filter_map(|part| around.catalog.get(&part));
    let mut tables = std::iter::once(relation).chain(parts).filter_map(|table| with_rows(Some(table)));
    tables.find_map(|relation| {
        let table = Table { relation, around };
        let failing = || table.failing(&keys, wanted);
        let twice = || table.alike(&keys, wanted, create.nulls_not_distinct).filter(|_| create.unique);
        failing().or_else(twice)
    })
}

/// What a table that becomes a partition holds is not what the keys of its parent ask for.
fn attached(alter: &AlterTable, around: &Surroundings) -> Option<Refusal> {
    let parent = around.relation(&alter.name).filter(|parent| is_there(parent) && parent.is_partitioned())?;
    alter.actions.iter().find_map(|action| {
        let AlterActionKind::AttachPartition { partition, .. } = &action.kind else { return None };
        let table = Table { relation: with_rows(around.relation(partition))?, around };
        let is_key = |index: &&Index| index.certain && !index.more.doubted && index.is_over_all_rows();
        let keys = parent.indexes.iter().filter(is_key).filter(|index| is_immediate(index));
        let mut keys = keys.filter_map(|index| index.keys.iter().map(|key| key.as_deref()).collect());
        let duplicate = keys.find_map(|columns: Vec<&str>| table.duplicate(&columns, false));
        let lost = || {
            let mut known = parent.constraints.iter().filter(|known| known.validated && !known.doubted);
            known.find_map(|known| match &known.kind {
                ConstraintKind::ForeignKey { .. } if !known.traits.not_enforced => table.validate(known),
                _ => None,
            })
        };
        let refusal = duplicate.or_else(lost)?;
        Some(Refusal { versions: VersionSet::since(11), ..refusal }.at(action.span))
    })
}

#[cfg(test)]
mod doubt_tests;
#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::config::Config;
    use crate::discover::{Discovery, MigrationFile, Sequence};
    use crate::source::SourceFile;

    /// The SQLSTATEs with which statements of these migrations fail.
    pub(super) fn refused(texts: &[&str]) -> Vec<&'static str> {
        let file = |(n, text): (usize, &&str)| MigrationFile {
            file: Arc::new(SourceFile::new(format!("{n}.sql"), *text)),
            linted: true,
        };
        let sequences = vec![Sequence { migrations: texts.iter().enumerate().map(file).collect() }];
        let plan = crate::lock_plan(&Config::default(), &Discovery { sequences, problems: Vec::new() });
        let statements = plan.migrations.into_iter().flat_map(|migration| migration.statements);
        statements.flat_map(|statement| statement.refusals).map(|refusal| refusal.sqlstate).collect()
    }

    #[test]
    fn what_a_template_fills_in_is_not_known() {
        let table =
            "CREATE TABLE t (id int NOT NULL, a varchar(4) DEFAULT '${a}'); INSERT INTO t VALUES (1, '${zone}');";
        for text in [
            "INSERT INTO t VALUES (2, 'x{{ zone }}');",
            "ALTER TABLE t ADD CHECK (a = 'eu');",
            "ALTER TABLE t ADD CHECK (length(a) < 4);",
            "INSERT INTO t (id) VALUES (2); ALTER TABLE t ADD CHECK (a = 'eu');",
            "UPDATE t SET id = NULL WHERE a <> 'eu';",
            "CREATE TYPE zone AS ENUM ('${zone}'); CREATE TABLE u (z zone); INSERT INTO u VALUES ('eu');",
            "CREATE TYPE zone AS ENUM ('us'); CREATE TABLE u (z zone); INSERT INTO u VALUES ('<%= zone %>');",
            "CREATE TABLE p (a text) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN ('eu');
             INSERT INTO p VALUES ('${zone}');",
            "CREATE TABLE p (a text) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (:'zone');
             INSERT INTO p VALUES ('eu');",
        ] {
            assert_eq!(refused(&[table, text]), Vec::<&str>::new(), "{text}");
        }
        assert_eq!(refused(&[table, "INSERT INTO t VALUES (2, '$zone');"]), ["22001"]);
        assert_eq!(refused(&[table, "INSERT INTO t VALUES (NULL, '${zone}');"]), ["23502"]);
    }

    #[test]
    fn what_is_looked_at_has_a_bound() {
        let rows = "CREATE TABLE t (a bigint, b int); INSERT INTO t SELECT g, 1 FROM generate_series(1, 9000) AS g;";
        let updates = "UPDATE t SET b = 2 WHERE a > 5;".repeat(400);
        let required = "ALTER TABLE t ADD CHECK (a < 9);";
        assert_eq!(refused(&[rows, &format!("{} {required}", updates.split_at(310).0)]), ["23514"]);
        assert_eq!(refused(&[rows, &format!("{updates} {required}")]), Vec::<&str>::new());
        let wide = "CREATE TABLE t (a bigint);
            INSERT INTO t SELECT g FROM generate_series(-9000000000000000000, 9000000000000000000) AS g;
            ALTER TABLE t ADD COLUMN b int UNIQUE DEFAULT 1;";
        assert_eq!(refused(&[wide]), ["23505"]);
        let mut nested = String::from("a");
        for _ in 0..8 {
            let list = (1..20).map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
            nested = format!("({nested} IN ({list}))::int");
        }
        let nested =
            format!("CREATE TABLE t (a int); INSERT INTO t VALUES (1); ALTER TABLE t ADD CHECK ({nested} = 1);");
        assert_eq!(refused(&[&nested]), Vec::<&str>::new());
    }

    #[test]
    fn new_columns_are_filled_between_migrations() {
        let rows = "CREATE TABLE t (id bigint); INSERT INTO t VALUES (1); ALTER TABLE t ADD COLUMN a integer;";
        let required = "ALTER TABLE t ALTER COLUMN a SET NOT NULL;";
        assert_eq!(refused(&[rows, required]), Vec::<&str>::new());
        assert_eq!(refused(&[&format!("{rows} {required}")]), ["23502"]);
    }
}
