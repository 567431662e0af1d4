//! Functions that migrations created, and how freely an expression changes that calls them.

mod changes;
mod looked_into;
mod writes;

use std::sync::{Arc, OnceLock};

use ecow::EcoString;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::ast::{
    ArgumentMode, Body, BodyStatement, BranchKind, CreateFunction, DataType, Expr, FunctionCall, LaterBody, ObjectName,
    Operand, Query, Returns, RoutineBody, Statement, StatementKind, TransactionControl, Volatility,
};
use crate::parser::read_later;
use crate::postgres::{builtins, types};

use super::{Catalog, Declared, Heading};
use crate::engine::effect::RelationName;

/// A function, as far as a default that calls it depends on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    /// The schema, and the types of the arguments: which overload it is.
    identity: Identity,
    /// What CREATE says in front of the body; nothing where only ALTER was seen.
    heading: Option<Heading>,
    /// The language, lower case; empty where only ALTER was seen.
    language: EcoString,
    /// As declared.
    volatility: Volatility,
    /// Functions that the defaults of its arguments call.
    argument_calls: Vec<EcoString>,
    /// It returns a set.
    gives_set: bool,
    /// The type of what it returns, where that does not depend on its arguments.
    returns: Option<DataType>,
    /// It is known to return something that a trigger cannot use.
    gives_value: bool,
    /// It gives its only argument, which has the type of its result, and the planner puts it in the place of a call.
    gives_argument: bool,
    /// Functions that its value calls, where the planner puts the value in the place of a call.
    value_calls: Option<Vec<EcoString>>,
    /// It is written in SQL, runs as its caller and sets nothing, so that the planner reads its body.
    is_plain: bool,
    /// SET search_path, for its body.
    search_path: Option<EcoString>,
    /// What its body does, once it was read.
    does: OnceLock<Does>,
    /// The body, where it is not read before somebody asks.
    later: Option<Arc<LaterBody>>,
    /// What nobody asks about.
    declared: Declared,
}

/// What the body of a function does.
#[derive(Debug, Clone, Default, PartialEq)]
struct Does {
    /// The statements that run whenever it is called, where all of it could be read.
    always: Arc<[Statement]>,
    /// All of them, as far as they could be read.
    all: Arc<[BodyStatement]>,
    /// Functions that its statements call, where these only read and write rows.
    row_calls: Option<Vec<EcoString>>,
    /// They write some.
    writes: bool,
}

impl Does {
    /// Nothing is known of what a body does that could not be read.
    fn of(body: Option<&Body>) -> Self {
        let all: Arc<[BodyStatement]> = body.iter().flat_map(|body| body.statements.iter().cloned()).collect();
        let Some(body) = body.filter(|body| body.is_read()) else { return Self { all, ..Self::default() } };
        // A loop is taken to have something to do.
        let only_loops = |inner: &&BodyStatement| inner.within.iter().all(|branch| branch.kind == BranchKind::Loop);
        let always = body.statements.iter().filter(only_loops);
        let always = always.map(|inner| inner.statement.clone()).collect();
        let (row_calls, writes) = Self::rows(body).unzip();
        Self { always, all, row_calls, writes: writes.unwrap_or(true) }
    }
}

/// The schema of a function, and the types of the arguments that it takes, those that are not built in with their schemas.
pub type Identity = (EcoString, Vec<EcoString>);

