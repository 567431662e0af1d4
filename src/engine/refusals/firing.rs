//! Triggers, rules and policies that are made of what they cannot have.
//!
//! Source: `CreateTrigger()`, `DefineQueryRewrite()` and `CreatePolicy()` of the server, and measurements
//! (`fixtures/facts/create-trigger-*.sql`, `create-rule-*.sql`, `create-policy-*.sql`).

use crate::ast::{
    AlterActionKind, AlterOther, AlterPolicy, CreatePolicy, CreateRule, CreateTrigger, Drop, Expr, Ident, ObjectChange,
    ObjectKind, ObjectName, PolicyCommand, RuleEvent, Statement, StatementKind, TriggerEventKind, TriggerTiming,
};
use crate::engine::catalog::{Part, Relation, Rows};
use crate::engine::effect::RelationKind;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::{Cause, Refusal};
use crate::postgres::VersionSet;

use super::existence::{is_known_whole, is_there, missing_column};
use super::{
    DEPENDENT_OBJECTS, DUPLICATE_OBJECT, FEATURE_NOT_SUPPORTED, INVALID_OBJECT_DEFINITION, NOT_IN_PREREQUISITE_STATE,
    SYNTAX_ERROR, UNDEFINED_OBJECT, UNDEFINED_TABLE, WRONG_OBJECT_TYPE, expressions, refused, refused_on,
};

pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Vec<Refusal> {
    let one = match &statement.kind {
        StatementKind::CreateTrigger(create) => return trigger(create, around),
        StatementKind::CreateEventTrigger(create) => executed(create.says_procedure),
        StatementKind::CreateRule(create) => {
            let stays_table = no_view(create, around);
            return rule(create, around).into_iter().chain(stays_table).collect();
        }
        StatementKind::CreatePolicy(create) => policy(create, around),
        StatementKind::Comment(comment) if comment.object.kind == ObjectKind::Rule => {
            let name = comment.object.name.as_ref().map(|name| &name.name);
            name.zip(comment.object.on.as_ref()).and_then(|(name, on)| missing_rule(name, on, around))
        }
        StatementKind::AlterTable(alter) => {
            let rules = alter.actions.iter().filter_map(|action| match &action.kind {
                AlterActionKind::Rule { name, .. } => missing_rule(name, &alter.name, around),
                _ => None,
            });
            return rules.collect();
        }
        StatementKind::AlterPolicy(alter) => altered_policy(alter, around),
        StatementKind::AlterOther(alter) => renamed(alter, around),
        StatementKind::Drop(drop) if drop.object == ObjectKind::Rule => dropped_rule(drop, around),
        _ => None,
    };
    one.into_iter().collect()
}

fn trigger(create: &CreateTrigger, around: &Surroundings) -> Vec<Refusal> {
    let made = shape(create).or_else(|| transitions(create)).or_else(|| condition(create, around));
    written(create).into_iter().chain(made).collect()
}

/// What the grammar of a version does not have.
fn written(create: &CreateTrigger) -> Option<Refusal> {
    if create.constraint && !create.for_each_row {
        let reason = "a constraint trigger must be FOR EACH ROW".to_owned();
        return Some(refused(SYNTAX_ERROR, reason));
    }
    executed(create.says_procedure)
}

/// EXECUTE PROCEDURE is what every version knows.
fn executed(says_procedure: bool) -> Option<Refusal> {
    let reason = "EXECUTE FUNCTION came with PostgreSQL 11".to_owned();
    (!says_procedure).then(|| refused_on(VersionSet::before(11), SYNTAX_ERROR, reason))
}

