//! What a DO block asks the catalogs before it goes into a branch: `IF NOT EXISTS (SELECT ... FROM information_schema.columns
//! WHERE ...)`.
//!
//! Source: documentation, "The Information Schema" and "System Catalogs"; measurements (`fixtures/facts/do-asks-*.sql`). A
//! question is answered only where history knows all that the answer depends on.

mod catalogs;

use super::surroundings::Surroundings;
use crate::ast::{CatalogRows, Question, Sought};
use crate::postgres::VersionSet;

/// The answer, where history gives it, on all versions of the run.
pub(super) fn answer(question: &Question, around: &Surroundings, run: VersionSet) -> Option<bool> {
    Asked { around, run }.answer(question)
}

/// Where the catalogs are asked.
struct Asked<'a> {
    around: &'a Surroundings<'a>,
    run: VersionSet,
}

impl Asked<'_> {
    fn answer(&self, question: &Question) -> Option<bool> {
        match question {
            Question::Any(parts) => self.first_that_is(true, parts),
            Question::All(parts) => self.first_that_is(false, parts),
            Question::Not(question) => self.answer(question).map(|answer| !answer),
            Question::Rows(rows) => self.found(rows),
            Question::Relation(name) => {
                let (schema, name) = split(name)?;
                self.relation(schema, name, |_| true)
            }
            Question::Version(yes, no) => match () {
                () if self.run.without(*yes).is_empty() => Some(true),
                () if self.run.without(*no).is_empty() => Some(false),
                () => None,
            },
            Question::Event(_) | Question::Other => None,
        }
    }

    /// Where one part decides the answer.
    fn first_that_is(&self, decisive: bool, parts: &[Question]) -> Option<bool> {
        let mut unknown = false;
        for part in parts {
            match self.answer(part) {
                Some(answer) if answer == decisive => return Some(decisive),
                Some(_) => {}
                None => unknown = true,
            }
        }
        (!unknown).then_some(!decisive)
    }

    /// What a column must be.
    fn sought<'s>(&'s self, rows: &'s CatalogRows, column: &str) -> Option<&'s str> {
        match &rows.tests.iter().find(|(known, _)| known == column)?.1 {
            Sought::Text(text) => Some(text),
            Sought::CurrentSchema => self.around.search_path.first().map(AsRef::as_ref),
            Sought::Null(_) => None,
        }
    }
}

/// A name with or without its schema, as long as no sign is in it.
fn split(name: &str) -> Option<(Option<&str>, &str)> {
    let plain = name.chars().all(|c| c.is_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.'));
    match name.split('.').collect::<Vec<_>>().as_slice() {
        [name] if plain => Some((None, name)),
        [schema, name] if plain => Some((Some(schema), name)),
        _ => None,
    }
}
