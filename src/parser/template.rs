//! Tags of template languages in SQL: `{{ .Name }}`, `{% if x %}`, `<%= name %>`, `${name}`, `{name}`, `@name@`.

/// What a tag is to the SQL around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    /// It stands for a name, a value or a piece of SQL.
    Value,
    /// It steers the template, or is a comment, and stands for nothing: `{{ if .x }}`.
    Control,
}

/// Longer than any tag: what is not closed within this many bytes is none.
const LONGEST: usize = 4096;

/// Words that make a tag of Go's templates or of Handlebars steer, with arguments and alone.
const CURLY_STEERS: &[&[u8]] = &[b"if", b"range", b"with", b"define", b"block"];
const CURLY_ALONE: &[&[u8]] = &[b"else", b"end", b"break", b"continue"];

/// Words that make a tag of ERB or EJS steer. CASE is not among them, as it may follow the operator `<%`.
const ANGLE_STEERS: &[&[u8]] = &[b"if", b"unless", b"else", b"elsif", b"end", b"for", b"while", b"until", b"do"];

/// The tag that starts at `at`, and where it ends.
pub(super) fn tag(bytes: &[u8], at: usize) -> Option<(Tag, usize)> {
    let rest = &bytes[at..bytes.len().min(at + LONGEST)];
    let (tag, length) = match (rest.first()?, rest.get(1)?) {
        (b'{', b'{') => curly(rest)?,
        (b'{', b'%') => (Tag::Control, close(rest, b"%}", b"{%")?),
        (b'{', b'#') => (Tag::Control, comment(rest)?),
        (b'{', _) => (Tag::Value, named(rest, b'}')?),
        (b'$', b'{') => (Tag::Value, close(rest, b"}", b"${")?),
        (b'@', _) => (Tag::Value, extension(rest)?),
        (b'<', b'%') => angle(bytes, at, rest)?,
        _ => return None,
    };
    Some((tag, at + length))
}

/// Whether a tag that is never closed starts here, as nothing else in SQL looks like it.
pub(super) fn opens(rest: &[u8]) -> bool {
    [&b"{{"[..], b"{%", b"{#", b"${"].iter().any(|opening| rest.starts_with(opening))
}

/// Whether the text of a string is not all that the server gets: a tag stands in it, or it is a variable that psql puts in quotes.
pub fn fills(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Braces around a number say in a pattern how often something comes.
    let counts = |at: usize| bytes[at] == b'{' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
    let opens = |at: &usize| matches!(bytes[*at], b'{' | b'$' | b'@' | b'<') && !counts(*at);
    text.starts_with(":'") || (0..text.len()).filter(opens).any(|at| tag(bytes, at).is_some())
}

/// `{# ... #}`
fn comment(rest: &[u8]) -> Option<usize> {
    let end = rest.windows(2).skip(2).position(|pair| matches!(pair, b"#}" | b"{#"))? + 2;
    (rest[end] == b'#').then_some(end + 2)
}

/// `{{ ... }}` and `{{{ ... }}}`
fn curly(rest: &[u8]) -> Option<(Tag, usize)> {
    let triple = rest.starts_with(b"{{{");
    let inner = rest[2..].trim_ascii_start();
    let inner = inner.strip_prefix(b"-").or(inner.strip_prefix(b"~")).unwrap_or(inner).trim_ascii_start();
    if inner.starts_with(b"/*") {
        return Some((Tag::Control, 2 + find(&rest[2..], b"}}")?));
    }
    let length = close(rest, if triple { b"}}}" } else { b"}}" }, b"{{")?;
    let inner = &inner[..inner.len().saturating_sub(rest.len() - length + 2)];
    let word = first_word(inner);
    let behind = inner.get(word.len());
    let steers = matches!(inner.first(), Some(b'#' | b'/' | b'^' | b'!'))
        || CURLY_ALONE.contains(&word)
        || CURLY_STEERS.contains(&word) && behind.is_some_and(u8::is_ascii_whitespace)
        || word == b"config" && behind == Some(&b'(')
        || inner.starts_with(b"$") && find(inner, b"=").is_some();
    Some((if steers { Tag::Control } else { Tag::Value }, length))
}

/// `<% ... %>`, `<%= ... %>`, `<%- ... %>`, `<%# ... %>`. `<%` and `%>` are also operators of pg_trgm: a tag without one of
/// these marks must say by its words, or by having its lines for itself, that it is one.
fn angle(bytes: &[u8], at: usize, rest: &[u8]) -> Option<(Tag, usize)> {
    let length = close(rest, b"%>", b"<%")?;
    let inner = &rest[2..length - 2];
    let marked = inner.strip_prefix(b"-").unwrap_or(inner).trim_ascii();
    let steers = ANGLE_STEERS.contains(&first_word(marked))
        || marked.starts_with(b"}")
        || marked.ends_with(b"{")
        || marked.ends_with(b"|")
        || marked.ends_with(b" do");
    match inner.first() {
        Some(b'=') => Some((Tag::Value, length)),
        Some(b'#') => Some((Tag::Control, length)),
        _ if steers => Some((Tag::Control, length)),
        Some(b'-') => Some((Tag::Value, length)),
        _ if has_lines_for_itself(bytes, at, at + length) => Some((Tag::Control, length)),
        _ => None,
    }
}

