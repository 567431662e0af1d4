//! What ROLLBACK and ROLLBACK TO go back to.

use ecow::EcoString;

use crate::ast::TransactionControl;

use super::catalog::Catalog;
use super::lock_order::LockOrder;
use super::session::Session;

/// The start of a transaction, or a savepoint.
#[derive(Debug)]
struct Mark {
    /// The savepoint's name; none is the start.
    name: Option<EcoString>,
    catalog: Catalog,
    lock_order: LockOrder,
}

/// The marks of the open transaction: its start and its savepoints, kept only in files that roll back. None if no
/// transaction is open. The session remembers its settings and locks itself.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// The number of the transaction.
    transaction: usize,
    marks: Vec<Mark>,
}

impl Marks {
    /// Marks the start of a transaction in front of its first statement, whoever has opened it: BEGIN, AND CHAIN, the
    /// runner, psql or a query string.
    pub(super) fn follow(&mut self, session: &Session, catalog: &Catalog, lock_order: &LockOrder) {
        if !session.transaction().is_open() {
            self.marks.clear();
        } else if self.marks.is_empty() || self.transaction != session.transaction_number() {
            self.transaction = session.transaction_number();
            self.marks = vec![Mark { name: None, catalog: catalog.clone(), lock_order: lock_order.clone() }];
        }
    }

    /// What transaction control does to the marks, to the catalogue, and to the order of locks.
    ///
    /// A later savepoint hides an earlier one of the same name until it is released. Sources: documentation, "SAVEPOINT",
    /// "RELEASE SAVEPOINT" and "ROLLBACK TO SAVEPOINT".
    pub(super) fn control(&mut self, control: &TransactionControl, catalog: &mut Catalog, lock_order: &mut LockOrder) {
        match control {
            TransactionControl::Savepoint(name) if !self.marks.is_empty() => {
                let name = Some(name.name.clone());
                self.marks.push(Mark { name, catalog: catalog.clone(), lock_order: lock_order.clone() });
            }
            TransactionControl::Release(name) => {
                if let Some(at) = self.find(&name.name) {
                    self.marks.truncate(at);
                }
            }
            TransactionControl::RollbackTo(name) => {
                if let Some(at) = self.find(&name.name) {
                    self.marks.truncate(at + 1);
                    *catalog = self.marks[at].catalog.clone();
                    *lock_order = self.marks[at].lock_order.clone();
                }
            }
            TransactionControl::Rollback { .. } => {
                if let Some(before) = self.undo() {
                    *catalog = before;
                }
            }
            // What is prepared may be rolled back.
            TransactionControl::Prepare => {
                if let Some(before) = self.undo() {
                    *catalog = std::mem::take(catalog).or_not(before);
                }
            }
            TransactionControl::Commit { .. } => self.marks.clear(),
            TransactionControl::Begin { .. } | TransactionControl::Savepoint(_) => {}
        }
    }

    /// The catalogue in front of the open transaction, which ends. The order in which it has locked its tables stays: it
    /// held them together.
    pub(super) fn undo(&mut self) -> Option<Catalog> {
        self.marks.drain(..).next().map(|start| start.catalog)
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.marks.clear();
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.marks.iter().rposition(|mark| mark.name.as_deref() == Some(name))
    }
}
