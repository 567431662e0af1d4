//! lockwise's tree as facts: sorted lines of text, in the words that `postgres/*.py` uses for PostgreSQL's tree.

mod access;
mod alter;
mod columns;
mod constraints;
mod data;
mod expressions;
mod extensions;
mod indexes;
mod maintenance;
mod nested;
mod objects;
mod options;
mod partitions;
mod references;
mod replication;
mod routines;
mod session;
mod tables;
mod triggers;
mod types;

use lockwise::ast::{Ident, ObjectName, Opaque, Statement, StatementKind};

/// Lines of text, each a fact.
pub type Lines = Vec<String>;

/// The facts of a statement, sorted.
pub fn of(statement: &Statement) -> Lines {
    let mut lines = Lines::new();
    kind(&statement.kind, &mut lines);
    for line in &mut lines {
        *line = line.replace('\n', "\\n");
    }
    lines.sort();
    lines
}

fn kind(kind: &StatementKind, lines: &mut Lines) {
    match kind {
        StatementKind::Transaction(control) => session::transaction(control, lines),
        StatementKind::SetConstraints(set) => session::set_constraints(set, lines),
        StatementKind::Set(change) => session::setting(change, lines),
        StatementKind::CreateTable(table) => tables::create_table(table, lines),
        StatementKind::AlterTable(alter) => alter::alter_table(alter, lines),
        StatementKind::CreateIndex(index) => indexes::create_index(index, lines),
        StatementKind::CreateSequence(sequence) => tables::create_sequence(sequence, lines),
        StatementKind::Drop(drop) => objects::drop(drop, lines),
        StatementKind::CreateView(view) => tables::create_view(view, lines),
        StatementKind::CreateTrigger(trigger) => triggers::create_trigger(trigger, lines),
        StatementKind::CreateEventTrigger(trigger) => triggers::create_event_trigger(trigger, lines),
        StatementKind::AlterEventTrigger(alter) => triggers::alter_event_trigger(alter, lines),
        StatementKind::CreateRule(rule) => triggers::create_rule(rule, lines),
        StatementKind::CreatePolicy(policy) => triggers::create_policy(policy, lines),
        StatementKind::AlterPolicy(policy) => triggers::alter_policy(policy, lines),
        StatementKind::CreateType(new) => types::create_type(new, lines),
        StatementKind::AlterType(alter) => types::alter_type(alter, lines),
        StatementKind::CreateDomain(domain) => types::create_domain(domain, lines),
        StatementKind::AlterDomain(alter) => types::alter_domain(alter, lines),
        StatementKind::CreatePublication(new) => replication::create_publication(new, lines),
        StatementKind::AlterPublication(alter) => replication::alter_publication(alter, lines),
        StatementKind::CreateSubscription(new) => replication::create_subscription(new, lines),
        StatementKind::AlterSubscription(alter) => replication::alter_subscription(alter, lines),
        StatementKind::CreateStatistics(new) => replication::create_statistics(new, lines),
        StatementKind::AlterStatistics(alter) => replication::alter_statistics(alter, lines),
        StatementKind::CreateExtension(new) => extensions::create_extension(new, lines),
        StatementKind::AlterExtension(alter) => extensions::alter_extension(alter, lines),
        StatementKind::Foreign(foreign) => extensions::foreign(foreign, lines),
        StatementKind::Repack(repack) => extensions::repack(repack, lines),
        StatementKind::AlterOther(alter) => references::alter_other(alter, lines),
        StatementKind::SecurityLabel(label) => references::security_label(label, lines),
        StatementKind::Grant(grant) => access::grant(grant, lines),
        StatementKind::GrantRole(grant) => access::grant_role(grant, lines),
        StatementKind::DefaultPrivileges(change) => access::default_privileges(change, lines),
        StatementKind::Owned(owned) => access::owned(owned, lines),
        StatementKind::CreateFunction(function) => routines::create_function(function, lines),
        StatementKind::AlterFunction(alter) => routines::alter_function(alter, lines),
        StatementKind::Do(block) => routines::do_block(block, lines),
        StatementKind::Write(write) => data::write(write, lines),
        StatementKind::Query(query) => {
            lines.push("query".to_owned());
            data::query(query, lines);
        }
        StatementKind::Truncate(truncate) => maintenance::truncate(truncate, lines),
        StatementKind::Lock(lock) => maintenance::lock(lock, lines),
        StatementKind::Reindex(reindex) => maintenance::reindex(reindex, lines),
        StatementKind::Vacuum(vacuum) => maintenance::vacuum(vacuum, lines),
        StatementKind::Cluster(cluster) => maintenance::cluster(cluster, lines),
        StatementKind::Refresh(refresh) => maintenance::refresh(refresh, lines),
        StatementKind::Explain(explain) => nested::explain(explain, lines),
        StatementKind::Prepare(prepare) => nested::prepare(prepare, lines),
        StatementKind::Execute(execute) => nested::execute(execute, lines),
        StatementKind::Declare(cursor) => nested::declare(cursor, lines),
        StatementKind::Call(call) => nested::call(call, lines),
        StatementKind::CreateSchema(schema) => extensions::create_schema(schema, lines),
        StatementKind::Comment(comment) => references::comment(comment, lines),
        // No SQL: PostgreSQL never sees it.
        StatementKind::Psql(_) => {}
        StatementKind::Opaque(known) => opaque(known, lines),
        // It stands in bodies alone, which PostgreSQL's grammar does not read.
        StatementKind::Raise(_) => {}
        StatementKind::Unparsed(unparsed) => lines.push(format!("not understood: {}", unparsed.message)),
    }
}

fn opaque(opaque: &Opaque, lines: &mut Lines) {
    let what = match opaque.what.as_str() {
        // To PostgreSQL these are one.
        "ALTER USER" | "ALTER GROUP" => "ALTER ROLE",
        what => what,
    };
    lines.push(format!("opaque {what}"));
    lines.extend(opaque.name.iter().map(|name| format!("name {name}")));
    lines.extend(opaque.table.iter().map(|table| format!("table {table}")));
}

/// A word in brackets where something holds.
fn flag(on: bool, word: &str) -> String {
    if on { format!(" [{word}]") } else { String::new() }
}

fn joined(names: &[Ident]) -> String {
    names.iter().map(|name| name.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// ` as alias` and the like, where there is one.
fn behind(word: &str, name: Option<&ObjectName>) -> String {
    name.map(|name| format!(" {word} {name}")).unwrap_or_default()
}
