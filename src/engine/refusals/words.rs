//! The words of a statement's text, for what its tree does not keep.

use crate::parser::spelled;

/// The words of a text in upper case, without strings, quoted names, comments and signs; a full stop behind a word is kept
/// as a word of its own.
pub(super) fn words(text: &str) -> Vec<String> {
    let is_word = |mark: &String| mark == "." || mark.starts_with(|first: char| first.is_alphabetic() || first == '_');
    let mut marks = marks(text);
    marks.retain(is_word);
    marks
}

/// All marks of a text, as [`spelled`] has them.
pub(super) fn marks(text: &str) -> Vec<String> {
    spelled(text)
}

/// Whether these words stand together somewhere.
pub(super) fn has(words: &[String], wanted: &[&str]) -> bool {
    places(words, wanted).next().is_some()
}

/// Where these words stand together.
pub(super) fn places(words: &[String], wanted: &[&str]) -> impl Iterator<Item = usize> {
    let found = words.windows(wanted.len()).enumerate();
    found.filter(move |(_, part)| begin_with(part, wanted)).map(|(at, _)| at)
}

/// Whether the text begins with these words.
pub(super) fn begin_with(words: &[String], wanted: &[&str]) -> bool {
    words.len() >= wanted.len() && words.iter().zip(wanted).all(|(word, wanted)| word == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_comments_hold_no_words() {
        let text = "Create or REPLACE x AS 'old.a ''b' -- new.b\n\"NEW\".c /* old.d */ $x$ old.e $x$ old.f = 1";
        assert_eq!(words(text).join(" "), "CREATE OR REPLACE X AS . C OLD . F");
        assert!(has(&words(text), &["OLD", "."]));
        assert!(!has(&words(text), &["NEW"]));
    }
}
