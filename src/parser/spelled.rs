//! The marks of a text one by one, for what its tree does not keep.

use super::names;
use super::scan::{Lexeme, Scanner};
use super::text::Text;

/// The mark of a string of any kind.
pub const STRING: &str = "'";

/// The mark of a name in quotes, or of a placeholder that stands for one.
pub const QUOTED: &str = "\"";

/// The mark of a number.
pub const NUMBER: &str = "0";

/// Words in upper case, signs and operators of a text, without its comments. Strings, quoted names and numbers are one mark
/// each that equals no word.
pub fn spelled(text: &str) -> Vec<String> {
    let source = Text::of_file(text);
    let mut scanner = Scanner::new(source, 0);
    let lexemes = std::iter::from_fn(|| scanner.next()).filter(|lexed| lexed.lexeme != Lexeme::Comment);
    let mark = |lexeme: Lexeme, written: &str| match lexeme {
        Lexeme::Word => written.to_uppercase(),
        Lexeme::String => STRING.to_owned(),
        Lexeme::QuotedName | Lexeme::Placeholder => QUOTED.to_owned(),
        Lexeme::Number | Lexeme::Parameter => NUMBER.to_owned(),
        Lexeme::Operator | Lexeme::Comment | Lexeme::Symbol(_) => written.to_owned(),
    };
    lexemes.map(|lexed| mark(lexed.lexeme, source.get(lexed.span).unwrap_or_default())).collect()
}

/// Whether a word may name a column or table without quotes.
pub fn is_name(word: &str) -> bool {
    let begins = |first: char| first.is_alphabetic() || first == '_';
    word.starts_with(begins) && !names::is_reserved(word) && !names::is_of_functions(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_comments_hold_no_words() {
        let text = r#"Select E'don\'t at local' /* /* a */ is json */ || "at" -- old
            > $x$ local $x$ + 1.5, a::text"#;
        assert_eq!(spelled(text).join(" "), "SELECT ' || \" > ' + 0 , A :: TEXT");
        assert_eq!(spelled("$1 'open").join(" "), "0 '");
        assert_eq!(spelled("é = '").join(" "), "É = '");
    }

    #[test]
    fn names_are_words_that_are_not_reserved() {
        assert!(is_name("AT") && is_name("_x") && is_name("values"));
        assert!(!is_name("WHERE") && !is_name("Left") && !is_name("'") && !is_name("::"));
    }
}
