//! Functions and procedures that are declared wrongly, or meant by a name that means another.
//!
//! Source: `CreateFunction()`, `LookupFuncWithArgs()` and `IsThereFunctionInNamespace()` of the server, and measurements
//! (`fixtures/facts/create-function-*.sql`, `drop-function-*.sql`, `call-*.sql`).

use ecow::EcoString;

use crate::ast::{
    Argument, ArgumentMode, CreateFunction, Drop, Expr, GrantTarget, Ident, ObjectChange, ObjectKind, ObjectName,
    ObjectRef, Returns, RoutineAction, RoutineBody, RoutineKind, Statement, StatementKind, TransactionControl,
};
use crate::engine::catalog::Kind;
use crate::engine::effect::RelationName;
use crate::engine::named;
use crate::engine::replay::{OF_COLUMN, signature};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::{Refusal, Transaction};
use crate::postgres::{VersionSet, types};

use super::missing::caused_by;
use super::{INVALID_PARAMETER_VALUE, SYNTAX_ERROR, WRONG_OBJECT_TYPE, refused, refused_on};

const INVALID_FUNCTION_DEFINITION: &str = "42P13";
const AMBIGUOUS_FUNCTION: &str = "42725";
const DUPLICATE_FUNCTION: &str = "42723";
const UNDEFINED_FUNCTION: &str = "42883";
const INVALID_TERMINATION: &str = "2D000";

pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Vec<Refusal> {
    let one = match &statement.kind {
        StatementKind::CreateFunction(create) => created(create),
        StatementKind::AlterFunction(alter) => {
            let arguments = alter.arguments.as_deref();
            let meant = meant(&alter.name, arguments, alter.kind, around);
            meant.or_else(|| alter.actions.iter().find_map(|action| changed(&alter.name, arguments, action, around)))
        }
        StatementKind::Drop(drop) if drop.object == ObjectKind::Function => return dropped(drop, around),
        StatementKind::Call(call) => {
            called(&call.procedure, &call.call, around).or_else(|| ends_transaction(&call.procedure, around))
        }
        StatementKind::CreateEventTrigger(create) => no_event_function(&create.function, around),
        StatementKind::Comment(comment) => written_out(&comment.object, around),
        StatementKind::Grant(grant) => match &grant.target {
            GrantTarget::Objects(objects) => objects.iter().find_map(|object| written_out(object, around)),
            GrantTarget::AllInSchemas { .. } => None,
        },
        StatementKind::Query(query) => query.functions.iter().find_map(|name| selected(name, around)),
        _ => None,
    };
    one.into_iter().collect()
}

/// What the declaration alone shows.
fn created(create: &CreateFunction) -> Option<Refusal> {
    let invalid = |reason: &str| Some(refused(INVALID_FUNCTION_DEFINITION, reason.to_owned()));
    let gives = |argument: &Argument| matches!(argument.mode, ArgumentMode::Out | ArgumentMode::InOut);
    let is_function = create.kind == RoutineKind::Function;
    if !is_function && create.returns.is_some() {
        return Some(refused(SYNTAX_ERROR, "a procedure has no RETURNS".to_owned()));
    }
    if create.language.is_empty() && matches!(create.body, RoutineBody::Text(_) | RoutineBody::Later(_)) {
        return invalid("no language specified");
    }
    let mut inputs = create.arguments.iter().filter(|argument| argument.mode != ArgumentMode::Out);
    let defaults = inputs.clone().skip_while(|argument| argument.default.is_none());
    if defaults.clone().any(|argument| argument.default.is_none() && argument.mode != ArgumentMode::Variadic) {
        return invalid("input parameters after one with a default value must also have defaults");
    }
    if is_function && create.returns.is_none() && !create.arguments.iter().any(gives) {
        return invalid("function result type must be specified");
    }
    if let Some(refusal) = named_twice(create).or_else(|| given_back(create)) {
        return Some(refusal);
    }
    let set = matches!(create.returns, Some(Returns::SetOf(_) | Returns::Table(_)));
    if create.rows.is_some() && !set {
        let reason = "ROWS is not applicable when function does not return a set".to_owned();
        return Some(refused(INVALID_PARAMETER_VALUE, reason));
    }
    if create.language == "sql" && matches!(&create.returns, Some(Returns::Type(of)) if of.name == "trigger") {
        return invalid("SQL functions cannot return type trigger");
    }
    let is_trigger = matches!(&create.returns, Some(Returns::Type(of)) if of.name == "trigger");
    if is_trigger && create.language == "plpgsql" && inputs.next().is_some() {
        return invalid("trigger functions cannot have declared arguments");
    }
    None
}

