//! The words of a statement's text, for what its tree does not keep.

/// The words of a text in upper case, without strings, quoted names, comments and signs; a full stop behind a word is kept
/// as a word of its own.
pub(super) fn words(text: &str) -> Vec<String> {
    pieces(text, ".")
}

/// As [`words`], with parentheses and commas.
pub(super) fn marks(text: &str) -> Vec<String> {
    pieces(text, ".(),")
}

fn pieces(text: &str, signs: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let length = match first {
            '\'' | '"' => 1 + closed(rest.get(1..).unwrap_or_default(), first),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |at| at + 2),
            '$' => match dollar_quoted(rest) {
                Some(length) => length,
                None => first.len_utf8(),
            },
            sign if signs.contains(sign) => {
                found.push(sign.to_string());
                1
            }
            first if is_part(first) => {
                let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
                found.push(rest.get(..length).unwrap_or_default().to_uppercase());
                length
            }
            _ => first.len_utf8(),
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    found
}

/// How far it is behind the closing quote.
fn closed(text: &str, quote: char) -> usize {
    text.find(quote).map_or(text.len(), |at| at + 1)
}

/// The length of a `$tag$ ... $tag$`.
fn dollar_quoted(text: &str) -> Option<usize> {
    let tag = 2 + text.get(1..)?.find('$')?;
    let open = text.get(..tag)?;
    let is_tag = open.trim_matches('$').chars().all(|c| c.is_alphanumeric() || c == '_');
    let end = text.get(tag..)?.find(open)?;
    is_tag.then_some(tag + end + tag)
}

/// Whether these words stand together somewhere.
pub(super) fn has(words: &[String], wanted: &[&str]) -> bool {
    words.windows(wanted.len()).any(|part| part.iter().zip(wanted).all(|(word, wanted)| word == wanted))
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
        let text = "Create or REPLACE x AS 'old.a ''b' -- new.b\n\"NEW\".c /* old.d */ $x$ old.e $x$ old.f";
        assert_eq!(words(text).join(" "), "CREATE OR REPLACE X AS . C OLD . F");
        assert!(has(&words(text), &["OLD", "."]));
        assert!(!has(&words(text), &["NEW"]));
    }
}
