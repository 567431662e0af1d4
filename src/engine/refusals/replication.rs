//! Publications and extended statistics that name what they cannot have, and subscriptions in a state that does not fit.
//!
//! Source: PostgreSQL's commands/publicationcmds.c, subscriptioncmds.c and statscmds.c, and measurements
//! (`fixtures/facts/create-publication-*.sql`, `*-subscription-*.sql`, `create-statistics-*.sql`).

use crate::ast::{
    AlterPublication, AlterSubscription, CreatePublication, CreateStatistics, CreateSubscription, Ident, NamedOption,
    PublicationChange, PublicationObject, Statement, StatementKind, StatisticsElement, SubscriptionChange, Volatility,
};
use crate::engine::catalog::{Kind, Publication};
use crate::engine::effect::RelationKind;
use crate::engine::replay::{VIA_ROOT, alone};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::{VersionSet, builtins};

use super::definitions::twice;
use super::existence::{is_there, missing_column};
use super::operators::has_no_order;
use super::{
    DUPLICATE_COLUMN, DUPLICATE_OBJECT, FEATURE_NOT_SUPPORTED, INVALID_PARAMETER_VALUE, NOT_IN_PREREQUISITE_STATE,
    SYNTAX_ERROR, UNDEFINED_OBJECT, WRONG_OBJECT_TYPE, refused, refused_on,
};

pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Vec<Refusal> {
    match &statement.kind {
        StatementKind::CreatePublication(create) => created(create, around),
        StatementKind::AlterPublication(alter) => altered(alter, around),
        StatementKind::CreateSubscription(create) => {
            disconnected(create).or_else(|| slotless(create)).into_iter().collect()
        }
        StatementKind::AlterSubscription(alter) => subscription(alter, around),
        StatementKind::CreateStatistics(create) => statistics(create, around).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn created(create: &CreatePublication, around: &Surroundings) -> Vec<Refusal> {
    let via_root = create.options.iter().rfind(|option| option.name == VIA_ROOT).is_some_and(NamedOption::is_on);
    let of_leaves = create.objects.iter().filter(|_| !via_root).find_map(|object| of_leaves(object, around));
    options(&create.options).into_iter().chain(objects(&create.objects, around)).chain(of_leaves).collect()
}

/// A condition or a list of columns for a partitioned table whose partitions are published by themselves.
fn of_leaves(object: &PublicationObject, around: &Surroundings) -> Option<Refusal> {
    let table = object.table().filter(|table| table.filter.is_some() || !table.columns.is_empty())?;
    let relation = around.relation(&table.name).filter(|relation| relation.is_partitioned() && is_there(relation))?;
    let reason = format!("WHERE and column lists for {} need {VIA_ROOT}: it is a partitioned table", relation.name);
    Some(refused_on(VersionSet::since(15), INVALID_PARAMETER_VALUE, reason).at(table.span))
}

/// DROP of what the publication does not hold, or with more than names.
fn dropped(objects: &[PublicationObject], known: Option<&Publication>) -> Option<Refusal> {
    let since_15 = |sqlstate, reason: String| refused_on(VersionSet::since(15), sqlstate, reason);
    objects.iter().find_map(|object| match object {
        PublicationObject::Table(table) => {
            let more = table.filter.is_some() || !table.columns.is_empty();
            let reason = "DROP from a publication takes neither WHERE nor columns".to_owned();
            more.then(|| since_15(SYNTAX_ERROR, reason).at(table.span))
        }
        PublicationObject::Schema(Some(schema)) => {
            let absent = known.is_some_and(|known| !known.all_tables && !known.schemas.contains(&schema.name));
            let reason = format!("tables of schema {} are not part of the publication", schema.name);
            absent.then(|| since_15(UNDEFINED_OBJECT, reason).at(schema.span))
        }
        PublicationObject::Schema(None) => None,
    })
}

fn altered(alter: &AlterPublication, around: &Surroundings) -> Vec<Refusal> {
    let name = &alter.name.name;
    let there = around.catalog.past(Kind::Publication, &alone(name)).is_some_and(|past| past.is_there());
    let known = around.catalog.publication(name).filter(|_| there);
    let all = known.is_some_and(|known| known.all_tables);
    let reason = format!("the publication {name} is FOR ALL TABLES: none can be added, set or dropped");
    let all = (all && !alter.change.objects().is_empty()).then(|| refused(NOT_IN_PREREQUISITE_STATE, reason));
    let set = match &alter.change {
        PublicationChange::SetOptions(written) => options(written),
        PublicationChange::Drop(objects) => dropped(objects, known),
        PublicationChange::Add(objects) | PublicationChange::Set(objects) => {
            let by_leaves = known.is_some_and(|known| !known.via_root);
            objects.iter().filter(|_| by_leaves).find_map(|object| of_leaves(object, around))
        }
    };
    all.into_iter().chain(set).chain(objects(alter.change.objects(), around)).collect()
}

/// A subscription that does not connect cannot do what needs a connection.
///
/// Source: `parse_subscription_options()` of the server.
fn disconnected(create: &CreateSubscription) -> Option<Refusal> {
    let mut needs = ["enabled", "create_slot", "copy_data"].into_iter().filter_map(|name| create.option(name));
    let other = needs.find(|option| option.is_on()).filter(|_| !create.is_on("connect"))?;
    let reason = format!("connect = false and {} = true are mutually exclusive options", other.name);
    Some(refused(SYNTAX_ERROR, reason).at(other.span))
}

/// A subscription without a slot cannot run and cannot make one. By default it does both.
///
/// Source: `parse_subscription_options()` of the server.
fn slotless(create: &CreateSubscription) -> Option<Refusal> {
    let slot = create.option("slot_name").filter(|_| !create.has_slot())?;
    let other = ["enabled", "create_slot"].into_iter().find(|name| create.is_on(name))?;
    let reason = format!("slot_name = NONE needs {other} = false");
    Some(refused(SYNTAX_ERROR, reason).at(slot.span))
}

/// What a subscription cannot do while it is enabled, or is not. The state has a code of its own since 14.
///
/// Source: `AlterSubscription()` of the server.
fn subscription(alter: &AlterSubscription, around: &Surroundings) -> Vec<Refusal> {
    let Some(reason) = unfit_state(alter, around) else { return Vec::new() };
    let before_14 = refused_on(VersionSet::before(14), SYNTAX_ERROR, reason.clone());
    let since_14 = refused_on(VersionSet::since(14), NOT_IN_PREREQUISITE_STATE, reason);
    [before_14, since_14].map(|refusal| refusal.at(alter.name.span)).into()
}

fn unfit_state(alter: &AlterSubscription, around: &Surroundings) -> Option<String> {
    let name = &alter.name.name;
    let known = Some(around.catalog.subscription(name)).filter(|_| around.catalog.has_subscription(name))?;
    match (&alter.change, known.enabled, known.slot) {
        (SubscriptionChange::Enable, _, Some(false)) => Some(format!("{name} has no slot: it cannot be enabled")),
        (SubscriptionChange::SetOptions, Some(true), _) => {
            alter.options.iter().find(|option| option.name == "slot_name" && option.says_none())?;
            Some(format!("{name} is enabled: its slot cannot be taken away"))
        }
        (_, Some(false), _) if alter.refreshes() => {
            Some(format!("{name} is not enabled: it cannot ask the publisher for its tables"))
        }
        _ => None,
    }
}

/// Options of publications, with the version that brought them.
const OPTIONS: &[(&str, u8)] =
    &[("publish", 10), ("publish_via_partition_root", 13), ("publish_generated_columns", 18)];

fn options(options: &[NamedOption]) -> Option<Refusal> {
    options.iter().find_map(|option| {
        let known = OPTIONS.iter().find(|(name, _)| *name == option.name);
        let refusal = match known {
            None => refused(SYNTAX_ERROR, format!("unrecognized publication parameter {}", option.name)),
            Some(("publish", _)) => published(option)?,
            Some((name, since)) => {
                let reason = format!("{name} came with PostgreSQL {since}");
                refused_on(VersionSet::before(*since), SYNTAX_ERROR, reason)
            }
        };
        Some(refusal.at(option.span))
    })
}

/// The changes that a publication sends.
fn published(option: &NamedOption) -> Option<Refusal> {
    let mut words = option.value.as_deref()?.split(',').map(str::trim).filter(|word| !word.is_empty());
    let wrong = words.find(|word| !["insert", "update", "delete", "truncate"].contains(&word.to_lowercase().as_str()));
    if let Some(word) = wrong {
        return Some(refused(SYNTAX_ERROR, format!("unrecognized value for publication option publish: {word}")));
    }
    let truncates = option.value.as_deref()?.to_lowercase().contains("truncate");
    let reason = "truncate in publish came with PostgreSQL 11".to_owned();
    truncates.then(|| refused_on(VersionSet::before(11), SYNTAX_ERROR, reason))
}

fn objects(objects: &[PublicationObject], around: &Surroundings) -> Vec<Refusal> {
    let tables = || objects.iter().filter_map(PublicationObject::table);
    let columns = tables().find_map(|table| {
        let relation = around.relation(&table.name)?;
        let missing =
            table.columns.iter().find_map(|column| Some(missing_column(&column.name, relation)?.at(column.span)));
        missing.map(|refusal| refused_on(VersionSet::since(15), refusal.sqlstate, refusal.reason))
    });
    let with_schema = objects.iter().any(|object| matches!(object, PublicationObject::Schema(_)));
    let listed = tables().find(|table| with_schema && !table.columns.is_empty()).map(|table| {
        let reason = "a column list cannot stand beside a schema in a publication".to_owned();
        refused_on(VersionSet::since(15), INVALID_PARAMETER_VALUE, reason).at(table.span)
    });
    let filtered = tables().find_map(|table| {
        let filter = table.filter.as_ref()?;
        let call = filter.functions.iter().find(|call| {
            let own = around.catalog.function(call).is_some();
            own || builtins::volatility(call).is_some_and(|volatility| volatility != Volatility::Immutable)
        })?;
        let reason = format!("a row filter can only call built-in immutable functions, and {call} is none");
        Some(refused_on(VersionSet::since(15), FEATURE_NOT_SUPPORTED, reason).at(filter.span))
    });
    let unknown = tables().find_map(|table| {
        let (relation, filter) = (around.relation(&table.name)?, table.filter.as_ref()?);
        let missing = filter.columns.iter().find_map(|column| missing_column(column, relation))?;
        Some(refused_on(VersionSet::since(15), missing.sqlstate, missing.reason).at(filter.span))
    });
    let twice = tables().find_map(|table| {
        let second = twice(&table.columns.iter().collect::<Vec<_>>())?;
        let reason = format!("column {} stands twice in the list of {}", second.name, table.name);
        Some(refused_on(VersionSet::since(15), DUPLICATE_OBJECT, reason).at(second.span))
    });
    listed.into_iter().chain(twice).chain(filtered).chain(unknown).chain(columns).collect()
}

fn statistics(create: &CreateStatistics, around: &Surroundings) -> Option<Refusal> {
    let relation = around.relation(create.tables.first()?).filter(|relation| is_there(relation));
    let unfit = relation
        .filter(|relation| matches!(relation.kind, RelationKind::View | RelationKind::Sequence | RelationKind::Index));
    if let Some(relation) = unfit {
        let reason = format!("cannot define statistics for {}: it is a {}", relation.name, relation.kind.name());
        return Some(refused(WRONG_OBJECT_TYPE, reason));
    }
    if create.tables.len() > 1 {
        let plain = create.elements.iter().all(|element| matches!(element, StatisticsElement::Column(_)));
        let versions = if plain { VersionSet::ALL } else { VersionSet::before(14) };
        let reason = "only a single relation is allowed in CREATE STATISTICS".to_owned();
        return Some(refused_on(versions, FEATURE_NOT_SUPPORTED, reason));
    }
    let columns = || {
        create.elements.iter().filter_map(|element| match element {
            StatisticsElement::Column(column) => Some(column),
            StatisticsElement::Expr(_) => None,
        })
    };
    let missing = columns().find_map(|column| Some(missing_column(&column.name, relation?)?.at(column.span)));
    let twice = || {
        let (_, second) =
            columns().enumerate().find(|(at, column)| columns().take(*at).any(|o| o.name == column.name))?;
        let reason = format!("column {} stands twice in the definition of the statistics", second.name);
        Some(refused(DUPLICATE_COLUMN, reason).at(second.span))
    };
    let unordered = || {
        let data_type = |column: &Ident| relation?.column(&column.name)?.known_type();
        let mut columns = columns().filter(|_| !create.if_not_exists);
        let column = columns.find(|column| data_type(column).is_some_and(has_no_order))?;
        let reason = format!("column {} cannot be used in statistics: its values have no order", column.name);
        Some(refused(FEATURE_NOT_SUPPORTED, reason).at(column.span))
    };
    missing.or_else(twice).or_else(unordered).or_else(|| {
        create.kinds.iter().find_map(|kind| match kind.name.as_str() {
            "ndistinct" | "dependencies" => None,
            "mcv" => {
                let reason = "mcv statistics came with PostgreSQL 12".to_owned();
                Some(refused_on(VersionSet::before(12), SYNTAX_ERROR, reason).at(kind.span))
            }
            other => Some(refused(SYNTAX_ERROR, format!("unrecognized statistics kind {other}")).at(kind.span)),
        })
    })
}
