//! CREATE FUNCTION, CREATE PROCEDURE and DO.

use std::sync::Arc;

use ecow::EcoString;

use sqlparser::tokenizer::Token;

use super::alter_function::common_option;
use super::cursor::{Cursor, Parsed};
use super::{clauses, data_type, expr, names, plpgsql};
use crate::ast::{
    Argument, ArgumentMode, Body, BodyStatement, CreateFunction, DataType, DoBlock, LaterBody, Returns, RoutineAction,
    RoutineBody, RoutineKind, StatementKind, Volatility,
};
use crate::source::Span;

/// `DO [LANGUAGE name] 'body'`, the two in any order.
///
/// # Errors
/// Something else comes.
pub(super) fn do_block(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["DO"])?;
    let mut language_name = EcoString::from("plpgsql");
    let mut written = None;
    while !c.at_end() {
        if c.eat(&["LANGUAGE"]) {
            language_name = language(c)?;
        } else {
            written = Some(string(c)?);
        }
    }
    let Some(written) = written else { return c.doubting(|c| c.expected("a string")) };
    let body = plpgsql::quoted_body(c.text(), written, &language_name, &[]);
    Ok(StatementKind::Do(Box::new(DoBlock { body })))
}

/// The name of a language, which may be a string.
fn language(c: &mut Cursor) -> Parsed<EcoString> {
    if clauses::at_string(c) {
        return Ok(clauses::string(c)?.to_ascii_lowercase());
    }
    Ok(names::type_or_function(c, "a language")?.name)
}

/// The place of a string.
fn string(c: &mut Cursor) -> Parsed<Span> {
    let start = c.position();
    clauses::string(c)?;
    Ok(c.span_from(start))
}

/// CREATE FUNCTION or CREATE PROCEDURE.
///
/// # Errors
/// Something else comes.
pub(super) fn create_function(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CREATE"])?;
    let or_replace = c.eat(&["OR", "REPLACE"]);
    let kind = match c.eat_any(&["FUNCTION", "PROCEDURE"]) {
        Some("FUNCTION") => RoutineKind::Function,
        Some(_) => RoutineKind::Procedure,
        None => return c.expected("FUNCTION or PROCEDURE"),
    };
    let name = names::qualified_type(c, "a function name")?;
    let mut create = CreateFunction {
        name,
        kind,
        or_replace,
        arguments: arguments(c)?,
        returns: None,
        language: EcoString::new(),
        volatility: Volatility::Volatile,
        strict: false,
        security_definer: false,
        leakproof: false,
        parallel: None,
        cost: None,
        rows: None,
        support: None,
        settings: Vec::new(),
        body: RoutineBody::Missing,
    };
    let mut text = None;
    while !c.at_end() {
        option(c, &mut create, &mut text)?;
    }
    if create.language.is_empty() && matches!(create.body, RoutineBody::Return(_) | RoutineBody::Atomic(_)) {
        create.language = "sql".into();
    }
    if let Some(written) = text {
        let text = c.text();
        let names = create.arguments.iter().filter_map(|argument| argument.name.as_ref());
        let arguments: Vec<EcoString> = names.map(|name| name.name.clone()).collect();
        create.body = if create.language != "plpgsql" || text.reads_routines() {
            RoutineBody::Text(plpgsql::quoted_body(text, written, &create.language, &arguments))
        } else {
            let (language, start) = (create.language.clone(), written.start);
            let (written, backslashes) = (text.slice(written).into(), text.backslashes());
            RoutineBody::Later(Arc::new(LaterBody { language, written, start, backslashes, arguments }))
        };
    }
    Ok(StatementKind::CreateFunction(Box::new(create)))
}

/// The arguments that tell a routine from others of its name, if they are written. What cannot be read is skipped.
///
/// # Errors
/// A parenthesis that is not closed.
pub(super) fn identity(c: &mut Cursor) -> Parsed<Option<Vec<Argument>>> {
    if !c.at_symbol(&Token::LParen) {
        return Ok(None);
    }
    let start = c.position();
    match arguments(c) {
        Ok(arguments) => Ok(Some(arguments)),
        Err(_) => {
            c.back_to(start);
            c.skip_parentheses().map(|_| None)
        }
    }
}

/// `(argument, ...)`
fn arguments(c: &mut Cursor) -> Parsed<Vec<Argument>> {
    c.expect_symbol(&Token::LParen)?;
    if c.eat_symbol(&Token::RParen) {
        return Ok(Vec::new());
    }
    let arguments = c.comma_separated(argument)?;
    if c.eat_symbol(&Token::RParen) { Ok(arguments) } else { c.expected(", or )") }
}

/// `[mode] [name] type [{DEFAULT | =} value]`, mode and name in any order.
fn argument(c: &mut Cursor) -> Parsed<Argument> {
    let mut mode = mode(c);
    let name = if at_argument_name(c) { Some(names::type_or_function(c, "an argument name")?) } else { None };
    mode = mode.or_else(|| self::mode(c));
    let data_type = data_type::function_type(c)?;
    let has_default = c.eat(&["DEFAULT"]) || c.eat_symbol(&Token::Eq);
    let default = if has_default { Some(expr::expr(c)?) } else { None };
    Ok(Argument { mode: mode.unwrap_or(ArgumentMode::In), name, data_type, default })
}

