//! ALTER TABLE and its relatives: every subcommand of PostgreSQL 10 to 18.

use ecow::eco_format;

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::{
    alter_column, alter_switch, attributes, clauses, column, constraint, names, option, partition, role, sequence,
};
use crate::ast::{AlterAction, AlterActionKind, AlterObject, AlterTable, Opaque, RowSecurity, StatementKind};

/// The relations that ALTER takes, by their keywords.
const OBJECTS: &[(&[&str], AlterObject)] = &[
    (&["TABLE"], AlterObject::Table),
    (&["FOREIGN", "TABLE"], AlterObject::ForeignTable),
    (&["INDEX"], AlterObject::Index),
    (&["VIEW"], AlterObject::View),
    (&["MATERIALIZED", "VIEW"], AlterObject::MaterializedView),
    (&["SEQUENCE"], AlterObject::Sequence),
];

/// ALTER TABLE, INDEX, VIEW, MATERIALIZED VIEW, SEQUENCE or FOREIGN TABLE.
///
/// # Errors
/// Something else comes.
pub(super) fn alter_relation(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["ALTER"])?;
    let Some((words, object)) = OBJECTS.iter().find(|(words, _)| c.eat(words)) else {
        return c.expected("TABLE, INDEX, VIEW or SEQUENCE");
    };
    if matches!(object, AlterObject::Table | AlterObject::Index | AlterObject::MaterializedView)
        && c.eat(&["ALL", "IN", "TABLESPACE"])
    {
        return all_in_tablespace(c, words);
    }
    let if_exists = clauses::if_exists(c)?;
    let (name, only) = match object {
        AlterObject::Table | AlterObject::ForeignTable => clauses::relation(c)?,
        _ => (names::qualified(c, "a name")?, false),
    };
    if let Some(change) = partition::repartition(c)? {
        let what = eco_format!("ALTER TABLE {change}");
        return Ok(StatementKind::Opaque(Opaque {
            what,
            name: Some(name.clone()),
            table: Some(name),
            or_replace: false,
        }));
    }
    let actions = actions(c, *object)?;
    Ok(StatementKind::AlterTable(Box::new(AlterTable { object: *object, name, if_exists, only, actions })))
}

/// `name [OWNED BY roles] SET TABLESPACE name [NOWAIT]`, behind ALL IN TABLESPACE. The object is the old tablespace.
fn all_in_tablespace(c: &mut Cursor, kind: &[&str]) -> Parsed<StatementKind> {
    let name = Some(names::unqualified(names::name(c, "a tablespace name")?));
    if c.eat(&["OWNED", "BY"]) {
        c.comma_separated(role::role)?;
    }
    c.expect(&["SET", "TABLESPACE"])?;
    names::name(c, "a tablespace name")?;
    c.eat(&["NOWAIT"]);
    let what = eco_format!("ALTER {} ALL IN TABLESPACE", kind.join(" "));
    Ok(StatementKind::Opaque(Opaque { what, name, table: None, or_replace: false }))
}

/// `action, ...`; some actions are statements of their own and have no other beside them.
fn actions(c: &mut Cursor, object: AlterObject) -> Parsed<Vec<AlterAction>> {
    let mut actions = vec![action(c, object)?];
    while !actions.iter().any(|action| stands_alone(&action.kind)) && c.eat_symbol(&Token::Comma) {
        let start = c.position();
        let next = action(c, object)?;
        if stands_alone(&next.kind) {
            c.back_to(start);
            return c.expected("an action that may follow another");
        }
        actions.push(next);
    }
    Ok(actions)
}

fn stands_alone(kind: &AlterActionKind) -> bool {
    use AlterActionKind as A;
    matches!(
        kind,
        A::RenameColumn { .. }
            | A::RenameTo(_)
            | A::RenameConstraint { .. }
            | A::SetSchema(_)
            | A::AttachPartition { .. }
            | A::DetachPartition { .. }
            | A::SequenceOptions(_)
            | A::DependsOnExtension { .. }
    )
}

fn action(c: &mut Cursor, object: AlterObject) -> Parsed<AlterAction> {
    let start = c.position();
    let options = if object == AlterObject::Sequence { sequence::options(c)? } else { Vec::new() };
    let kind = match options.is_empty() {
        true => action_kind(c, object)?,
        false => AlterActionKind::SequenceOptions(options),
    };
    Ok(AlterAction { span: c.span_from(start), kind })
}