impl Function {
    /// The function that CREATE FUNCTION makes.
    pub fn new(create: &CreateFunction, identity: Identity, declared: Declared) -> Self {
        let defaults = create.arguments.iter().filter_map(|argument| argument.default.as_ref());
        Self {
            identity,
            heading: Some(Heading::new(create)),
            language: create.language.clone(),
            volatility: create.volatility,
            argument_calls: defaults.flat_map(|default| default.functions.iter().cloned()).collect(),
            returns: returned(create).cloned(),
            gives_set: !matches!(create.returns, Some(Returns::Type(_))),
            gives_value: match &create.returns {
                Some(Returns::Type(of)) => {
                    of.name != "trigger"
                        && (types::is_built_in_everywhere(of) || OTHER_PSEUDO.contains(&of.name.as_str()))
                }
                Some(Returns::SetOf(_) | Returns::Table(_)) => true,
                None => false,
            },
            gives_argument: gives_argument(create),
            value_calls: inlined_value(create).map(<[EcoString]>::to_vec),
            is_plain: create.language == "sql" && !create.security_definer && create.settings.is_empty(),
            search_path: search_path(create),
            does: match create.body {
                RoutineBody::Later(_) => OnceLock::new(),
                _ => Does::of(create.body.text()).into(),
            },
            later: match &create.body {
                RoutineBody::Later(body) => Some(Arc::clone(body)),
                _ => None,
            },
            declared,
        }
    }

    fn does(&self) -> &Does {
        self.does.get_or_init(|| Does::of(self.later.as_deref().map(read_later).as_ref()))
    }

    /// Which overload it is.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The same function in a schema.
    #[must_use]
    pub fn moved(self, schema: &str) -> Self {
        Self { identity: (schema.into(), self.identity.1), ..self }
    }

    /// The name with the types of its arguments, as the ledger keeps it.
    pub fn signature(&self, name: &str) -> RelationName {
        let bare = |written: &EcoString| written.rsplit('.').next().unwrap_or_default().to_owned();
        let types: Vec<String> = self.identity.1.iter().map(bare).collect();
        RelationName::new(&*self.identity.0, format!("{name}({})", types.join(", ")))
    }

    /// Whether it takes or gives values of a type.
    pub fn names_type(&self, name: &RelationName) -> bool {
        let full = format!("{}.{}", name.schema, name.name);
        self.identity.1.iter().any(|taken| taken.trim_end_matches("[]") == full) || self.declared.names_type(&full)
    }

    /// The types of its arguments and its result, as they are kept.
    fn type_names(&self) -> impl Iterator<Item = &EcoString> {
        self.identity
            .1
            .iter()
            .chain(self.declared.type_names())
            .chain(self.heading.iter().flat_map(Heading::type_names))
    }

    /// What nobody asks about.
    pub fn declared(&self) -> &Declared {
        &self.declared
    }

    /// What CREATE says in front of the body.
    pub fn heading(&self) -> Option<&Heading> {
        self.heading.as_ref()
    }

    /// The language, lower case.
    pub fn language(&self) -> &str {
        &self.language
    }

    /// As declared.
    pub fn volatility(&self) -> Volatility {
        self.volatility
    }

    fn takes_arguments(&self) -> bool {
        !self.identity.1.is_empty()
    }
}

fn search_path(create: &CreateFunction) -> Option<EcoString> {
    create.settings.iter().rfind(|setting| setting.name == "search_path")?.value.clone()
}

/// The type of each value that a function returns.
fn returned(create: &CreateFunction) -> Option<&DataType> {
    let (Some(Returns::Type(returned)) | Some(Returns::SetOf(returned))) = &create.returns else { return None };
    let one = !returned.of_column && !PSEUDO.contains(&returned.name.as_str()) && !returned.name.starts_with("any");
    one.then_some(returned)
}

/// What a function calls whose one value the planner puts in the place of its call.
///
/// Source: `inline_function()` of the planner, and measurements (`fixtures/facts/add-column-sql-function-*.sql`). The
/// planner inlines some more: STRICT functions of strict functions, and those whose type a migration created.
fn inlined_value(create: &CreateFunction) -> Option<&[EcoString]> {
    let Some(Returns::Type(returned)) = &create.returns else { return None };
    let value = only_query(&create.body)?.value.as_deref()?;
    let is_plain = create.language == "sql"
        && !create.security_definer
        && create.settings.is_empty()
        && create.arguments.iter().all(|argument| argument.mode == ArgumentMode::In)
        && (types::is_built_in_everywhere(returned) || is_row(value) && !PSEUDO.contains(&returned.name.as_str()));
    let stays_strict = !create.strict || (create.arguments.is_empty() && value.literal.is_some());
    (is_plain && stays_strict).then_some(value.functions.as_slice())
}

