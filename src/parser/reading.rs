//! Which columns a query reads, of what FROM brings into sight. Followed only where it is asked for: see [`Reading::wanted`].

use std::sync::Arc;

use ecow::EcoString;
use rustc_hash::FxHashSet;

use sqlparser::ast as sql;

use super::output::merged_by;
use super::output_name::column_name;
use super::uses::{Uses, Walk, folded, object_name};
use super::walk_expr::is_keyword_function;
use crate::ast::{ColumnRead, GroupedBy, Merged, ObjectName, Place, Scope, Write};

/// Columns read so far, and what is in sight.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// Somebody asks for the columns.
    pub wanted: bool,
    /// Somebody asks for those that the condition of the write at hand reads.
    pub wanted_in_condition: bool,
    /// Only queries of ordinary size are followed.
    limited: bool,
    /// The query is larger than that.
    pub given_up: bool,
    /// Columns in the order met.
    pub found: Vec<ColumnRead>,
    /// Queries that are grouped by plain columns.
    pub grouped: Vec<GroupedBy>,
    frame: Option<Arc<Frame>>,
    known: FxHashSet<(EcoString, usize, Place)>,
    /// A FROM list is read: not all of the frame is in sight yet.
    pub in_from: bool,
    /// A lone name that comes now is a key of this kind.
    key: Option<Place>,
}

/// What was found before something else was looked for.
pub(super) struct Aside {
    found: Vec<ColumnRead>,
    known: FxHashSet<(EcoString, usize, Place)>,
}

/// What one FROM list brings into sight, under the names that it has there.
#[derive(Debug)]
struct Frame {
    items: Vec<Item>,
    scope: Arc<Scope>,
    outer: Option<Arc<Frame>>,
}

/// One item of a FROM list.
#[derive(Debug, Clone)]
struct Item {
    name: EcoString,
    /// The relation; none for a subquery, a function or a WITH query; several for a join with a name of its own.
    relations: Vec<ObjectName>,
    /// Its columns have other names here.
    renamed: bool,
}

/// The items of a frame and of those around it, innermost first.
fn items(frame: Option<&Frame>) -> impl Iterator<Item = &Item> {
    std::iter::successors(frame, |frame| frame.outer.as_deref()).flat_map(|frame| &frame.items)
}

/// A scope of its own for these items.
fn scope_of(items: &[Item], merged: Merged, outer: Option<Arc<Scope>>) -> Arc<Scope> {
    let plain = items.iter().filter(|item| !item.renamed);
    let relations = plain.flat_map(|item| item.relations.iter().cloned()).collect();
    let others = items.iter().any(|item| item.renamed || item.relations.is_empty());
    Arc::new(Scope { relations, others, merged, outer })
}

impl Reading {
    /// The columns of a relation are in sight from here on.
    pub fn see(&mut self, relation: &ObjectName) {
        let item = Item { name: relation.name.name.clone(), relations: vec![relation.clone()], renamed: false };
        self.enter(vec![item], Merged::Nothing);
    }

    /// The query is too large: nothing is said of it.
    fn give_up(&mut self) {
        (self.wanted, self.given_up) = (false, true);
        self.found.clear();
    }

    /// What was found so far is kept apart from what comes, until [`Reading::put_back`].
    pub fn put_aside(&mut self) -> Aside {
        Aside { found: std::mem::take(&mut self.found), known: std::mem::take(&mut self.known) }
    }

    /// What was found since it was last asked.
    pub fn take_out(&mut self) -> Vec<ColumnRead> {
        self.known.clear();
        std::mem::take(&mut self.found)
    }

    /// Ends [`Reading::put_aside`].
    pub fn put_back(&mut self, aside: Aside) {
        if self.wanted {
            (self.found, self.known) = (aside.found, aside.known);
        }
    }

    /// Whether a list of this length is longer than those of queries that are followed.
    fn is_too_long(&self, length: usize) -> bool {
        self.limited && length > 60
    }

    fn enter(&mut self, items: Vec<Item>, merged: Merged) {
        let depth = std::iter::successors(self.frame.as_deref(), |frame| frame.outer.as_deref()).take(99).count();
        if self.is_too_long(items.len()) || self.is_too_long(depth * 3) {
            return self.give_up();
        }
        let outer = self.frame.take();
        let scope = scope_of(&items, merged, outer.as_ref().map(|frame| Arc::clone(&frame.scope)));
        self.frame = Some(Arc::new(Frame { items, scope, outer }));
    }

