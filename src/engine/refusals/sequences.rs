//! Options of sequences that do not fit each other, and owners that a sequence cannot have.
//!
//! Source: `init_params()` and `process_owned_by()` of PostgreSQL's commands/sequence.c, and measurements
//! (`fixtures/facts/create-sequence-*.sql`).

use crate::ast::{
    AlterActionKind, ColumnChange, ColumnConstraintKind, ColumnDef, DataType, Expr, Integer, Operand, OwningColumn,
    SequenceOption, SequenceOptionKind, Statement, StatementKind,
};
use crate::engine::catalog::Relation;
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::existence::{is_there, missing_column};
use super::{INVALID_PARAMETER_VALUE, NOT_IN_PREREQUISITE_STATE, SYNTAX_ERROR, WRONG_OBJECT_TYPE, refused, refused_on};

const OUT_OF_RANGE: &str = "22003";

pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Vec<Refusal> {
    match &statement.kind {
        StatementKind::CreateSequence(create) => {
            let name = around.created(&create.name);
            if create.if_not_exists && around.catalog.is_taken(&name) {
                return Vec::new();
            }
            new(&create.options, None).into_iter().chain(owned(&create.options, &name, around)).collect()
        }
        StatementKind::AlterTable(alter) => {
            let found = alter.actions.iter().filter_map(|action| match &action.kind {
                AlterActionKind::SequenceOptions(options) => {
                    let name = around.resolve(&alter.name);
                    let own = twice(options).or_else(|| of_type(options)).or_else(|| owned(options, &name, around));
                    own.or_else(|| altered(around.relation(&alter.name)?, options))
                }
                AlterActionKind::AddColumn { column, .. } => of_column(column),
                AlterActionKind::AlterColumn { name, change: ColumnChange::AddIdentity(identity) } => {
                    let relation = around.relation(&alter.name)?;
                    new(&identity.options, relation.column(&name.name)?.data_type.as_ref())
                }
                AlterActionKind::SetLogged | AlterActionKind::SetUnlogged => unlogged(around.relation(&alter.name)?),
                _ => None,
            });
            found.collect()
        }
        StatementKind::Query(query) => {
            query.value.as_deref().and_then(|value| set(value, around)).into_iter().collect()
        }
        StatementKind::CreateTable(create) => create.columns.iter().filter_map(of_column).collect(),
        _ => Vec::new(),
    }
}

fn of_column(column: &ColumnDef) -> Option<Refusal> {
    column.constraints.iter().find_map(|constraint| match &constraint.kind {
        ColumnConstraintKind::Identity(identity) => new(&identity.options, Some(&column.data_type)),
        _ => None,
    })
}

fn invalid(option: &SequenceOption, reason: String) -> Refusal {
    refused(INVALID_PARAMETER_VALUE, reason).at(option.span)
}

/// Options of one kind come once.
fn twice(options: &[SequenceOption]) -> Option<Refusal> {
    let is_same = |one: &SequenceOption, other: &SequenceOption| {
        std::mem::discriminant(&one.kind) == std::mem::discriminant(&other.kind)
    };
    let (_, second) =
        options.iter().enumerate().find(|(at, option)| options[..*at].iter().any(|o| is_same(o, option)))?;
    Some(refused(SYNTAX_ERROR, "conflicting or redundant options of a sequence".to_owned()).at(second.span))
}

/// A sequence counts in a type of whole numbers.
fn of_type(options: &[SequenceOption]) -> Option<Refusal> {
    options.iter().find_map(|option| match &option.kind {
        SequenceOptionKind::As(data_type) if bounds(data_type).is_none() => {
            Some(invalid(option, "the type of a sequence must be smallint, integer, or bigint".to_owned()))
        }
        SequenceOptionKind::Increment(Integer::Known(0)) => {
            Some(invalid(option, "INCREMENT must not be zero".to_owned()))
        }
        SequenceOptionKind::Cache(Integer::Known(cache)) if *cache < 1 => {
            Some(invalid(option, format!("CACHE ({cache}) must be greater than zero")))
        }
        _ => None,
    })
}

/// The least and the greatest number of a type.
fn bounds(data_type: &DataType) -> Option<(i64, i64)> {
    match data_type.name.as_str() {
        _ if data_type.dimensions > 0 || data_type.serial => None,
        "smallint" => Some((i64::from(i16::MIN), i64::from(i16::MAX))),
        "integer" => Some((i64::from(i32::MIN), i64::from(i32::MAX))),
        "bigint" => Some((i64::MIN, i64::MAX)),
        _ => None,
    }
}

