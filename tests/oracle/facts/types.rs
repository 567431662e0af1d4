//! Facts about types and domains.

use lockwise::ast::{
    AlterDomain, AlterType, Attribute, AttributeChange, CreateDomain, CreateType, DomainChange, TypeChange, TypeKind,
    ValuePlace,
};

use super::columns::{column_constraint, data_type};
use super::expressions::expression;
use super::references::definition;
use super::{Lines, behind, flag};

pub fn create_type(new: &CreateType, lines: &mut Lines) {
    let kind = match &new.kind {
        TypeKind::Enum(values) => {
            lines.extend((1..).zip(values).map(|(number, value)| format!("{number} value {}", value.value)));
            "enum"
        }
        TypeKind::Composite(attributes) => {
            lines.extend((1..).zip(attributes).map(|(number, one)| format!("{number} attribute {}", attribute(one))));
            "composite"
        }
        TypeKind::Range(options) => {
            definition("option", options, lines);
            "range"
        }
        TypeKind::Base(options) => {
            definition("option", options, lines);
            "base"
        }
        TypeKind::Shell => "shell",
    };
    lines.push(format!("create {kind} type {}", new.name));
}

fn attribute(attribute: &Attribute) -> String {
    let collation = behind("collate", attribute.collation.as_ref());
    format!("{} {}{collation}", attribute.name.name, data_type(&attribute.data_type))
}

pub fn alter_type(alter: &AlterType, lines: &mut Lines) {
    lines.push(format!("alter type {}", alter.name));
    match &alter.change {
        TypeChange::AddValue { if_not_exists, value, place } => {
            let place = match place {
                None => String::new(),
                Some(ValuePlace::Before(other)) => format!(" before {}", other.value),
                Some(ValuePlace::After(other)) => format!(" after {}", other.value),
            };
            lines.push(format!("add value {}{place}{}", value.value, flag(*if_not_exists, "if not exists")));
        }
        TypeChange::RenameValue { from, to } => lines.push(format!("rename value {} to {}", from.value, to.value)),
        TypeChange::Attributes(actions) => {
            for (number, action) in (1..).zip(actions) {
                let words = match &action.change {
                    AttributeChange::Add(new) => format!("add attribute {}", attribute(new)),
                    AttributeChange::Drop { if_exists, name } => {
                        format!("drop attribute {}{}", name.name, flag(*if_exists, "if exists"))
                    }
                    AttributeChange::SetType(new) => format!("alter attribute {}", attribute(new)),
                };
                lines.push(format!("{number} {words}{}", flag(action.cascade, "cascade")));
            }
        }
        TypeChange::RenameAttribute { from, to, cascade } => {
            let cascade = flag(*cascade, "cascade");
            lines.push(format!("rename attribute {} to {}{cascade}", from.name, to.name));
        }
        TypeChange::SetOptions(options) => definition("option", options, lines),
    }
}

pub fn create_domain(domain: &CreateDomain, lines: &mut Lines) {
    let collation = behind("collate", domain.collation.as_ref());
    lines.push(format!("create domain {} {}{collation}", domain.name, data_type(&domain.data_type)));
    for constraint in &domain.constraints {
        column_constraint("", constraint, lines);
    }
}

pub fn alter_domain(alter: &AlterDomain, lines: &mut Lines) {
    lines.push(format!("alter domain {}", alter.name));
    let words = match &alter.change {
        DomainChange::SetDefault(expr) => {
            expression("default", expr, lines);
            "set default".to_owned()
        }
        DomainChange::DropDefault => "drop default".to_owned(),
        DomainChange::SetNotNull => "set not null".to_owned(),
        DomainChange::DropNotNull => "drop not null".to_owned(),
        DomainChange::AddConstraint(constraint) => {
            column_constraint("", constraint, lines);
            "add constraint".to_owned()
        }
        DomainChange::DropConstraint { if_exists, name, cascade } => {
            format!("drop constraint {}{}{}", name.name, flag(*if_exists, "if exists"), flag(*cascade, "cascade"))
        }
        DomainChange::ValidateConstraint(name) => format!("validate constraint {}", name.name),
        DomainChange::RenameConstraint { from, to } => format!("rename constraint {} to {}", from.name, to.name),
    };
    lines.push(words);
}
