//! Constraints and keys that rows violate which migrations have inserted.
//!
//! Claimed only of rows that are certain to be there, with values that are written out (`fixtures/facts/violated-*.sql`).

use std::collections::HashSet;

use ecow::{EcoString, eco_format};

use crate::ast::{
    AlterActionKind, AlterTable, Assigned, ColumnChange, ColumnConstraintKind, ColumnDef, ConflictTarget, CreateIndex,
    DataType, Ident, KeyColumns, Limit, Limits, Literal, Statement, StatementKind, TableConstraint,
    TableConstraintKind, Write, WriteVerb,
};
use crate::engine::catalog::{Batch, Column, Constraint, ConstraintKind, Index, Relation, Rows};
use crate::engine::classify::events_of;
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::existence::{is_known_whole, is_there};
use super::literals::{as_of, is_violated, violates};
use super::{NOT_NULL_VIOLATION, converted, refused, refused_on, violated_domains};

pub(super) const CHECK_VIOLATION: &str = "23514";
pub(super) const UNIQUE_VIOLATION: &str = "23505";
const EXCLUSION_VIOLATION: &str = "23P01";
pub(super) const FOREIGN_KEY_VIOLATION: &str = "23503";

/// What the rows of a table do not meet.
pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Vec<Refusal> {
    match &statement.kind {
        StatementKind::AlterTable(alter) => {
            let types = converted::refusals(alter, around);
            types.into_iter().chain(alter_table(alter, around)).chain(in_children(alter, around)).collect()
        }
        StatementKind::CreateIndex(create) => create_index(create, around).into_iter().collect(),
        StatementKind::AlterDomain(alter) => violated_domains::alter_domain(alter, around).into_iter().collect(),
        StatementKind::Write(write) if write.verb == WriteVerb::Insert => insert(write, around).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The table, if it holds rows for certain of which something is known.
pub(super) fn with_rows(relation: Option<&Relation>) -> Option<&Relation> {
    relation.filter(|relation| relation.rows == Rows::Certain && !relation.known_rows.is_empty() && is_there(relation))
}

fn alter_table(alter: &AlterTable, around: &Surroundings) -> Vec<Refusal> {
    let Some(relation) = with_rows(around.relation(&alter.name)) else { return Vec::new() };
    let table = Table { relation, around };
    let found = alter.actions.iter().filter_map(|action| {
        let refusal = match &action.kind {
            AlterActionKind::AddConstraint(constraint) if !constraint.traits.not_valid => {
                table.constraint(constraint, alter)
            }
            AlterActionKind::AddColumn { column, .. } if relation.column(&column.name.name).is_none() => {
                add_column(column, relation)
            }
            AlterActionKind::ValidateConstraint(name) => {
                awaiting(relation, name).and_then(|known| table.validate(known))
            }
            AlterActionKind::AlterColumn { name, change: ColumnChange::SetType { data_type, using: None, .. } } => {
                table.against_domain(&name.name, data_type)
            }
            AlterActionKind::AlterColumn { name, change: ColumnChange::SetNotNull } if !changes(alter, &name.name) => {
                table.null(&[&name.name])
            }
            _ => None,
        };
        refusal.map(|refusal| refusal.at(action.span))
    });
    found.collect()
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
                AlterActionKind::AlterColumn { name, change: ColumnChange::SetNotNull }
                    if !changes(alter, &name.name) =>
                {
                    table.null(&[&name.name])
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

/// Rows of VALUES that a CHECK or a key does not take. A trigger may change them, and ON CONFLICT leave them out.
fn insert(write: &Write, around: &Surroundings) -> Option<Refusal> {
    let relation = around.relation(&write.target).filter(|relation| is_known_whole(relation))?;
    let plain = relation.kind == RelationKind::Table && !relation.has_code_at(events_of(write));
    let table = Table { relation, around };
    let checks = relation.constraints.iter().filter(|known| !known.doubted && !known.traits.not_enforced);
    let checks: Vec<(&str, &Limits)> = checks
        .filter_map(|known| match &known.kind {
            ConstraintKind::Check { limits, .. } => Some((known.name.as_str(), limits)),
            ConstraintKind::NotNull { .. } | ConstraintKind::ForeignKey { .. } | ConstraintKind::Key { .. } => None,
        })
        .collect();
    let is_key =
        |index: &&Index| index.certain && !index.more.doubted && index.is_over_all_rows() && is_immediate(index);
    let mut arbiter = write.conflict.as_ref().and_then(|conflict| Arbiter::of(conflict, &table));
    let is_asked = |key: &&Index| match &arbiter {
        Some(arbiter) => arbiter.index != key.name,
        None => write.conflict.is_none(),
    };
    let keys: Vec<&Index> = relation.indexes.iter().filter(is_key).filter(is_asked).collect();
    let mut taken: Vec<HashSet<EcoString>> = keys.iter().map(|key| table.values_of(key)).collect();
    for row in write.rows.iter().filter(|_| plain) {
        let value = |name: &str| given(name, row, write, relation, around);
        if let Some((name, _)) = checks.iter().find(|(_, limits)| is_violated(limits, relation, &value)) {
            let reason = format!("a new row of {} violates the constraint {name}", relation.name);
            return Some(refused(CHECK_VIOLATION, reason));
        }
        if let Some(arbiter) = &mut arbiter
            && !arbiter.lets_in(value(&arbiter.column))
        {
            // What it changes in another row is not followed.
            if write.conflict_sets.is_empty() {
                continue;
            }
            return None;
        }
        for (key, taken) in keys.iter().zip(&mut taken) {
            if let Some(text) = key_text(key, value)
                && !taken.insert(text)
            {
                let reason = format!("{} has a row with the same key {} already", relation.name, key.name);
                return Some(refused(UNIQUE_VIOLATION, reason));
            }
        }
    }
    None
}

/// What ON CONFLICT asks of each row first: one that it finds is left out, or changes another, and meets no other key.
struct Arbiter {
    /// The column of its key.
    column: EcoString,
    /// The name of its index.
    index: EcoString,
    /// The values that rows have in it.
    taken: HashSet<EcoString>,
}

impl Arbiter {
    /// The key of one column that ON CONFLICT names, where the values of all rows are known.
    fn of(conflict: &ConflictTarget, table: &Table) -> Option<Self> {
        let mut indexes = table.relation.indexes.iter().filter(|index| index.unique);
        let index = match conflict {
            ConflictTarget::Columns(columns) => {
                let [column] = columns.as_slice() else { return None };
                indexes.find(|index| matches!(index.keys.as_slice(), [Some(key)] if *key == column.name))?
            }
            ConflictTarget::Constraint(name) => indexes.find(|index| index.name == name.name)?,
            ConflictTarget::Other | ConflictTarget::Nothing => return None,
        };
        let [Some(column)] = index.keys.as_slice() else { return None };
        let taken = table.all_values(column).filter(|_| index.certain && index.is_over_all_rows())?;
        Some(Self { column: column.clone(), index: index.name.clone(), taken })
    }

    /// Whether a row is inserted for certain.
    fn lets_in(&mut self, value: Option<Literal>) -> bool {
        value.is_some_and(|value| value == Literal::Null || self.taken.insert(eco_format!("{value:?}")))
    }
}

/// Checked when the row is inserted.
pub(super) fn is_immediate(index: &Index) -> bool {
    !index.shape.deferrable && !index.shape.exclusion && !index.more.without_overlaps
}

/// The values of a key, where all are known and none is NULL.
fn key_text(key: &Index, value: impl Fn(&str) -> Option<Literal>) -> Option<EcoString> {
    let values: Option<Vec<Literal>> = key.keys.iter().map(|name| value(name.as_ref()?)).collect();
    let values = values.filter(|values| !values.is_empty() && !values.contains(&Literal::Null))?;
    Some(eco_format!("{values:?}"))
}

/// What a row of VALUES gives a column, as its type has it.
fn given(name: &str, row: &[Assigned], write: &Write, relation: &Relation, around: &Surroundings) -> Option<Literal> {
    let at = relation.columns.iter().position(|column| column.name == name)?;
    let column = relation.columns.get(at)?;
    let place = match write.columns.as_slice() {
        [] => Some(at),
        columns => columns.iter().position(|written| written.name == name),
    };
    let by_default = || match (&column.default_literal, column.has_default) {
        (Some(literal), true) => Some(literal.clone()),
        (None, true) => None,
        (_, false) => (!super::has_own_default(column, around)).then_some(Literal::Null),
    };
    let literal = match place.map(|place| row.get(place)) {
        Some(Some(Assigned::Literal(literal))) => Some(literal.clone()),
        Some(Some(Assigned::Cast(_) | Assigned::Column(..) | Assigned::Within(_) | Assigned::Other)) => None,
        Some(Some(Assigned::Default) | None) | None => by_default(),
    };
    let made = column.identity || column.generated_from.is_some() || column.serial && place.is_none();
    as_of(literal.filter(|_| !made)?, column, column.data_type.as_ref()?)
}

/// A new column whose default is in more than one row, or violates the CHECK behind it.
fn add_column(column: &ColumnDef, relation: &Relation) -> Option<Refusal> {
    let default = column.constraints.iter().find_map(|constraint| match &constraint.kind {
        ColumnConstraintKind::Default(expr) => Some(expr.literal.clone()),
        ColumnConstraintKind::Identity(_) | ColumnConstraintKind::Generated { .. } => Some(None),
        _ => None,
    });
    let literal = default.flatten().filter(|literal| *literal != Literal::Null && !column.data_type.serial)?;
    let value = match (literal, column.data_type.name.as_str()) {
        (Literal::Number(text), "smallint" | "integer" | "bigint") => Literal::Number(text),
        (Literal::Text(text), "text") => Literal::Text(text),
        (Literal::Boolean(value), "boolean") => Literal::Boolean(value),
        _ => return None,
    };
    let rows: i64 = relation.known_rows.batches().iter().map(|batch| batch.last - batch.first + 1).sum();
    column.constraints.iter().find_map(|constraint| match &constraint.kind {
        ColumnConstraintKind::Unique | ColumnConstraintKind::PrimaryKey
            if rows > 1 && column.data_type.dimensions == 0 =>
        {
            let reason = format!("the rows of {} all get the same {}", relation.name, column.name.name);
            Some(refused(UNIQUE_VIOLATION, reason))
        }
        ColumnConstraintKind::Check(expr) if !constraint.traits.not_valid && !constraint.traits.not_enforced => {
            let own = |limit: &Limit| limit.column == column.name.name && violates(limit, &value, &column.data_type);
            let reason = || format!("the rows of {} get a {} that violates it", relation.name, column.name.name);
            expr.limits.all.iter().any(own).then(|| refused(CHECK_VIOLATION, reason()))
        }
        _ => None,
    })
}

/// Whether another part of the statement gives the column other values, or another name.
fn changes(alter: &AlterTable, column: &str) -> bool {
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
    let plain = create.unique && create.predicate.is_none();
    let columns: Option<Vec<&str>> = create.keys.iter().map(|key| Some(key.column.as_ref()?.name.as_str())).collect();
    let columns = columns.filter(|_| plain)?;
    let parts = around.catalog.descendants(&relation.name).into_iter();
    let parts =
        parts.filter(|_| relation.is_partitioned() && !create.only).filter_map(|part| around.catalog.get(&part));
    let mut tables = std::iter::once(relation).chain(parts).filter_map(|table| with_rows(Some(table)));
    tables.find_map(|relation| Table { relation, around }.duplicate(&columns, create.nulls_not_distinct))
}

/// A table whose rows are looked at.
pub(super) struct Table<'a> {
    pub(super) relation: &'a Relation,
    pub(super) around: &'a Surroundings<'a>,
}

impl<'a> Table<'a> {
    fn constraint(&self, constraint: &TableConstraint, alter: &AlterTable) -> Option<Refusal> {
        let untouched = |columns: &[Ident]| !columns.iter().any(|column| changes(alter, &column.name));
        match &constraint.kind {
            TableConstraintKind::Check(expr) if !constraint.traits.not_enforced => {
                let untouched = !expr.columns.iter().any(|column| changes(alter, column));
                self.check(&expr.limits).filter(|_| untouched)
            }
            TableConstraintKind::Unique(KeyColumns::Columns(columns)) if untouched(columns) => {
                self.duplicate(&names(columns), constraint.index.nulls_not_distinct)
            }
            TableConstraintKind::PrimaryKey(KeyColumns::Columns(columns)) if untouched(columns) => {
                let columns = names(columns);
                self.null(&columns).or_else(|| self.duplicate(&columns, false))
            }
            TableConstraintKind::NotNull(column) if untouched(std::slice::from_ref(column)) => self
                .null(&[&column.name])
                .map(|refusal| refused_on(VersionSet::since(18), NOT_NULL_VIOLATION, refusal.reason)),
            TableConstraintKind::ForeignKey { columns, period: false, references }
                if untouched(columns) && !constraint.traits.not_enforced =>
            {
                self.unmatched(&names(columns), self.around.relation(&references.table), names(&references.columns))
            }
            TableConstraintKind::Exclude { elements, predicate: None, .. } => {
                let equal = elements.iter().all(|element| element.operator == "=");
                let columns: Option<Vec<&Ident>> = elements.iter().map(|element| element.key.column.as_ref()).collect();
                let columns = columns.filter(|columns| equal && !columns.iter().any(|c| changes(alter, &c.name)))?;
                let columns: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
                self.duplicate(&columns, false).map(|refusal| refused(EXCLUSION_VIOLATION, refusal.reason))
            }
            TableConstraintKind::ForeignKey { .. }
            | TableConstraintKind::Check(_)
            | TableConstraintKind::Unique(_)
            | TableConstraintKind::PrimaryKey(_)
            | TableConstraintKind::NotNull(_)
            | TableConstraintKind::Exclude { .. } => None,
        }
    }

    fn validate(&self, known: &Constraint) -> Option<Refusal> {
        match &known.kind {
            ConstraintKind::Check { limits, .. } => self.check(limits),
            ConstraintKind::ForeignKey { columns, referenced, referenced_columns, .. } => {
                let columns: Vec<&str> = columns.iter().map(EcoString::as_str).collect();
                let key = referenced_columns.iter().map(EcoString::as_str).collect();
                self.unmatched(&columns, self.around.catalog.get(referenced), key)
            }
            ConstraintKind::Key { .. } | ConstraintKind::NotNull { .. } => None,
        }
    }

    fn rows(&self) -> impl Iterator<Item = (&'a Batch, i64)> {
        self.relation.known_rows.batches().iter().flat_map(|batch| batch.rows().map(move |at| (batch, at)))
    }

    /// What is known of a column, as its type has it.
    pub(super) fn values(&self, column: &'a Column, data_type: &DataType) -> impl Iterator<Item = Literal> {
        let lasts = self.lasts(&column.name);
        let rows = self.rows().filter(move |_| lasts);
        rows.filter_map(move |(batch, at)| as_of(batch.value(&column.name, at)?, column, data_type))
    }

    /// Whether rows have in a column what they had when it was added: between migrations, they are filled by hand.
    fn lasts(&self, name: &str) -> bool {
        let added = self.relation.column(name).map(|column| column.added_in);
        !self.relation.known_rows.was_filled(name) || added == Some(self.around.migration)
    }

    fn value(&self, name: &str, batch: &Batch, at: i64) -> Option<Literal> {
        let column = self.relation.column(name).filter(|_| self.lasts(name))?;
        as_of(batch.value(name, at)?, column, column.data_type.as_ref()?)
    }

    pub(super) fn null(&self, columns: &[&str]) -> Option<Refusal> {
        let is_null = |name: &&&str| {
            let known = self.lasts(name) && self.relation.column(name).is_some_and(|column| !column.not_null);
            known && self.rows().any(|(batch, at)| batch.value(name, at) == Some(Literal::Null))
        };
        let column = columns.iter().find(is_null)?;
        let reason = format!("column {column} of {} contains null values", self.relation.name);
        Some(refused(NOT_NULL_VIOLATION, reason))
    }

    fn check(&self, limits: &Limits) -> Option<Refusal> {
        let mut rows = self.rows();
        let violated =
            rows.any(|(batch, at)| is_violated(limits, self.relation, &|name: &str| self.value(name, batch, at)));
        let reason = || format!("a row that the migrations insert into {} violates it", self.relation.name);
        violated.then(|| refused(CHECK_VIOLATION, reason()))
    }

    /// The values that rows have in a key.
    fn values_of(&self, key: &Index) -> HashSet<EcoString> {
        let certain = with_rows(Some(self.relation)).is_some();
        let rows = self.rows().filter(|_| certain);
        rows.filter_map(|(batch, at)| key_text(key, |name: &str| self.value(name, batch, at))).collect()
    }

    /// The rows hold values that the domain, which becomes the type of the column, does not take.
    fn against_domain(&self, column: &str, data_type: &DataType) -> Option<Refusal> {
        let column = self.relation.column(column)?;
        let name = self.around.type_name(data_type);
        let domain = self.around.catalog.sure_domain(&name).filter(|_| data_type.dimensions == 0)?;
        let own = column.known_type().filter(|own| own.name == domain.data_type.name)?;
        let violates = |limits: &Limits, literal: &Literal| {
            limits.all.iter().any(|limit| limit.column == "value" && violates(limit, literal, own))
        };
        let mut values = self.values(column, own);
        let violated = values.any(|literal| domain.checks.iter().any(|check| violates(&check.limits, &literal)));
        let reason =
            format!("column {} of {} contains values that {name} does not take", column.name, self.relation.name);
        violated.then(|| refused(CHECK_VIOLATION, reason))
    }

    /// The values in a column, where those of all rows are known.
    pub(super) fn all_values(&self, column: &str) -> Option<HashSet<EcoString>> {
        let known = &with_rows(Some(self.relation))?.known_rows;
        let all = known.all && known.batches().iter().all(|batch| batch.rows().last() == Some(batch.last));
        let values =
            self.rows().filter(|_| all).map(|(batch, at)| Some(eco_format!("{:?}", self.value(column, batch, at)?)));
        values.collect::<Option<HashSet<EcoString>>>().filter(|_| all)
    }

    /// Two rows with the same values.
    fn duplicate(&self, columns: &[&str], nulls_alike: bool) -> Option<Refusal> {
        let mut seen: HashSet<EcoString> = HashSet::new();
        let is_seen = |(batch, at): (&Batch, i64)| {
            let values: Option<Vec<Literal>> = columns.iter().map(|name| self.value(name, batch, at)).collect();
            let values = values.filter(|values| nulls_alike || !values.contains(&Literal::Null));
            values.is_some_and(|values| !seen.insert(eco_format!("{values:?}")))
        };
        let reason = || format!("two rows of {} have the same {}", self.relation.name, columns.join(", "));
        self.rows().any(is_seen).then(|| refused(UNIQUE_VIOLATION, reason()))
    }

    /// A row that points to nothing, where all rows of the other table are known.
    fn unmatched(&self, columns: &[&str], to: Option<&Relation>, key: Vec<&str>) -> Option<Refusal> {
        let to = with_rows(to)?;
        let key = match key.as_slice() {
            [] => to.primary_key()?.iter().map(EcoString::as_str).collect(),
            _ => key,
        };
        let ([column], [key]) = (columns, key.as_slice()) else { return None };
        let keys = Table { relation: to, around: self.around }.all_values(key)?;
        let lost = self.rows().filter_map(|(batch, at)| self.value(column, batch, at));
        let mut lost = lost.filter(|value| *value != Literal::Null && !keys.contains(&eco_format!("{value:?}")));
        let value = lost.next()?;
        let same_kind = keys.iter().all(|key| kind(key) == kind(&eco_format!("{value:?}")));
        let reason = format!("a row of {} points to a row of {} that is not there", self.relation.name, to.name);
        same_kind.then(|| refused(FOREIGN_KEY_VIOLATION, reason))
    }
}

/// `Number` or `Text`.
fn kind(literal: &str) -> &str {
    literal.split('(').next().unwrap_or_default()
}

fn names(columns: &[Ident]) -> Vec<&str> {
    columns.iter().map(|column| column.name.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::config::Config;
    use crate::discover::{Discovery, MigrationFile, Sequence};
    use crate::source::SourceFile;

    /// The SQLSTATEs with which statements of these migrations fail.
    fn refused(texts: &[&str]) -> Vec<&'static str> {
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
    fn new_columns_are_filled_between_migrations() {
        let rows = "CREATE TABLE t (id bigint); INSERT INTO t VALUES (1); ALTER TABLE t ADD COLUMN a integer;";
        let required = "ALTER TABLE t ALTER COLUMN a SET NOT NULL;";
        assert_eq!(refused(&[rows, required]), Vec::<&str>::new());
        assert_eq!(refused(&[&format!("{rows} {required}")]), ["23502"]);
    }
}
