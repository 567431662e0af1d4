//! Statements that differ from others in a word: many of them are none.

/// Words that are put in place of others.
const WORDS: &[&str] = &[
    "TABLE",
    "user",
    "IF",
    "NOT",
    "EXISTS",
    "ONLY",
    "ON",
    "TO",
    "x",
    "1",
    "(",
    ")",
    ",",
    ".",
    "DEFAULT",
    "NULL",
    "USING",
    "WITH",
    "AS",
    "FOR",
    "'y'",
    "CASCADE",
    "SET",
    "ADD",
    "=",
    "COLUMN",
    "CONCURRENTLY",
    "ALL",
];

/// Keywords that are names in some places or in all, put in place of names.
const NAMES: &[&str] = &[
    "position",
    "values",
    "binary",
    "repeatable",
    "at",
    "local",
    "similar",
    "isnull",
    "row",
    "none",
    "recursive",
    "left",
    "verbose",
    "setof",
    "out",
    "trim",
    "coalesce",
    "precision",
    "authorization",
    "parameter",
    "exists",
    "interval",
    "value",
    "overlaps",
    "substring",
    "notnull",
    "grouping",
    "fetch",
    "over",
    "filter",
];

/// Of these, how many are tried in each place.
const NAMES_EACH: usize = 6;

/// Statements near this one. `number` varies what is put in.
pub fn near(text: &str, number: usize) -> Vec<String> {
    let pieces = pieces(text);
    if text.contains("$$") || text.contains("--") || text.contains("/*") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for at in 0..pieces.len() {
        let mut without = pieces.clone();
        let taken = without.remove(at);
        found.push(without.join(" "));
        let mut moved = without.clone();
        moved.insert((at + 1).min(without.len()), taken);
        found.push(moved.join(" "));
        let word = WORDS[(number * 7 + at * 5) % WORDS.len()];
        let mut other = pieces.clone();
        other[at] = word;
        found.push(other.join(" "));
        if is_name(pieces[at]) {
            for turn in 0..NAMES_EACH {
                let keyword = NAMES[(number * 5 + at * 13 + turn) % NAMES.len()];
                let mut named = pieces.clone();
                named[at] = keyword;
                found.push(named.join(" "));
                // The same name everywhere.
                let renamed = pieces.iter().map(|piece| if *piece == pieces[at] { keyword } else { *piece });
                found.push(renamed.collect::<Vec<_>>().join(" "));
            }
        }
        let mut more = pieces.clone();
        more.insert(at, WORDS[(number * 3 + at * 11 + 1) % WORDS.len()]);
        found.push(more.join(" "));
    }
    found
}

/// Whether a piece looks like a name: people write keywords in capitals.
fn is_name(piece: &str) -> bool {
    piece.starts_with(|first: char| first.is_ascii_lowercase()) && !piece.contains(['\'', '"', '.'])
}

/// The words, signs and strings of a statement.
fn pieces(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text.trim_end_matches(';').trim_start();
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$' || c == '.';
        let is_operator = |c: char| "+-*/<>=~!@#%^&|`?:".contains(c);
        let length = match first {
            quote @ ('\'' | '"') => rest[1..].find(quote).map_or(rest.len(), |end| end + 2),
            first if is_word(first) => {
                let word = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                // E'...', U&"..." and the like belong together.
                match rest[word..].chars().next() {
                    Some(quote @ ('\'' | '"')) => rest[word + 1..].find(quote).map_or(rest.len(), |end| word + end + 2),
                    _ => word,
                }
            }
            first if is_operator(first) => rest.find(|c| !is_operator(c)).unwrap_or(rest.len()),
            first => first.len_utf8(),
        };
        found.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    found
}
