//! Facts about publications, subscriptions and extended statistics.

use lockwise::ast::{
    AlterPublication, AlterStatistics, AlterSubscription, CreatePublication, CreateStatistics, CreateSubscription,
    Ident, PublicationChange, PublicationObject, StatisticsElement, SubscriptionChange,
};

use super::expressions::expression;
use super::references::definition;
use super::{Lines, flag, joined};

pub fn create_publication(new: &CreatePublication, lines: &mut Lines) {
    lines.push(format!("create publication {}{}", new.name.name, flag(new.all_tables, "all tables")));
    objects(&new.objects, lines);
    definition("option", &new.options, lines);
}

pub fn alter_publication(alter: &AlterPublication, lines: &mut Lines) {
    let verb = match &alter.change {
        PublicationChange::Add(_) => "add",
        PublicationChange::Set(_) => "set",
        PublicationChange::Drop(_) => "drop",
        PublicationChange::SetOptions(options) => {
            definition("option", options, lines);
            "set options"
        }
    };
    lines.push(format!("alter publication {} {verb}", alter.name.name));
    objects(alter.change.objects(), lines);
}

fn objects(objects: &[PublicationObject], lines: &mut Lines) {
    for (number, object) in (1..).zip(objects) {
        match object {
            PublicationObject::Table(table) => {
                let columns =
                    if table.columns.is_empty() { String::new() } else { format!(" ({})", joined(&table.columns)) };
                lines.push(format!("{number} table {}{columns}{}", table.name, flag(table.only, "only")));
                if let Some(filter) = &table.filter {
                    expression(&format!("{number} where"), filter, lines);
                }
            }
            PublicationObject::Schema(Some(schema)) => lines.push(format!("{number} schema {}", schema.name)),
            PublicationObject::Schema(None) => lines.push(format!("{number} current schema")),
        }
    }
}

pub fn create_subscription(new: &CreateSubscription, lines: &mut Lines) {
    lines.push(format!("create subscription {}", new.name.name));
    lines.push(format!("connection {}", new.connection.value));
    publications(&new.publications, lines);
    definition("option", &new.options, lines);
}

fn publications(names: &[Ident], lines: &mut Lines) {
    lines.extend(names.iter().map(|name| format!("publication {}", name.name)));
}

pub fn alter_subscription(alter: &AlterSubscription, lines: &mut Lines) {
    let words = match &alter.change {
        SubscriptionChange::SetOptions => "set options".to_owned(),
        SubscriptionChange::Connection(to) => format!("connection {}", to.value),
        SubscriptionChange::Refresh => "refresh".to_owned(),
        SubscriptionChange::SetPublications(names) => {
            publications(names, lines);
            "set publication".to_owned()
        }
        SubscriptionChange::AddPublications(names) => {
            publications(names, lines);
            "add publication".to_owned()
        }
        SubscriptionChange::DropPublications(names) => {
            publications(names, lines);
            "drop publication".to_owned()
        }
        SubscriptionChange::Enable => "enable".to_owned(),
        SubscriptionChange::Disable => "disable".to_owned(),
        SubscriptionChange::Skip => "skip".to_owned(),
    };
    lines.push(format!("alter subscription {} {words}", alter.name.name));
    definition("option", &alter.options, lines);
}

pub fn create_statistics(new: &CreateStatistics, lines: &mut Lines) {
    let name = new.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
    lines.push(format!("create statistics{name}{}", flag(new.if_not_exists, "if not exists")));
    lines.extend(new.kinds.iter().map(|kind| format!("kind {}", kind.name)));
    for (number, element) in (1..).zip(&new.elements) {
        match element {
            StatisticsElement::Column(column) => lines.push(format!("element {number} {}", column.name)),
            StatisticsElement::Expr(expr) => expression(&format!("element {number}"), expr, lines),
        }
    }
    lines.extend(new.tables.iter().map(|table| format!("from {table}")));
}

pub fn alter_statistics(alter: &AlterStatistics, lines: &mut Lines) {
    let target = alter.target.map_or_else(|| "default".to_owned(), |target| target.to_string());
    lines.push(format!("alter statistics {} {target}{}", alter.name, flag(alter.if_exists, "if exists")));
}
