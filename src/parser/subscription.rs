//! CREATE SUBSCRIPTION and ALTER SUBSCRIPTION.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::{clauses, names, option};
use crate::ast::{AlterSubscription, CreateSubscription, Ident, StatementKind, SubscriptionChange};

/// CREATE SUBSCRIPTION.
///
/// # Errors
/// Something else comes.
pub(super) fn create_subscription(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CREATE", "SUBSCRIPTION"])?;
    let name = names::name(c, "a subscription name")?;
    c.expect(&["CONNECTION"])?;
    let connection = clauses::text(c)?;
    c.expect(&["PUBLICATION"])?;
    let publications = publications(c)?;
    let options = option::with_options(c)?;
    let create = CreateSubscription { name, connection, publications, options };
    Ok(StatementKind::CreateSubscription(Box::new(create)))
}

fn publications(c: &mut Cursor) -> Parsed<Vec<Ident>> {
    c.comma_separated(|c| names::label(c, "a publication name"))
}

/// Behind ALTER SUBSCRIPTION and its name.
///
/// # Errors
/// Something else comes.
pub(super) fn change(c: &mut Cursor, name: Ident) -> Parsed<StatementKind> {
    let verbs = &["SET", "CONNECTION", "REFRESH", "ADD", "DROP", "ENABLE", "DISABLE", "SKIP"];
    let (change, has_options) = match c.eat_any(verbs) {
        Some("SET") if c.at_symbol(&Token::LParen) => (SubscriptionChange::SetOptions, false),
        Some("SET") => (SubscriptionChange::SetPublications(named(c)?), true),
        Some("ADD") => (SubscriptionChange::AddPublications(named(c)?), true),
        Some("DROP") => (SubscriptionChange::DropPublications(named(c)?), true),
        Some("CONNECTION") => (SubscriptionChange::Connection(clauses::text(c)?), false),
        Some("REFRESH") => {
            c.expect(&["PUBLICATION"])?;
            (SubscriptionChange::Refresh, true)
        }
        Some("ENABLE") => (SubscriptionChange::Enable, false),
        Some("DISABLE") => (SubscriptionChange::Disable, false),
        Some(_) => (SubscriptionChange::Skip, false),
        None => return c.expected("an action such as SET, REFRESH PUBLICATION, ENABLE or DISABLE"),
    };
    let options = match change {
        SubscriptionChange::SetOptions | SubscriptionChange::Skip => option::options(c)?,
        _ if has_options => option::with_options(c)?,
        _ => Vec::new(),
    };
    Ok(StatementKind::AlterSubscription(AlterSubscription { name, change, options }))
}

/// `PUBLICATION name, ...`
fn named(c: &mut Cursor) -> Parsed<Vec<Ident>> {
    c.expect(&["PUBLICATION"])?;
    publications(c)
}

#[cfg(test)]
mod tests;