fn shape(create: &CreateTrigger) -> Option<Refusal> {
    let truncates = create.events.iter().any(|event| event.kind == TriggerEventKind::Truncate);
    let listed = |kind: &TriggerEventKind| matches!(kind, TriggerEventKind::Update { columns } if !columns.is_empty());
    let reason = match () {
        () if truncates && create.for_each_row => "TRUNCATE FOR EACH ROW triggers are not supported",
        () if create.timing != TriggerTiming::InsteadOf => return None,
        () if !create.for_each_row => "INSTEAD OF triggers must be FOR EACH ROW",
        () if create.when.is_some() => "INSTEAD OF triggers cannot have WHEN conditions",
        () if create.events.iter().any(|event| listed(&event.kind)) => "INSTEAD OF triggers cannot have column lists",
        () => return None,
    };
    Some(refused(FEATURE_NOT_SUPPORTED, reason.to_owned()))
}

/// Transition tables show the rows of one event.
fn transitions(create: &CreateTrigger) -> Option<Refusal> {
    let first = create.transition_tables.first()?;
    let has = |wanted: &dyn Fn(&TriggerEventKind) -> bool| create.events.iter().any(|event| wanted(&event.kind));
    let updates = has(&|kind| matches!(kind, TriggerEventKind::Update { .. }));
    let listed = has(&|kind| matches!(kind, TriggerEventKind::Update { columns } if !columns.is_empty()));
    let unfit = |new: bool| match new {
        true => !updates && !has(&|kind| *kind == TriggerEventKind::Insert),
        false => !updates && !has(&|kind| *kind == TriggerEventKind::Delete),
    };
    let not_supported = |reason: &str| Some(refused(FEATURE_NOT_SUPPORTED, reason.to_owned()));
    let invalid = |reason: &str| Some(refused(INVALID_OBJECT_DEFINITION, reason.to_owned()));
    match () {
        () if create.timing != TriggerTiming::After => invalid("only an AFTER trigger can have transition tables"),
        () if has(&|kind| *kind == TriggerEventKind::Truncate) => {
            invalid("TRUNCATE triggers with transition tables are not supported")
        }
        () if create.events.len() > 1 => {
            not_supported("transition tables cannot be specified for triggers with more than one event")
        }
        () if listed => not_supported("transition tables cannot be specified for triggers with column lists"),
        () if create.transition_tables.iter().any(|table| unfit(table.new)) => {
            invalid("the event of the trigger has no rows for this transition table")
        }
        () if create.transition_tables.iter().skip(1).any(|table| table.new == first.new) => {
            invalid("a transition table cannot be specified twice")
        }
        () => None,
    }
}

/// INSERT has no old rows, DELETE no new ones, and a statement has neither.
fn condition(create: &CreateTrigger, around: &Surroundings) -> Option<Refusal> {
    let when = create.when.as_ref()?;
    let has = |wanted: &dyn Fn(&TriggerEventKind) -> bool| create.events.iter().any(|event| wanted(&event.kind));
    let reason = match () {
        () if !create.for_each_row && (when.rows.old || when.rows.new) => {
            "the WHEN condition of a statement trigger cannot reference column values"
        }
        () if when.rows.old && has(&|kind| *kind == TriggerEventKind::Insert) => {
            "the WHEN condition of an INSERT trigger cannot reference OLD values"
        }
        () if when.rows.new && has(&|kind| *kind == TriggerEventKind::Delete) => {
            "the WHEN condition of a DELETE trigger cannot reference NEW values"
        }
        () => return unknown_column(create, when, around),
    };
    Some(refused(INVALID_OBJECT_DEFINITION, reason.to_owned()).at(when.span))
}

/// The condition names a column of OLD or NEW that the table lacks.
fn unknown_column(create: &CreateTrigger, when: &Expr, around: &Surroundings) -> Option<Refusal> {
    let relation = around.relation(&create.table).filter(|_| create.for_each_row && when.reads.is_empty())?;
    // A part of a composite column is no column.
    let plain = !around.text_of(when.span).contains(").");
    let mut columns = when.columns.iter().filter(|column| plain && !matches!(column.as_str(), "old" | "new"));
    columns.find_map(|column| Some(missing_column(column, relation)?.at(when.span)))
}

