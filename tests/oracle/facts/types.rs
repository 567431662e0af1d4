//! Facts about types and domains.

use lockwise::ast::{AlterEnum, CreateDomain, CreateEnum, EnumChange};

use super::columns::data_type;
use super::expressions::expression;
use super::{Lines, flag};

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
