//! Facts about CREATE TABLE and CREATE VIEW.

use lockwise::ast::{CreateTable, CreateView, LikeClause, Persistence};

use super::columns::{column, table_constraint};
use super::{Lines, data, flag};

/// What LIKE ... INCLUDING ALL means, in PostgreSQL's order.
const LIKE_OPTIONS: &[&str] = &[
    "COMMENTS",
    "COMPRESSION",
    "CONSTRAINTS",
    "DEFAULTS",
    "GENERATED",
    "IDENTITY",
    "INDEXES",
    "STATISTICS",
    "STORAGE",
];

pub fn create_table(table: &CreateTable, lines: &mut Lines) {
    lines.push(head(table));
    for (number, new) in (1..).zip(&table.columns) {
        column(&format!("{number} "), new, lines);
    }
    for constraint in &table.constraints {
        table_constraint("", constraint, lines);
    }
    lines.extend(table.like.iter().map(like));
    lines.extend(table.inherits.iter().map(|parent| format!("inherits {parent}")));
    if let Some(of) = &table.partition_of {
        lines.push(format!("partition of {}{}", of.parent, flag(of.bound.default, "default")));
    }
    if let Some(by) = &table.partition_by {
        lines.push(format!("partition by {} ({})", by.strategy, by.columns.join(", ")));
    }
    if let Some(query) = &table.query {
        lines.push("as query".to_owned());
        data::query(query, lines);
    }
}

fn head(table: &CreateTable) -> String {
    let persistence = match table.persistence {
        Persistence::Permanent => "",
        Persistence::Unlogged => " unlogged",
        Persistence::Temporary => " temporary",
    };
    let foreign = if table.foreign { " foreign" } else { "" };
    format!("create{persistence}{foreign} table {}", table.name)
        + &flag(table.if_not_exists, "if not exists")
        + &flag(table.drops_on_commit, "on commit drop")
        + &flag(table.with_no_data, "with no data")
}

fn like(clause: &LikeClause) -> String {
    let all = clause.including.iter().any(|option| option == "ALL");
    let included = LIKE_OPTIONS.iter().filter(|option| all || clause.including.iter().any(|own| own == *option));
    let included: Vec<&str> = included.copied().collect();
    format!("like {} including {}", clause.table, included.join(" ")).trim_end().to_owned()
}

pub fn create_view(view: &CreateView, lines: &mut Lines) {
    let replace = if view.or_replace { " or replace" } else { "" };
    let materialized = if view.materialized { " materialized" } else { "" };
    let temporary = if view.temporary { " temporary" } else { "" };
    lines.push(
        format!("create{replace}{temporary}{materialized} view {}", view.name)
            + &flag(view.if_not_exists, "if not exists")
            + &flag(view.with_no_data, "with no data"),
    );
    data::query(&view.query, lines);
}
