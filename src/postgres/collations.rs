//! Collations by their names: which a server has of its own, and which it may have of its operating system or of ICU.
//!
//! Source: `pg_collation` of PostgreSQL 10 to 18; documentation, "Collation Support", "Predefined Collations".

use super::VersionSet;

/// Collations that every server has, with the first version.
const OWN: &[(&str, u8)] = &[
    ("C", 10),
    ("POSIX", 10),
    ("default", 10),
    ("pg_c_utf8", 17),
    ("pg_unicode_fast", 18),
    ("ucs_basic", 10),
    ("unicode", 16),
];

/// Collations of SQLite and MySQL.
const FOREIGN: &[&str] = &["binary", "nocase", "rtrim"];

/// Encodings as names of locales have them, without what is no letter and no digit.
const ENCODINGS: &[&str] = &[
    "ansix341968",
    "ansi",
    "armscii8",
    "ascii",
    "big5",
    "big5hkscs",
    "euccn",
    "eucjp",
    "euckr",
    "euctw",
    "gb18030",
    "gb2312",
    "gbk",
    "georgianps",
    "johab",
    "koi8r",
    "koi8t",
    "koi8u",
    "pt154",
    "rk1048",
    "shiftjis",
    "sjis",
    "tcvn57121",
    "tcvn57131",
    "tis620",
    "ujis",
    "usascii",
    "utf8",
    "win1251",
    "win1252",
];

/// The versions of PostgreSQL in which no server has a collation of its own with this name, and no operating system is known
/// to bring one. Empty where one may be there.
pub(crate) fn lacking(name: &str) -> VersionSet {
    if let Some((_, since)) = OWN.iter().find(|(own, _)| *own == name) {
        return VersionSet::before(*since);
    }
    if FOREIGN.contains(&name) || !may_be_locale(name) { VersionSet::ALL } else { VersionSet::NONE }
}

/// `de-x-icu`, `de_DE`, `de_DE.utf8@euro`, `german`, `de-DE`, `German_Germany.1252`.
fn may_be_locale(name: &str) -> bool {
    let (name, _) = name.split_once('@').unwrap_or((name, ""));
    let (language, encoding) = name.split_once('.').unwrap_or((name, "utf8"));
    let plain: String = encoding.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let numbered =
        ["iso8859", "cp", "windows", "ibm", "koi8", "mac", "tcvn"].iter().any(|prefix| plain.starts_with(prefix));
    let is_encoding = numbered || ENCODINGS.contains(&plain.as_str()) || plain.chars().all(|c| c.is_ascii_digit());
    is_encoding && may_be_language(language)
}

fn may_be_language(name: &str) -> bool {
    let of_letters = |part: &str| part.chars().all(char::is_alphabetic);
    let starts_upper = |part: &str| part.starts_with(|c: char| c.is_uppercase());
    let Some((language, rest)) = name.split_once('_') else { return !name.is_empty() };
    let is_code = (2..=3).contains(&language.len()) && of_letters(language);
    let is_country = |part: &str| starts_upper(part) || !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    match rest.split_once('_') {
        // `de_DE`, `es_419`, `German_Germany`, `Chinese (Simplified)_China`
        None => (is_code || starts_upper(language)) && is_country(rest),
        // `sr_Latn_RS`, `ca_ES_valencia`
        Some((script, _)) => is_code && starts_upper(script),
    }
}

#[cfg(test)]
mod tests {
    use super::lacking;
    use crate::postgres::VersionSet;

    #[test]
    fn names_of_operating_systems_may_be_there() {
        let names = "C default ucs_basic de_DE de_DE.utf8 en_US.UTF-8 de_DE@euro de_DE.iso885915@euro en-x-icu und-x-icu \
            zh-Hans-CN-x-icu en-US es_419 german bokmal C.utf8 C.UTF-8 German_Germany.1252 sr_RS.utf8@latin ja_JP.eucjp \
            zh_CN.gb18030 POSIX en_US.US-ASCII ru_RU.koi8r sr_Latn_RS zh_Hans_CN.UTF-8 ca_ES_valencia";
        for name in names.split_whitespace() {
            assert_eq!(lacking(name), VersionSet::NONE, "{name}");
        }
        assert_eq!(lacking("English_United States.1252"), VersionSet::NONE);
    }

    #[test]
    fn other_names_are_there_once_somebody_makes_them() {
        for name in
            ["de_DE.nowhere", "utf8_general_ci", "utf8mb4_unicode_ci", "nocase", "case_insensitive", "german_ci"]
        {
            assert_eq!(lacking(name), VersionSet::ALL, "{name}");
        }
        assert_eq!(lacking("unicode"), VersionSet::before(16));
    }
}
