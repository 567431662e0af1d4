use crate::ast::DataType;
use crate::engine::catalog::{ConstraintKind, Place, Relation};
use crate::engine::difference::shown;
use crate::engine::history::HistoryView;
use crate::finding::{Category, Finding, Severity};
use crate::postgres::types::{Comparison, key_comparison};

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "mismatched-foreign-key-type",
    category: Category::Design,
    severity: Severity::Warning,
    default: false,
    page: include_str!("../../rules/mismatched-foreign-key-type.md"),
    check: Check::History(check),
};

fn check(history: &HistoryView) -> Vec<(Place, Finding)> {
    let found = history.constraints().filter_map(|(table, constraint)| {
        let ConstraintKind::ForeignKey { columns, referenced, referenced_columns, .. } = &constraint.kind else {
            return None;
        };
        let referenced = history.catalog.get(referenced)?;
        let keys = match referenced_columns.as_slice() {
            [] => referenced.primary_key()?,
            keys => keys,
        };
        let mut pairs = columns.iter().zip(keys);
        let mismatch = pairs.find_map(|(column, key)| Mismatch::between((table, column), (referenced, key), history))?;
        let (place, finding) = history.finding(table, constraint.place(), mismatch.message);
        Some((place, finding.label("the two columns differ in type").help(mismatch.help)))
    });
    found.collect()
}

struct Mismatch {
    message: String,
    help: &'static str,
}

impl Mismatch {
    fn between(own: (&Relation, &str), other: (&Relation, &str), history: &HistoryView) -> Option<Self> {
        let own_type = type_of(own, history)?;
        let other_type = type_of(other, history)?;
        let column = own.1;
        let (consequence, help) = match key_comparison(own_type, other_type) {
            Comparison::Alike => return None,
            Comparison::Narrower => {
                ("greater values have no room".to_owned(), "Widen the column before the referenced key outgrows it.")
            }
            Comparison::Wider => (
                "the key will run out first".to_owned(),
                "Widen the referenced key as well, if it is to hold as many values as this column.",
            ),
            Comparison::Shorter => {
                ("longer keys cannot be referenced".to_owned(), "Give the column the length of the referenced key.")
            }
            Comparison::ByTimeZone => (
                "the session's time zone decides".to_owned(),
                "Give both columns the type timestamp with time zone.",
            ),
            Comparison::Inexact => {
                ("only few values are equal".to_owned(), "Give both columns the same type.")
            }
            Comparison::ByCast => (
                format!("no index on {column} serves it"),
                "The server casts the column for each comparison: a deletion from the referenced table reads this one \
                 as a whole, whatever indexes it has. Give both columns the same type.",
            ),
        };
        let (own_type, other_type) = (shown(own_type), shown(other_type));
        let message = format!("{}.{column} is {own_type}, {}.{} {other_type}: {consequence}", own.0.name, other.0.name, other.1);
        Some(Self { message, help })
    }
}

fn type_of<'h>((table, column): (&'h Relation, &str), history: &HistoryView<'h>) -> Option<&'h DataType> {
    let data_type = table.column(column)?.data_type.as_ref()?;
    Some(history.catalog.base_type(data_type))
}
