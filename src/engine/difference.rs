//! How what exists differs from what a statement with IF NOT EXISTS describes.

use std::borrow::Cow;

use ecow::EcoString;

use crate::ast::{
    ColumnConstraintKind, ColumnDef, CreateIndex, CreateTable, DataType, Expr, KeyColumns, Literal, TableConstraint,
    TableConstraintKind,
};
use crate::source::Span;

use super::catalog::{Column, ConstraintKind, Index, IndexShape, Relation};
use super::effect::{RelationKind, RelationName};
use super::replay;
use super::surroundings::Surroundings;

/// A part of a statement that describes something else than what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The part.
    pub span: Span,
    /// What is there instead, as the end of a sentence: `note is integer, not text`.
    pub text: String,
}

impl Difference {
    fn new(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }
}

impl Relation {
    /// Whether everything about it was seen, and is as it was seen.
    fn is_known(&self) -> bool {
        self.complete && self.created_in.is_some() && !self.perhaps_missing && !self.perhaps_older
    }
}

impl Surroundings<'_> {
    /// How the table that CREATE TABLE IF NOT EXISTS finds differs from the one it describes; nothing if there is none, or
    /// not enough is known of it.
    pub fn differences_of_table(&self, create: &CreateTable) -> Vec<Difference> {
        let name = self.created(&create.name);
        let at = create.name.span;
        if let Some(table) = self.catalog.table_of_index(&name) {
            return vec![Difference::new(at, format!("{name} is an index of {table}"))];
        }
        let Some(there) = self.catalog.get(&name).filter(|there| there.created_in.is_some() && !there.perhaps_missing)
        else {
            return Vec::new();
        };
        if let Some(kind) = kind_of_no_table(there.kind) {
            return vec![Difference::new(at, format!("{name} is a {kind}"))];
        }
        let partition_of = create.partition_of.iter().map(|partition| self.resolve(&partition.parent));
        let not_attached = partition_of.filter(|parent| !there.parents.contains(parent));
        let mut found: Vec<Difference> =
            not_attached.map(|parent| Difference::new(at, format!("{name} is no partition of {parent}"))).collect();
        let lists_all = create.query.is_none() && create.like.is_empty() && create.inherits.is_empty();
        if there.is_known() && lists_all && create.partition_of.is_none() && create.of_type.is_none() {
            let keys = primary_key(&create.constraints);
            found.extend(create.columns.iter().flat_map(|column| self.differences_of_column(there, column, &keys)));
            found.extend(self.unmet_constraints(there, create));
            found.extend(required_beside(there, create).map(|text| Difference::new(at, text)));
        }
        found
    }

    /// How the column that ADD COLUMN IF NOT EXISTS finds differs from the one it describes.
    pub fn differences_of_added_column(&self, table: &RelationName, column: &ColumnDef) -> Vec<Difference> {
        let there = self.catalog.get(table).filter(|there| there.is_known());
        let there = there.filter(|there| there.column(&column.name.name).is_some());
        there.map(|there| self.differences_of_column(there, column, &[])).unwrap_or_default()
    }

    fn differences_of_column(&self, there: &Relation, wanted: &ColumnDef, primary_key: &[&str]) -> Vec<Difference> {
        let name = &wanted.name.name;
        let Some(column) = there.column(name) else {
            return vec![Difference::new(wanted.span, format!("{} has no column {name}", there.name))];
        };
        let asks = |what: fn(&ColumnConstraintKind) -> bool| wanted.constraints.iter().any(|c| what(&c.kind));
        let identity = asks(|kind| matches!(kind, ColumnConstraintKind::Identity(_)));
        let not_null = identity
            || wanted.data_type.serial
            || primary_key.contains(&name.as_str())
            || asks(|kind| matches!(kind, ColumnConstraintKind::NotNull | ColumnConstraintKind::PrimaryKey));
        let generated = asks(|kind| matches!(kind, ColumnConstraintKind::Generated { .. }));
        let mut found = Vec::new();
        match &column.data_type {
            Some(data_type) if !self.is_same_type(data_type, &wanted.data_type) => {
                let (is, asked) = (shown(data_type), shown(&wanted.data_type));
                found.push(format!("{name} is {is}, not {asked}"));
            }
            _ => {}
        }
        match (column.not_null, not_null) {
            (true, false) => found.push(format!("{name} is NOT NULL")),
            (false, true) => found.push(format!("{name} may be null")),
            _ => {}
        }
        if generated != column.generated_from.is_some() {
            found.push(format!("{name} is {}generated", if generated { "not " } else { "" }));
        } else if let Some(text) = difference_of_default(column, wanted, identity) {
            found.push(format!("{name} {text}"));
        }
        found.into_iter().map(|text| Difference::new(wanted.span, text)).collect()
    }

    fn is_same_type(&self, one: &DataType, other: &DataType) -> bool {
        let same_name = one.name == other.name
            || (is_user_type(one) && is_user_type(other) && self.type_name(one) == self.type_name(other));
        same_name
            && (one.dimensions > 0) == (other.dimensions > 0)
            && modifiers(one) == modifiers(other)
            && (&one.words, &one.fields) == (&other.words, &other.fields)
    }

    /// Keys and foreign keys that the table should have and has not.
    fn unmet_constraints(&self, there: &Relation, create: &CreateTable) -> Vec<Difference> {
        let inline = create.columns.iter().flat_map(|column| {
            column.constraints.iter().filter_map(|constraint| replay::as_table_constraint(&column.name, constraint))
        });
        let wanted = inline.chain(create.constraints.iter().cloned());
        wanted.filter_map(|constraint| self.unmet_constraint(there, &constraint)).collect()
    }

    fn unmet_constraint(&self, there: &Relation, wanted: &TableConstraint) -> Option<Difference> {
        let text = match &wanted.kind {
            TableConstraintKind::PrimaryKey(KeyColumns::Columns(columns)) => {
                let columns: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
                let same = there.primary_key().is_some_and(|key| key.iter().eq(columns.iter()));
                (!same).then(|| match there.primary_key() {
                    Some(key) => format!("the primary key is ({})", key.join(", ")),
                    None => format!("{} has no primary key", there.name),
                })
            }
            TableConstraintKind::Unique(KeyColumns::Columns(columns)) => {
                let same = |index: &Index| {
                    index.unique && !index.partial && index.keys.len() == columns.len() && {
                        columns.iter().all(|column| index.keys.iter().any(|key| key.as_ref() == Some(&column.name)))
                    }
                };
                let columns: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
                (!there.indexes.iter().any(same)).then(|| format!("({}) is not unique", columns.join(", ")))
            }
            TableConstraintKind::ForeignKey { columns, references, .. } => {
                let target = self.resolve(&references.table);
                let same = |kind: &ConstraintKind| {
                    matches!(kind, ConstraintKind::ForeignKey { columns: keys, referenced, .. }
                        if *referenced == target && keys.iter().eq(columns.iter().map(|column| &column.name)))
                };
                let met = there.constraints.iter().any(|constraint| same(&constraint.kind));
                (!met).then(|| format!("{} has no such foreign key to {target}", there.name))
            }
            TableConstraintKind::PrimaryKey(KeyColumns::UsingIndex(_))
            | TableConstraintKind::Unique(KeyColumns::UsingIndex(_))
            | TableConstraintKind::Check(_)
            | TableConstraintKind::Exclude { .. }
            | TableConstraintKind::NotNull(_) => None,
        };
        text.map(|text| Difference::new(wanted.span, text))
    }

    /// How the index that CREATE INDEX IF NOT EXISTS finds differs from the one it describes.
    pub fn difference_of_index(&self, create: &CreateIndex) -> Option<Difference> {
        let table = self.resolve(&create.table);
        let written = create.name.as_ref()?;
        let name = RelationName::new(&*table.schema, &*written.name.name);
        let Some(owner) = self.catalog.table_of_index(&name) else {
            let other = self.catalog.get(&name).filter(|other| !other.perhaps_missing && other.created_in.is_some())?;
            return Some(Difference::new(written.span, format!("{name} is a {}", other.kind.name())));
        };
        let there = self.catalog.get(owner).filter(|owner| !owner.perhaps_missing)?;
        let index = there.index(&name.name).filter(|index| index.certain)?;
        let text = match *owner == table {
            true => format!("{name} {}", difference_between(index, create, |expr| self.text_of(expr.span))?),
            false => format!("{name} is an index of {owner}"),
        };
        Some(Difference::new(written.span, text))
    }
}