fn rule(create: &CreateRule, around: &Surroundings) -> Option<Refusal> {
    let invalid = |reason: &str| Some(refused(INVALID_OBJECT_DEFINITION, reason.to_owned()));
    let condition = create.condition.as_ref();
    if let Some(condition) = condition.filter(|condition| match create.event {
        RuleEvent::Insert => condition.rows.old,
        RuleEvent::Delete => condition.rows.new,
        RuleEvent::Select | RuleEvent::Update => false,
    }) {
        let reason = "the condition of the rule names a row that its event does not have".to_owned();
        return Some(refused(UNDEFINED_TABLE, reason).at(condition.span));
    }
    match create.event {
        RuleEvent::Insert if create.rows.old => return invalid("an ON INSERT rule cannot use OLD"),
        RuleEvent::Delete if create.rows.new => return invalid("an ON DELETE rule cannot use NEW"),
        RuleEvent::Select | RuleEvent::Insert | RuleEvent::Update | RuleEvent::Delete => {}
    }
    let changes_rows = |action: &Statement| {
        matches!(action.kind, StatementKind::Write(_) | StatementKind::Query(_) | StatementKind::Unparsed(_))
    };
    if create.condition.is_some() && !create.actions.iter().all(changes_rows) {
        return invalid("rules with WHERE conditions can only have SELECT, INSERT, UPDATE, or DELETE actions");
    }
    let relation = around.relation(&create.table).filter(|relation| is_there(relation))?;
    let name = &relation.name;
    match relation.kind {
        RelationKind::MaterializedView => {
            let reason = "rules on materialized views are not supported".to_owned();
            Some(refused(FEATURE_NOT_SUPPORTED, reason))
        }
        RelationKind::Sequence | RelationKind::Index | RelationKind::ForeignTable => {
            Some(refused(WRONG_OBJECT_TYPE, format!("{name} cannot have rules: it is a {}", relation.kind.name())))
        }
        RelationKind::Table | RelationKind::Partition | RelationKind::PartitionedTable
            if create.event == RuleEvent::Select =>
        {
            let reason = format!("{name} cannot have ON SELECT rules: it is a table");
            Some(refused_on(VersionSet::since(16), WRONG_OBJECT_TYPE, reason))
        }
        RelationKind::Table | RelationKind::Partition | RelationKind::PartitionedTable | RelationKind::View => None,
    }
}

/// Until 15 an ON SELECT rule made a view of a table, where it had nothing that a view cannot have.
fn no_view(create: &CreateRule, around: &Surroundings) -> Option<Refusal> {
    let relation = around.relation(&create.table).filter(|relation| is_known_whole(relation) && is_there(relation))?;
    let made = create.event == RuleEvent::Select && create.name.name == "_RETURN";
    let plain = relation.kind == RelationKind::Table && relation.parents.is_empty();
    if made && relation.is_partitioned() && relation.parents.is_empty() {
        let reason = format!("cannot convert the partitioned table {} to a view", relation.name);
        return Some(refused_on(VersionSet::before(16), WRONG_OBJECT_TYPE, reason));
    }
    let what = match () {
        () if relation.rows == Rows::Certain => "rows",
        () if !relation.triggers.is_empty() => "triggers",
        () if relation.indexes.iter().any(|index| index.certain && !index.more.doubted) => "indexes",
        () => return None,
    };
    let reason = || format!("could not convert {} to a view: it has {what}", relation.name);
    (made && plain).then(|| refused_on(VersionSet::before(16), NOT_IN_PREREQUISITE_STATE, reason()))
}

/// The rule that makes a view cannot go alone; another is not there.
fn dropped_rule(drop: &Drop, around: &Surroundings) -> Option<Refusal> {
    let relation: &Relation = around.relation(drop.on.as_ref()?).filter(|relation| is_there(relation))?;
    let name = drop.names.first()?;
    let of_view = matches!(relation.kind, RelationKind::View | RelationKind::MaterializedView);
    if of_view && name.name.name == "_RETURN" {
        let reason = format!("cannot drop the rule _RETURN of {}: it is the view", relation.name);
        return Some(refused(DEPENDENT_OBJECTS, reason));
    }
    missing_rule(&name.name, drop.on.as_ref()?, around).filter(|_| !drop.if_exists)
}