/// `CREATE FUNCTION f(a text) RETURNS text LANGUAGE sql AS 'SELECT a'`
fn gives_argument(create: &CreateFunction) -> bool {
    let (Some(Returns::Type(returned)), [argument]) = (&create.returns, create.arguments.as_slice()) else {
        return false;
    };
    let value = only_query(&create.body).and_then(|query| query.value.as_deref());
    let is_argument = value.is_some_and(|value| match &value.folded.operand {
        Operand::Parameter(parameter) => parameter == "$1",
        Operand::Column(column) => argument.name.as_ref().is_some_and(|name| name.name == *column),
        Operand::Integer(_) | Operand::OfType(_) | Operand::Other => false,
    });
    let same_type = returned.name == argument.data_type.name
        && returned.dimensions == argument.data_type.dimensions
        && !returned.setof
        && types::is_built_in_everywhere(returned);
    let plain = create.language == "sql" && !create.security_definer && create.settings.is_empty();
    plain && is_argument && same_type && argument.mode == ArgumentMode::In
}

fn only_query(body: &RoutineBody) -> Option<&Query> {
    let body = body.text().filter(|body| body.is_read())?;
    let [only] = body.statements.as_slice() else { return None };
    match &only.statement.kind {
        StatementKind::Query(query) => Some(query),
        _ => None,
    }
}

/// A row of constants, which a composite type takes as it is.
fn is_row(value: &Expr) -> bool {
    value.constant && value.literal.is_none()
}

/// Types of results of which the planner does not know what they hold.
const PSEUDO: &[&str] = &["record", "void", "trigger", "event_trigger", "anyelement", "anyarray"];

/// Results that no type of a column has, and that are no trigger.
const OTHER_PSEUDO: &[&str] = &["void", "record", "event_trigger"];

impl Catalog {
    /// Whether history shows one function or aggregate of this name and no overload.
    pub fn is_only_function(&self, name: &str) -> bool {
        match self.overloads(name) {
            [] => self.is_only_aggregate(name),
            known => known.len() == 1,
        }
    }

    /// The type of what the only function of this name gives, if there is one and it is none of the server's.
    pub fn result_of(&self, name: &str) -> Option<&DataType> {
        let [only] = self.overloads(name) else { return None };
        only.returns.as_ref().filter(|_| !self.is_open() && builtins::volatility(name).is_none())
    }

    /// Whether every function of a name gives one value for each call.
    pub fn never_gives_set(&self, name: &str) -> bool {
        self.functions
            .get(name)
            .is_some_and(|known| known.iter().all(|function| function.heading.is_some() && !function.gives_set))
    }

    /// Whether every function of this name that takes nothing is known to return something else than a trigger.
    pub fn is_no_trigger_function(&self, name: &str) -> bool {
        let mut without = self.overloads(name).iter().filter(|function| !function.takes_arguments()).peekable();
        without.peek().is_some() && without.all(|function| function.gives_value)
    }

    /// All functions that migrations created, by name, in no order.
    pub fn functions(&self) -> impl Iterator<Item = (&EcoString, &Function)> {
        let created = |function: &&Function| !function.language.is_empty();
        self.functions
            .iter()
            .flat_map(move |(name, known)| known.iter().filter(created).map(move |function| (name, function)))
    }

    /// Whether the body of a function may do more than read and write rows.
    pub fn has_code_that_may_create(&self) -> bool {
        self.functions().any(|(_, function)| function.does().row_calls.is_none())
    }

    /// The names of functions that a schema has, and neither another schema nor the server has as well.
    pub fn functions_only_in(&self, schema: &str) -> Vec<RelationName> {
        let inside = |known: &&Vec<Function>| !known.is_empty() && known.iter().all(|known| known.identity.0 == schema);
        let names = self.functions.iter().filter(|(_, known)| inside(known)).map(|(name, _)| name.as_str());
        let names = names.filter(|name| builtins::volatility(name).is_none());
        let mut names: Vec<RelationName> = names.map(|name| RelationName::new(schema, name)).collect();
        names.sort();
        names
    }