/// The verbs of the subcommands.
const VERBS: &[&str] = &[
    "ADD", "ALTER", "DROP", "RENAME", "VALIDATE", "SET", "RESET", "OWNER", "ENABLE", "DISABLE", "FORCE", "NO",
    "CLUSTER", "REPLICA", "INHERIT", "ATTACH", "DETACH", "OF", "NOT", "DEPENDS", "OPTIONS",
];

fn action_kind(c: &mut Cursor, object: AlterObject) -> Parsed<AlterActionKind> {
    let Some(verb) = c.eat_any(VERBS) else {
        return c.expected("an action such as ADD, ALTER, DROP, RENAME or SET");
    };
    match verb {
        "ADD" => add(c),
        "ALTER" => alter(c),
        "DROP" => drop_part(c),
        "RENAME" => rename(c, object),
        "VALIDATE" => {
            c.expect(&["CONSTRAINT"])?;
            names::name(c, "a constraint name").map(AlterActionKind::ValidateConstraint)
        }
        "SET" => set(c),
        "RESET" => option::options(c).map(AlterActionKind::ResetOptions),
        "OWNER" => {
            c.expect(&["TO"])?;
            role::role(c).map(AlterActionKind::OwnerTo)
        }
        "ENABLE" => alter_switch::switch(c, true),
        "DISABLE" => alter_switch::switch(c, false),
        "FORCE" => alter_switch::row_security(c, RowSecurity::Force),
        "NO" => no(c, object),
        "CLUSTER" => {
            c.expect(&["ON"])?;
            names::name(c, "an index name").map(AlterActionKind::ClusterOn)
        }
        "REPLICA" => alter_switch::replica_identity(c),
        "INHERIT" => names::qualified(c, "a table name").map(AlterActionKind::Inherit),
        "ATTACH" if matches!(object, AlterObject::Table | AlterObject::Index) => attach(c, object),
        "DETACH" if object == AlterObject::Table => detach(c),
        "OF" => names::qualified(c, "a type name").map(AlterActionKind::OfType),
        "NOT" => c.expect(&["OF"]).map(|_| AlterActionKind::NotOfType),
        "DEPENDS" => depends(c, object, false),
        "ATTACH" | "DETACH" => {
            c.back();
            c.expected("an action of this kind of relation")
        }
        _ => {
            c.back();
            option::altered_foreign_options(c).map(AlterActionKind::ForeignOptions)
        }
    }
}

fn add(c: &mut Cursor) -> Parsed<AlterActionKind> {
    if constraint::at_table_constraint(c) {
        return constraint::table_constraint(c).map(|added| AlterActionKind::AddConstraint(Box::new(added)));
    }
    c.eat(&["COLUMN"]);
    let if_not_exists = clauses::if_not_exists(c)?;
    let column = Box::new(column::column_def(c)?);
    Ok(AlterActionKind::AddColumn { if_not_exists, column })
}

fn alter(c: &mut Cursor) -> Parsed<AlterActionKind> {
    if c.eat(&["CONSTRAINT"]) {
        return alter_constraint(c);
    }
    c.eat(&["COLUMN"]);
    let name = alter_column::column_or_number(c)?;
    let change = alter_column::change(c)?;
    Ok(AlterActionKind::AlterColumn { name, change })
}

/// Behind ALTER CONSTRAINT.
fn alter_constraint(c: &mut Cursor) -> Parsed<AlterActionKind> {
    let name = names::name(c, "a constraint name")?;
    Ok(AlterActionKind::AlterConstraint { name, change: attributes::altered(c)? })
}

fn drop_part(c: &mut Cursor) -> Parsed<AlterActionKind> {
    if c.eat(&["CONSTRAINT"]) {
        let if_exists = clauses::if_exists(c)?;
        let name = names::name(c, "a constraint name")?;
        return Ok(AlterActionKind::DropConstraint { if_exists, name, cascade: clauses::cascade(c) });
    }
    c.eat(&["COLUMN"]);
    let if_exists = clauses::if_exists(c)?;
    let name = names::name(c, "a column name")?;
    Ok(AlterActionKind::DropColumn { if_exists, name, cascade: clauses::cascade(c) })
}