fn missing_rule(name: &Ident, on: &ObjectName, around: &Surroundings) -> Option<Refusal> {
    let relation = around.relation(on).filter(|relation| is_there(relation) && is_known_whole(relation))?;
    let known = name.name == "_RETURN" || relation.rules.iter().any(|rule| rule.name == name.name);
    let reason = || format!("rule {} of {} does not exist", name.name, relation.name);
    let cause = Cause::Existence { past: None, near: None };
    (!known).then(|| refused(UNDEFINED_OBJECT, reason()).at(name.span).by(cause))
}

/// What the command of the policy has no use for.
fn altered_policy(alter: &AlterPolicy, around: &Surroundings) -> Option<Refusal> {
    let relation = around.relation(&alter.table).filter(|relation| is_there(relation))?;
    let policy = relation.policies.iter().find(|policy| policy.name == alter.name.name)?;
    let reason = match policy.command {
        "SELECT" | "DELETE" if alter.check.is_some() => "only USING expression allowed for SELECT, DELETE",
        "INSERT" if alter.using.is_some() => "only WITH CHECK expression allowed for INSERT",
        _ => {
            let mut conditions = alter.using.iter().chain(&alter.check);
            return conditions.find_map(|condition| expressions::of_policy(condition, &alter.table, around));
        }
    };
    Some(refused(SYNTAX_ERROR, reason.to_owned()))
}

/// Another trigger, rule or policy of the table has the name.
fn renamed(alter: &AlterOther, around: &Surroundings) -> Option<Refusal> {
    let ObjectChange::RenameTo(to) = &alter.change else { return None };
    let relation = around.relation(alter.object.on.as_ref()?).filter(|relation| is_there(relation))?;
    let taken = match &alter.object.kind {
        ObjectKind::Trigger => {
            let there = relation.past_of(Part::Trigger, &to.name).is_some_and(|past| past.is_there());
            there && relation.triggers.iter().any(|trigger| trigger.name == to.name)
        }
        ObjectKind::Policy => {
            let there = relation.past_of(Part::Policy, &to.name).is_some_and(|past| past.is_there());
            there && relation.policies.iter().any(|policy| policy.name == to.name)
        }
        ObjectKind::Rule => relation.rules.iter().any(|rule| rule.name == to.name),
        _ => false,
    };
    let reason = || format!("{} of {} already exists", to.name, relation.name);
    taken.then(|| refused(DUPLICATE_OBJECT, reason()).at(to.span))
}

fn policy(create: &CreatePolicy, around: &Surroundings) -> Option<Refusal> {
    let syntax = |reason: &str| Some(refused(SYNTAX_ERROR, reason.to_owned()));
    match create.command {
        PolicyCommand::Select | PolicyCommand::Delete if create.check.is_some() => {
            return syntax("WITH CHECK cannot be applied to SELECT or DELETE");
        }
        PolicyCommand::Insert if create.using.is_some() => {
            return syntax("only WITH CHECK expression allowed for INSERT");
        }
        PolicyCommand::All
        | PolicyCommand::Select
        | PolicyCommand::Insert
        | PolicyCommand::Update
        | PolicyCommand::Delete => {}
    }
    let relation = around.relation(&create.table).filter(|relation| is_there(relation))?;
    let other = match relation.kind {
        RelationKind::Table | RelationKind::Partition | RelationKind::PartitionedTable => false,
        RelationKind::View
        | RelationKind::MaterializedView
        | RelationKind::ForeignTable
        | RelationKind::Sequence
        | RelationKind::Index => true,
    };
    let reason = || format!("{} is not a table: it is a {}", relation.name, relation.kind.name());
    let conditions = create.using.iter().chain(&create.check);
    let mut unfit = conditions.filter_map(|condition| expressions::of_policy(condition, &create.table, around));
    if other { Some(refused(WRONG_OBJECT_TYPE, reason())) } else { unfit.next() }
}