fn kind_of_no_table(kind: RelationKind) -> Option<&'static str> {
    match kind {
        RelationKind::Table | RelationKind::PartitionedTable | RelationKind::Partition | RelationKind::ForeignTable => {
            None
        }
        RelationKind::View | RelationKind::MaterializedView | RelationKind::Index | RelationKind::Sequence => {
            Some(kind.name())
        }
    }
}

fn primary_key(constraints: &[TableConstraint]) -> Vec<&str> {
    let keys = constraints.iter().filter_map(|constraint| match &constraint.kind {
        TableConstraintKind::PrimaryKey(KeyColumns::Columns(columns)) => Some(columns),
        _ => None,
    });
    keys.flatten().map(|column| column.name.as_str()).collect()
}

/// A column that every row has to be given, and that the statement does not know.
fn required_beside(there: &Relation, create: &CreateTable) -> Option<String> {
    let is_unknown = |column: &&Column| !create.columns.iter().any(|wanted| wanted.name.name == column.name);
    let is_required = |column: &&Column| {
        column.not_null && !column.has_value_by_default() && !column.identity && column.generated_from.is_none()
    };
    let column = there.columns.iter().filter(is_unknown).find(is_required)?;
    Some(format!("{} needs a value for {} too", there.name, column.name))
}