    /// What a function does for sure whenever it is called, if there is one of the name.
    pub fn body_of(&self, name: &str) -> Option<&[Statement]> {
        match self.overloads(name) {
            [only] => Some(&only.does().always),
            _ => None,
        }
    }

    /// The COMMIT or ROLLBACK that a procedure reaches for certain, if there is one procedure of the name.
    pub fn ends_with_transaction(&self, name: &str) -> Option<&TransactionControl> {
        let [only] = self.overloads(name) else { return None };
        let mut sure =
            only.does().all.iter().filter(|inner| inner.within.is_empty()).map(|inner| &inner.statement.kind);
        sure.find_map(|kind| match kind {
            StatementKind::Raise(_) => Some(None),
            StatementKind::Transaction(control) => Some(Some(control)),
            _ => None,
        })?
    }

    /// Relations that a function in SQL reads without naming their schemas, where the planner reads its body, which is kept
    /// as text.
    pub fn bare_reads(&self, name: &str) -> impl Iterator<Item = &ObjectName> {
        let only = match self.overloads(name) {
            [only] if only.is_plain => Some(only),
            _ => None,
        };
        let kept = self.bodies.iter().any(|body| body.bare_name() == last_part(name));
        let statements = only.filter(|_| !kept).into_iter().flat_map(|only| only.does().always.iter());
        let reads = statements.flat_map(|statement| match &statement.kind {
            StatementKind::Query(query) => query.reads.as_slice(),
            _ => &[],
        });
        reads.filter(|read| read.schema.is_none())
    }

    /// Whether every function of this name that a migration created returns a set.
    pub fn gives_set(&self, name: &str) -> bool {
        let overloads = self.overloads(name);
        !overloads.is_empty() && overloads.iter().all(|known| known.gives_set && !known.language.is_empty())
    }

    /// The functions that the only function of a name calls, where all of it was read and it does nothing but to read and
    /// write rows and to raise exceptions.
    pub(super) fn only_rows(&self, name: &str) -> Option<&[EcoString]> {
        match self.overloads(name) {
            [only] => only.does().row_calls.as_deref(),
            _ => None,
        }
    }

    /// What a trigger function does, as far as it could be read, if there is one of the name, and the search_path that it
    /// sets.
    pub fn body_of_trigger(&self, name: &str) -> (&[BodyStatement], Option<&str>) {
        let mut without = self.overloads(name).iter().filter(|function| !function.takes_arguments());
        match (without.next(), without.next()) {
            (Some(only), None) => (&only.does().all, only.search_path.as_deref()),
            _ => (&[], None),
        }
    }

    /// Whether a call gives its only argument as it is, of a type with this name.
    pub fn gives_argument(&self, call: &str, data_type: &str) -> bool {
        match self.overloads(call) {
            [only] => {
                let taken = only.identity.1.as_slice();
                only.gives_argument
                    && matches!(taken, [name] if name == data_type)
                    && builtins::volatility(call).is_none()
            }
            _ => false,
        }
    }

    /// Whether the overload that a call means is known, and is declared IMMUTABLE: it takes what is written, type by type.
    pub fn means_immutable(&self, call: &FunctionCall) -> bool {
        let given: Option<Vec<EcoString>> = call
            .arguments
            .iter()
            .map(|argument| match argument {
                Operand::Integer(_) => Some(EcoString::from("integer")),
                Operand::OfType(name) => Some(EcoString::from(*name)),
                Operand::Column(_) | Operand::Parameter(_) | Operand::Other => None,
            })
            .collect();
        let Some(given) = given.filter(|given| !given.is_empty()) else { return false };
        let overloads = self.overloads(&call.name);
        let same_schema = overloads
            .iter()
            .all(|function| Some(&function.identity.0) == overloads.first().map(|first| &first.identity.0));
        let meant = overloads.iter().find(|function| function.identity.1 == given);
        let built_in = builtins::volatility(&call.name).is_some();
        same_schema && !built_in && meant.is_some_and(|function| function.volatility == Volatility::Immutable)
    }