/// Options of a sequence that is new, in the order in which the server looks at them.
fn new(options: &[SequenceOption], of: Option<&DataType>) -> Option<Refusal> {
    if let Some(refusal) = twice(options).or_else(|| of_type(options)) {
        return Some(refusal);
    }
    let mut data_type = of.and_then(bounds).unwrap_or((i64::MIN, i64::MAX));
    let (mut increment, mut least, mut most, mut start) = (1, None, None, None);
    for option in options {
        match &option.kind {
            SequenceOptionKind::As(written) => data_type = bounds(written)?,
            SequenceOptionKind::Increment(Integer::Known(by)) => increment = *by,
            SequenceOptionKind::MinValue(Some(Integer::Known(value))) => least = Some((*value, option)),
            SequenceOptionKind::MaxValue(Some(Integer::Known(value))) => most = Some((*value, option)),
            SequenceOptionKind::Start(Integer::Known(value)) => start = Some((*value, option)),
            SequenceOptionKind::Increment(Integer::Unknown)
            | SequenceOptionKind::MinValue(Some(Integer::Unknown))
            | SequenceOptionKind::MaxValue(Some(Integer::Unknown))
            | SequenceOptionKind::Start(Integer::Unknown) => return None,
            SequenceOptionKind::MinValue(None)
            | SequenceOptionKind::MaxValue(None)
            | SequenceOptionKind::Cache(_)
            | SequenceOptionKind::Cycle(_)
            | SequenceOptionKind::OwnedBy(_)
            | SequenceOptionKind::Name(_)
            | SequenceOptionKind::Restart(_)
            | SequenceOptionKind::Logged(_) => {}
        }
    }
    let fits = |value: i64| value >= data_type.0 && value <= data_type.1;
    for (value, option) in most.into_iter().chain(least) {
        if !fits(value) {
            return Some(invalid(option, format!("{value} is out of range for the type of the sequence")));
        }
    }
    let ascending = increment > 0;
    let greatest = most.map_or(if ascending { data_type.1 } else { -1 }, |(value, _)| value);
    let smallest = least.map_or(if ascending { 1 } else { data_type.0 }, |(value, _)| value);
    if let Some((_, option)) = most.or(least).filter(|_| smallest >= greatest) {
        return Some(invalid(option, format!("MINVALUE ({smallest}) must be less than MAXVALUE ({greatest})")));
    }
    let (value, option) = start?;
    let reason = match value {
        value if value < smallest => format!("START value ({value}) cannot be less than MINVALUE ({smallest})"),
        value if value > greatest => format!("START value ({value}) cannot be greater than MAXVALUE ({greatest})"),
        _ => return None,
    };
    Some(invalid(option, reason))
}

/// Options of a sequence that do not fit those that it has.
fn altered(sequence: &Relation, options: &[SequenceOption]) -> Option<Refusal> {
    let mut counts = sequence.counts.as_deref().filter(|_| is_there(sequence))?.clone();
    counts.alter(options);
    let (least, most, start) = (counts.min?, counts.max?, counts.start?);
    let at = |reason: String| Some(refused(INVALID_PARAMETER_VALUE, reason).at(options.first()?.span));
    if least >= most {
        return at(format!("MINVALUE ({least}) must be less than MAXVALUE ({most})"));
    }
    let outside = |value: i64| value < least || value > most;
    let restarted = options.iter().find_map(|option| match &option.kind {
        SequenceOptionKind::Restart(Some(Integer::Known(value))) => Some(*value),
        _ => None,
    });
    match restarted.filter(|value| outside(*value)) {
        _ if outside(start) => {
            at(format!("START value ({start}) is not between MINVALUE ({least}) and MAXVALUE ({most})"))
        }
        Some(value) => at(format!("RESTART value ({value}) is not between MINVALUE ({least}) and MAXVALUE ({most})")),
        None => None,
    }
}

/// SET LOGGED and SET UNLOGGED of a sequence came with 15.
fn unlogged(relation: &Relation) -> Option<Refusal> {
    let reason = format!("{} is not a table: sequences can be unlogged since PostgreSQL 15", relation.name);
    let is_sequence = relation.kind == RelationKind::Sequence;
    is_sequence.then(|| refused_on(VersionSet::before(15), WRONG_OBJECT_TYPE, reason))
}

/// `setval('sequence', number)` beyond the bounds of the sequence.
fn set(value: &Expr, around: &Surroundings) -> Option<Refusal> {
    let call =
        value.folded.call.as_ref().filter(|call| matches!(call.name.as_str(), "setval" | "pg_catalog.setval"))?;
    let [_, Operand::Integer(number), ..] = call.arguments.as_slice() else { return None };
    let [name] = &*value.constants else { return None };
    let sequence = around.relation(name).filter(|relation| is_there(relation))?;
    let counts = sequence.counts.as_deref()?;
    let (least, most, number) = (counts.min?, counts.max?, i64::from(*number));
    let reason = format!("setval: value {number} is out of bounds for {} ({least}..{most})", sequence.name);
    (number < least || number > most).then(|| refused(OUT_OF_RANGE, reason).at(value.span))
}

/// OWNED BY a column that is not there, or of a relation in another schema.
fn owned(options: &[SequenceOption], sequence: &RelationName, around: &Surroundings) -> Option<Refusal> {
    let (owner, option) = options.iter().find_map(|option| match &option.kind {
        SequenceOptionKind::OwnedBy(Some(owner)) => Some((owner, option)),
        _ => None,
    })?;
    let OwningColumn { table, column } = owner;
    let relation = around.relation(table).filter(|relation| is_there(relation))?;
    let refusal = match relation.kind {
        RelationKind::MaterializedView | RelationKind::Index | RelationKind::Sequence => {
            let reason = format!("{} cannot own a sequence: it is a {}", relation.name, relation.kind.name());
            refused(WRONG_OBJECT_TYPE, reason)
        }
        _ if relation.name.schema != sequence.schema => {
            let reason = format!("sequence {sequence} must be in the schema of the table that owns it");
            refused(NOT_IN_PREREQUISITE_STATE, reason)
        }
        _ => missing_column(&column.name, relation)?,
    };
    Some(refusal.at(option.span))
}
