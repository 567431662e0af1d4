//! Tables that a query reads or locks, with their partitions and children, and how the server finds their rows.
//!
//! Source: measurements (`fixtures/facts/select-*.sql`). Until 11 the planner locks partitions that it then leaves out.

use ecow::EcoString;

use crate::ast::{Condition, Limit, Limits, ObjectName, TableRead};
use crate::engine::catalog::Relation;
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::partitions::reached::{Late, Reached, in_session, left_out_late, reached};
use crate::engine::selectivity::{is_of_one_row, is_unique, names_keys};
use crate::engine::surroundings::Surroundings;
use crate::postgres::{Form, Role};
use crate::source::Span;

use super::Occurrence;

/// Relations that are named, and those that are reached through them.
#[derive(Default)]
pub(super) struct Group {
    pub named: Vec<RelationName>,
    pub children: Vec<RelationName>,
}

/// What is read whole, what by a key, and what is left out.
#[derive(Default)]
pub(super) struct Reads {
    pub whole: Group,
    pub by_key: Group,
    pub left_out: Vec<RelationName>,
    /// What is left out when the query runs.
    pub left_out_late: Vec<RelationName>,
    /// What is left out when the query runs, though it is the only one that the planner keeps.
    pub alone_left_out_late: Vec<RelationName>,
    /// Tables above partitions that are partitioned themselves.
    pub above: Vec<RelationName>,
}

/// The part of a query that names relations.
#[derive(Clone, Copy)]
pub(super) struct Named<'q> {
    pub reads: &'q [ObjectName],
    pub only: &'q [ObjectName],
    pub tables: &'q [Vec<TableRead>],
    pub locked: &'q [ObjectName],
}

impl Named<'_> {
    /// What the query reads without locking rows, and what it reads to lock rows.
    pub fn split(&self, around: &Surroundings) -> (Reads, Reads) {
        let locked: Vec<RelationName> = self.locked.iter().map(|name| around.resolve(name)).collect();
        let (mut reads, mut locks) = (Reads::default(), Reads::default());
        let mut seen: Vec<RelationName> = Vec::new();
        for list in self.tables {
            for table in list {
                if table.written {
                    continue;
                }
                let name = around.resolve(&table.name);
                let part = if locked.contains(&name) { &mut locks } else { &mut reads };
                part.table(table, &name, list, around);
                seen.push(name);
            }
        }
        for read in self.reads.iter().chain(self.locked) {
            let name = around.resolve(read);
            if !seen.contains(&name) {
                let part = if locked.contains(&name) { &mut locks } else { &mut reads };
                part.add_whole(&name, self.only.contains(read), around);
                seen.push(name);
            }
        }
        (reads, locks)
    }
}

impl Reads {
    fn table(&mut self, table: &TableRead, name: &RelationName, list: &[TableRead], around: &Surroundings) {
        let known = around.catalog.get(name);
        if matches!(around.kind(name), RelationKind::View) {
            return match known.and_then(|view| Some((view, view.base()?))) {
                Some((view, base)) => self.through(view, base, table, list, around),
                None => self.add_whole(name, table.only, around),
            };
        }
        let partner = |known_as: &EcoString| list.iter().find(|other| other.known_as == *known_as);
        let is_driven = known.is_some_and(|relation| {
            table.joined.iter().any(|(column, other)| {
                let driver = partner(other);
                is_unique(column, relation)
                    && driver.is_some_and(|other| is_of_one_row(&other.conditions, around.relation(&other.name)))
            })
        });
        let by_key = |name: &RelationName| {
            let known = around.catalog.get(name);
            let is_edge = |relation: &Relation| table.first_by.iter().any(|column| relation.is_key_column(column));
            is_driven || names_keys(&table.conditions, known) || known.is_some_and(is_edge)
        };
        let part = if by_key(name) { &mut self.by_key } else { &mut self.whole };
        push(&mut part.named, name.clone());
        if !table.only {
            above(name, around).into_iter().for_each(|above| push(&mut self.above, above));
            self.add_children(name, &table.limits, &by_key, around);
        }
    }

    /// A view that shows rows of one relation: what is asked of its columns is asked of those behind them.
    fn through(
        &mut self,
        view: &Relation,
        base: &RelationName,
        table: &TableRead,
        list: &[TableRead],
        around: &Surroundings,
    ) {
        if self.by_key.named.contains(&view.name) || self.whole.named.contains(&view.name) {
            return self.add_whole(base, around.is_read_alone(&view.name, base), around);
        }
        push(&mut self.by_key.named, view.name.clone());
        for read in view.reads.iter().filter(|read| *read != base) {
            self.add_whole(read, around.is_read_alone(&view.name, read), around);
        }
        let behind = |column: &EcoString| {
            let shown = view.shows.columns.iter().find(|(known, _)| known == column);
            shown.and_then(|(_, behind)| behind.clone())
        };
        let conditions = table.conditions.iter();
        let conditions = conditions
            .filter_map(|condition| Some(Condition { column: behind(&condition.column)?, ..condition.clone() }));
        let limits = table.limits.all.iter();
        let limits = limits.filter_map(|limit| Some(Limit { column: behind(&limit.column)?, ..limit.clone() }));
        let own = view.asks_of(base).cloned().unwrap_or_default();
        let limits = Limits { all: own.all.iter().cloned().chain(limits).collect(), ..own };
        let joined = table.joined.iter();
        let read = TableRead {
            conditions: conditions.collect(),
            limits,
            joined: joined.filter_map(|(column, other)| Some((behind(column)?, other.clone()))).collect(),
            first_by: table.first_by.as_ref().and_then(behind),
            only: around.is_read_alone(&view.name, base),
            ..table.clone()
        };
        self.table(&read, base, list, around);
    }