    fn leave(&mut self) {
        self.frame = self.frame.take().and_then(|frame| frame.outer.clone());
    }

    /// All items in sight, innermost first.
    fn in_sight(&self) -> Vec<Item> {
        items(self.frame.as_deref()).cloned().collect()
    }

    fn add(&mut self, column: &str, scope: &Arc<Scope>, place: Place) {
        if self.is_too_long(self.found.len() / 10) {
            return self.give_up();
        }
        if self.known.insert((column.into(), Arc::as_ptr(scope) as usize, place)) {
            self.found.push(ColumnRead::Named { column: column.into(), scope: Arc::clone(scope), place });
        }
    }

    /// Which columns of these relations are read is not known.
    fn some(&mut self, items: &[Item]) {
        let relations: Vec<ObjectName> = items.iter().flat_map(|item| item.relations.iter().cloned()).collect();
        if self.is_too_long(self.found.len() / 10) {
            return self.give_up();
        }
        let read = ColumnRead::Some(relations);
        if self.found.last() != Some(&read) {
            self.found.push(read);
        }
    }

    /// A name with nothing in front: a column, or a whole row.
    pub fn word(&mut self, name: &str) {
        let Some(frame) = self.frame.clone().filter(|_| self.wanted) else { return };
        let place = match self.key {
            _ if items(Some(&frame)).any(|item| item.name == name) => Place::Unsure,
            Some(key) => key,
            None if self.in_from => Place::From,
            None => Place::Expression,
        };
        self.add(name, &frame.scope, place);
        let rows = items(Some(&frame)).filter(|item| item.renamed || item.name == name);
        let rows: Vec<Item> = rows.cloned().collect();
        if !rows.is_empty() {
            self.some(&rows);
        }
    }

    /// `table.column`
    pub fn qualified(&mut self, parts: &[sql::Ident]) {
        if !self.wanted {
            return;
        }
        match parts {
            [table, column] => {
                let (table, column, frame) = (folded(table), folded(column), self.frame.clone());
                match items(frame.as_deref()).find(|item| item.name == table) {
                    Some(item) if item.renamed => self.some(std::slice::from_ref(item)),
                    Some(item) if item.relations.is_empty() => {}
                    Some(item) => {
                        let scope = scope_of(std::slice::from_ref(item), Merged::Nothing, None);
                        self.add(&column, &scope, Place::Expression);
                    }
                    None => self.some(&self.in_sight()),
                }
            }
            _ => self.anything(),
        }
    }

    /// Something that may read any column in sight.
    pub fn anything(&mut self) {
        if self.wanted {
            self.some(&self.in_sight());
        }
    }

    fn star(&mut self) {
        let Some(frame) = self.frame.clone().filter(|_| self.wanted) else { return };
        let relations = frame.items.iter().flat_map(|item| item.relations.iter().cloned()).collect();
        self.found.push(ColumnRead::All(relations));
    }

    fn star_of(&mut self, name: &sql::ObjectName) {
        if !self.wanted {
            return;
        }
        let [sql::ObjectNamePart::Identifier(table)] = name.0.as_slice() else { return self.anything() };
        let (table, all) = (folded(table), self.in_sight());
        match all.iter().find(|item| item.name == table) {
            Some(item) => self.found.push(ColumnRead::All(item.relations.clone())),
            None => self.some(&all),
        }
    }
}

impl Uses {
    /// Uses that ask which columns are read.
    pub fn with_columns() -> Self {
        Self { reading: Reading { wanted: true, ..Reading::default() }, output_wanted: true, ..Self::default() }
    }

    /// Uses that ask which columns are read, if the query is of ordinary size.
    pub fn with_some_columns() -> Self {
        let reading = Reading { wanted: true, limited: true, ..Reading::default() };
        Self { reading, ..Self::default() }
    }
}

impl Walk<'_, '_> {
    /// What FROM holds is in sight until [`Walk::leave`].
    pub fn enter(&mut self, from: &[sql::TableWithJoins]) {
        if self.uses.reading.wanted {
            let items = from.iter().flat_map(|item| self.items(item)).collect();
            let merged = from.iter().fold(Merged::Nothing, merged_by);
            self.uses.reading.enter(items, merged);
        }
    }

