//! Functions and procedures.

use ecow::EcoString;

use super::{Object, list};
use crate::ast::{RoutineKind, Volatility};
use crate::engine::catalog::{Catalog, Declared, Function, Kind};

impl Catalog {
    /// Of a routine that may have been dropped or replaced nothing is known but its name.
    pub(super) fn function_facts(&self, name: &str, function: &Function) -> Object {
        let (schema, arguments) = function.identity();
        let certain = self.past(Kind::Function, &function.signature(name)).is_some_and(|past| past.is_there());
        let declared = function.declared();
        let is_sure = certain && !declared.doubted;
        let sure = |value: String| is_sure.then_some(value);
        let volatility = match function.volatility() {
            Volatility::Immutable => "immutable",
            Volatility::Stable => "stable",
            Volatility::Volatile => "volatile",
        };
        let kind = declared.kind.filter(|_| is_sure).map(|kind| match kind {
            RoutineKind::Procedure => "procedure".to_owned(),
            RoutineKind::Function | RoutineKind::Routine => "function".to_owned(),
        });
        Object::new("function", format!("{schema}.{name}({})", arguments.join(",")), certain)
            .with_perhaps("language", sure(function.language().to_owned()))
            .with_perhaps("volatility", sure(volatility.to_owned()))
            .with_perhaps("kind", kind)
            .with_perhaps("strict", sure(declared.strict.to_string()))
            .with_perhaps("security-definer", sure(declared.security_definer.to_string()))
            .with_perhaps("leakproof", sure(declared.leakproof.to_string()))
            .with_perhaps("parallel", sure(declared.parallel.as_deref().unwrap_or("unsafe").to_owned()))
            .with_perhaps("returns", declared.returns.as_ref().filter(|_| is_sure).map(EcoString::to_string))
            .with_perhaps(
                "arguments",
                declared.arguments.as_ref().filter(|_| is_sure).map(|all| list(super::texts(all))),
            )
            .with_perhaps("defaults", sure(declared.defaults.to_string()))
            .with_perhaps("settings", settings(declared).filter(|_| is_sure))
            .with_perhaps("sql-body", sure(declared.is_statements.to_string()))
            .with_perhaps("body", declared.body.text().filter(|_| is_sure).map(str::to_owned))
    }
}

/// `name=value`, without quotes and spaces.
fn settings(declared: &Declared) -> Option<String> {
    let one = |(name, value): &(EcoString, Option<EcoString>)| {
        Some(format!("{name}={}", value.as_deref()?.replace([' ', '"', '\''], "")))
    };
    let mut settings = declared.settings.iter().map(one).collect::<Option<Vec<String>>>()?;
    settings.sort();
    Some(list(settings))
}