fn mode(c: &mut Cursor) -> Option<ArgumentMode> {
    if c.eat(&["IN", "OUT"]) {
        return Some(ArgumentMode::InOut);
    }
    Some(match c.eat_any(&["IN", "OUT", "INOUT", "VARIADIC"])? {
        "IN" => ArgumentMode::In,
        "OUT" => ArgumentMode::Out,
        "INOUT" => ArgumentMode::InOut,
        _ => ArgumentMode::Variadic,
    })
}

/// Types of two words, which are no name and a type.
const TWO_WORDS: &[(&[&str], &[&str])] = &[
    (&["DOUBLE"], &["PRECISION"]),
    (&["CHARACTER", "CHAR", "NCHAR", "BIT"], &["VARYING"]),
    (&["NATIONAL"], &["CHARACTER", "CHAR"]),
    (&["TIME", "TIMESTAMP"], &["WITH", "WITHOUT"]),
    (&["INTERVAL"], &["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"]),
];

/// Whether a name comes with a type behind it, and not a type alone.
fn at_argument_name(c: &Cursor) -> bool {
    let behind = matches!(c.peek_nth(1), Token::Word(_)) && !c.is_any_at(1, &["DEFAULT", "ARRAY"]);
    let two_words = TWO_WORDS.iter().any(|(first, second)| c.is_any_at(0, first) && c.is_any_at(1, second));
    behind && !two_words && !c.at(&["SETOF"])
}

fn option(c: &mut Cursor, create: &mut CreateFunction, text: &mut Option<Span>) -> Parsed<()> {
    if let Some(option) = common_option(c)? {
        set(create, option);
        return Ok(());
    }
    match c.eat_any(&["LANGUAGE", "WINDOW", "RETURNS", "AS", "TRANSFORM", "WITH", "RETURN", "BEGIN"]) {
        Some("LANGUAGE") => create.language = language(c)?,
        Some("WINDOW") => {}
        Some("RETURNS") => create.returns = Some(returns(c)?),
        Some("AS") => {
            let written = string(c)?;
            if c.eat_symbol(&Token::Comma) {
                clauses::string(c)?;
                create.body = RoutineBody::Object;
            } else {
                *text = Some(written);
            }
        }
        Some("TRANSFORM") => c.comma_separated(transform).map(drop)?,
        // Until 11: WITH (isStrict, isCachable).
        Some("WITH") => {
            for attribute in super::option::options(c)?.iter().filter(|attribute| attribute.value.is_none()) {
                match attribute.name.to_lowercase().as_str() {
                    "isstrict" => create.strict = true,
                    "iscachable" => create.volatility = Volatility::Immutable,
                    _ => {}
                }
            }
        }
        Some("RETURN") => create.body = return_expression(c)?,
        Some(_) => {
            c.expect(&["ATOMIC"])?;
            create.body = atomic_body(c)?;
        }
        None => return c.expected("an option of the function"),
    }
    Ok(())
}

/// Takes an option over. Those that only ALTER has do not come here.
fn set(create: &mut CreateFunction, option: RoutineAction) {
    use RoutineAction as A;
    match option {
        A::Volatility(volatility) => create.volatility = volatility,
        A::Strict(strict) => create.strict = strict,
        A::SecurityDefiner(definer) => create.security_definer = definer,
        A::Leakproof(leakproof) => create.leakproof = leakproof,
        A::Parallel(parallel) => create.parallel = Some(parallel),
        A::Cost(cost) => create.cost = Some(cost),
        A::Rows(rows) => create.rows = Some(rows),
        A::Support(support) => create.support = Some(support),
        A::Set(setting) => create.settings.push(setting),
        A::Reset(_) | A::Shared(_) => {}
    }
}

/// `TABLE (...)`, `[SETOF] type`, or `table.column%TYPE`, behind RETURNS.
fn returns(c: &mut Cursor) -> Parsed<Returns> {
    if c.eat(&["TABLE"]) {
        return Ok(Returns::Table(arguments(c)?));
    }
    let data_type = data_type::function_type(c)?;
    Ok(match data_type.setof {
        true => Returns::SetOf(DataType { setof: false, ..data_type }),
        false => Returns::Type(data_type),
    })
}

/// `FOR TYPE name`
fn transform(c: &mut Cursor) -> Parsed<()> {
    c.expect(&["FOR", "TYPE"])?;
    data_type::data_type(c).map(drop)
}

/// `expression`, behind RETURN. It is the last option.
fn return_expression(c: &mut Cursor) -> Parsed<RoutineBody> {
    let start = c.position();
    clauses::item(c, "an expression")?;
    clauses::skip_rest(c)?;
    let span = c.span_from(start);
    Ok(RoutineBody::Return(sql_body(span, plpgsql::returned(c.text(), span))))
}

/// `statement; ... END`, behind BEGIN ATOMIC. It is the last option.
fn atomic_body(c: &mut Cursor) -> Parsed<RoutineBody> {
    let start = c.position();
    clauses::skip_rest(c)?;
    c.back();
    let span = c.span_from(start);
    c.expect(&["END"])?;
    let inner = c.text().beside(span.start, c.text_of(span));
    Ok(RoutineBody::Atomic(sql_body(span, plpgsql::atomic_statements(inner))))
}

fn sql_body(span: Span, statements: Vec<BodyStatement>) -> Body {
    Body { language: "sql".into(), span, statements, unread: Vec::new(), questions: Vec::new() }
}

#[cfg(test)]
mod tests;
