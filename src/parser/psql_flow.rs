//! What psql remembers from command to command: its variables, and which branch of `\if` it is in.

use std::collections::BTreeMap;

use super::psql_arguments::Command;

/// Whether a place in a script is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Runs {
    /// It is not: a branch whose condition is false, or behind `\q`.
    Never,
    /// That hangs on what is not known.
    Perhaps,
    /// It is.
    #[default]
    Always,
}

impl Runs {
    fn not(self) -> Self {
        match self {
            Self::Never => Self::Always,
            Self::Perhaps => Self::Perhaps,
            Self::Always => Self::Never,
        }
    }
}

/// psql's variables, as far as the script sets them to constants. One that it does not set may be set on the command line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Variables {
    /// `None` is a variable that has a value which is not known.
    values: BTreeMap<String, Option<String>>,
}

impl Variables {
    /// The value, if it is known.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name)?.as_deref()
    }

    /// Whether no value is known.
    pub fn is_empty(&self) -> bool {
        self.values.values().all(Option::is_none)
    }

    /// Whether there is such a variable, if that is known.
    pub fn is_set(&self, name: &str) -> Option<bool> {
        self.values.get(name).map(|_| true)
    }

    fn set(&mut self, name: &str, value: Option<String>) {
        self.values.insert(name.to_owned(), value);
    }
}

/// The `\if` that a place stands in.
#[derive(Debug, Clone, Copy)]
struct Condition {
    /// Whether the place of the whole `\if` is reached.
    outside: Runs,
    /// Whether none of the branches so far ran.
    rest: Runs,
    /// Whether this branch runs.
    here: Runs,
}

/// What one file says about what runs in it.
#[derive(Debug, Clone, Default)]
struct Flow {
    /// Without regard to `\if`: whether the file runs at all, and has not been left by `\q`.
    file: Runs,
    conditions: Vec<Condition>,
}

impl Flow {
    fn runs(&self) -> Runs {
        self.conditions.last().map_or(self.file, |condition| condition.here.min(self.file))
    }

    fn begin(&mut self, test: Runs) {
        let outside = self.runs();
        self.conditions.push(Condition { outside, rest: test.not(), here: outside.min(test) });
    }

    fn next_branch(&mut self, test: Runs) {
        if let Some(condition) = self.conditions.last_mut() {
            condition.here = condition.outside.min(condition.rest).min(test);
            condition.rest = condition.rest.min(test.not());
        }
    }
}

/// The state of psql at a place in a script.
#[derive(Debug, Clone)]
pub(super) struct State {
    /// Its variables, which included files share.
    pub variables: Variables,
    /// The file and those that include it, outermost first.
    flows: Vec<Flow>,
}

impl Default for State {
    fn default() -> Self {
        Self { variables: Variables::default(), flows: vec![Flow::default()] }
    }
}

impl State {
    /// Whether a statement at this place runs.
    pub fn runs(&self) -> Runs {
        self.flows.last().map_or(Runs::Always, Flow::runs)
    }

    /// Whether a command runs that was just followed: those that choose between branches belong to none of them.
    pub fn ran(&self, command: &Command, before: Runs) -> Runs {
        let flow = self.flows.last();
        match command.name.as_str() {
            "if" | "elif" | "else" => {
                let outside = flow.and_then(|flow| Some(flow.conditions.last()?.outside.min(flow.file)));
                outside.unwrap_or(before)
            }
            "endif" => self.runs(),
            _ => before,
        }
    }

    /// Goes to a part of a file: `depth` files include it. A deeper one than before starts from what holds here.
    pub fn enter(&mut self, depth: usize) {
        self.flows.truncate(depth + 1);
        while self.flows.len() <= depth {
            self.flows.push(Flow { file: self.runs(), conditions: Vec::new() });
        }
    }

