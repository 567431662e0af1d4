use crate::ast::{AlterActionKind, Drop, ObjectKind, StatementKind};
use crate::engine::effect::Effect;
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::postgres::{Form, Role};
use crate::source::Span;
use crate::wording;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "cascading-drop",
    category: Category::Breaking,
    severity: Severity::Warning,
    default: true,
    page: include_str!("../../rules/cascading-drop.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    match &step.statement.kind {
        StatementKind::Drop(drop) if drop.cascade => {
            let what = format!("DROP {} ... CASCADE", kind(&drop.object));
            let effects = step.effects.iter().filter(|effect| !is_named(effect, drop, step));
            finding(&what, step.statement.span, effects, step).into_iter().collect()
        }
        StatementKind::AlterTable(alter) => {
            let dropped = alter.actions.iter().filter(|action| {
                matches!(action.kind, AlterActionKind::DropConstraint { cascade: true, .. })
            });
            let found = dropped.filter_map(|action| {
                let here = step.effects.iter().filter(|effect| effect.span == action.span);
                finding("DROP CONSTRAINT ... CASCADE", action.span, here, step)
            });
            found.collect()
        }
        _ => Vec::new(),
    }
}

/// What goes along, as far as history shows it: relations in use only.
fn finding<'e>(what: &str, span: Span, effects: impl Iterator<Item = &'e Effect>, step: &Step) -> Option<Finding> {
    let run = step.options.postgres;
    let mut also: Vec<String> = Vec::new();
    let mut because: Vec<Effect> = Vec::new();
    let matters = |effect: &&Effect| {
        let gone_or_back = step.is_dropped_later(&effect.relation) || step.is_made_later(&effect.relation);
        effect.standing.is_busy() && effect.versions.overlaps(run) && !gone_or_back
    };
    for effect in effects.filter(matters) {
        let Some(words) = goes_along(effect) else { continue };
        because.push(effect.clone());
        if !also.contains(&words) {
            also.push(words);
        }
    }
    if also.is_empty() {
        return None;
    }
    let message = wording::naming(&also, |also| format!("{what} also drops {also}"));
    let found = step.finding(span, message, because).label(format!("drops {} as well", wording::list(&also, 6)));
    Some(found.help("Drop what depends on it by name first: CASCADE also takes what somebody has added since."))
}

/// What CASCADE drops, by the behaviour that it shows.
fn goes_along(effect: &Effect) -> Option<String> {
    let on = &effect.relation;
    match effect.form {
        Form::DropView => Some(format!("view {on}")),
        Form::DropMaterializedView => Some(format!("materialized view {on}")),
        Form::DropTable => Some(format!("table {on}")).filter(|_| effect.role == Role::Target),
        Form::DropColumn => Some(format!("a column of {on}")),
        Form::DropPolicy => Some(format!("a policy of {on}")),
        Form::DropRule => Some(format!("a rule of {on}")),
        Form::DropFunctionTrigger => Some(format!("a trigger of {on}")),
        Form::DropFunctionDefault => Some(format!("a default of {on}")),
        Form::DropTableReferencedCascade | Form::DropPrimaryKeyCascade => Some(format!("a foreign key of {on}")),
        _ => None,
    }
}

fn is_named(effect: &Effect, drop: &Drop, step: &Step) -> bool {
    drop.names.iter().any(|name| step.around.resolve(name) == effect.relation)
}

fn kind(object: &ObjectKind) -> &str {
    match object {
        ObjectKind::Table => "TABLE",
        ObjectKind::View => "VIEW",
        ObjectKind::MaterializedView => "MATERIALIZED VIEW",
        ObjectKind::Sequence => "SEQUENCE",
        ObjectKind::Type => "TYPE",
        ObjectKind::Domain => "DOMAIN",
        ObjectKind::Function => "FUNCTION",
        ObjectKind::Schema => "SCHEMA",
        ObjectKind::ForeignTable => "FOREIGN TABLE",
        _ => "object",
    }
}
