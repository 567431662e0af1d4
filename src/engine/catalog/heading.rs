//! What CREATE FUNCTION says in front of the body, as far as CREATE OR REPLACE may not change it.

use ecow::{EcoString, eco_format};

use crate::ast::{Argument, ArgumentMode, CreateFunction, DataType, Returns, RoutineKind};

use super::Catalog;

/// The kind, the arguments and the result of a routine.
#[derive(Debug, Clone, PartialEq)]
pub struct Heading {
    kind: RoutineKind,
    /// The types of what it takes.
    taken: Vec<EcoString>,
    /// The names of its arguments.
    names: Vec<Option<EcoString>>,
    /// How many of them have a default.
    defaults: usize,
    /// What it gives back; nothing where arguments say so.
    result: Option<ResultType>,
    /// How many arguments give something back and take nothing.
    outs: usize,
    /// Whether the last argument stands for any number.
    variadic: bool,
    /// What arguments give back: their names and types.
    given: Vec<(Option<EcoString>, EcoString)>,
}

#[derive(Debug, Clone, PartialEq)]
enum ResultType {
    One(EcoString),
    Set(EcoString),
    Table(Vec<(Option<EcoString>, EcoString)>),
}

impl Heading {
    /// That of a CREATE FUNCTION or PROCEDURE.
    pub fn new(create: &CreateFunction) -> Self {
        let taken = create.arguments.iter().filter(|argument| argument.mode != ArgumentMode::Out);
        let only_taken = create.arguments.iter().all(|argument| argument.mode == ArgumentMode::In);
        let result = create.returns.as_ref().filter(|_| only_taken).map(|returns| match returns {
            Returns::Type(of) => ResultType::One(bare(of)),
            Returns::SetOf(of) => ResultType::Set(bare(of)),
            Returns::Table(columns) => {
                ResultType::Table(columns.iter().map(|column| (name(column), bare(&column.data_type))).collect())
            }
        });
        let given = create.arguments.iter().filter(|argument| {
            matches!(argument.mode, ArgumentMode::Out | ArgumentMode::InOut) && create.kind == RoutineKind::Function
        });
        Self {
            outs: create.arguments.iter().filter(|argument| argument.mode == ArgumentMode::Out).count(),
            variadic: create.arguments.iter().any(|argument| argument.mode == ArgumentMode::Variadic),
            given: given.map(|argument| (name(argument), bare(&argument.data_type))).collect(),
            kind: create.kind,
            taken: taken.clone().map(|argument| bare(&argument.data_type)).collect(),
            names: taken.clone().map(name).collect(),
            defaults: taken.filter(|argument| argument.default.is_some()).count(),
            result,
        }
    }

    /// Whether an argument or the result is of a type of this name.
    pub fn names_type(&self, wanted: &str) -> bool {
        self.type_names().any(|written| written.trim_end_matches("[]") == wanted)
    }

    /// The types of the arguments and the result.
    pub fn type_names(&self) -> impl Iterator<Item = &EcoString> {
        let (one, columns) = match &self.result {
            Some(ResultType::One(of) | ResultType::Set(of)) => (Some(of), [].as_slice()),
            Some(ResultType::Table(columns)) => (None, columns.as_slice()),
            None => (None, [].as_slice()),
        };
        self.taken.iter().chain(one).chain(columns.iter().map(|(_, of)| of))
    }

    /// The names and types of what it takes.
    pub fn arguments(&self) -> impl Iterator<Item = (Option<&EcoString>, &EcoString)> {
        self.names.iter().map(Option::as_ref).zip(&self.taken)
    }

    /// Whether it is a function or a procedure.
    pub fn kind(&self) -> RoutineKind {
        self.kind
    }

    /// The type of the one value that RETURNS names.
    pub fn gives(&self) -> Option<&str> {
        match self.result.as_ref()? {
            ResultType::One(name) => Some(name),
            ResultType::Set(_) | ResultType::Table(_) => None,
        }
    }

    /// Whether a call may have as many arguments. Those of a procedure that give something back count or not, by version.
    pub fn takes(&self, arguments: usize) -> bool {
        let most = self.taken.len() + self.outs;
        self.variadic || (arguments <= most && arguments + self.defaults >= self.taken.len())
    }

    /// Why CREATE OR REPLACE cannot put another heading in its place: the SQLSTATE and the reason.
    ///
    /// Source: `ProcedureCreate()` of the server and measurements (`fixtures/facts/replace-function-*.sql`).
    pub fn change_refused(&self, to: &Self) -> Option<(&'static str, &'static str)> {
        const INVALID_FUNCTION_DEFINITION: &str = "42P13";
        if self.kind != to.kind {
            return Some(("42809", "cannot change the kind of a routine"));
        }
        let renamed = |(own, new): (&Option<EcoString>, &Option<EcoString>)| own.is_some() && own != new;
        let reason = match () {
            () if self.result.as_ref().zip(to.result.as_ref()).is_some_and(|(own, new)| differ(own, new)) => {
                "cannot change return type of existing function"
            }
            () if self.gives_other(to) => "cannot change return type of existing function",
            () if self.names.iter().zip(&to.names).any(renamed) => "cannot change name of input parameter",
            () if self.defaults > to.defaults => "cannot remove parameter defaults from existing function",
            () => return None,
        };
        Some((INVALID_FUNCTION_DEFINITION, reason))
    }
}

impl Heading {
    /// Both give back what arguments say, and not the same. A single one is a plain value, whose name does not count.
    fn gives_other(&self, to: &Self) -> bool {
        let types =
            |given: &[(Option<EcoString>, EcoString)]| given.iter().map(|(_, of)| of.clone()).collect::<Vec<_>>();
        match (self.given.as_slice(), to.given.as_slice()) {
            ([], _) | (_, []) => false,
            ([_], [_]) => types(&self.given) != types(&to.given),
            (own, new) => own != new,
        }
    }
}

/// One column of a table may be the same result as a set.
fn differ(own: &ResultType, new: &ResultType) -> bool {
    match (own, new) {
        (ResultType::Set(_), ResultType::Table(_)) | (ResultType::Table(_), ResultType::Set(_)) => false,
        _ => own != new,
    }
}

fn name(argument: &Argument) -> Option<EcoString> {
    argument.name.as_ref().map(|name| name.name.clone())
}

/// A type without its schema, which may be left out, and without its length, which is no part of it.
fn bare(data_type: &DataType) -> EcoString {
    let name = data_type.name.rsplit('.').next().unwrap_or_default();
    eco_format!("{name}{}", if data_type.dimensions > 0 { "[]" } else { "" })
}

impl Catalog {
    /// The heading of the function of a schema that takes the same types.
    pub fn heading_like(&self, name: &str, schema: &str, heading: &Heading) -> Option<&Heading> {
        let overloads = self.functions.get(name)?.iter().filter(|function| function.identity().0 == schema);
        let mut like = overloads.filter_map(|function| function.heading()).filter(|known| known.taken == heading.taken);
        like.next().filter(|_| like.next().is_none())
    }
}
