use crate::ast::{SettingKind, Statement, StatementKind, TransactionControl};
use crate::engine::effect::{Effect, RelationName};
use crate::engine::lock_order::{EarlierOrder, StatementLocks, TransactionLocks};
use crate::engine::step::MigrationView;
use crate::engine::trace::Transaction;
use crate::finding::{Category, Finding, Severity};
use crate::postgres::Form;
use crate::rewrite::Rewrite;
use crate::source::Span;
use crate::wording;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "locks-on-many-tables",
    category: Category::Locking,
    severity: Severity::Warning,
    default: true,
    page: include_str!("../../rules/locks-on-many-tables.md"),
    check: Check::Migration(check),
};

/// New tables that refer to old ones and no more: collateral-lock is about them.
const OF_NEW_TABLES: &[Form] = &[Form::CreateTableReferences, Form::AddForeignKeyNewTable];

fn check(migration: &MigrationView) -> Vec<Finding> {
    migration.lock_order.current().iter().filter_map(|transaction| finding(transaction, migration)).collect()
}

fn finding(transaction: &TransactionLocks, migration: &MigrationView) -> Option<Finding> {
    let statements = counted(transaction);
    let locks = statements.iter().flat_map(|statement| &statement.tables);
    if locks.into_iter().all(|(_, effect)| OF_NEW_TABLES.contains(&effect.form)) {
        return None;
    }
    let parts = parts(&statements);
    let second = parts.get(1)?.first()?;
    let taken = taken(&statements);
    let names: Vec<String> = taken.iter().map(|(table, _)| table.to_string()).collect();
    let message = wording::naming(&names, |names| {
        format!("One transaction locks {names}: the application can deadlock with it")
    });
    let first = parts.first()?.first()?;
    let effects: Vec<Effect> = taken.iter().map(|(_, effect)| Effect::clone(effect)).collect();
    let list = |statement: &StatementLocks| {
        let modes: Vec<String> = statement.tables.iter().map(|(_, effect)| effect.describe()).collect();
        wording::list(&modes, 3)
    };
    let mut found = Finding::new(second.statement, message)
        .because(effects)
        .label(format!("takes {} and keeps the others", list(second)))
        .also(first.statement, format!("takes {}", list(first)))
        .help(help(&taken, migration.lock_order.earlier()));
    for part in parts.iter().skip(2).take(2) {
        let Some(statement) = part.first() else { continue };
        found = found.also(statement.statement, format!("takes {}", list(statement)));
    }
    Some(found.rewrite(one_table_each(transaction, &parts, migration)))
}

/// Statements whose locks count: work under the locks of earlier ones is reported by lock-held-across-work.
fn counted(transaction: &TransactionLocks) -> Vec<&StatementLocks> {
    let mut counted: Vec<&StatementLocks> = Vec::new();
    for statement in &transaction.statements {
        if !statement.works || counted.is_empty() {
            counted.push(statement);
        }
    }
    counted
}

/// The statements in as few parts as keep to one table each, or to what a single statement locks together.
fn parts<'a>(statements: &[&'a StatementLocks]) -> Vec<Vec<&'a StatementLocks>> {
    let mut parts: Vec<Vec<&StatementLocks>> = Vec::new();
    let mut locked: Vec<&RelationName> = Vec::new();
    for &statement in statements {
        let tables: Vec<&RelationName> = statement.tables.iter().map(|(table, _)| table).collect();
        let within = |some: &[&RelationName], others: &[&RelationName]| some.iter().all(|table| others.contains(table));
        match parts.last_mut() {
            Some(part) if within(&tables, &locked) => part.push(statement),
            Some(part) if within(&locked, &tables) => {
                part.push(statement);
                locked = tables;
            }
            _ => {
                parts.push(vec![statement]);
                locked = tables;
            }
        }
    }
    parts
}

/// Each table once, with the lock that was taken first.
fn taken<'a>(statements: &[&'a StatementLocks]) -> Vec<(&'a RelationName, &'a Effect)> {
    let mut taken: Vec<(&RelationName, &Effect)> = Vec::new();
    for (table, effect) in statements.iter().flat_map(|statement| &statement.tables) {
        if !taken.iter().any(|(known, _)| *known == table) {
            taken.push((table, effect));
        }
    }
    taken
}