    /// The declared volatility of a function that a migration created; of overloads the freest.
    pub fn function(&self, name: &str) -> Option<Volatility> {
        self.overloads(name).iter().map(|function| function.volatility).max()
    }

    /// How freely an expression changes that calls these functions, once the planner has inlined what it can. What is
    /// not known is volatile.
    pub fn planned_volatility(&self, calls: &[EcoString]) -> Volatility {
        self.planned(calls, &mut FxHashMap::default())
    }

    /// Whether a call of a function leaves everything but rows as it is: it is built in, or a migration made it of
    /// statements that read and write rows.
    pub fn leaves_schema(&self, call: &str) -> bool {
        self.leaves_schema_within(call, &mut FxHashSet::default())
    }

    /// A function that was met before is not looked at again: where it does not leave the schema, nobody asks any more.
    fn leaves_schema_within<'c>(&'c self, call: &'c str, met: &mut FxHashSet<&'c str>) -> bool {
        if !met.insert(call) {
            return true;
        }
        match self.overloads(call) {
            [] => builtins::volatility(call).is_some(),
            overloads => overloads.iter().all(|function| {
                let calls = function.does().row_calls.as_ref();
                calls.is_some_and(|calls| calls.iter().all(|call| self.leaves_schema_within(call, met)))
            }),
        }
    }

    fn overloads(&self, name: &str) -> &[Function] {
        self.functions.get(last_part(name)).map_or(&[], Vec::as_slice)
    }

    fn planned<'c>(&'c self, calls: &'c [EcoString], met: &mut Planned<'c>) -> Volatility {
        let each = calls.iter().map(|call| match self.overloads(call) {
            [] => builtins::volatility(call).unwrap_or(Volatility::Volatile),
            overloads => self.planned_call(call, overloads, calls.len() == 1, met),
        });
        each.max().unwrap_or(Volatility::Immutable)
    }

    /// `alone` where nothing else is called, so that the arguments are constants.
    fn planned_call<'c>(
        &'c self,
        call: &'c str,
        overloads: &'c [Function],
        alone: bool,
        met: &mut Planned<'c>,
    ) -> Volatility {
        if let Some(known) = met.get(&(call, alone)) {
            return *known;
        }
        // So it is for calls of its own in it.
        met.insert((call, alone), Volatility::Volatile);
        let each = overloads.iter().map(|function| {
            let arguments = self.planned(&function.argument_calls, met);
            arguments.max(self.planned_function(function, alone, met))
        });
        let most = each.max().unwrap_or(Volatility::Volatile);
        // A built-in function of the same name may be the one that is called.
        let declared = self.function(call).unwrap_or(Volatility::Volatile);
        let planned = most.max(builtins::volatility(call).unwrap_or(most).min(declared));
        met.insert((call, alone), planned);
        planned
    }

    /// An argument that is used twice has to be cheap, or the function is called: only constants are taken for cheap.
    fn planned_function<'c>(&'c self, function: &'c Function, alone: bool, met: &mut Planned<'c>) -> Volatility {
        let constant = !function.takes_arguments() || (alone && function.argument_calls.is_empty());
        match &function.value_calls {
            _ if function.volatility != Volatility::Volatile => function.volatility,
            Some(calls) if constant && calls.iter().all(|call| self.gives_one_value(call)) => self.planned(calls, met),
            Some(_) | None => Volatility::Volatile,
        }
    }

    fn gives_one_value(&self, call: &str) -> bool {
        builtins::gives_one_value(call) && !self.overloads(call).iter().any(|function| function.gives_set)
    }
}

/// Calls that were met, each also as the only one of its expression, with what the planner makes of them.
type Planned<'c> = FxHashMap<(&'c str, bool), Volatility>;

fn last_part(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
