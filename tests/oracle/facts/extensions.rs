//! Facts about extensions, schemas and objects of other servers.

use lockwise::ast::{
    AlterExtension, CreateExtension, CreateSchema, ExtensionChange, Foreign, ForeignServer, ForeignWrapper,
    ImportForeignSchema, ImportLimit, Repack, UserMapping,
};

use super::references::{definition, inner, object, role};
use super::{Lines, flag, joined, options};

pub fn create_extension(new: &CreateExtension, lines: &mut Lines) {
    let flags = flag(new.if_not_exists, "if not exists") + &flag(new.cascade, "cascade");
    lines.push(format!("create extension {}{flags}", new.name.name));
    lines.extend(new.schema.iter().map(|schema| format!("schema {}", schema.name)));
    lines.extend(new.version.iter().map(|version| format!("version {}", version.value)));
}

pub fn alter_extension(alter: &AlterExtension, lines: &mut Lines) {
    lines.push(format!("alter extension {}", alter.name.name));
    match &alter.change {
        ExtensionChange::Update(version) => {
            lines.push("update".to_owned());
            lines.extend(version.iter().map(|version| format!("version {}", version.value)));
        }
        ExtensionChange::Add(member) => object("add", member, lines),
        ExtensionChange::Drop(member) => object("drop", member, lines),
    }
}

pub fn create_schema(schema: &CreateSchema, lines: &mut Lines) {
    let name = schema.name.as_ref().map(|name| format!(" {}", name.name)).unwrap_or_default();
    lines.push(format!("create schema{name}{}", flag(schema.if_not_exists, "if not exists")));
    lines.extend(schema.authorization.iter().map(|owner| format!("owner {}", role(owner))));
    for (number, element) in (1..).zip(&schema.elements) {
        inner(&format!("element {number} "), element, lines);
    }
}

pub fn foreign(foreign: &Foreign, lines: &mut Lines) {
    match foreign {
        Foreign::CreateWrapper(of) => wrapper("create", of, lines),
        Foreign::AlterWrapper(of) => wrapper("alter", of, lines),
        Foreign::CreateServer(of) => server("create", of, lines),
        Foreign::AlterServer(of) => server("alter", of, lines),
        Foreign::CreateMapping(of) => mapping("create", of, lines),
        Foreign::AlterMapping(of) => mapping("alter", of, lines),
        Foreign::ImportSchema(of) => import(of, lines),
    }
}

fn wrapper(verb: &str, wrapper: &ForeignWrapper, lines: &mut Lines) {
    lines.push(format!("{verb} foreign data wrapper {}", wrapper.name.name));
    lines.extend(wrapper.handler.iter().map(|name| format!("handler {name}")));
    lines.extend(wrapper.validator.iter().map(|name| format!("validator {name}")));
    options::foreign("option", &wrapper.options, lines);
}

fn server(verb: &str, server: &ForeignServer, lines: &mut Lines) {
    lines.push(format!("{verb} server {}{}", server.name.name, flag(server.if_not_exists, "if not exists")));
    lines.extend(server.kind.iter().map(|kind| format!("type {}", kind.value)));
    lines.extend(server.version.iter().map(|version| format!("version {}", version.value)));
    lines.extend(server.wrapper.iter().map(|wrapper| format!("wrapper {}", wrapper.name)));
    options::foreign("option", &server.options, lines);
}

fn mapping(verb: &str, mapping: &UserMapping, lines: &mut Lines) {
    let if_not_exists = flag(mapping.if_not_exists, "if not exists");
    lines.push(format!("{verb} user mapping for {} on {}{if_not_exists}", role(&mapping.role), mapping.server.name));
    options::foreign("option", &mapping.options, lines);
}

fn import(import: &ImportForeignSchema, lines: &mut Lines) {
    lines.push(format!("import {} into {}", import.remote_schema.name, import.local_schema.name));
    lines.push(format!("from {}", import.server.name));
    let (label, tables) = match &import.limit {
        None => ("", [].as_slice()),
        Some(ImportLimit::To(tables)) => ("limit to", tables.as_slice()),
        Some(ImportLimit::Except(tables)) => ("except", tables.as_slice()),
    };
    lines.extend(tables.iter().map(|table| format!("{label} {table}")));
    options::foreign("option", &import.options, lines);
}

pub fn repack(repack: &Repack, lines: &mut Lines) {
    let flags = flag(repack.concurrently, "concurrently")
        + &flag(repack.analyze, "analyze")
        + &flag(repack.using_index, "using index");
    lines.push(format!("repack{flags}"));
    let columns = if repack.columns.is_empty() { String::new() } else { format!(" ({})", joined(&repack.columns)) };
    lines.extend(repack.table.iter().map(|table| format!("of {table}{columns}")));
    lines.extend(repack.index.iter().map(|index| format!("index {index}")));
    definition("option", &repack.options, lines);
}
