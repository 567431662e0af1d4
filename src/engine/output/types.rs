//! Types of values, and the one that several values share.

use ecow::EcoString;

use crate::ast::DataType;
use crate::engine::surroundings::Surroundings;
use crate::postgres::types;

/// What is known of the type of a value.
#[derive(Debug, Clone)]
pub(super) enum Type {
    /// This one.
    Known {
        /// The type.
        data_type: DataType,
        /// Its schema, where it is not built in.
        schema: Option<EcoString>,
    },
    /// A string or NULL that takes the type that is wanted of it.
    Literal,
    /// Nothing.
    Unknown,
}

impl PartialEq for Type {
    /// Where a type was written does not count.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Known { data_type: one, schema: of_one }, Self::Known { data_type: two, schema: of_two }) => {
                is_same(one, two)
                    && one.modifiers == two.modifiers
                    && one.words == two.words
                    && one.fields == two.fields
                    && of_one == of_two
            }
            (Self::Literal, Self::Literal) | (Self::Unknown, Self::Unknown) => true,
            _ => false,
        }
    }
}

fn is_same(one: &DataType, two: &DataType) -> bool {
    let last = |data_type: &'_ DataType| data_type.name.rsplit('.').next().unwrap_or_default().to_owned();
    last(one) == last(two) && (one.dimensions > 0) == (two.dimensions > 0)
}

impl Type {
    /// A type of the server, as format_type() prints it without modifiers.
    pub fn named(printed: &str) -> Self {
        let (name, dimensions) = match printed.strip_suffix("[]") {
            Some(element) => (element, 1),
            None => (printed, 0),
        };
        let data_type = DataType { name: name.into(), dimensions, ..DataType::default() };
        Self::Known { data_type, schema: None }
    }

    /// Its name, if it is a built-in type and no array.
    pub fn plain_name(&self) -> Option<&str> {
        match self {
            Self::Known { data_type, schema: None } if data_type.dimensions == 0 => Some(&data_type.name),
            Self::Known { .. } | Self::Literal | Self::Unknown => None,
        }
    }

    /// The type below a domain. Whether a type that no migration made is one is not known.
    pub fn without_domain(self, around: &Surroundings) -> Self {
        let Self::Known { data_type, schema: Some(schema) } = self else { return self };
        let name = around.type_name(&data_type);
        match around.catalog.domain(&name) {
            Some(domain) if data_type.dimensions == 0 => {
                let built_in = types::is_built_in_name(&domain.data_type.name);
                let below = || around.type_name(&domain.data_type).schema;
                let found = Self::Known { data_type: domain.data_type.clone(), schema: (!built_in).then(below) };
                found.without_domain(around)
            }
            None if around.catalog.is_type_without_casts(&name) => Self::Known { data_type, schema: Some(schema) },
            Some(_) | None => Self::Unknown,
        }
    }

    /// The same without a length: as functions give it. Of types that always have one it is not known.
    pub fn without_length(self) -> Self {
        match self {
            Self::Known { data_type, .. } if matches!(data_type.name.as_str(), "bit" | "character") => Self::Unknown,
            Self::Known { data_type, schema } => {
                let data_type =
                    DataType { modifiers: Vec::new(), words: Vec::new(), fields: None, serial: false, ..data_type };
                Self::Known { data_type, schema }
            }
            other => other,
        }
    }
}

/// Numbers, each of which is cast to those behind it where both meet.
const NUMBERS: &[&str] = &["smallint", "integer", "bigint", "numeric", "real", "double precision"];

/// The type that values of these types share, in CASE, UNION, VALUES and their like.
///
/// Source: `select_common_type` and `select_common_typmod` of the server. A length stays only where all have the same one, and
/// a domain only where all are of it.
pub(super) fn common(types: Vec<Type>, around: &Surroundings) -> Type {
    if types.contains(&Type::Unknown) {
        return Type::Unknown;
    }
    let literals = types.contains(&Type::Literal);
    let mut known = types.into_iter().filter(|found| *found != Type::Literal);
    let Some(first) = known.next() else { return Type::Literal };
    let rest: Vec<Type> = known.collect();
    if rest.iter().all(|other| *other == first) {
        return if literals { first.without_domain(around).without_length() } else { first };
    }
    let bare = first.without_length();
    if rest.iter().all(|other| other.clone().without_length() == bare) {
        return bare;
    }
    rest.into_iter().fold(bare, |one, other| greater_number(&one, &other))
}

/// The type of two numbers that meet.
pub(super) fn greater_number(one: &Type, other: &Type) -> Type {
    let place = |found: &Type| found.plain_name().and_then(|name| NUMBERS.iter().position(|number| *number == name));
    match (place(one), place(other)) {
        (Some(one), Some(other)) => NUMBERS.get(one.max(other)).map_or(Type::Unknown, |name| Type::named(name)),
        _ => Type::Unknown,
    }
}

/// Whether it is a number.
pub(super) fn is_number(found: &Type) -> bool {
    found.plain_name().is_some_and(|name| NUMBERS.contains(&name))
}
