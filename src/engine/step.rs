//! Everything a rule may see, and the questions that rules share.

use std::time::Duration;

use crate::ast::{
    AlterAction, AlterActionKind, ColumnConstraint, CreateIndex, Ident, ObjectName, Statement, StatementKind,
    TableConstraint, TransactionControl,
};
use crate::finding::Finding;
use crate::postgres::{Form, VersionSet};
use crate::recipe::{self, BatchKey};
use crate::rewrite::Rewrite;
use crate::runner::Runner;
use crate::source::{SourceFile, Span};

use super::catalog::{Constraint, Relation};
use super::effect::{Effect, RelationName, Standing, strongest};
use super::lock_order::LockOrder;
use super::replay;
use super::running::Inside;
use super::surroundings::Surroundings;
use super::trace::{HeldLock, Refusal, TracedStatement, Transaction};
use super::{assumed, names};

/// What a run is for.
#[derive(Debug, Clone)]
pub struct Options {
    /// The versions to check.
    pub postgres: VersionSet,
    /// Settings that the runner or the role makes.
    pub session: std::collections::BTreeMap<String, String>,
    /// The longest lock_timeout that is not excessive.
    pub max_lock_timeout: Duration,
}

/// A borrowed view of one statement and the state that it meets.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// The statement.
    pub statement: &'a Statement,
    /// All statements of the file; behind a DO block come those of its body.
    pub statements: &'a [&'a Statement],
    /// The number of this statement among them.
    pub index: usize,
    /// Where in a DO block it stands, if it does.
    pub inside: Option<&'a Inside>,
    /// The file.
    pub file: &'a SourceFile,
    /// Catalogue and session before it.
    pub around: Surroundings<'a>,
    /// What it locks and does, for every measured version.
    pub effects: &'a [Effect],
    /// Its behaviours.
    pub forms: &'a [Form],
    /// Refusals by some version in this state.
    pub refusals: &'a [Refusal],
    /// The migration tool.
    pub runner: &'static Runner,
    /// What the run is for.
    pub options: &'a Options,
}

impl<'a> Step<'a> {
    /// Whether every version of the run is at least this one.
    pub fn all_since(&self, major: u8) -> bool {
        self.options.postgres.without(VersionSet::since(major)).is_empty()
    }

    /// Whether no version of the run can do this to an object of its kind, however it is written.
    pub fn is_impossible(&self) -> bool {
        let for_good = self.refusals.iter().filter(|refusal| matches!(refusal.sqlstate, "0A000" | "42809"));
        let versions = for_good.fold(VersionSet::NONE, |all, refusal| all.or(refusal.versions));
        self.options.postgres.without(versions).is_empty()
    }

