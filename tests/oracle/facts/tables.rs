//! Facts about CREATE TABLE, CREATE VIEW and CREATE SEQUENCE.

use lockwise::ast::{CheckOption, CreateSequence, CreateTable, CreateView, Ident, LikeClause, OnCommit, Persistence};

use super::columns::column;
use super::constraints::table_constraint;
use super::options::{foreign, named, sequence};
use super::partitions::{bound, partition_by};
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
        lines.push(format!("partition of {}", of.parent));
        bound("", &of.bound, lines);
    }
    if let Some(by) = &table.partition_by {
        partition_by(by, lines);
    }
    storage(table.method.as_deref(), table.tablespace.as_ref(), lines);
    named("option", &table.options, lines);
    lines.extend(table.of_type.iter().map(|name| format!("of type {name}")));
    lines.extend(table.server.iter().map(|server| format!("server {}", server.name)));
    foreign("foreign option", &table.foreign_options, lines);
    if let Some(query) = &table.query {
        lines.push("as query".to_owned());
        data::query(query, lines);
    }
    lines.extend(table.execute.iter().map(|prepared| format!("execute {}", prepared.name)));
}

fn storage(method: Option<&str>, tablespace: Option<&Ident>, lines: &mut Lines) {
    lines.extend(method.map(|method| format!("using {method}")));
    lines.extend(tablespace.map(|tablespace| format!("tablespace {}", tablespace.name)));
}

fn persistence(of: Persistence) -> &'static str {
    match of {
        Persistence::Permanent => "",
        Persistence::Unlogged => " unlogged",
        Persistence::Temporary => " temporary",
    }
}

fn head(table: &CreateTable) -> String {
    let persistence = persistence(table.persistence);
    let on_commit = match table.on_commit {
        None => "",
        Some(OnCommit::Drop) => " [on commit drop]",
        Some(OnCommit::DeleteRows) => " [on commit delete rows]",
        Some(OnCommit::PreserveRows) => " [on commit preserve rows]",
    };
    let foreign = if table.foreign { " foreign" } else { "" };
    format!("create{persistence}{foreign} table {}", table.name)
        + &flag(table.if_not_exists, "if not exists")
        + on_commit
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
            + &flag(view.with_no_data, "with no data")
            + &flag(view.recursive, "recursive"),
    );
    lines.extend((1..).zip(&view.columns).map(|(number, column)| format!("{number} column {}", column.name)));
    named("option", &view.options, lines);
    storage(view.method.as_deref(), view.tablespace.as_ref(), lines);
    lines.extend(view.check_option.map(|option| match option {
        CheckOption::Local => "check option local".to_owned(),
        CheckOption::Cascaded => "check option cascaded".to_owned(),
    }));
    data::query(&view.query, lines);
}

pub fn create_sequence(new: &CreateSequence, lines: &mut Lines) {
    let if_not_exists = flag(new.if_not_exists, "if not exists");
    lines.push(format!("create{} sequence {}{if_not_exists}", persistence(new.persistence), new.name));
    sequence("option", &new.options, lines);
}
