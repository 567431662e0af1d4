//! Roles, as privileges, policies and owners name them.

use super::cursor::{Cursor, Parsed, SyntaxError};
use super::names;
use crate::ast::RoleSpec;

/// A role, or one of the words that stand for one.
///
/// # Errors
/// No name comes, or a reserved one.
pub(super) fn role(c: &mut Cursor) -> Parsed<RoleSpec> {
    let span = c.next_span();
    match c.eat_any(&["CURRENT_USER", "CURRENT_ROLE", "SESSION_USER"]) {
        Some("SESSION_USER") => return Ok(RoleSpec::SessionUser(span)),
        Some(_) => return Ok(RoleSpec::CurrentUser(span)),
        None => {}
    }
    let name = names::type_or_function(c, "a role name")?;
    match name.name.as_str() {
        "public" => Ok(RoleSpec::Public(span)),
        "none" => Err(SyntaxError { message: "expected a role name, found the reserved name none".into(), at: span }),
        _ => Ok(RoleSpec::Named(name)),
    }
}

/// `role, ...`
///
/// # Errors
/// Those of [`role`].
pub(super) fn roles(c: &mut Cursor) -> Parsed<Vec<RoleSpec>> {
    c.comma_separated(role)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::testing::check;

    #[test]
    fn names_and_words_that_stand_for_roles() {
        check(
            roles,
            &[
                ("bob", "[Named(bob)]"),
                (
                    r#""Bob", PUBLIC, current_user, CURRENT_ROLE, SESSION_USER"#,
                    r#"[Named("Bob"), Public(7..13), CurrentUser(15..27), CurrentUser(29..41), SessionUser(43..55)]"#,
                ),
                (r#""public", left"#, r#"[Public(0..8), Named(left)]"#),
                ("user", "expected a role name, found the reserved word user @ user"),
                ("a, none", "expected a role name, found the reserved name none @ none"),
                ("a,", "expected a role name, found the end of the statement @ "),
            ],
        );
    }
}
