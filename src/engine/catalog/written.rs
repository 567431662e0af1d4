//! Expressions as they were written, so that they can be compared with what a server has.

use std::sync::Arc;

use super::index::renamed_in;

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

    /// A column or function that it names has another name now.
    pub fn rename(&mut self, from: &str, to: &str) {
        if let Some(text) = self.text().filter(|text| text.contains(from)) {
            *self = Self::new(&renamed_in(text, from, to));
        }
    }
}
