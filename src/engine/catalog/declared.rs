//! What CREATE FUNCTION says of a routine that few facts and no rule ask about: kept to be compared with what a server has.

use ecow::EcoString;

use super::Written;
use crate::ast::{RoutineAction, RoutineKind};

/// What a routine was declared with.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Declared {
    /// Whether it is a function or a procedure, where CREATE was seen.
    pub kind: Option<RoutineKind>,
    /// STRICT.
    pub strict: bool,
    /// SECURITY DEFINER.
    pub security_definer: bool,
    /// LEAKPROOF.
    pub leakproof: bool,
    /// PARALLEL, lower case.
    pub parallel: Option<EcoString>,
    /// The type of its result, with `setof` in front of that of a set; nothing where it is not known.
    pub returns: Option<EcoString>,
    /// Its arguments: the mode, the name and the type; nothing where one of them is not known.
    pub arguments: Option<Vec<EcoString>>,
    /// How many arguments have a default.
    pub defaults: usize,
    /// What SET says, by name; a value is not known where it is that of the session.
    pub settings: Vec<(EcoString, Option<EcoString>)>,
    /// The text of its body; not known where it is no plain string.
    pub body: Written,
    /// The server keeps its body as statements: BEGIN ATOMIC, and RETURN (14).
    pub is_statements: bool,
    /// ALTER named no arguments, or others than CREATE does: it may have been meant.
    pub doubted: bool,
}

impl Declared {
    /// Whether an argument or the result is of a type, or of its arrays.
    pub(super) fn names_type(&self, wanted: &str) -> bool {
        let last = |written: &str| written.rsplit(' ').next().unwrap_or_default().trim_end_matches("[]") == wanted;
        self.type_names().any(|written| last(written))
    }

    /// The types of the result and of the arguments, with what stands in front of these.
    pub(super) fn type_names(&self) -> impl Iterator<Item = &EcoString> {
        self.returns.iter().chain(self.arguments.iter().flatten())
    }

    /// A type that it names has another name now.
    pub(super) fn follow_type(&mut self, from: &str, to: &str) {
        for written in self.returns.iter_mut().chain(self.arguments.iter_mut().flatten()) {
            let (before, last) = written.rsplit_once(' ').unwrap_or(("", written));
            if last.strip_suffix("[]").unwrap_or(last) == from {
                *written = format!("{before} {}", last.replace(from, to)).trim_start().into();
            }
        }
    }

    /// ALTER FUNCTION. Names, schemas and the volatility are kept elsewhere.
    pub(super) fn change(&mut self, action: &RoutineAction) {
        match action {
            RoutineAction::Strict(strict) => self.strict = *strict,
            RoutineAction::SecurityDefiner(definer) => self.security_definer = *definer,
            RoutineAction::Leakproof(leakproof) => self.leakproof = *leakproof,
            RoutineAction::Parallel(parallel) => self.parallel = Some(parallel.clone()),
            RoutineAction::Set(setting) => {
                self.settings.retain(|(name, _)| *name != setting.name);
                self.settings.push((setting.name.clone(), setting.value.clone()));
            }
            RoutineAction::Reset(None) => self.settings.clear(),
            RoutineAction::Reset(Some(reset)) => self.settings.retain(|(name, _)| name != reset),
            RoutineAction::Volatility(_)
            | RoutineAction::Cost(_)
            | RoutineAction::Rows(_)
            | RoutineAction::Support(_)
            | RoutineAction::Shared(_) => {}
        }
    }
}