    /// What a command changes.
    pub fn follow(&mut self, command: &Command) {
        let test = truth(command);
        let runs = self.runs();
        let Some(flow) = self.flows.last_mut() else { return };
        match command.name.as_str() {
            "if" => flow.begin(test),
            "elif" => flow.next_branch(test),
            "else" => flow.next_branch(Runs::Always),
            "endif" => {
                flow.conditions.pop();
            }
            _ if runs == Runs::Never => {}
            "q" | "quit" => flow.file = flow.file.min(runs.not()),
            _ => self.assign(command, runs),
        }
    }

    fn assign(&mut self, command: &Command, runs: Runs) {
        let Some(Some(name)) = command.arguments.first() else {
            if command.name == "gset" {
                // It sets a variable for each column of the query, whatever these are called.
                self.forget();
            }
            return;
        };
        match command.name.as_str() {
            "set" => {
                let parts = command.arguments.iter().skip(1).cloned().collect::<Option<Vec<_>>>();
                let value = parts.map(|parts| parts.concat());
                self.variables.set(name, if runs == Runs::Always { value } else { None });
            }
            "unset" => {
                self.variables.values.remove(name);
            }
            "gset" => {
                self.forget();
            }
            "prompt" | "getenv" => {
                let name = command.arguments.iter().flatten().next_back().unwrap_or(name).clone();
                self.variables.set(&name, None);
            }
            _ => {}
        }
    }

    fn forget(&mut self) {
        self.variables.values.values_mut().for_each(|value| *value = None);
    }
}

/// A Boolean as psql reads it. What is none counts as false, with a message.
fn truth(command: &Command) -> Runs {
    let Some(words) = command.arguments.iter().cloned().collect::<Option<Vec<_>>>() else { return Runs::Perhaps };
    let word = words.join(" ").to_ascii_lowercase();
    if word.contains(':') {
        return Runs::Perhaps;
    }
    let starts = |full: &str, least: usize| word.len() >= least && full.starts_with(&word);
    let holds = starts("true", 1) || starts("yes", 1) || starts("on", 2) || word == "1";
    if holds { Runs::Always } else { Runs::Never }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::psql_arguments::read;

    /// Runs commands, one on each line, and says what runs behind each.
    fn runs(script: &str) -> Vec<Runs> {
        let mut state = State::default();
        let lines = script.split(' ').map(|line| line.replace('_', " "));
        lines
            .map(|line| {
                let command = read(&line, 0, &state.variables);
                state.follow(&command);
                state.runs()
            })
            .collect()
    }

    #[test]
    fn branches_are_decided_where_their_conditions_are_constants() {
        use Runs::{Always, Never, Perhaps};
        assert_eq!(runs("\\if_true \\else \\endif"), [Always, Never, Always]);
        assert_eq!(runs("\\if_0 \\elif_ON \\elif_yes \\else \\endif"), [Never, Always, Never, Never, Always]);
        assert_eq!(runs("\\if_:x \\elif_t \\else \\endif"), [Perhaps, Perhaps, Never, Always]);
        assert_eq!(runs("\\if_false \\if_:x \\else \\endif \\else"), [Never, Never, Never, Never, Always]);
        assert_eq!(runs("\\if_:x \\if_true \\else \\endif"), [Perhaps, Perhaps, Never, Perhaps]);
        assert_eq!(runs("\\set_a_on \\if_:a \\else"), [Always, Always, Never]);
        assert_eq!(runs("\\if_:x \\set_a_on \\endif \\if_:a"), [Perhaps, Perhaps, Always, Perhaps]);
        assert_eq!(runs("\\set_a_1 \\if_:{?a} \\endif \\unset_a \\if_:a")[4], Perhaps);
        assert_eq!(runs("\\if_nonsense"), [Never]);
    }

    #[test]
    fn quitting_ends_a_file_and_not_the_one_that_includes_it() {
        use Runs::{Always, Never, Perhaps};
        assert_eq!(runs("\\q"), [Never]);
        assert_eq!(runs("\\if_:x \\q \\endif"), [Perhaps, Perhaps, Perhaps]);
        let mut state = State::default();
        state.enter(1);
        state.follow(&read("\\q", 0, &Variables::default()));
        assert_eq!(state.runs(), Never);
        state.enter(0);
        assert_eq!(state.runs(), Always);
    }
}