    /// The partitions and children of a table, each by its own indexes.
    pub fn add_children(
        &mut self,
        name: &RelationName,
        limits: &Limits,
        by_key: &dyn Fn(&RelationName) -> bool,
        around: &Surroundings,
    ) {
        let Reached { reached, left_out } = within(name, limits, around);
        let late = late(name, limits, around);
        for child in reached {
            let part = match () {
                () if late.among_others.contains(&child) => &mut self.left_out_late,
                () if by_key(&child) => &mut self.by_key.children,
                () if late.alone.as_ref() == Some(&child) => &mut self.alone_left_out_late,
                () => &mut self.whole.children,
            };
            push(part, child);
        }
        left_out.into_iter().for_each(|child| push(&mut self.left_out, child));
    }

    /// A relation that is read whole, with what lies behind it if it is a view.
    fn add_whole(&mut self, name: &RelationName, only: bool, around: &Surroundings) {
        let mut waiting = vec![(name.clone(), only)];
        while let Some((name, only)) = waiting.pop() {
            if self.whole.named.contains(&name) {
                continue;
            }
            let behind = around.catalog.get(&name).filter(|relation| relation.kind == RelationKind::View);
            for read in behind.into_iter().flat_map(|view| &view.reads) {
                waiting.push((read.clone(), around.is_read_alone(&name, read)));
            }
            if !only {
                above(&name, around).into_iter().for_each(|above| push(&mut self.above, above));
                around.catalog.descendants(&name).into_iter().for_each(|child| push(&mut self.whole.children, child));
            }
            self.whole.named.push(name);
        }
    }

    /// What the query of a view reads.
    pub fn of_view(view: &RelationName, around: &Surroundings) -> Self {
        let mut found = Self::default();
        let known = around.catalog.get(view);
        for read in known.into_iter().flat_map(|view| &view.reads) {
            let only = around.is_read_alone(view, read);
            match known.and_then(|known| known.asks_of(read)).filter(|_| !only) {
                Some(limits) => {
                    push(&mut found.whole.named, read.clone());
                    found.add_children(read, limits, &|_| false, around);
                }
                None => found.add_whole(read, only, around),
            }
        }
        found
    }

    /// What the planner leaves out, alone.
    pub fn only_left_out(self) -> Self {
        let Self { left_out, left_out_late, alone_left_out_late, .. } = self;
        Self { left_out, left_out_late, alone_left_out_late, ..Self::default() }
    }

    /// The behaviours: for what is read whole, by a key, left out, and left out when the query runs, with others and alone.
    pub fn occurrences(self, forms: [Form; 5], role: Role, span: Span) -> Vec<Occurrence> {
        let [whole, by_key, left_out, late, late_alone] = forms;
        let group = |form: Form, group: Group| {
            let is_empty = group.named.is_empty() && group.children.is_empty();
            let found =
                Occurrence::new(form, span).with_all(role, group.named).with_all(Role::Partition, group.children);
            (!is_empty).then_some(found)
        };
        let rest = [
            Occurrence::new(left_out, span).with_all(Role::Partition, self.left_out),
            Occurrence::new(late, span).with_all(Role::Partition, self.left_out_late),
            Occurrence::new(late_alone, span).with_all(Role::Partition, self.alone_left_out_late),
            Occurrence::new(Form::SelectPartitionedPart, span).with_all(Role::Parent, self.above),
        ];
        let rest = rest.into_iter().filter(|rest| !rest.relations.is_empty());
        group(whole, self.whole).into_iter().chain(group(by_key, self.by_key)).chain(rest).collect()
    }
}

/// The tables above a partition that has partitions of its own, among which the planner has to choose.
///
/// Source: `set_baserel_partition_constraint()` of the server.
pub(super) fn above(name: &RelationName, around: &Surroundings) -> Vec<RelationName> {
    let catalog = around.catalog;
    let inner = catalog.get(name).filter(|part| part.is_partitioned() && !part.children.is_empty());
    let inner = inner.filter(|part| around.is_partition(part));
    inner
        .map(|part| catalog.ancestors(&part.name).into_iter().map(|above| above.name.clone()).collect())
        .unwrap_or_default()
}

/// The forms of reading.
pub(super) const READING: [Form; 5] =
    [Form::Select, Form::SelectByKey, Form::SelectPruned, Form::SelectPrunedLate, Form::SelectPrunedLateAlone];

/// The forms of reading to lock rows.
pub(super) const LOCKING: [Form; 5] = [
    Form::SelectForUpdate,
    Form::SelectForUpdateByKey,
    Form::SelectForUpdatePruned,
    Form::SelectForUpdatePrunedLate,
    Form::SelectForUpdatePrunedLateAlone,
];

/// Partitions by whether rows that meet these limits can be in them; all of them where other constants will follow.
pub(super) fn within(name: &RelationName, limits: &Limits, around: &Surroundings) -> Reached {
    match around.stands_for_more {
        true => Reached { reached: around.catalog.descendants(name), left_out: Vec::new() },
        false => reached(name, &in_session(name, limits, around.is_utc(), around.catalog), around.catalog),
    }
}

/// Partitions that are left out when the statement runs.
pub(super) fn late(name: &RelationName, limits: &Limits, around: &Surroundings) -> Late {
    match around.stands_for_more {
        true => Late::default(),
        false => left_out_late(name, limits, around.is_utc(), around.catalog),
    }
}

fn push(names: &mut Vec<RelationName>, name: RelationName) {
    if !names.contains(&name) {
        names.push(name);
    }
}
