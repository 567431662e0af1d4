//! Facts about options in parentheses, and about the options of sequences.

use lockwise::ast::{ForeignOption, NamedOption, OptionChange, SequenceOption, SequenceOptionKind};

use super::Lines;
use super::columns::data_type;

/// `name = value`, or a name alone.
pub fn named(label: &str, options: &[NamedOption], lines: &mut Lines) {
    // WITHOUT OIDS says the same as `oids = false`, and leaves nothing in PostgreSQL's tree.
    for option in options.iter().filter(|option| option.name != "oids" || option.is_on()) {
        let value = option.value.as_ref().map(|value| format!(" = {value}")).unwrap_or_default();
        lines.push(format!("{label} {}{value}", option.name));
    }
}

/// Options of a foreign table or column.
pub fn foreign(label: &str, options: &[ForeignOption], lines: &mut Lines) {
    for option in options {
        let verb = match option.change {
            OptionChange::Add => "add",
            OptionChange::Set => "set",
            OptionChange::Drop => "drop",
        };
        let value = option.value.as_ref().map(|value| format!(" = {value}")).unwrap_or_default();
        lines.push(format!("{label} {verb} {}{value}", option.name));
    }
}

pub fn sequence(label: &str, options: &[SequenceOption], lines: &mut Lines) {
    lines.extend(options.iter().map(|option| format!("{label} {}", sequence_option(&option.kind))));
}

fn sequence_option(option: &SequenceOptionKind) -> String {
    use SequenceOptionKind as O;
    match option {
        O::As(new) => format!("as {}", data_type(new)),
        O::Cache(count) => format!("cache {count}"),
        O::Cycle(true) => "cycle".to_owned(),
        O::Cycle(false) => "no cycle".to_owned(),
        O::Increment(by) => format!("increment {by}"),
        O::MaxValue(Some(value)) => format!("maxvalue {value}"),
        O::MaxValue(None) => "no maxvalue".to_owned(),
        O::MinValue(Some(value)) => format!("minvalue {value}"),
        O::MinValue(None) => "no minvalue".to_owned(),
        O::OwnedBy(Some(owner)) => format!("owned by {}.{}", owner.table, owner.column.name),
        O::OwnedBy(None) => "owned by none".to_owned(),
        O::Name(name) => format!("sequence name {name}"),
        O::Start(value) => format!("start {value}"),
        O::Restart(Some(value)) => format!("restart {value}"),
        O::Restart(None) => "restart".to_owned(),
        O::Logged(true) => "logged".to_owned(),
        O::Logged(false) => "unlogged".to_owned(),
    }
}