/// Literals are compared; of other defaults it is only told whether there is one.
fn difference_of_default(there: &Column, wanted: &ColumnDef, identity: bool) -> Option<String> {
    let default = wanted.constraints.iter().find_map(|constraint| match &constraint.kind {
        ColumnConstraintKind::Default(expr) if !expr.null => Some(expr),
        _ => None,
    });
    let has_one = there.has_value_by_default() || there.identity;
    let wants_one = default.is_some() || identity || wanted.data_type.serial;
    let literals = default.and_then(|expr| expr.literal.as_ref()).zip(there.default_literal.as_ref());
    match (has_one, wants_one) {
        (true, false) => Some("has a default".to_owned()),
        (false, true) => Some("has no default".to_owned()),
        _ => literals.filter(|(one, other)| !is_same_value(one, other)).map(|_| "has another default".to_owned()),
    }
}

/// Whether two literals may be the same value of one type.
fn is_same_value(one: &Literal, other: &Literal) -> bool {
    let text = |literal: &Literal| match literal {
        Literal::Null => "null".to_owned(),
        Literal::Boolean(value) => value.to_string(),
        Literal::Number(text) | Literal::Text(text) => text.trim().to_lowercase(),
    };
    let (one, other) = (text(one), text(other));
    let number = |text: &str| text.parse::<f64>().ok();
    let is_true = |text: &str| match text {
        "t" | "true" | "1" | "on" | "yes" | "y" => Some(true),
        "f" | "false" | "0" | "off" | "no" | "n" => Some(false),
        _ => None,
    };
    one == other
        || number(&one).is_some_and(|value| number(&other) == Some(value))
        || is_true(&one).is_some_and(|value| is_true(&other) == Some(value))
}

/// Length or precision, with what is meant when nothing is said.
fn modifiers(data_type: &DataType) -> Cow<'_, [i64]> {
    match (data_type.name.as_str(), data_type.modifiers.as_slice()) {
        ("character" | "bit", []) => Cow::Owned(vec![1]),
        ("numeric", [precision, 0]) => Cow::Owned(vec![*precision]),
        (name, [6]) if name.starts_with("time") || name == "interval" => Cow::Owned(Vec::new()),
        (_, modifiers) => Cow::Borrowed(modifiers),
    }
}

/// A type as people write it.
pub fn shown(data_type: &DataType) -> String {
    let name = match data_type.name.as_str() {
        "timestamp with time zone" => "timestamptz",
        "timestamp without time zone" => "timestamp",
        "time with time zone" => "timetz",
        "time without time zone" => "time",
        "character varying" => "varchar",
        "character" => "char",
        "bit varying" => "varbit",
        name => name,
    };
    let numbers = data_type.modifiers.iter().map(ToString::to_string);
    let inside: Vec<String> = data_type.words.iter().map(EcoString::to_string).chain(numbers).collect();
    let inside = if inside.is_empty() { String::new() } else { format!("({})", inside.join(", ")) };
    format!("{name}{inside}{}", if data_type.dimensions > 0 { "[]" } else { "" })
}

fn is_user_type(data_type: &DataType) -> bool {
    !data_type.name.contains(' ')
}

fn difference_between<'t>(
    index: &Index,
    create: &CreateIndex,
    text_of: impl Fn(&Expr) -> &'t str,
) -> Option<&'static str> {
    let wanted = IndexShape::of_index(create, text_of);
    let columns = create.keys.iter().map(|key| key.column.as_ref().map(|column| &column.name));
    let expressions = |shape: &IndexShape| shape.keys.iter().map(|key| key.expression.clone()).collect::<Vec<_>>();
    match () {
        () if index.unique && !create.unique => Some("is unique"),
        () if !index.unique && create.unique => Some("is not unique"),
        () if index.shape.method != wanted.method => Some("has another access method"),
        () if !index.keys.iter().map(Option::as_ref).eq(columns) => Some("is over other columns"),
        () if expressions(&index.shape) != expressions(&wanted) => Some("is over another expression"),
        () if index.shape.predicate != wanted.predicate => Some("has another WHERE"),
        () if index.shape.include != wanted.include => Some("includes other columns"),
        () if index.shape != wanted => Some("orders or compares otherwise"),
        () => None,
    }
}