fn rename(c: &mut Cursor, object: AlterObject) -> Parsed<AlterActionKind> {
    let whole = matches!(object, AlterObject::Index | AlterObject::Sequence);
    if whole {
        c.expect(&["TO"])?;
    }
    if whole || c.eat(&["TO"]) {
        return names::name(c, "a name").map(AlterActionKind::RenameTo);
    }
    let constraint = c.eat(&["CONSTRAINT"]);
    if !constraint {
        c.eat(&["COLUMN"]);
    }
    let what = if constraint { "a constraint name" } else { "a column name" };
    let from = names::name(c, what)?;
    c.expect(&["TO"])?;
    let to = names::name(c, what)?;
    Ok(match constraint {
        true => AlterActionKind::RenameConstraint { from, to },
        false => AlterActionKind::RenameColumn { from, to },
    })
}

fn set(c: &mut Cursor) -> Parsed<AlterActionKind> {
    if c.at_symbol(&Token::LParen) {
        return option::options(c).map(AlterActionKind::SetOptions);
    }
    match c.eat_any(&["SCHEMA", "TABLESPACE", "LOGGED", "UNLOGGED", "ACCESS", "WITHOUT", "WITH"]) {
        Some("SCHEMA") => names::name(c, "a schema name").map(AlterActionKind::SetSchema),
        Some("TABLESPACE") => names::name(c, "a tablespace name").map(AlterActionKind::SetTablespace),
        Some("LOGGED") => Ok(AlterActionKind::SetLogged),
        Some("UNLOGGED") => Ok(AlterActionKind::SetUnlogged),
        Some("ACCESS") => access_method(c),
        Some("WITHOUT") if c.eat(&["CLUSTER"]) => Ok(AlterActionKind::SetWithoutCluster),
        Some("WITHOUT") => c.expect(&["OIDS"]).map(|_| AlterActionKind::SetWithoutOids),
        Some(_) => c.expect(&["OIDS"]).map(|_| AlterActionKind::SetWithOids),
        None => c.expected("SCHEMA, TABLESPACE, LOGGED, UNLOGGED, ACCESS METHOD, WITHOUT or ("),
    }
}

fn access_method(c: &mut Cursor) -> Parsed<AlterActionKind> {
    c.expect(&["METHOD"])?;
    if c.eat(&["DEFAULT"]) {
        return Ok(AlterActionKind::SetAccessMethod(None));
    }
    names::name(c, "an access method").map(|method| AlterActionKind::SetAccessMethod(Some(method)))
}

/// Behind NO.
fn no(c: &mut Cursor, object: AlterObject) -> Parsed<AlterActionKind> {
    match c.eat_any(&["INHERIT", "FORCE", "DEPENDS"]) {
        Some("INHERIT") => names::qualified(c, "a table name").map(AlterActionKind::NoInherit),
        Some("FORCE") => alter_switch::row_security(c, RowSecurity::NoForce),
        Some(_) => depends(c, object, true),
        None => c.expected("INHERIT, FORCE or DEPENDS"),
    }
}

/// The partition of a table needs a bound, that of an index has none.
fn attach(c: &mut Cursor, object: AlterObject) -> Parsed<AlterActionKind> {
    c.expect(&["PARTITION"])?;
    let partition = names::qualified(c, "a partition")?;
    let bound = match object {
        AlterObject::Index => None,
        _ => Some(partition::partition_bound(c)?),
    };
    Ok(AlterActionKind::AttachPartition { partition, bound })
}

fn detach(c: &mut Cursor) -> Parsed<AlterActionKind> {
    c.expect(&["PARTITION"])?;
    let partition = names::qualified(c, "a partition")?;
    let mode = c.eat_any(&["CONCURRENTLY", "FINALIZE"]);
    Ok(AlterActionKind::DetachPartition {
        partition,
        concurrently: mode == Some("CONCURRENTLY"),
        finalize: mode == Some("FINALIZE"),
    })
}

/// Behind `[NO] DEPENDS`.
fn depends(c: &mut Cursor, object: AlterObject, no: bool) -> Parsed<AlterActionKind> {
    if !matches!(object, AlterObject::Index | AlterObject::MaterializedView) {
        c.back();
        return c.expected("an action of this kind of relation");
    }
    c.expect(&["ON", "EXTENSION"])?;
    Ok(AlterActionKind::DependsOnExtension { no, extension: names::name(c, "an extension name")? })
}

#[cfg(test)]
mod tests;