/// Two arguments of one name that both take something, or both give it.
fn named_twice(create: &CreateFunction) -> Option<Refusal> {
    let columns: &[Argument] = match &create.returns {
        Some(Returns::Table(columns)) => columns,
        Some(Returns::Type(_) | Returns::SetOf(_)) | None => &[],
    };
    let takes = |argument: &&Argument| argument.mode != ArgumentMode::Out;
    let gives = |argument: &&Argument| matches!(argument.mode, ArgumentMode::Out | ArgumentMode::InOut);
    let taken: Vec<&Argument> = create.arguments.iter().filter(takes).collect();
    let given: Vec<&Argument> = create.arguments.iter().filter(gives).chain(columns).collect();
    [taken, given].iter().find_map(|arguments| {
        let names: Vec<&Ident> = arguments.iter().filter_map(|argument| argument.name.as_ref()).collect();
        let (_, name) = names.iter().enumerate().find(|(at, name)| names[..*at].iter().any(|o| o.name == name.name))?;
        let reason = format!("parameter name {} used more than once", name.name);
        Some(refused(INVALID_FUNCTION_DEFINITION, reason).at(name.span))
    })
}

/// RETURNS that says something else than the arguments that give the result.
fn given_back(create: &CreateFunction) -> Option<Refusal> {
    let (Returns::Type(returned) | Returns::SetOf(returned)) = create.returns.as_ref()? else { return None };
    let gives = |argument: &&Argument| matches!(argument.mode, ArgumentMode::Out | ArgumentMode::InOut);
    let mut given = create.arguments.iter().filter(gives);
    let first = given.next()?;
    let wanted = if given.next().is_some() { "record" } else { first.data_type.name.as_str() };
    let differs = returned.name != wanted && !returned.of_column && !first.data_type.of_column;
    let plain = |name: &str| !name.contains('.');
    let reason = format!("function result type must be {wanted} because of OUT parameters");
    let unlike = differs && plain(&returned.name) && plain(wanted);
    unlike.then(|| refused(INVALID_FUNCTION_DEFINITION, reason).at(returned.span))
}

/// The routines of a name that history made, as far as all of them are certain.
fn overloads(name: &RelationName, around: &Surroundings) -> Option<Vec<RelationName>> {
    let prefix = format!("{}(", name.name);
    let is_one = |other: &RelationName| other.schema == name.schema && other.name.starts_with(&prefix);
    let known = around.catalog.ledger.all(Kind::Function).filter(|(other, _)| is_one(other));
    let mut found = Vec::new();
    for (other, past) in known {
        match (past.is_there(), past.is_gone()) {
            // Which type the column had is not kept.
            _ if other.name.contains(OF_COLUMN) => return None,
            (true, _) => found.push(other.clone()),
            (false, true) => {}
            (false, false) => return None,
        }
    }
    (!around.catalog.ledger.blind).then_some(found)
}

/// A name that means several routines, or one of another kind; with arguments, one that no routine of the name takes.
fn meant(
    written: &ObjectName,
    arguments: Option<&[Argument]>,
    kind: RoutineKind,
    around: &Surroundings,
) -> Option<Refusal> {
    let name = around.resolve_kind(Kind::Function, written);
    let known = overloads(&name, around)?;
    match arguments {
        None if known.len() > 1 => {
            let reason = format!("the name {name} is not unique: give the types of its arguments");
            Some(refused(AMBIGUOUS_FUNCTION, reason).at(written.span))
        }
        None => wrong_kind(&name, known.first()?, kind, around).map(|refusal| refusal.at(written.span)),
        Some(arguments) => {
            let full = signature(&name, arguments);
            if full.name.contains(OF_COLUMN) {
                return None;
            }
            if known.contains(&full) {
                return wrong_kind(&name, &full, kind, around).map(|refusal| refusal.at(written.span));
            }
            // History made all functions of the name that it ever names, and none of them takes these types.
            let seen = around.catalog.past(Kind::Function, &full).is_some();
            let other = known.first().filter(|_| around.history_is_whole && !seen && !has_out(arguments))?;
            let reason = format!("function {full} does not exist: there is {other}");
            let past = around.catalog.past(Kind::Function, other)?;
            Some(refused(UNDEFINED_FUNCTION, reason).at(written.span).by(caused_by(past)))
        }
    }
}

/// A function by its name and the types of its arguments, where each of these is a single word.
fn written_out(object: &ObjectRef, around: &Surroundings) -> Option<Refusal> {
    if object.kind != ObjectKind::Function {
        return None;
    }
    let (written, span) = (object.name.as_ref()?, object.arguments?);
    let inside = around.text_of(span).trim().strip_prefix('(')?.strip_suffix(')')?;
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let words: Vec<&str> = inside.split(',').map(str::trim).filter(|word| !word.is_empty()).collect();
    if !words.iter().all(|word| is_word(word)) {
        return None;
    }
    let types: Vec<EcoString> = words.iter().map(|word| types::canonical(&word.to_lowercase()).into()).collect();
    let name = around.resolve_kind(Kind::Function, written);
    let full = RelationName::new(&*name.schema, format!("{}({})", name.name, types.join(", ")));
    let known = overloads(&name, around)?;
    let seen = known.contains(&full) || around.catalog.past(Kind::Function, &full).is_some();
    let other = known.first().filter(|_| around.history_is_whole && !seen)?;
    let reason = format!("function {full} does not exist: there is {other}");
    let past = around.catalog.past(Kind::Function, other)?;
    Some(refused(UNDEFINED_FUNCTION, reason).at(written.span).by(caused_by(past)))
}

