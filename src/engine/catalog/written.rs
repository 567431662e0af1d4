//! Expressions as they were written, so that they can be compared with what a server has.

use std::sync::Arc;

use super::index::renamed_in;
use crate::engine::effect::RelationName;

/// The text of an expression; nothing where it is not known, as in a string given to EXECUTE, or where there is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written(Option<Arc<str>>);

impl Written {
    /// A text; an empty one is not known.
    pub fn new(text: &str) -> Self {
        Self((!text.is_empty()).then(|| Arc::from(text)))
    }

    /// The text, where it is known.
    pub fn text(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// Whether one of its strings names a relation: `nextval('public.orders_id_seq'::regclass)`. `means` resolves the parts.
    pub fn holds_name_of(&self, relation: &RelationName, means: impl Fn(Option<&str>, &str) -> RelationName) -> bool {
        let strings = self.text().into_iter().flat_map(|text| text.split('\'').skip(1).step_by(2));
        strings.into_iter().any(|string| match string.split_once('.') {
            Some((schema, name)) => means(Some(unquoted(schema)), unquoted(name)) == *relation,
            None => means(None, unquoted(string)) == *relation,
        })
    }

    /// A column or function that it names has another name now.
    pub fn rename(&mut self, from: &str, to: &str) {
        if let Some(text) = self.text().filter(|text| text.contains(from)) {
            *self = Self::new(&renamed_in(text, from, to));
        }
    }
}

fn unquoted(name: &str) -> &str {
    name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name)
}