fn has_lines_for_itself(bytes: &[u8], start: usize, end: usize) -> bool {
    let blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r');
    let before = bytes[..start].iter().rev().take(LONGEST).find(|byte| !blank(byte));
    let behind = bytes[end..].iter().take(LONGEST).find(|byte| !blank(byte));
    before.is_none_or(|byte| *byte == b'\n') && behind.is_none_or(|byte| *byte == b'\n')
}

/// `{name}`
fn named(rest: &[u8], closing: u8) -> Option<usize> {
    let inner = rest[1..].iter().take_while(|byte| is_name(**byte) || **byte == b'.').count();
    (inner > 0 && rest.get(inner + 1) == Some(&closing)).then_some(inner + 2)
}

/// `@extschema@` and `@extschema:name@`; an operator may not touch it.
fn extension(rest: &[u8]) -> Option<usize> {
    let inner = rest[1..].iter().take_while(|byte| is_name(**byte) || **byte == b':').count();
    let starts = rest[1].is_ascii_alphabetic();
    let ends = rest.get(inner + 1) == Some(&b'@') && !rest.get(inner + 2).is_some_and(|byte| is_operator(*byte));
    (starts && ends).then_some(inner + 2)
}

/// The length up to the end of `closing`, which quotes on a line may hide; nothing if another tag opens first.
fn close(rest: &[u8], closing: &[u8], opening: &[u8]) -> Option<usize> {
    let mut at = 2;
    // A third brace belongs to the opening.
    at += usize::from(closing == b"}}}");
    while at < rest.len() {
        let here = &rest[at..];
        if here.starts_with(closing) {
            return Some(at + closing.len());
        }
        if here.starts_with(opening) {
            return None;
        }
        at += if matches!(here[0], b'"' | b'\'' | b'`') { quoted(here) } else { 1 };
    }
    None
}

/// The length of a text in quotes on one line; a lone quote is any character.
fn quoted(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != b'\n' {
        match rest[at] {
            b'\\' => at += 2,
            byte if byte == rest[0] => return at + 1,
            _ => at += 1,
        }
    }
    1
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted).map(|at| at + wanted.len())
}

fn first_word(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.iter().take_while(|byte| is_name(**byte)).count()]
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Characters that operators are made of.
pub(super) fn is_operator(byte: u8) -> bool {
    matches!(
        byte,
        b'~' | b'!'
            | b'@'
            | b'#'
            | b'^'
            | b'&'
            | b'|'
            | b'`'
            | b'?'
            | b'+'
            | b'-'
            | b'*'
            | b'/'
            | b'%'
            | b'<'
            | b'>'
            | b'='
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_that_are_filled_in() {
        for text in ["${env}", "x{{ env }}", "<%= env %>", "a@env@", "#{env}", ":'env'", "{% if a %}b{% endif %}"] {
            assert!(fills(text), "{text}");
        }
        for text in ["", "abc", "$5", "{\"a\": 1}", "{}", "{1, 2}", "me@here.org", "a < b", ":a", "^[A-Z]{3}$"] {
            assert!(!fills(text), "{text}");
        }
    }

    #[test]
    fn tags_and_what_they_are() {
        use Tag::{Control, Value};
        for (text, expected) in [
            ("{{ .Name }} x", Some((Value, 11))),
            ("{{name}}", Some((Value, 8))),
            ("{{{ raw }}} x", Some((Value, 11))),
            ("{{ .x | default \"a }} b\" }}", Some((Value, 27))),
            ("{{ index . 'k' }}", Some((Value, 17))),
            ("{{ if .x }}", Some((Control, 11))),
            ("{{- end -}}", Some((Control, 11))),
            ("{{else}}", Some((Control, 8))),
            ("{{ range $i, $x := .list }}", Some((Control, 27))),
            ("{{ $x := 1 }}", Some((Control, 13))),
            ("{{ $x }}", Some((Value, 8))),
            ("{{/* it's */}}", Some((Control, 14))),
            ("{{#if x}}", Some((Control, 9))),
            ("{{ iffy }}", Some((Value, 10))),
            ("{{ config(materialized='table') }}", Some((Control, 34))),
            ("{{ a {{ b }}", None),
            ("{{ a", None),
            ("{% set a = '%}' %}", Some((Control, 18))),
            ("{# it's #}", Some((Control, 10))),
            ("{name}", Some((Value, 6))),
            ("{ name }", None),
            ("{}", None),
            ("${schema}.x", Some((Value, 9))),
            ("${a", None),
            ("@extschema@.f", Some((Value, 11))),
            ("@a@> b", None),
            ("@a + b", None),
            ("<%= x %>", Some((Value, 8))),
            ("<%- x %>", Some((Value, 8))),
            ("<%- if x -%>", Some((Control, 12))),
            ("<%# x %>", Some((Control, 8))),
            ("<% if x %> y", Some((Control, 10))),
            ("<% x.each do |y| %>", Some((Control, 19))),
            ("<% b AND c %> d", None),
            ("<% b", None),
            ("<% x = 1 %>", Some((Control, 11))),
        ] {
            assert_eq!(tag(text.as_bytes(), 0), expected, "{text}");
        }
    }
}