    /// WHERE of UPDATE and DELETE, where the target is in sight beside what FROM holds.
    pub fn condition_of_write(&mut self, write: &Write, from: &[sql::TableWithJoins], filter: &sql::Expr) {
        let wanted = std::mem::take(&mut self.uses.reading.wanted_in_condition) && !self.uses.reading.given_up;
        if !wanted {
            return self.expr(filter);
        }
        let name = write.alias.as_ref().unwrap_or(&write.target.name).name.clone();
        let target = Item { name, relations: vec![write.target.clone()], renamed: false };
        let items = std::iter::once(target).chain(from.iter().flat_map(|item| self.items(item))).collect();
        let merged = from.iter().fold(Merged::Nothing, merged_by);
        self.uses.reading.wanted = true;
        self.uses.reading.enter(items, merged);
        self.expr(filter);
        self.leave();
        self.uses.reading.wanted = false;
    }

    /// The items of [`Walk::enter`] are out of sight again.
    pub fn leave(&mut self) {
        if self.uses.reading.wanted {
            self.uses.reading.leave();
        }
    }

    /// A subquery in FROM that does not see what stands beside it.
    pub fn beside(&mut self, lateral: bool, subquery: &sql::Query) {
        let frame = self.uses.reading.frame.clone();
        if !lateral {
            self.uses.reading.leave();
        }
        self.subquery(subquery);
        self.uses.reading.frame = frame;
    }

    fn items(&self, item: &sql::TableWithJoins) -> Vec<Item> {
        let factors = std::iter::once(&item.relation).chain(item.joins.iter().map(|join| &join.relation));
        factors.flat_map(|factor| self.items_of(factor)).collect()
    }

    fn items_of(&self, factor: &sql::TableFactor) -> Vec<Item> {
        use sql::TableFactor as T;
        let other = |alias: &Option<sql::TableAlias>| {
            let name = alias.as_ref().map(|alias| folded(&alias.name)).unwrap_or_default();
            vec![Item { name, relations: Vec::new(), renamed: false }]
        };
        match factor {
            T::Table { name, alias, args: None, .. } => {
                let is_function = matches!(name.0.as_slice(), [sql::ObjectNamePart::Identifier(word)]
                    if word.quote_style.is_none() && is_keyword_function(&word.value));
                let Some(relation) = object_name(self.cursor, name).filter(|_| !is_function) else {
                    return other(alias);
                };
                let name = alias.as_ref().map_or_else(|| relation.name.name.clone(), |alias| folded(&alias.name));
                let renamed = alias.as_ref().is_some_and(|alias| !alias.columns.is_empty());
                let relations = if self.uses.is_table(&relation) { vec![relation] } else { Vec::new() };
                vec![Item { renamed: renamed && !relations.is_empty(), name, relations }]
            }
            T::NestedJoin { table_with_joins, alias: None } => self.items(table_with_joins),
            T::NestedJoin { table_with_joins, alias: Some(alias) } => {
                let inside = self.items(table_with_joins).into_iter().flat_map(|item| item.relations).collect();
                vec![Item { name: folded(&alias.name), relations: inside, renamed: true }]
            }
            T::Derived { alias, .. }
            | T::Table { alias, .. }
            | T::Function { alias, .. }
            | T::TableFunction { alias, .. }
            | T::UNNEST { alias, .. }
            | T::JsonTable { alias, .. }
            | T::XmlTable { alias, .. } => other(alias),
            _ => other(&None),
        }
    }

    /// USING and NATURAL compare columns of both sides.
    pub fn join_columns(&mut self, item: &sql::TableWithJoins) {
        if !self.uses.reading.wanted {
            return;
        }
        if self.uses.reading.is_too_long(item.joins.len()) {
            return self.uses.reading.give_up();
        }
        let mut left = self.items_of(&item.relation);
        for join in &item.joins {
            let right = self.items_of(&join.relation);
            match super::walk_query::join_constraint(&join.join_operator) {
                Some(sql::JoinConstraint::Using(names)) => {
                    // Joins before it may have merged columns of the left side.
                    let scopes = [&left, &right].map(|items| scope_of(items, Merged::Natural, None));
                    let columns = names.iter().filter_map(|name| name.0.last()?.as_ident().map(folded));
                    for column in columns {
                        scopes.iter().for_each(|scope| self.uses.reading.add(&column, scope, Place::Expression));
                    }
                }
                Some(sql::JoinConstraint::Natural) => {
                    self.uses.reading.some(&left);
                    self.uses.reading.some(&right);
                }
                Some(sql::JoinConstraint::On(_) | sql::JoinConstraint::None) | None => {}
            }
            left.extend(right);
        }
    }

