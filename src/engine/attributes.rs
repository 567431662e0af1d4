//! Changes of a composite type's attributes, which CASCADE carries to the tables OF the type.
//!
//! Source: `ATTypedTableRecursion` and `renameatt_internal` of PostgreSQL's commands/tablecmds.c: each typed table is altered
//! as ALTER TABLE would alter it.

use crate::ast::{
    AlterAction, AlterActionKind, AlterObject, AlterTable, Attribute, AttributeAction, AttributeChange, ColumnChange,
    ColumnDef, Ident, ObjectName, TypeChange,
};
use crate::source::Span;

use super::effect::RelationName;

/// What the change does to a table of the type.
pub fn on_table(change: &TypeChange, span: Span, table: &RelationName) -> AlterTable {
    let actions = match change {
        TypeChange::Attributes(actions) => actions.iter().map(action).collect(),
        TypeChange::RenameAttribute { from, to, .. } => {
            vec![AlterAction { span, kind: AlterActionKind::RenameColumn { from: from.clone(), to: to.clone() } }]
        }
        TypeChange::AddValue { .. } | TypeChange::RenameValue { .. } | TypeChange::SetOptions(_) => Vec::new(),
    };
    let ident = |name: &str| Ident { name: name.into(), span };
    let name = ObjectName { schema: Some(ident(&table.schema)), name: ident(&table.name), span };
    AlterTable { object: AlterObject::Table, name, if_exists: false, only: false, actions }
}

fn action(action: &AttributeAction) -> AlterAction {
    let kind = match &action.change {
        AttributeChange::Add(attribute) => {
            AlterActionKind::AddColumn { if_not_exists: false, column: Box::new(column(attribute)) }
        }
        AttributeChange::Drop { if_exists, name } => {
            AlterActionKind::DropColumn { if_exists: *if_exists, name: name.clone(), cascade: action.cascade }
        }
        AttributeChange::SetType(attribute) => {
            let (data_type, collation) = (Box::new(attribute.data_type.clone()), attribute.collation.clone());
            let change = ColumnChange::SetType { data_type, collation, using: None };
            AlterActionKind::AlterColumn { name: attribute.name.clone(), change }
        }
    };
    AlterAction { span: action.span, kind }
}

fn column(attribute: &Attribute) -> ColumnDef {
    ColumnDef {
        name: attribute.name.clone(),
        data_type: attribute.data_type.clone(),
        storage: None,
        compression: None,
        foreign_options: Vec::new(),
        collation: attribute.collation.clone(),
        constraints: Vec::new(),
        span: attribute.span,
    }
}
