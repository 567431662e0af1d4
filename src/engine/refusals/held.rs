//! The rows that a table holds for certain, and what they do not meet.

use std::collections::HashSet;

use ecow::{EcoString, eco_format};

use crate::ast::{
    AlterTable, Counted, DataType, Expr, Ident, KeyColumns, Limit, Literal, References, TableConstraint,
    TableConstraintKind,
};
use crate::engine::catalog::{
    Batch, Column, Constraint, ConstraintKind, Index, Relation, counted_failure, counted_value_in,
};
use crate::engine::decimals::stored;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;
use crate::postgres::types::is_built_in_name;

use super::inserted::key_text;
use super::literals::{all, as_of, holds, is_violated, meets};
use super::values::compared_alike;
use super::violated::{CHECK_VIOLATION, FOREIGN_KEY_VIOLATION, UNIQUE_VIOLATION, changes, with_rows};
use super::violated_domains::not_taken;
use super::{NOT_NULL_VIOLATION, excluded, refused, refused_on};

/// Rows of a table that are looked at.
const MANY: usize = 20_000;

/// A table whose rows are looked at.
pub(super) struct Table<'a> {
    pub(super) relation: &'a Relation,
    pub(super) around: &'a Surroundings<'a>,
}

/// A key of an index.
pub(super) enum Key<'k> {
    Column(&'k str),
    Calculated(&'k Counted),
}

impl<'k> Key<'k> {
    /// Nothing for an expression whose values are not known.
    pub(super) fn of(column: Option<&'k Ident>, expr: Option<&'k Expr>) -> Option<Self> {
        match column {
            Some(column) => Some(Self::Column(&column.name)),
            None => expr.and_then(|expr| expr.value.as_deref()).map(Self::Calculated),
        }
    }
}

impl<'a> Table<'a> {
    pub(super) fn constraint(&self, constraint: &TableConstraint, alter: &AlterTable) -> Option<Refusal> {
        let untouched = |columns: &[Ident]| !columns.iter().any(|column| changes(alter, &column.name));
        match &constraint.kind {
            TableConstraintKind::Check(expr) if !constraint.traits.not_enforced => {
                let untouched = !expr.columns.iter().any(|column| changes(alter, column));
                let limits = || self.check(|value| is_violated(&expr.limits, self.relation, value));
                limits().or_else(|| self.false_of(expr)).filter(|_| untouched)
            }
            TableConstraintKind::Unique(KeyColumns::Columns(columns)) if untouched(columns) => {
                self.duplicate(&names(columns), constraint.index.nulls_not_distinct)
            }
            TableConstraintKind::PrimaryKey(KeyColumns::Columns(columns)) if untouched(columns) => {
                let columns = names(columns);
                self.null(&columns).or_else(|| self.duplicate(&columns, false))
            }
            TableConstraintKind::PrimaryKey(KeyColumns::UsingIndex(index)) => {
                let index = self.relation.index(&index.name).filter(|known| known.certain && !known.more.doubted)?;
                let columns: Vec<&str> = index.keys.iter().flatten().map(EcoString::as_str).collect();
                let changed = columns.iter().any(|column| changes(alter, column));
                self.null(&columns).filter(|_| !changed)
            }
            TableConstraintKind::NotNull(column) if untouched(std::slice::from_ref(column)) => self
                .null(&[&column.name])
                .map(|refusal| refused_on(VersionSet::since(18), NOT_NULL_VIOLATION, refusal.reason)),
            TableConstraintKind::ForeignKey { columns, period: false, references }
                if untouched(columns) && !constraint.traits.not_enforced =>
            {
                self.unmatched(
                    &names(columns),
                    self.around.relation(&references.table),
                    names(&references.columns),
                    references.match_full,
                )
            }
            TableConstraintKind::Exclude { .. } => excluded::added(&constraint.kind, alter, self),
            TableConstraintKind::ForeignKey { .. }
            | TableConstraintKind::Check(_)
            | TableConstraintKind::Unique(_)
            | TableConstraintKind::PrimaryKey(_)
            | TableConstraintKind::NotNull(_) => None,
        }
    }

    pub(super) fn validate(&self, known: &Constraint) -> Option<Refusal> {
        match &known.kind {
            ConstraintKind::Check { .. } => self.check(|value| self.breaks(&known.kind, value)),
            ConstraintKind::ForeignKey { columns, referenced, referenced_columns, match_full, .. } => {
                let columns: Vec<&str> = columns.iter().map(EcoString::as_str).collect();
                let key = referenced_columns.iter().map(EcoString::as_str).collect();
                self.unmatched(&columns, self.around.catalog.get(referenced), key, *match_full)
            }
            ConstraintKind::NotNull { column } => self.null(&[column]),
            ConstraintKind::Key { .. } => None,
        }
    }

    /// The rows, of many the first ones.
    pub(super) fn rows(&self) -> impl Iterator<Item = (&'a Batch, i64)> {
        let batches = self.relation.known_rows.batches().iter();
        batches.flat_map(|batch| batch.rows().map(move |at| (batch, at))).take(MANY)
    }

    /// Whether all rows are known, and looked at.
    pub(super) fn is_whole(&self) -> bool {
        let known = &self.relation.known_rows;
        let seen = |batch: &Batch| batch.rows().last() == Some(batch.last);
        known.all && known.batches().iter().all(seen) && self.rows().count() < MANY
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

    /// What is written for a column.
    pub(super) fn written<'b>(&self, name: &str, batch: &'b Batch) -> Option<&'b Counted> {
        batch.counted(name).filter(|_| self.lasts(name))
    }

    pub(super) fn value(&self, name: &str, batch: &Batch, at: i64) -> Option<Literal> {
        let column = self.relation.column(name).filter(|_| self.lasts(name))?;
        as_of(batch.value(name, at)?, column, &self.type_of(column)?)
    }

    /// A literal of a type of which the same literal is the same value, whatever the session and the time.
    fn as_written(&self, name: &str, batch: &Batch, at: i64) -> Option<Literal> {
        const TYPES: &[&str] = &[
            "bigint",
            "bit",
            "bit varying",
            "boolean",
            "bytea",
            "character",
            "character varying",
            "cidr",
            "double precision",
            "inet",
            "int4range",
            "int8range",
            "integer",
            "jsonb",
            "macaddr",
            "macaddr8",
            "name",
            "numeric",
            "numrange",
            "oid",
            "real",
            "smallint",
            "text",
            "uuid",
        ];
        let column = self.relation.column(name).filter(|_| self.lasts(name))?;
        column.known_type().filter(|data_type| TYPES.contains(&data_type.name.as_str()))?;
        batch.value(name, at)
    }

    /// The type of a column; of a domain, the one behind it where its values are told apart by their texts. Those of an enum
    /// are its labels.
    pub(super) fn type_of(&self, column: &Column) -> Option<DataType> {
        let data_type = column.data_type.as_ref()?;
        if is_built_in_name(&data_type.name) || data_type.dimensions > 0 {
            return Some(data_type.clone());
        }
        let name = self.around.type_name(data_type);
        match self.around.catalog.sure_domain(&name) {
            Some(domain) => Some(domain.data_type.clone()).filter(is_calculated_with),
            None if self.around.catalog.enum_type(&name).is_some() => {
                Some(DataType { name: "text".into(), ..DataType::default() })
            }
            None => Some(data_type.clone()),
        }
    }

    /// What an expression is in a row.
    pub(super) fn calculated(&self, value: &Counted, batch: &Batch, at: i64) -> Option<Literal> {
        counted_value_in(value, at, &|name| self.operand(name, batch, at))
    }

    /// What an expression is in a row that has a value in a new column as well.
    pub(super) fn calculated_with(
        &self,
        value: &Counted,
        (name, new): (&str, &Literal),
        (batch, at): (&Batch, i64),
    ) -> Option<Literal> {
        let operand = |read: &str| if read == name { Some(new.clone()) } else { self.operand(read, batch, at) };
        counted_value_in(value, at, &operand)
    }

    /// Why an expression cannot be calculated in a row.
    pub(super) fn failure(&self, value: &Counted, batch: &Batch, at: i64) -> Option<&'static str> {
        counted_failure(value, at, &|name| self.operand(name, batch, at))
    }

    /// What is calculated with, where it has the type of its literal.
    fn operand(&self, name: &str, batch: &Batch, at: i64) -> Option<Literal> {
        let column = self.relation.column(name)?;
        self.type_of(column).filter(is_calculated_with).and_then(|_| self.value(name, batch, at))
    }

    /// Whether a write that has this condition changes a row.
    pub(super) fn is_met(&self, filter: Option<&Expr>, batch: &Batch, at: i64) -> Option<bool> {
        let Some(filter) = filter else { return Some(true) };
        // `x = NULL` may mean `x IS NULL`.
        if self.around.session.setting("transform_null_equals").is_some_and(|value| value != "off") {
            return None;
        }
        let limits = &filter.limits.all;
        let known = filter.is_told_by_limits() && limits.iter().all(|limit| self.lasts(&limit.column));
        let is_met = |limit: &Limit| {
            let data_type = self.relation.column(&limit.column)?.known_type()?;
            holds(limit, &self.value(&limit.column, batch, at)?, data_type)
        };
        let by_limits = || all(limits.iter().map(is_met)).filter(|_| known);
        let value = filter.value.as_deref().filter(|_| self.are_of_server(&filter.functions));
        let by_value = || match self.calculated(value?, batch, at)? {
            Literal::Boolean(true) => Some(true),
            Literal::Boolean(false) | Literal::Null => Some(false),
            Literal::Number(_) | Literal::Text(_) => None,
        };
        by_limits().or_else(by_value)
    }

    /// Whether no migration made functions of these names.
    pub(super) fn are_of_server(&self, functions: &[EcoString]) -> bool {
        functions.iter().all(|function| self.around.is_of_server(function))
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

    /// Whether a CHECK is false of a row with these values.
    pub(super) fn breaks(&self, check: &ConstraintKind, value: &dyn Fn(&str) -> Option<Literal>) -> bool {
        let ConstraintKind::Check { limits, value: asked, calls, .. } = check else { return false };
        let operand = |name: &str| {
            let column = self.relation.column(name)?;
            self.type_of(column).filter(is_calculated_with).and_then(|_| value(name))
        };
        let asked = asked.as_deref().filter(|_| self.are_of_server(calls));
        let is_false = |asked: &Counted| counted_value_in(asked, 0, &operand) == Some(Literal::Boolean(false));
        is_violated(limits, self.relation, value) || asked.is_some_and(is_false)
    }

    /// The constraints of the table that are there for certain, and are looked at.
    pub(super) fn checks(&self) -> impl Iterator<Item = &'a Constraint> {
        let constraints = self.relation.constraints.iter();
        constraints.filter(|known| {
            matches!(known.kind, ConstraintKind::Check { .. }) && !known.doubted && !known.traits.not_enforced
        })
    }

    fn check(&self, is_against: impl Fn(&dyn Fn(&str) -> Option<Literal>) -> bool) -> Option<Refusal> {
        let violated = self.rows().any(|(batch, at)| is_against(&|name: &str| self.value(name, batch, at)));
        let reason = || format!("a row that the migrations insert into {} violates it", self.relation.name);
        violated.then(|| refused(CHECK_VIOLATION, reason()))
    }

    /// A CHECK that is false of a row, or cannot be calculated in it.
    fn false_of(&self, expr: &Expr) -> Option<Refusal> {
        let value = expr.value.as_deref().filter(|_| self.are_of_server(&expr.functions))?;
        if let Some(sqlstate) = self.rows().find_map(|(batch, at)| self.failure(value, batch, at)) {
            let reason = format!("it cannot be calculated for a row of {}", self.relation.name);
            return Some(refused(sqlstate, reason));
        }
        let is_false = |(batch, at)| self.calculated(value, batch, at) == Some(Literal::Boolean(false));
        let reason = || format!("a row that the migrations insert into {} violates it", self.relation.name);
        self.rows().any(is_false).then(|| refused(CHECK_VIOLATION, reason()))
    }

    /// The values that rows have in a key.
    pub(super) fn values_of(&self, key: &Index) -> HashSet<EcoString> {
        let certain = with_rows(Some(self.relation)).is_some();
        let rows = self.rows().filter(|_| certain);
        rows.filter_map(|(batch, at)| key_text(key, |name: &str| self.value(name, batch, at))).collect()
    }

    /// The rows hold values that the domain, which becomes the type of the column, does not take.
    pub(super) fn against_domain(&self, column: &str, data_type: &DataType) -> Option<Refusal> {
        let column = self.relation.column(column)?;
        let name = self.around.type_name(data_type);
        let domain = self.around.catalog.sure_domain(&name).filter(|_| data_type.dimensions == 0)?;
        let own = column.known_type().filter(|own| own.name == domain.data_type.name)?;
        let mut values = self.values(column, own);
        let of_base = |literal: Literal| match literal {
            Literal::Number(number) => stored(&number, &domain.data_type).map(Literal::Number),
            Literal::Text(text) => domain.data_type.kept(text).map(Literal::Text),
            literal => Some(literal),
        };
        let is_out = |literal| of_base(literal).is_some_and(|value| not_taken(domain, &value, self.around).is_some());
        let violated = values.any(is_out);
        let reason =
            format!("column {} of {} contains values that {name} does not take", column.name, self.relation.name);
        violated.then(|| refused(CHECK_VIOLATION, reason))
    }

    /// The values in a column, where those of all rows are known.
    pub(super) fn all_values(&self, column: &str) -> Option<HashSet<EcoString>> {
        let all = with_rows(Some(self.relation)).is_some() && self.is_whole();
        let values =
            self.rows().filter(|_| all).map(|(batch, at)| Some(eco_format!("{:?}", self.value(column, batch, at)?)));
        values.collect::<Option<HashSet<EcoString>>>().filter(|_| all)
    }

    /// Two rows with the same values.
    pub(super) fn duplicate(&self, columns: &[&str], nulls_alike: bool) -> Option<Refusal> {
        let keys: Vec<Key> = columns.iter().map(|column| Key::Column(column)).collect();
        self.alike(&keys, None, nulls_alike)
    }

    /// Two rows with the same keys, of those that an index wants.
    pub(super) fn alike(&self, keys: &[Key], wanted: Option<&Counted>, nulls_alike: bool) -> Option<Refusal> {
        let mut seen: HashSet<EcoString> = HashSet::new();
        let is_seen = |(batch, at): (&Batch, i64)| {
            // Values are held against values, and literals against literals.
            let value = |key: &Key| match key {
                Key::Column(name) => {
                    let value = self.value(name, batch, at).map(|value| (true, value));
                    value.or_else(|| Some((false, self.as_written(name, batch, at)?)))
                }
                Key::Calculated(value) => self.calculated(value, batch, at).map(|value| (true, value)),
            };
            let values: Option<Vec<(bool, Literal)>> = keys.iter().map(value).collect();
            let is_null = |(_, value): &(bool, Literal)| *value == Literal::Null;
            let values = values.filter(|values| nulls_alike || !values.iter().any(is_null));
            let is_wanted = || self.is_wanted(wanted, batch, at);
            values.is_some_and(|values| is_wanted() && !seen.insert(eco_format!("{values:?}")))
        };
        let what = |key: &Key| match key {
            Key::Column(name) => EcoString::from(*name),
            Key::Calculated(_) => "value of an expression".into(),
        };
        let what: Vec<EcoString> = keys.iter().map(what).collect();
        let reason = || format!("two rows of {} have the same {}", self.relation.name, what.join(", "));
        self.rows().any(is_seen).then(|| refused(UNIQUE_VIOLATION, reason()))
    }

    /// A key that cannot be calculated in a row that an index wants.
    pub(super) fn failing(&self, keys: &[Key], wanted: Option<&Counted>) -> Option<Refusal> {
        let failure = |(batch, at): (&Batch, i64)| {
            let mut calculated = keys.iter().filter_map(|key| match key {
                Key::Column(_) => None,
                Key::Calculated(value) => Some(*value),
            });
            calculated.find_map(|value| self.failure(value, batch, at)).filter(|_| self.is_wanted(wanted, batch, at))
        };
        let sqlstate = self.rows().find_map(failure)?;
        Some(refused(sqlstate, format!("the key of a row of {} cannot be calculated", self.relation.name)))
    }

    fn is_wanted(&self, wanted: Option<&Counted>, batch: &Batch, at: i64) -> bool {
        wanted.is_none_or(|wanted| self.calculated(wanted, batch, at) == Some(Literal::Boolean(true)))
    }

    /// The values that rows have in these columns, where all are known and none is NULL.
    pub(super) fn tuples(&self, columns: &[&str]) -> HashSet<EcoString> {
        let tuple = |(batch, at): (&Batch, i64)| {
            let values: Option<Vec<Literal>> = columns.iter().map(|name| self.value(name, batch, at)).collect();
            values.filter(|values| !values.contains(&Literal::Null)).map(|values| eco_format!("{values:?}"))
        };
        self.rows().filter_map(tuple).collect()
    }

    /// The same, where those of all rows are known.
    fn all_tuples(&self, columns: &[&str]) -> Option<HashSet<EcoString>> {
        let whole = columns.iter().all(|column| self.all_values(column).is_some());
        whole.then(|| self.tuples(columns))
    }

    /// A row that points to nothing, where all rows of the other table are known; with MATCH FULL also one that points with a
    /// part of its columns.
    fn unmatched(&self, columns: &[&str], to: Option<&Relation>, key: Vec<&str>, full: bool) -> Option<Refusal> {
        let values = |(batch, at): (&'a Batch, i64)| -> Vec<Option<Literal>> {
            columns.iter().map(|column| self.value(column, batch, at)).collect()
        };
        let is_half = |values: &[Option<Literal>]| {
            let null = |value: &Option<Literal>| value.as_ref().map(|value| *value == Literal::Null);
            values.iter().any(|value| null(value) == Some(true))
                && values.iter().any(|value| null(value) == Some(false))
        };
        if full && self.rows().any(|row| is_half(&values(row))) {
            let reason = format!("a row of {} has NULL in a part of the foreign key", self.relation.name);
            return Some(refused(FOREIGN_KEY_VIOLATION, reason));
        }
        let to = with_rows(to)?;
        let key = match key.as_slice() {
            [] => to.primary_key()?.iter().map(EcoString::as_str).collect(),
            _ => key,
        };
        let alike = |(own, other): (&&str, &&str)| {
            let of = |relation: &Relation, name: &str| {
                let column = relation.column(name)?;
                Table { relation, around: self.around }.type_of(column)
            };
            of(self.relation, own).zip(of(to, other)).is_some_and(|(own, other)| compared_alike(&own, &other))
        };
        if columns.len() != key.len() || !columns.iter().zip(&key).all(alike) {
            return None;
        }
        let keys = Table { relation: to, around: self.around }.all_tuples(&key)?;
        let lost = self.tuples(columns).iter().any(|tuple| !keys.contains(tuple));
        let reason = || format!("a row of {} points to a row of {} that is not there", self.relation.name, to.name);
        lost.then(|| refused(FOREIGN_KEY_VIOLATION, reason()))
    }

    /// All rows get a value that points to nothing, where all rows of the other table are known.
    pub(super) fn lost(&self, value: &Literal, data_type: &DataType, references: &References) -> Option<Refusal> {
        let to = with_rows(self.around.relation(&references.table))?;
        let key = match references.columns.as_slice() {
            [] => to.primary_key().and_then(|key| if let [key] = key { Some(key) } else { None })?,
            [key] => &key.name,
            _ => return None,
        };
        let other = Table { relation: to, around: self.around };
        let alike = other.type_of(to.column(key)?).is_some_and(|other| compared_alike(data_type, &other));
        let keys = other.all_values(key).filter(|_| alike)?;
        let reason = || format!("the rows of {} point to a row of {} that is not there", self.relation.name, to.name);
        (!keys.contains(&eco_format!("{value:?}"))).then(|| refused(FOREIGN_KEY_VIOLATION, reason()))
    }
}

/// Whether a table has a row for certain of which all of this is true.
pub(crate) fn holds_row(relation: &Relation, limits: &[Limit], around: &Surroundings) -> bool {
    let Some(relation) = with_rows(Some(relation)) else { return false };
    let table = Table { relation, around };
    let known = limits.iter().all(|limit| table.lasts(&limit.column));
    known && table.rows().any(|(batch, at)| meets(relation, batch, at, limits) == Some(true))
}

/// Whether a write that has this condition meets a row of a table, if that is known.
pub(crate) fn is_met(
    relation: &Relation,
    filter: Option<&Expr>,
    around: &Surroundings,
    batch: &Batch,
    at: i64,
) -> Option<bool> {
    Table { relation, around }.is_met(filter, batch, at)
}

/// Types whose values are calculated with as their literals are.
pub(crate) fn is_calculated_with(data_type: &DataType) -> bool {
    const NAMES: &[&str] = &["smallint", "integer", "bigint", "text", "character varying", "boolean"];
    data_type.dimensions == 0 && NAMES.contains(&data_type.name.as_str())
}

fn names(columns: &[Ident]) -> Vec<&str> {
    columns.iter().map(|column| column.name.as_str()).collect()
}
