//! What happens to functions.

use std::sync::{Arc, OnceLock};

use ecow::EcoString;

use super::{Function, Identity};
use crate::ast::{RoutineAction, Volatility};
use crate::engine::catalog::{Catalog, Declared, Kind};
use crate::engine::effect::{RelationName, TEMPORARY};

impl Catalog {
    /// Notes a function by its last name part. It replaces the one with the same schema and arguments.
    pub fn add_function(&mut self, name: &str, function: Function) {
        self.has_temporary_functions |= function.identity.0 == TEMPORARY;
        self.note_types(&function);
        let known = self.functions.entry(name.into()).or_default();
        known.retain(|known| known.identity != function.identity);
        known.push(function);
    }

    /// Notes what ALTER FUNCTION declares. Where it is not known which of the overloads is meant, the freest counts.
    pub fn declare_function(&mut self, name: &str, identity: Option<&Identity>, volatility: Volatility) {
        let known = self.functions.entry(name.into()).or_default();
        let meant = known.iter().position(|known| identity == Some(&known.identity));
        if let Some(meant) = meant.or((known.len() == 1).then_some(0)).and_then(|at| known.get_mut(at)) {
            meant.volatility = volatility;
            return;
        }
        for function in &mut *known {
            function.volatility = function.volatility.max(volatility);
            function.declared.doubted = true;
        }
        if known.is_empty() {
            known.push(Function {
                identity: Default::default(),
                heading: None,
                language: EcoString::new(),
                volatility,
                argument_calls: Vec::new(),
                returns: None,
                gives_set: true,
                gives_value: false,
                gives_argument: false,
                value_calls: None,
                is_plain: false,
                search_path: None,
                does: OnceLock::new(),
                later: None,
                declared: Declared { doubted: true, ..Declared::default() },
            });
        }
    }

    /// Notes what else ALTER FUNCTION changes. Where it is not known which of the overloads is meant, it may be each of them.
    pub fn change_function(&mut self, name: &str, identity: Option<&Identity>, action: &RoutineAction) {
        let known = self.functions.get_mut(name).map(Vec::as_mut_slice).unwrap_or_default();
        let meant = known.iter().position(|known| identity == Some(&known.identity));
        match meant.or((known.len() == 1).then_some(0)).and_then(|at| known.get_mut(at)) {
            Some(meant) => meant.declared.change(action),
            None => known.iter_mut().for_each(|function| function.declared.doubted = true),
        }
    }

    /// Notes that the planner may have to call a function now instead of taking its value.
    pub fn never_inline(&mut self, name: &str) {
        for function in self.functions.get_mut(name).into_iter().flatten() {
            function.value_calls = None;
            function.gives_argument = false;
            function.is_plain = false;
        }
    }

    /// Forgets the function that DROP names for certain: that with these arguments, or without them the only one.
    pub fn remove_function(&mut self, name: &str, schema: &str, identity: Option<&Identity>) -> Option<Function> {
        let known = self.functions.get_mut(name)?;
        let mut inside = known.iter().enumerate().filter(|(_, function)| function.identity.0 == schema);
        let at = match identity {
            Some(identity) => inside.find(|(_, function)| function.identity == *identity)?.0,
            None => inside.next().filter(|_| inside.next().is_none())?.0,
        };
        let removed = known.remove(at);
        if known.is_empty() {
            self.functions.remove(name);
        }
        Some(removed)
    }

    /// Forgets the functions of a schema.
    pub fn remove_functions_in(&mut self, schema: &str) {
        self.functions.values_mut().for_each(|known| known.retain(|function| function.identity.0 != schema));
        self.functions.retain(|_, known| !known.is_empty());
    }

    /// The functions of a schema that gets another name.
    pub fn move_functions(&mut self, from: &str, to: &str) {
        let inside = self.functions.values_mut().flatten().filter(|function| function.identity.0 == from);
        inside.for_each(|function| function.identity.0 = to.into());
    }

    /// Notes which types a function names, so that the change of another type need not look at it.
    fn note_types(&mut self, function: &Function) {
        let known = Arc::make_mut(&mut self.function_types);
        for written in function.type_names() {
            let bare = written.rsplit('.').next().unwrap_or_default().trim_end_matches("[]");
            // Without a schema, the name of an argument stands in front.
            for bare in [Some(bare), bare.rsplit_once(' ').map(|(_, last)| last)].into_iter().flatten() {
                if !known.contains(bare) {
                    known.insert(bare.into());
                }
            }
        }
    }

    /// A type that functions take has another name now.
    pub fn follow_type(&mut self, from: &RelationName, to: &RelationName) {
        let bare = &from.name;
        if !self.function_types.contains(bare) {
            return;
        }
        Arc::make_mut(&mut self.function_types).insert(to.name.clone());
        let [from, to] = [from, to].map(|name| format!("{}.{}", name.schema, name.name));
        let is_it = |written: &EcoString| written.strip_suffix("[]").unwrap_or(written) == from;
        for (name, function) in self.functions.iter_mut().flat_map(|(name, all)| all.iter_mut().map(move |f| (name, f)))
        {
            function.declared.follow_type(&from, &to);
            function.heading.take_if(|heading| heading.names_type(bare));
            if function.identity.1.iter().any(is_it) {
                let before = function.signature(name);
                let meant = function.identity.1.iter_mut().filter(|written| is_it(written));
                meant.for_each(|written| *written = written.replace(&from, &to));
                self.ledger.follow(Kind::Function, &before, &function.signature(name));
            }
        }
    }

    /// Notes that functions have a second name: which of the overloads was renamed is not followed.
    pub fn rename_function(&mut self, name: &str, to: &str) {
        for function in self.functions.get(name).cloned().unwrap_or_default() {
            self.functions.entry(to.into()).or_default().push(function);
        }
    }
}