/// OUT arguments are part of a procedure's name since 14.
fn has_out(arguments: &[Argument]) -> bool {
    arguments.iter().any(|argument| argument.mode == ArgumentMode::Out)
}

fn wrong_kind(name: &RelationName, full: &RelationName, kind: RoutineKind, around: &Surroundings) -> Option<Refusal> {
    let known = kind_of(name, full, around)?;
    let reason = match (known, kind) {
        (RoutineKind::Function, RoutineKind::Procedure) => format!("{full} is not a procedure: it is a function"),
        (RoutineKind::Procedure, RoutineKind::Function) => format!("{full} is not a function: it is a procedure"),
        _ => return None,
    };
    Some(refused_on(VersionSet::since(11), WRONG_OBJECT_TYPE, reason))
}

/// Whether CREATE made a function or a procedure of it.
fn kind_of(name: &RelationName, full: &RelationName, around: &Surroundings) -> Option<RoutineKind> {
    let of_name = around.catalog.functions().filter(|(known, _)| **known == name.name);
    let mut kinds = of_name.filter(|(_, function)| function.identity().0 == full.schema);
    let (_, only) = kinds.next()?;
    let kind = only.heading()?.kind();
    let same = kinds.all(|(_, other)| other.heading().is_some_and(|heading| heading.kind() == kind));
    same.then_some(kind)
}

/// RENAME TO and SET SCHEMA to what another routine is called; ROWS of one that gives no set.
fn changed(
    written: &ObjectName,
    arguments: Option<&[Argument]>,
    action: &RoutineAction,
    around: &Surroundings,
) -> Option<Refusal> {
    let name = around.resolve_kind(Kind::Function, written);
    let known = overloads(&name, around)?;
    let full = match arguments {
        Some(arguments) => signature(&name, arguments),
        None => known.first().filter(|_| known.len() == 1)?.clone(),
    };
    let types = full.name.strip_prefix(&*name.name)?;
    let to = match action {
        RoutineAction::Shared(ObjectChange::RenameTo(to)) => {
            RelationName::new(&*name.schema, format!("{}{types}", to.name))
        }
        RoutineAction::Shared(ObjectChange::SetSchema(schema)) => RelationName::new(&*schema.name, &*full.name),
        RoutineAction::Rows(_) => {
            let only = around.catalog.functions().filter(|(known, _)| **known == name.name).count() == 1;
            let one = around.catalog.never_gives_set(&name.name) && only && known.contains(&full);
            let reason = "ROWS is not applicable when function does not return a set".to_owned();
            return one.then(|| refused(INVALID_PARAMETER_VALUE, reason));
        }
        _ => return None,
    };
    let past = around.catalog.past(Kind::Function, &to).filter(|past| past.is_there() && to != full)?;
    let reason = format!("function {to} already exists");
    Some(refused(DUPLICATE_FUNCTION, reason).at(written.span).by(caused_by(past)))
}

fn dropped(drop: &Drop, around: &Surroundings) -> Vec<Refusal> {
    let word = around.text_of(drop.kind_keyword).to_uppercase();
    let kind = match word.as_str() {
        "FUNCTION" => RoutineKind::Function,
        "PROCEDURE" => RoutineKind::Procedure,
        "ROUTINE" => RoutineKind::Routine,
        _ => return Vec::new(),
    };
    let found = drop.names.iter().enumerate().filter_map(|(at, name)| {
        let arguments = drop.arguments.get(at).and_then(Option::as_deref);
        let refusal = meant(name, arguments, kind, around)
            .or_else(|| aggregate(name, around).filter(|_| kind == RoutineKind::Function))
            .or_else(|| part_of_other(name, around).filter(|_| !drop.cascade))?;
        // IF EXISTS passes over what is not there.
        (!drop.if_exists || refusal.sqlstate != UNDEFINED_FUNCTION).then_some(refusal)
    });
    found.collect()
}

