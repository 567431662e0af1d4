//! Facts about indexes, triggers, types and functions, and about DROP and COMMENT of anything.

use lockwise::ast::{
    AlterEnum, Comment, CreateDomain, CreateEnum, CreateFunction, CreateIndex, CreateTrigger, Drop, EnumChange,
    ObjectKind, Volatility,
};

use super::columns::data_type;
use super::expressions::expression;
use super::{Lines, flag, joined};

pub fn create_index(index: &CreateIndex, lines: &mut Lines) {
    let unique = if index.unique { " unique" } else { "" };
    let name = index.name.as_ref().map(|name| format!(" {}", name.name.name)).unwrap_or_default();
    lines.push(
        format!("create{unique} index{name}")
            + &flag(index.concurrently, "concurrently")
            + &flag(index.if_not_exists, "if not exists")
            + &flag(index.nulls_not_distinct, "nulls not distinct"),
    );
    lines.push(format!("on {}{}", index.table, flag(index.only, "only")));
    lines.push(format!("using {}", index.method.as_deref().unwrap_or("btree")));
    for (number, key) in (1..).zip(&index.keys) {
        lines.extend(key.column.iter().map(|column| format!("key {number} {}", column.name)));
        if let Some(expr) = &key.expr {
            expression(&format!("key {number}"), expr, lines);
        }
    }
    if !index.include.is_empty() {
        lines.push(format!("include {}", joined(&index.include)));
    }
    if let Some(predicate) = &index.predicate {
        expression("where", predicate, lines);
    }
}

fn kind(object: &ObjectKind) -> &str {
    match object {
        ObjectKind::Table => "TABLE",
        ObjectKind::ForeignTable => "FOREIGN TABLE",
        ObjectKind::Index => "INDEX",
        ObjectKind::View => "VIEW",
        ObjectKind::MaterializedView => "MATERIALIZED VIEW",
        ObjectKind::Sequence => "SEQUENCE",
        ObjectKind::Column => "COLUMN",
        ObjectKind::Type => "TYPE",
        ObjectKind::Domain => "DOMAIN",
        ObjectKind::Schema => "SCHEMA",
        ObjectKind::Function => "FUNCTION",
        ObjectKind::Extension => "EXTENSION",
        ObjectKind::Database => "DATABASE",
        ObjectKind::Tablespace => "TABLESPACE",
        ObjectKind::Subscription => "SUBSCRIPTION",
        ObjectKind::Trigger => "TRIGGER",
        ObjectKind::Rule => "RULE",
        ObjectKind::Policy => "POLICY",
        ObjectKind::Constraint => "CONSTRAINT",
        // To PostgreSQL these are one.
        ObjectKind::Other(words) if ["USER", "GROUP"].contains(&words.as_str()) => "ROLE",
        ObjectKind::Other(words) => words,
    }
}

pub fn drop(drop: &Drop, lines: &mut Lines) {
    lines.push(
        format!("drop {}", kind(&drop.object))
            + &flag(drop.concurrently, "concurrently")
            + &flag(drop.if_exists, "if exists")
            + &flag(drop.cascade, "cascade"),
    );
    lines.extend(drop.on.iter().map(|table| format!("on {table}")));
    lines.extend(drop.names.iter().map(|name| format!("drops {name}")));
}

pub fn comment(comment: &Comment, lines: &mut Lines) {
    lines.push(format!("comment on {}", kind(&comment.object)));
    lines.extend(comment.relation.iter().map(|relation| format!("of {relation}")));
}

pub fn create_trigger(trigger: &CreateTrigger, lines: &mut Lines) {
    let replace = if trigger.or_replace { " or replace" } else { "" };
    let row = flag(trigger.for_each_row, "for each row");
    lines.push(format!("create{replace} trigger {}{row}", trigger.name.name));
    lines.push(format!("on {}", trigger.table));
    lines.extend(trigger.from.iter().map(|table| format!("from {table}")));
}

pub fn create_enum(new: &CreateEnum, lines: &mut Lines) {
    lines.push(format!("create enum {}", new.name));
    lines.extend((1..).zip(&new.values).map(|(number, value)| format!("{number} value {value}")));
}

pub fn alter_enum(alter: &AlterEnum, lines: &mut Lines) {
    lines.push(format!("alter enum {}", alter.name));
    lines.push(match &alter.change {
        EnumChange::AddValue { if_not_exists, value } => {
            format!("add value {value}{}", flag(*if_not_exists, "if not exists"))
        }
        EnumChange::RenameValue { from, to } => format!("rename value {from} to {to}"),
    });
}

pub fn create_domain(domain: &CreateDomain, lines: &mut Lines) {
    lines.push(format!("create domain {} {}", domain.name, data_type(&domain.data_type)));
    if domain.constrained {
        lines.push("constrained".to_owned());
    }
    if let Some(default) = &domain.default {
        expression("default", default, lines);
    }
}

pub fn create_function(function: &CreateFunction, lines: &mut Lines) {
    let volatility = match function.volatility {
        Volatility::Immutable => "immutable",
        Volatility::Stable => "stable",
        Volatility::Volatile => "volatile",
    };
    lines.push(format!("create function {} {volatility}", function.name));
}