fn help(taken: &[(&RelationName, &Effect)], earlier: &[EarlierOrder]) -> String {
    let advice = "Give each table a transaction of its own: a lock is then waited for while no other is held.";
    let place = |tables: &[RelationName], table: &RelationName| tables.iter().position(|known| known == table);
    let reversed = earlier.iter().rev().find_map(|order| {
        let pairs = taken.iter().enumerate().flat_map(|(at, (a, _))| taken[..at].iter().map(move |(b, _)| (*b, *a)));
        let mut pairs = pairs.filter(|(first, then)| place(&order.tables, then) < place(&order.tables, first));
        let (first, then) = pairs.find(|(_, then)| place(&order.tables, then).is_some())?;
        Some((order, first, then))
    });
    match reversed {
        Some((order, first, then)) => {
            format!("{advice} {} locks {then} before {first}, the other way round: no order is safe.", order.path)
        }
        None => advice.to_owned(),
    }
}

/// A migration for each table, or a COMMIT between them; only where all statements are such that each can stand alone.
fn one_table_each(
    transaction: &TransactionLocks,
    parts: &[Vec<&StatementLocks>],
    migration: &MigrationView,
) -> Option<Rewrite> {
    let can_stand_alone = migration.statements.iter().all(|statement| can_stand_alone(statement));
    let once = migration.lock_order.current().len() == 1 && transaction.statements.iter().all(|known| !known.in_block);
    if !can_stand_alone || !once {
        return None;
    }
    let text = migration.file.text();
    let starts = parts.iter().skip(1).filter_map(|part| part.first()).map(|first| behind(first.statement, migration));
    let starts: Vec<usize> = starts.collect::<Option<_>>()?;
    let settings = settings(transaction, migration);
    match transaction.transaction {
        Transaction::Explicit => {
            let between = format!("COMMIT;\n\nBEGIN;\n{settings}");
            Some(starts.iter().fold(Rewrite::review(), |rewrite, start| rewrite.insert(*start, &*between)))
        }
        Transaction::Runner => {
            let first = *starts.first()?;
            let ends = starts.iter().skip(1).copied().chain([text.len()]);
            let rewrite = Rewrite::review().replace(Span::new(first, text.len()), String::new());
            let each = starts.iter().zip(ends).zip(parts.iter().skip(1));
            Some(each.fold(rewrite, |rewrite, ((start, end), part)| {
                let table = part.first().and_then(|first| first.tables.first()).map(|(table, _)| table.name.clone());
                let sql = text.get(*start..end).unwrap_or_default().trim();
                rewrite.then(format!("change_{}", table.unwrap_or_default()), format!("{settings}{sql}\n"))
            }))
        }
        Transaction::None | Transaction::Implicit | Transaction::Block => None,
    }
}

/// Statements that need nothing of the transaction around them.
fn can_stand_alone(statement: &Statement) -> bool {
    use TransactionControl::{Begin, Commit};
    match &statement.kind {
        StatementKind::AlterTable(_)
        | StatementKind::CreateTable(_)
        | StatementKind::CreateIndex(_)
        | StatementKind::Drop(_)
        | StatementKind::Comment(_)
        | StatementKind::CreateTrigger(_)
        | StatementKind::CreatePolicy(_)
        | StatementKind::Transaction(Begin { .. } | Commit { and_chain: false }) => true,
        StatementKind::Set(change) => matches!(change.kind, SettingKind::Set { .. }),
        _ => false,
    }
}

/// The end of the line in front of a statement, where the comments that belong to it begin.
fn behind(statement: Span, migration: &MigrationView) -> Option<usize> {
    let before = migration.statements.iter().filter(|other| other.span.end <= statement.start).map(|other| other.span.end);
    let end = before.max()?;
    let text = migration.file.text();
    let semicolon = end + text.get(end..)?.find(';')? + 1;
    if !text.get(end..semicolon - 1)?.trim().is_empty() {
        return None;
    }
    let line = semicolon + text.get(semicolon..)?.find('\n')? + 1;
    let rest = text.get(semicolon..line)?.trim();
    (line <= statement.start && (rest.is_empty() || rest.starts_with("--"))).then_some(line)
}

/// Settings that the first part makes for its transaction, as they are written.
fn settings(transaction: &TransactionLocks, migration: &MigrationView) -> String {
    let first = transaction.statements.first().map_or(0, |first| first.statement.start);
    let local = migration.statements.iter().filter(|statement| match &statement.kind {
        StatementKind::Set(change) => change.local && statement.span.start < first,
        _ => false,
    });
    local.map(|statement| format!("{};\n", migration.file.slice(statement.span))).collect()
}
