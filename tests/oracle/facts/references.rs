//! Facts about objects as statements name them, and about what can be done to all kinds alike.

use lockwise::ast::{AlterOther, Comment, NamedOption, ObjectChange, ObjectRef, RoleSpec, SecurityLabel, Statement};

use super::objects::kind;
use super::{Lines, flag};

pub fn comment(comment: &Comment, lines: &mut Lines) {
    lines.push("comment".to_owned());
    object("of", &comment.object, lines);
    // PostgreSQL's tree has no empty texts.
    let text = comment.text.iter().filter(|text| !text.value.is_empty());
    lines.extend(text.map(|text| format!("text {}", text.value)));
}

pub fn security_label(label: &SecurityLabel, lines: &mut Lines) {
    lines.push("security label".to_owned());
    lines.extend(label.provider.iter().map(|provider| format!("for {}", provider.value)));
    object("of", &label.object, lines);
    lines.extend(label.label.iter().map(|text| format!("text {}", text.value)));
}

pub fn alter_other(alter: &AlterOther, lines: &mut Lines) {
    lines.push(format!("alter{}", flag(alter.if_exists, "if exists")));
    object("object", &alter.object, lines);
    lines.push(change(&alter.change));
}

/// A change that most kinds of object share.
pub fn change(change: &ObjectChange) -> String {
    match change {
        ObjectChange::RenameTo(name) => format!("rename to {}", name.name),
        ObjectChange::SetSchema(schema) => format!("set schema {}", schema.name),
        ObjectChange::OwnerTo(new) => format!("owner to {}", role(new)),
        ObjectChange::DependsOnExtension { no, extension } => {
            format!("{}depends on extension {}", if *no { "no " } else { "" }, extension.name)
        }
    }
}

/// `label KIND name`, and what it stands on.
pub fn object(label: &str, object: &ObjectRef, lines: &mut Lines) {
    let name = object.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
    let on = object.on.as_ref().map(|on| format!(" on {on}")).unwrap_or_default();
    lines.push(format!("{label} {}{name}{on}", kind(&object.kind)));
}

pub fn role(role: &RoleSpec) -> &str {
    match role {
        RoleSpec::Named(name) => &name.name,
        RoleSpec::Public(_) => "public",
        RoleSpec::CurrentUser(_) => "current_user",
        RoleSpec::SessionUser(_) => "session_user",
    }
}

pub fn roles(label: &str, of: &[RoleSpec], lines: &mut Lines) {
    lines.extend(of.iter().map(|one| format!("{label} {}", role(one))));
}

pub fn definition(label: &str, options: &[NamedOption], lines: &mut Lines) {
    for option in options {
        let value = option.value.as_deref().map(|value| match value {
            // Types by a keyword; PostgreSQL's grammar writes them out.
            "int" | "integer" => " = pg_catalog.int4".to_owned(),
            value => format!(" = {value}"),
        });
        lines.push(format!("{label} {}{}", option.name, value.unwrap_or_default()));
    }
}

/// The facts of a statement inside another one.
pub fn inner(prefix: &str, statement: &Statement, lines: &mut Lines) {
    lines.extend(super::of(statement).into_iter().map(|line| prefix.to_owned() + &line));
}
