//! CREATE FUNCTION and CREATE PROCEDURE: what the body names is looked up.

use ecow::EcoString;

use crate::ast::{Body, CreateFunction, RoutineBody, Statement, StatementKind, WriteVerb};
use crate::engine::effect::RelationName;
use crate::engine::surroundings::Surroundings;
use crate::postgres::{Form, Role};
use crate::source::Span;

use super::write::planned;
use super::{Occurrence, data};

/// Source: `fmgr_sql_validator()` of the server and measurements (`fixtures/facts/create-function*.sql`). Queries in SQL
/// are analysed as if they were to run, which locks what they name; other statements and other languages are not.
pub(super) fn create_function(create: &CreateFunction, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let Some((body, search_path)) = analysed(create, around) else {
        return vec![Occurrence::new(Form::CreateFunction, span)];
    };
    let around = Surroundings { search_path: &search_path, ..*around };
    let statements = body.statements.iter().map(|inner| &inner.statement);
    let used: Vec<Occurrence> = statements.flat_map(|statement| used(statement, span, &around)).collect();
    let sources = distinct(&used, |_, role| role == Role::Source);
    let locks = |form: Form| matches!(form, Form::SelectForUpdate | Form::SelectForUpdateByKey);
    let locked = distinct(&used, |form, role| role == Role::Target && locks(form));
    let written = distinct(&used, |form, role| role == Role::Target && !locks(form));
    let more = [(Form::CreateFunctionForUpdate, locked), (Form::CreateFunctionWrites, written)];
    let more = more.into_iter().filter(|(_, targets)| !targets.is_empty());
    let reading = Occurrence::new(Form::CreateFunction, span).with_all(Role::Source, sources);
    let writing = more.map(|(form, targets)| Occurrence::new(form, span).with_all(Role::Target, targets));
    std::iter::once(reading).chain(writing).collect()
}

/// The body, if the server analyses it, and the schemas in which it looks up names: a SET clause is in force for a body
/// in quotes. One between BEGIN ATOMIC and END is always analysed, and before the SET clauses are looked at.
fn analysed<'c>(create: &'c CreateFunction, around: &Surroundings) -> Option<(&'c Body, Vec<EcoString>)> {
    let path = around.search_path.to_vec();
    match &create.body {
        RoutineBody::Return(body) | RoutineBody::Atomic(body) => Some((body, path)),
        RoutineBody::Text(body) if create.language == "sql" && checks_bodies(around) && !is_polymorphic(create) => {
            let setting = create.settings.iter().rfind(|setting| setting.name == "search_path");
            let own = setting.and_then(|setting| setting.value.as_deref()).map(schemas);
            Some((body, own.unwrap_or(path)))
        }
        RoutineBody::Text(_) | RoutineBody::Later(_) | RoutineBody::Object | RoutineBody::Missing => None,
    }
}

/// The schemas of a search_path.
pub(super) fn schemas(value: &str) -> Vec<EcoString> {
    let names = value.split(',').map(|name| name.trim().trim_matches('"'));
    names.filter(|name| !name.is_empty() && *name != "pg_temp").map(EcoString::from).collect()
}

fn checks_bodies(around: &Surroundings) -> bool {
    let setting = around.session.setting("check_function_bodies").unwrap_or("on").to_ascii_lowercase();
    !["off", "false", "no", "0", "f", "n", "of"].contains(&setting.as_str())
}

/// Types that stand for any type: the body is analysed when the function is called.
fn is_polymorphic(create: &CreateFunction) -> bool {
    const POLYMORPHIC: &[&str] =
        &["anyelement", "anyarray", "anynonarray", "anyenum", "anyrange", "anymultirange", "anycompatible"];
    let name = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    let is_any = |name: &str| POLYMORPHIC.contains(&name) || name.starts_with("anycompatible");
    create.arguments.iter().any(|argument| is_any(&name(&argument.data_type.name)))
}

/// What the analysis of a statement uses.
fn used(statement: &Statement, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    match &statement.kind {
        StatementKind::Query(query) => data::query(query, span, around),
        StatementKind::Write(write) if write.verb != WriteVerb::CopyFrom => planned(write, span, around),
        StatementKind::CreateTable(create) => {
            create.query.iter().flat_map(|query| data::query(query, span, around)).collect()
        }
        StatementKind::Explain(explain) => used(&explain.statement, span, around),
        _ => Vec::new(),
    }
}

/// The relations of the forms and roles that are asked for, each once.
fn distinct(used: &[Occurrence], wanted: impl Fn(Form, Role) -> bool) -> Vec<RelationName> {
    let mut found: Vec<RelationName> = Vec::new();
    for occurrence in used {
        for (_, relation) in occurrence.relations.iter().filter(|(role, _)| wanted(occurrence.form, *role)) {
            if !found.contains(relation) {
                found.push(relation.clone());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::config::Config;
    use crate::discover::{Discovery, MigrationFile, Sequence};
    use crate::source::SourceFile;

    /// The relations that the last statement of a migration locks.
    fn locked(text: &str) -> Vec<String> {
        let file = MigrationFile { file: Arc::new(SourceFile::new("1.sql", text)), linted: true };
        let sequences = vec![Sequence { migrations: vec![file] }];
        let plan = crate::lock_plan(&Config::default(), &Discovery { sequences, problems: Vec::new() });
        let last = plan.migrations.into_iter().next().unwrap().statements.pop().unwrap();
        last.effects.iter().map(|effect| effect.relation.to_string()).collect()
    }

    #[test]
    fn check_function_bodies_is_followed() {
        let text = "CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM t'";
        let atomic = "CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM t; END";
        let none: Vec<String> = Vec::new();
        assert_eq!(locked(text).len(), 1);
        assert_eq!(locked(&format!("SET check_function_bodies = off; {text}")), none);
        assert_eq!(locked(&format!("SET check_function_bodies = off; RESET check_function_bodies; {text}")).len(), 1);
        assert_eq!(locked(&format!("SET check_function_bodies TO false; {text}")), none);
        assert_eq!(locked(&format!("SET check_function_bodies = off; {atomic}")).len(), 1);
    }
}
