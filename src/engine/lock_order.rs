//! In which order transactions take blocking locks on tables that other sessions may be using.

use crate::ast::{AlterActionKind, AlterTable};
use crate::postgres::Form;
use crate::source::Span;

use super::catalog::Catalog;
use super::effect::{Effect, RelationKind, RelationName};
use super::trace::{TracedStatement, Transaction};

/// The tables in use that a statement of a transaction locks against writers. Partitions count as their parent.
#[derive(Debug, Clone)]
pub struct StatementLocks {
    /// The statement.
    pub statement: Span,
    /// Tables and the strongest lock on each, in the order taken.
    pub tables: Vec<(RelationName, Effect)>,
    /// Whether PostgreSQL works under one of the locks.
    pub works: bool,
    /// Whether the statement stands in the body of a DO block.
    pub in_block: bool,
}

/// What the statements of one transaction lock; those that lock nothing are left out.
#[derive(Debug, Clone)]
pub struct TransactionLocks {
    /// Which kind of transaction.
    pub transaction: Transaction,
    /// Its number in the sequence.
    number: usize,
    /// Its statements.
    pub statements: Vec<StatementLocks>,
    /// Relations that were locked, and the tables that they count as.
    members: Vec<(RelationName, RelationName)>,
}

impl TransactionLocks {
    /// The tables in the order in which they are locked first.
    pub fn tables(&self) -> Vec<&RelationName> {
        let mut tables: Vec<&RelationName> = Vec::new();
        for (table, _) in self.statements.iter().flat_map(|statement| &statement.tables) {
            if !tables.contains(&table) {
                tables.push(table);
            }
        }
        tables
    }
}

impl TransactionLocks {
    /// A table that goes: nobody should have been using it.
    fn forget(&mut self, dropped: &RelationName) {
        self.statements.iter_mut().for_each(|statement| statement.tables.retain(|(table, _)| table != dropped));
        self.statements.retain(|statement| !statement.tables.is_empty());
    }
}

/// The order in which an earlier migration locked its tables, in one transaction.
#[derive(Debug, Clone)]
pub struct EarlierOrder {
    /// The path of its file.
    pub path: String,
    /// The tables.
    pub tables: Vec<RelationName>,
}

/// The orders of a sequence of migrations.
#[derive(Debug, Clone, Default)]
pub struct LockOrder {
    /// Transactions of the migration that is being replayed.
    current: Vec<TransactionLocks>,
    /// Of earlier migrations, those that locked several tables.
    earlier: Vec<EarlierOrder>,
}

impl LockOrder {
    /// Transactions of the migration that was replayed last.
    pub fn current(&self) -> &[TransactionLocks] {
        &self.current
    }

    /// Orders of the migrations before it.
    pub fn earlier(&self) -> &[EarlierOrder] {
        &self.earlier
    }

    /// Notes what a statement inside a transaction locks; `locks` has one effect for each relation.
    pub(super) fn note(&mut self, traced: &TracedStatement, number: usize, locks: &[Effect], catalog: &Catalog) {
        if let Some(open) = self.current.last_mut().filter(|open| open.number == number) {
            let dropped = locks.iter().filter(|effect| !is_kept_table(effect)).map(|effect| &effect.relation);
            dropped.for_each(|dropped| open.forget(dropped));
        }
        let open = self.current.last().filter(|open| open.number == number);
        let mut tables: Vec<(RelationName, Effect)> = Vec::new();
        let mut members: Vec<(RelationName, RelationName)> = Vec::new();
        for effect in locks.iter().filter(|effect| effect.blocks_writes() && is_kept_table(effect)) {
            // What was a partition, or becomes one, counts as before.
            let known = open.and_then(|open| open.members.iter().find(|(member, _)| *member == effect.relation));
            let table = known.map_or_else(|| root(&effect.relation, catalog), |(_, table)| table.clone());
            members.push((effect.relation.clone(), table.clone()));
            match tables.iter_mut().find(|(known, _)| *known == table) {
                Some((_, known)) if known.lock >= effect.lock => {}
                Some((_, known)) => *known = effect.clone(),
                None => tables.push((table, effect.clone())),
            }
        }
        if tables.is_empty() {
            return;
        }
        let works = locks.iter().any(Effect::blocks_while_working);
        let in_block = traced.inside.is_some();
        let locks = StatementLocks { statement: traced.span, tables, works, in_block };
        match self.current.last_mut().filter(|open| open.number == number) {
            Some(open) => {
                open.statements.push(locks);
                open.members.extend(members);
            }
            None => {
                let transaction = traced.transaction;
                self.current.push(TransactionLocks { transaction, number, statements: vec![locks], members });
            }
        }
    }

    /// A table that gets another name, or another schema, is the same table.
    pub(super) fn follow(&mut self, alter: &AlterTable, effects: &[Effect]) {
        let renames = [Form::RenameTable, Form::SetSchema];
        let Some(from) = effects.iter().find(|effect| renames.contains(&effect.form)).map(|effect| &effect.relation)
        else {
            return;
        };
        let to = alter.actions.iter().find_map(|action| match &action.kind {
            AlterActionKind::RenameTo(to) => Some(RelationName::new(&*from.schema, &*to.name)),
            AlterActionKind::SetSchema(schema) => Some(RelationName::new(&*schema.name, &*from.name)),
            _ => None,
        });
        let Some(to) = to else { return };
        let rename = |table: &mut RelationName| {
            if table == from {
                *table = to.clone();
            }
        };
        for transaction in &mut self.current {
            let tables = transaction.statements.iter_mut().flat_map(|statement| &mut statement.tables);
            tables.for_each(|(table, _)| rename(table));
            transaction.members.iter_mut().flat_map(|(member, table)| [member, table]).for_each(rename);
        }
        self.earlier.iter_mut().flat_map(|order| &mut order.tables).for_each(rename);
    }

    /// What was current is earlier now.
    pub(super) fn end_migration(&mut self, path: &str) {
        for transaction in self.current.drain(..) {
            let tables: Vec<RelationName> = transaction.tables().into_iter().cloned().collect();
            if tables.len() > 1 {
                self.earlier.push(EarlierOrder { path: path.to_owned(), tables });
            }
        }
    }
}

/// A table that the statement does not drop: what is dropped should be out of use.
fn is_kept_table(effect: &Effect) -> bool {
    let is_table =
        matches!(effect.kind, RelationKind::Table | RelationKind::PartitionedTable | RelationKind::Partition);
    is_table && effect.form != Form::DropTable
}

/// The table at the head of a tree of partitions or inheritance children.
fn root(name: &RelationName, catalog: &Catalog) -> RelationName {
    let mut root = name;
    // A parent that has itself for a child was not seen whole.
    for _ in 0..16 {
        match catalog.get(root).and_then(|relation| relation.parents.first()) {
            Some(parent) => root = parent,
            None => break,
        }
    }
    root.clone()
}