/// The function of an event trigger returns something else.
fn no_event_function(written: &ObjectName, around: &Surroundings) -> Option<Refusal> {
    let name = around.resolve_kind(Kind::Function, written);
    let past = around.catalog.past(Kind::Function, &signature(&name, &[])).filter(|past| past.is_there())?;
    let of_name = around.catalog.functions().filter(|(known, _)| **known == name.name);
    let mut headings = of_name.map(|(_, function)| function.heading());
    let other = headings
        .all(|heading| heading.and_then(|heading| heading.gives()).is_some_and(|gives| gives != "event_trigger"));
    let reason = format!("function {written} must return type event_trigger");
    other.then(|| refused(super::INVALID_OBJECT_DEFINITION, reason).at(written.span).by(caused_by(past)))
}

/// DROP FUNCTION of an aggregate.
fn aggregate(written: &ObjectName, around: &Surroundings) -> Option<Refusal> {
    let name = around.resolve_kind(Kind::Function, written);
    let begins = format!("{}(", written.name.name);
    let mut named = around.catalog.ledger.all(Kind::Named);
    let is_one = |(key, past): (&RelationName, &crate::engine::catalog::Past)| {
        &*key.schema == "AGGREGATE" && key.name.starts_with(&begins) && past.is_there()
    };
    let only = overloads(&name, around).is_none_or(|known| known.is_empty()) && named.any(is_one);
    let reason = format!("{} is an aggregate function", written);
    only.then(|| refused(WRONG_OBJECT_TYPE, reason).at(written.span))
}

/// An operator, an aggregate or a cast is made of the function.
fn part_of_other(written: &ObjectName, around: &Surroundings) -> Option<Refusal> {
    let only = around.catalog.functions().filter(|(known, _)| **known == written.name.name).count() == 1;
    let begins = format!("{}|", written.name.name);
    let mut users = around.catalog.ledger.all(Kind::Named).filter_map(|(key, past)| {
        let user = key.name.strip_prefix(&begins).filter(|_| &*key.schema == named::PARTS_OF && past.is_there())?;
        let (kind, name) = user.split_once('|')?;
        let there =
            around.catalog.past(Kind::Named, &RelationName::new(kind, name)).is_some_and(|past| past.is_there());
        there.then(|| format!("{} {name}", kind.to_lowercase()))
    });
    let user = users.next().filter(|_| only)?;
    let reason = format!("cannot drop function {written}: {user} depends on it");
    Some(refused(super::DEPENDENT_OBJECTS, reason).at(written.span))
}

/// CALL of a function, or with more or fewer arguments than any procedure of the name takes.
fn called(procedure: &ObjectName, call: &Expr, around: &Surroundings) -> Option<Refusal> {
    let name = around.resolve_kind(Kind::Function, procedure);
    let known = overloads(&name, around)?;
    let kind = kind_of(&name, known.first()?, around)?;
    if kind == RoutineKind::Function {
        let reason = format!("{name} is not a procedure: it is a function");
        return Some(refused_on(VersionSet::since(11), WRONG_OBJECT_TYPE, reason).at(procedure.span));
    }
    let given = call.folded.call.as_ref()?.arguments.len();
    let of_name = around.catalog.functions().filter(|(known, _)| **known == name.name);
    let mut headings = of_name.map(|(_, function)| function.heading());
    let unfit = headings.all(|heading| heading.is_some_and(|heading| !heading.takes(given)));
    let reason = format!("no procedure {name} takes {given} arguments");
    unfit.then(|| refused_on(VersionSet::since(11), UNDEFINED_FUNCTION, reason).at(procedure.span))
}

/// A procedure that ends the transaction, for certain, where one is open around the call.
fn ends_transaction(procedure: &ObjectName, around: &Surroundings) -> Option<Refusal> {
    use Transaction as T;
    let open = matches!(around.session.transaction(), T::Explicit | T::Runner | T::Implicit);
    let control = around.catalog.ends_with_transaction(&procedure.name.name).filter(|_| open && around.calls == 0)?;
    let word = if matches!(control, TransactionControl::Commit { .. }) { "COMMIT" } else { "ROLLBACK" };
    let reason = format!("{} runs {word}, and a transaction is open around the call", procedure.name.name);
    Some(refused_on(VersionSet::since(11), INVALID_TERMINATION, reason).at(procedure.span))
}

/// A procedure in a query.
fn selected(written: &str, around: &Surroundings) -> Option<Refusal> {
    let plain = written.rsplit('.').next()?;
    let span = crate::source::Span::default();
    let ident = |name: &str| Ident { name: name.into(), span };
    let schema = written.split_once('.').map(|(schema, _)| ident(schema));
    let name = around.resolve_kind(Kind::Function, &ObjectName { schema, name: ident(plain), span });
    let known = overloads(&name, around)?;
    let kind = kind_of(&name, known.first()?, around)?;
    let reason = format!("{name} is a procedure: it takes CALL");
    (kind == RoutineKind::Procedure).then(|| refused_on(VersionSet::since(11), WRONG_OBJECT_TYPE, reason))
}