    /// The text of a span.
    pub fn text(&self, span: Span) -> &'a str {
        self.around.text_of(span)
    }

    /// The text of the statement.
    pub fn sql(&self) -> &'a str {
        self.text(self.statement.span)
    }

    /// The transaction that it runs in.
    pub fn transaction(&self) -> Transaction {
        self.around.session.transaction()
    }

    /// Statements of the file that share a transaction with this one, itself among them: up to the next BEGIN, COMMIT or
    /// ROLLBACK on either side.
    pub fn same_transaction(&self) -> &'a [&'a Statement] {
        if !self.transaction().is_open() {
            return self.statements.get(self.index..=self.index).unwrap_or_default();
        }
        // A DO block alone is a transaction of its own.
        let alone = self.inside.filter(|_| self.transaction() == Transaction::Block).map(|inside| inside.block);
        let is_border = |statement: &&Statement| {
            use TransactionControl::{Begin, Commit, Prepare, Rollback};
            let outside = |block: Span| statement.span == block || !block.contains(statement.span);
            matches!(
                statement.kind,
                StatementKind::Transaction(Begin { .. } | Commit { .. } | Rollback { .. } | Prepare)
            ) || alone.is_some_and(outside)
        };
        let (before, after) = self.statements.split_at(self.index);
        let first = before.iter().rposition(is_border).map_or(0, |at| at + 1);
        let last = after.iter().position(is_border).map_or(self.statements.len(), |at| self.index + at);
        self.statements.get(first..last.max(first)).unwrap_or_default()
    }

    /// Subcommands of ALTER TABLE on the same table in the same transaction.
    pub fn companions(&self, table: &ObjectName) -> impl Iterator<Item = &'a AlterActionKind> {
        let name = self.around.resolve(table);
        let around = self.around;
        let alters = self.same_transaction().iter().filter_map(|statement| match &statement.kind {
            StatementKind::AlterTable(alter) => Some(alter),
            _ => None,
        });
        let of_table = alters.filter(move |alter| around.resolve(&alter.name) == name);
        of_table.flat_map(|alter| &alter.actions).map(|action| &action.kind)
    }

    /// "until the statement ends" or "until the transaction ends".
    pub fn until(&self) -> &'static str {
        if self.transaction().is_open() { "until the transaction ends" } else { "until the statement ends" }
    }

    /// Effects of these behaviours that stop other sessions while PostgreSQL works, on any of the run's versions.
    pub fn blocking_work(&self, forms: &[Form]) -> Vec<Effect> {
        let found: Vec<Effect> = self.effects.iter().filter(|e| forms.contains(&e.form)).cloned().collect();
        if found.iter().any(Effect::blocks_while_working) { found } else { Vec::new() }
    }

    /// The place of the first of these effects, and all of them that belong to the same place.
    pub fn by_place(effects: Vec<Effect>) -> Vec<(Span, Vec<Effect>)> {
        let mut places: Vec<(Span, Vec<Effect>)> = Vec::new();
        for effect in effects {
            match places.iter_mut().find(|(span, _)| *span == effect.span) {
                Some((_, together)) => together.push(effect),
                None => places.push((effect.span, vec![effect])),
            }
        }
        places
    }

    /// Locks of earlier statements of this transaction that stop other sessions.
    pub fn blocking_held(&self) -> Vec<&'a HeldLock> {
        self.around.session.held_locks().iter().filter(|held| held.effect.blocks_writes()).collect()
    }

    /// Whether other sessions may be using the relation of a written name.
    pub fn is_busy(&self, name: &ObjectName) -> bool {
        self.standing(name).is_busy() && !self.is_skipped(name)
    }

    /// Whether history shows that ALTER TABLE IF EXISTS of this name finds nothing.
    fn is_skipped(&self, name: &ObjectName) -> bool {
        let StatementKind::AlterTable(alter) = &self.statement.kind else { return false };
        alter.if_exists && alter.name == *name && self.around.is_missing(&self.around.resolve(name))
    }

    /// What history says about the relation of a written name.
    pub fn standing(&self, name: &ObjectName) -> Standing {
        self.around.standing(&self.around.resolve(name))
    }

    /// The relation of a written name, if history knows it.
    pub fn relation(&self, name: &ObjectName) -> Option<&'a Relation> {
        self.around.relation(name)
    }

    /// A constraint that was added in the transaction of this statement.
    pub fn added_in_this_transaction(&self, table: &ObjectName, constraint: &str) -> Option<&'a Constraint> {
        let relation = self.relation(table)?;
        let found = relation.constraint(constraint)?;
        let here = self.transaction().is_open()
            && found.added_in_transaction == self.around.session.transaction_number()
            && found.added_in == self.around.migration;
        here.then_some(found)
    }

    /// What had to be taken for granted about the relations of these effects.
    pub fn assumptions(&self, effects: &[Effect]) -> Vec<String> {
        assumed::of_effects(effects, self.around.catalog)
    }

    /// What had to be taken for granted about a relation that no migration is known to have created.
    pub fn assumption(&self, name: &RelationName) -> String {
        assumed::of_relation(name, self.around.catalog)
    }

    /// A finding at a place, justified by effects.
    pub fn finding(&self, span: Span, message: impl Into<String>, effects: Vec<Effect>) -> Finding {
        let assumed = self.assumptions(&effects);
        Finding::new(span, message).because(effects).assuming(assumed)
    }

    /// The strongest lock for each relation of these effects on the run's versions, busy relations only.
    pub fn busy_locks(&self, effects: &[Effect]) -> Vec<Effect> {
        strongest(effects, self.options.postgres).into_iter().filter(|effect| effect.standing.is_busy()).collect()
    }

    /// The whole statement's extent with its closing semicolon, if one follows at once.
    pub fn extent(&self) -> Span {
        let span = self.statement.span;
        let rest = self.file.text().get(span.end..).unwrap_or_default();
        let blanks = rest.len() - rest.trim_start().len();
        match rest[blanks..].starts_with(';') {
            true => Span::new(span.start, span.end + blanks + 1),
            false => span,
        }
    }

    /// A rewrite that takes this statement out of the file; migrations follow that do its work.
    pub fn moved_out(&self) -> Rewrite {
        Rewrite::review().replace(self.extent(), String::new())
    }

    /// The same, where moving it needs no thought.
    pub fn moved_out_safely(&self) -> Rewrite {
        Rewrite::safe().replace(self.extent(), String::new())
    }

    /// The name that a table constraint has, or will be given after those that the statement adds before it.
    pub fn constraint_name(&self, table: &ObjectName, constraint: &TableConstraint) -> String {
        let table = self.around.resolve(table);
        let mut names = Vec::new();
        for earlier in self.added_constraints().iter().filter(|earlier| earlier.span.start < constraint.span.start) {
            let name = replay::constraint_name(&table, earlier, self.around.catalog, &names);
            names.push(name);
        }
        replay::constraint_name(&table, constraint, self.around.catalog, &names).into()
    }

    /// The constraints that ALTER TABLE adds, in the order written.
    fn added_constraints(&self) -> Vec<TableConstraint> {
        let StatementKind::AlterTable(alter) = &self.statement.kind else { return Vec::new() };
        let of_action = |action: &AlterAction| match &action.kind {
            AlterActionKind::AddConstraint(constraint) => vec![(**constraint).clone()],
            AlterActionKind::AddColumn { column, .. } => {
                let inline = column.constraints.iter();
                inline.filter_map(|constraint| replay::as_table_constraint(&column.name, constraint)).collect()
            }
            _ => Vec::new(),
        };
        alter.actions.iter().flat_map(of_action).collect()
    }

    /// The name that a constraint behind a column has, or will be given; `None` for NULL, DEFAULT and the like.
    pub fn column_constraint_name(
        &self,
        table: &ObjectName,
        column: &Ident,
        constraint: &ColumnConstraint,
    ) -> Option<String> {
        let constraint = replay::as_table_constraint(column, constraint)?;
        Some(self.constraint_name(table, &constraint))
    }

    /// An index's name with the schema that it shares with its table: CREATE INDEX must not name it, all else has to.
    pub fn index_in_schema(&self, index: &Ident, table: &ObjectName) -> String {
        let name = self.text(index.span);
        table.schema.as_ref().map_or_else(|| name.to_owned(), |schema| format!("{}.{name}", self.text(schema.span)))
    }

    /// The name that CREATE INDEX on a partitioned table gives to the index of a partition.
    pub fn partition_index_name(&self, partition: &RelationName, create: &CreateIndex) -> String {
        replay::index_name(partition, create, self.around.catalog).into()
    }

    /// A name for a constraint that is dropped again when it has done its work.
    pub fn helper_constraint(&self, table: &ObjectName, column: &str, suffix: &str) -> String {
        let relation = self.relation(table);
        let taken = |name: &str| relation.is_some_and(|relation| relation.constraint(name).is_some());
        names::chosen(&table.name.name, column, suffix, taken).into()
    }

    /// Whether a later statement of the file has this name in it, so that it cannot come before this one.
    pub fn is_named_later(&self, name: &str) -> bool {
        self.later_words().any(|mut words| words.any(|word| word.eq_ignore_ascii_case(name)))
    }

    /// Whether a later statement of the file may refer to this table by a foreign key.
    pub fn is_referenced_later(&self, table: &ObjectName) -> bool {
        let name = &table.name.name;
        self.later_words().any(|words| {
            let mut behind = words.skip_while(|word| !word.eq_ignore_ascii_case("REFERENCES"));
            behind.any(|word| word.eq_ignore_ascii_case(name))
        })
    }

    /// Whether a later statement of the file drops the relation: then nobody should be using it.
    pub fn is_dropped_later(&self, name: &RelationName) -> bool {
        self.later().iter().any(|statement| match &statement.kind {
            StatementKind::Drop(drop) => drop.names.iter().any(|dropped| self.around.resolve(dropped) == *name),
            _ => false,
        })
    }

    /// Whether a later statement of the file makes a relation of this name.
    pub fn is_made_later(&self, name: &RelationName) -> bool {
        self.later().iter().any(|statement| match &statement.kind {
            StatementKind::CreateTable(create) => self.around.created(&create.name) == *name,
            StatementKind::CreateView(create) => self.around.created(&create.name) == *name,
            _ => false,
        })
    }

    fn later(&self) -> &'a [&'a Statement] {
        self.statements.get(self.index + 1..).unwrap_or_default()
    }

    /// The words of each later statement of the file.
    fn later_words(&self) -> impl Iterator<Item = impl Iterator<Item = &'a str>> {
        let is_border = |c: char| !(c.is_alphanumeric() || c == '_' || c == '$');
        self.later()
            .iter()
            .map(move |statement| self.text(statement.span).split(is_border).filter(|word| !word.is_empty()))
    }

    /// A change of many rows in batches, as far as there is a key to batch by. `condition` selects the rows that still have
    /// to be changed.
    pub fn in_batches(&self, change: &str, table: &ObjectName, condition: &str) -> Option<String> {
        let key = self.batch_key(table)?;
        let write = if self.all_since(11) { recipe::batch_loop } else { recipe::one_batch };
        Some(write(change, self.text(table.span), &key, condition))
    }

    /// The column to batch by: a primary key of one column, else `id`, taken for a bigint where it was not seen.
    fn batch_key(&self, table: &ObjectName) -> Option<BatchKey> {
        let relation = self.relation(table);
        let column = match relation.and_then(Relation::primary_key) {
            Some([column]) => column.as_str(),
            _ => "id",
        };
        let known = relation.and_then(|relation| relation.column(column));
        if known.is_none() && relation.is_some_and(|relation| relation.complete) {
            return None;
        }
        let data_type = known.and_then(|known| known.data_type.as_ref());
        Some(BatchKey {
            column: recipe::quoted(column),
            data_type: data_type.map_or_else(|| "bigint".to_owned(), |data_type| data_type.name.to_string()),
        })
    }
}

/// A whole linted migration, after its last statement.
#[derive(Debug, Clone, Copy)]
pub struct MigrationView<'a> {
    /// The file.
    pub file: &'a SourceFile,
    /// Its statements.
    pub statements: &'a [&'a Statement],
    /// What happened, in the order of the statements.
    pub trace: &'a [TracedStatement],
    /// The locks of its transactions, and those of earlier migrations.
    pub lock_order: &'a LockOrder,
    /// Session-level settings that the next migration meets because this one has made them.
    pub left_settings: &'a [String],
    /// What the run is for.
    pub options: &'a Options,
}