    /// Sort keys of a query, which may name what it gives instead of what it reads.
    pub fn sort_keys(&mut self, body: &sql::SetExpr, keys: &[sql::OrderByExpr]) {
        if !self.uses.reading.wanted {
            return self.order_by_exprs(keys);
        }
        let sql::SetExpr::Select(select) = body else {
            // Those of UNION and its kin are columns of the result.
            self.uses.reading.wanted = false;
            self.order_by_exprs(keys);
            self.uses.reading.wanted = !self.uses.reading.given_up;
            return;
        };
        let named = self.name_tables(&select.from);
        let in_from = std::mem::take(&mut self.uses.reading.in_from);
        self.enter(&select.from);
        keys.iter().for_each(|key| self.sort_key(select, &key.expr));
        self.leave();
        self.uses.reading.in_from = in_from;
        self.uses.tables_named = named;
    }

    /// A key of GROUP BY: of lone names, columns of the tables come first, and it is not known here which they have.
    pub fn group_key(&mut self, select: &sql::Select, key: &sql::Expr) {
        use sql::Expr as E;
        match key {
            E::GroupingSets(sets) | E::Cube(sets) | E::Rollup(sets) => {
                sets.iter().flatten().for_each(|key| self.sort_key(select, key));
            }
            E::Tuple(keys) => keys.iter().for_each(|key| self.sort_key(select, key)),
            key => self.sort_key(select, key),
        }
    }

    /// A key of ORDER BY or DISTINCT ON: a lone name means a column of the result, if there is one.
    pub fn sort_key(&mut self, select: &sql::Select, key: &sql::Expr) {
        let sql::Expr::Identifier(name) = key else { return self.expr(key) };
        let wanted = self.uses.reading.wanted;
        match gives(select, &folded(name)) {
            Some(given) => self.uses.reading.wanted = wanted && !given,
            None => self.uses.reading.key = Some(Place::Unsure),
        }
        self.uses.reading.key = self.uses.reading.key.or(Some(Place::Key));
        self.expr(key);
        self.uses.reading.key = None;
        self.uses.reading.wanted = wanted && !self.uses.reading.given_up;
    }

    /// `*` or `table.*`
    pub fn wildcard(&mut self, item: &sql::SelectItem) {
        match item {
            sql::SelectItem::QualifiedWildcard(sql::SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                self.row_of(name);
                self.uses.reading.star_of(name);
            }
            sql::SelectItem::Wildcard(_) => self.uses.reading.star(),
            sql::SelectItem::QualifiedWildcard(sql::SelectItemQualifiedWildcardKind::Expr(_), _)
            | sql::SelectItem::UnnamedExpr(_)
            | sql::SelectItem::ExprWithAlias { .. }
            | sql::SelectItem::ExprWithAliases { .. } => {}
        }
    }
}

/// The names that an alias gives to columns.
pub(super) fn alias_columns(alias: &sql::TableAlias) -> Vec<EcoString> {
    alias.columns.iter().map(|column| folded(&column.name)).collect()
}

/// Whether a column of the result has this name; nothing where the name of one is not known.
fn gives(select: &sql::Select, name: &str) -> Option<bool> {
    let mut unknown = false;
    let given = select.projection.iter().any(|item| match item {
        sql::SelectItem::ExprWithAlias { alias, .. } => folded(alias) == name,
        sql::SelectItem::UnnamedExpr(sql::Expr::Identifier(_) | sql::Expr::CompoundIdentifier(_)) => false,
        sql::SelectItem::UnnamedExpr(expr) => match column_name(expr) {
            Some(given) => given == name,
            None => {
                unknown = true;
                false
            }
        },
        sql::SelectItem::ExprWithAliases { .. } => {
            unknown = true;
            false
        }
        sql::SelectItem::QualifiedWildcard(..) | sql::SelectItem::Wildcard(_) => false,
    });
    if given || !unknown { Some(given) } else { None }
}
