//! Indexes: what they hold, and how to tell whether two of them are alike.

use ecow::EcoString;

use super::{IndexMore, MigrationId, Place};
use crate::ast::{CreateIndex, Expr, Ident, IndexKey, IndexParameters};

/// An index.
#[derive(Debug, Clone, PartialEq)]
pub struct Index {
    /// Its name; the schema is its table's.
    pub name: EcoString,
    /// Plain key columns in order; an expression key is `None`.
    pub keys: Vec<Option<EcoString>>,
    /// Columns used in expressions and in the predicate.
    pub expression_columns: Vec<EcoString>,
    /// Columns of the predicate only.
    pub partial: bool,
    /// UNIQUE.
    pub unique: bool,
    /// The migration that made it.
    pub added_in: MigrationId,
    /// Where it was written.
    pub place: Place,
    /// What else tells it from others.
    pub shape: IndexShape,
    /// Whether it is there for certain, as it stands here: it is not behind a statement that may not have run, or an
    /// IF NOT EXISTS that may have found another one.
    pub certain: bool,
    /// What facts and rules do not ask about.
    pub more: IndexMore,
}

/// How an index is made.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IndexShape {
    /// The access method.
    pub method: EcoString,
    /// One for each key.
    pub keys: Vec<KeyShape>,
    /// INCLUDE columns.
    pub include: Vec<EcoString>,
    /// WHERE, as [`plain_text`] gives it; empty if there is none.
    pub predicate: EcoString,
    /// NULLS NOT DISTINCT (15).
    pub nulls_not_distinct: bool,
    /// It belongs to an EXCLUDE constraint.
    pub exclusion: bool,
    /// It belongs to a DEFERRABLE constraint.
    pub deferrable: bool,
}

/// How a key of an index is ordered and compared.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KeyShape {
    /// The expression, as [`plain_text`] gives it; empty for a column.
    pub expression: EcoString,
    /// COLLATE, where written.
    pub collation: Option<EcoString>,
    /// The operator class with its parameters, where written.
    pub operators: Option<EcoString>,
    /// DESC.
    pub descending: bool,
    /// NULLS FIRST, also when it follows from DESC.
    pub nulls_first: bool,
}

impl Index {
    /// Whether it is unique over all rows by plain columns, as REFRESH ... CONCURRENTLY needs one.
    pub fn is_over_all_rows(&self) -> bool {
        self.unique && !self.partial && !self.keys.contains(&None)
    }

    /// Every column that it cannot be without: when one of them is dropped, the index goes too.
    pub fn columns(&self) -> impl Iterator<Item = &EcoString> {
        self.keys.iter().flatten().chain(&self.expression_columns).chain(&self.shape.include)
    }

    /// Whether one of its keys is what this function gives.
    pub fn has_key_of(&self, function: &str) -> bool {
        let mut keys = self.keys.iter().zip(&self.more.key_names);
        keys.any(|(column, name)| column.is_none() && name == function)
    }

    /// Whether it goes with the column.
    pub fn names_column(&self, column: &str) -> bool {
        self.columns().any(|used| used == column)
    }

    /// A column has another name now.
    pub fn rename_column(&mut self, from: &str, to: &str) {
        if self.names_column(from) {
            self.more.excludes = None;
        }
        let plain = self.keys.iter_mut().flatten();
        for name in plain.chain(&mut self.expression_columns).chain(&mut self.shape.include) {
            if name == from {
                *name = to.into();
            }
        }
        self.more.limits.each_column(|name| {
            if name == from {
                *name = to.into();
            }
        });
        let texts = self.shape.keys.iter_mut().map(|key| &mut key.expression);
        for text in texts.chain([&mut self.shape.predicate]).filter(|text| text.contains(from)) {
            *text = renamed_in(text, from, to);
        }
    }
}

impl Index {
    /// Whether another index finds and refuses all that this one does: it has the same keys, or for a btree that is not
    /// unique, starts with them.
    pub fn is_covered_by(&self, other: &Self) -> bool {
        let (shape, others) = (&self.shape, &other.shape);
        let length = self.keys.len();
        let same_keys = self.certain
            && other.certain
            && other.keys.get(..length) == Some(self.keys.as_slice())
            && others.keys.get(..length) == Some(shape.keys.as_slice());
        let same_length = other.keys.len() == length;
        let may_be_longer = shape.method == "btree" && !self.unique;
        let keeps_unique = !self.unique
            || (other.unique
                && (shape.nulls_not_distinct, shape.deferrable) == (others.nulls_not_distinct, others.deferrable));
        let has = |column: &EcoString| {
            others.include.contains(column) || other.keys.iter().any(|key| key.as_ref() == Some(column))
        };
        same_keys
            && keeps_unique
            && (same_length || may_be_longer)
            && (&shape.method, &shape.predicate) == (&others.method, &others.predicate)
            && self.partial == other.partial
            && !(shape.exclusion || others.exclusion)
            && shape.include.iter().all(has)
    }
}

impl Index {
    /// Whether it holds the same as an index of the parent, in whatever order.
    ///
    /// Source: `CompareIndexInfo` of PostgreSQL's catalog/index.c.
    pub fn is_like(&self, other: &Self) -> bool {
        let (shape, others) = (&self.shape, &other.shape);
        let compared = |shape: &IndexShape| -> Vec<_> {
            let key = |key: &KeyShape| (key.expression.clone(), key.collation.clone(), key.operators.clone());
            shape.keys.iter().map(key).collect()
        };
        self.keys == other.keys
            && (self.unique, self.partial) == (other.unique, other.partial)
            && (&shape.method, &shape.predicate, &shape.include) == (&others.method, &others.predicate, &others.include)
            && shape.nulls_not_distinct == others.nulls_not_distinct
            && compared(shape) == compared(others)
            && !(shape.exclusion || others.exclusion)
    }
}

impl IndexShape {
    /// That of CREATE INDEX; `text_of` gives the text of an expression.
    pub fn of_index<'t>(create: &CreateIndex, text_of: impl Fn(&Expr) -> &'t str) -> Self {
        Self {
            method: create.method.clone().unwrap_or_else(|| "btree".into()),
            keys: create.keys.iter().map(|key| KeyShape::of(key, &text_of)).collect(),
            include: names(&create.include),
            predicate: create.predicate.as_ref().map(|expr| plain_text(text_of(expr))).unwrap_or_default(),
            nulls_not_distinct: create.nulls_not_distinct,
            exclusion: false,
            deferrable: false,
        }
    }

    /// That of a unique or primary key.
    pub fn of_key(columns: usize, parameters: &IndexParameters, deferrable: bool) -> Self {
        Self {
            method: if parameters.without_overlaps { "gist" } else { "btree" }.into(),
            keys: vec![KeyShape::default(); columns],
            include: names(&parameters.include),
            predicate: EcoString::new(),
            nulls_not_distinct: parameters.nulls_not_distinct,
            exclusion: false,
            deferrable,
        }
    }
}

impl KeyShape {
    /// That of a written key.
    pub fn of<'t>(key: &IndexKey, text_of: &impl Fn(&Expr) -> &'t str) -> Self {
        let options = key.opclass_options.iter().map(|option| format!("{option:?}"));
        let operators = key.opclass.as_ref().map(|class| ecow::eco_format!("{class}{}", options.collect::<String>()));
        Self {
            expression: key.expr.as_deref().map(|expr| plain_text(text_of(expr))).unwrap_or_default(),
            collation: key.collation.as_ref().map(|name| ecow::eco_format!("{name}")),
            operators,
            descending: key.descending,
            nulls_first: key.nulls_first.unwrap_or(key.descending),
        }
    }
}

fn names(columns: &[Ident]) -> Vec<EcoString> {
    columns.iter().map(|column| column.name.clone()).collect()
}

/// An expression without what is written differently and means the same: layout, comments, the case of names, quotes that
/// a name does not need, and parentheses around the whole. What is left is equal only if the expressions are.
pub fn plain_text(written: &str) -> EcoString {
    let mut text = EcoString::with_capacity(written.len());
    for piece in Pieces(written) {
        let plain = match piece.chars().next() {
            Some('\'') => piece.to_owned(),
            Some('"') => unquoted(piece).unwrap_or(piece).to_owned(),
            _ => piece.to_lowercase(),
        };
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '"' | '\'');
        if text.ends_with(is_word) && plain.starts_with(is_word)
            || text.ends_with(is_operator) && plain.starts_with(is_operator)
        {
            text.push(' ');
        }
        text.push_str(&plain);
    }
    while let Some(inner) = without_parentheses(&text) {
        text = inner.into();
    }
    text
}

/// Whether an expression casts something to a type that is meant, by `::` or by CAST. The schema is given where it is written.
pub(super) fn casts_to(written: &str, is_meant: &impl Fn(&str) -> bool) -> bool {
    // Where a string with escapes ends is not looked for.
    let escapes = written.match_indices(['e', 'E']).any(|(at, _)| {
        let before = written.get(..at).and_then(|before| before.chars().next_back());
        let begins = before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '_' | '\''));
        begins && written.get(at + 1..).is_some_and(|rest| rest.starts_with('\''))
    });
    if escapes {
        return false;
    }
    let pieces: Vec<&str> = Pieces(written).collect();
    let name = |at: usize| {
        let piece = *pieces.get(at)?;
        let is_name = |c: char| c.is_alphabetic() || c == '_' || c == '"';
        let plain = unquoted(piece).map_or_else(|| piece.to_lowercase(), str::to_owned);
        piece.starts_with(is_name).then(|| plain.trim_matches('"').to_owned())
    };
    let cast = |at: usize| match (pieces.get(at), pieces.get(at + 1)) {
        (Some(&":"), Some(&":")) => Some(at + 2),
        (Some(word), _) if word.eq_ignore_ascii_case("as") => Some(at + 1),
        _ => None,
    };
    (0..pieces.len()).filter_map(cast).any(|at| {
        let Some(first) = name(at) else { return false };
        match name(at + 2).filter(|_| pieces.get(at + 1) == Some(&".")) {
            Some(second) => is_meant(&format!("{first}.{second}")),
            None => is_meant(&first),
        }
    })
}

/// The same text with a column renamed, and all else as it is.
pub(super) fn renamed_in(text: &str, from: &str, to: &str) -> EcoString {
    let to = if is_plain(to) { to.to_owned() } else { format!("\"{}\"", to.replace('"', "\"\"")) };
    let mut renamed = EcoString::with_capacity(text.len());
    let (mut pieces, mut done) = (Pieces(text), 0);
    while let Some(piece) = pieces.next() {
        let end = text.len() - pieces.0.len();
        let is_it = match piece.strip_prefix('"').and_then(|piece| piece.strip_suffix('"')) {
            Some(quoted) => quoted == from,
            None => piece.to_lowercase() == from,
        };
        if is_it {
            renamed.push_str(text.get(done..end - piece.len()).unwrap_or_default());
            renamed.push_str(&to);
            done = end;
        }
    }
    renamed.push_str(text.get(done..).unwrap_or_default());
    renamed
}

/// A quoted name that needs no quotes, without them.
fn unquoted(piece: &str) -> Option<&str> {
    let name = piece.strip_prefix('"')?.strip_suffix('"')?;
    is_plain(name).then_some(name)
}

fn is_plain(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// The inside of a text that is all in one pair of parentheses.
fn without_parentheses(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?;
    let mut depth = 0_i32;
    for piece in Pieces(inner) {
        depth += i32::from(piece == "(") - i32::from(piece == ")");
        if depth < 0 {
            return None;
        }
    }
    Some(inner)
}

/// Words, quoted texts and single characters, without layout and comments.
struct Pieces<'t>(&'t str);

impl<'t> Iterator for Pieces<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        loop {
            self.0 = self.0.trim_start();
            let end = match () {
                () if self.0.starts_with("--") => self.0.find('\n').unwrap_or(self.0.len()),
                () if self.0.starts_with("/*") => self.0.find("*/").map_or(self.0.len(), |at| at + 2),
                () => break,
            };
            self.0 = self.0.get(end..).unwrap_or_default();
        }
        let first = self.0.chars().next()?;
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
        let length = match first {
            '\'' | '"' => quoted_length(self.0, first),
            c if is_word(c) => self.0.find(|c| !is_word(c)).unwrap_or(self.0.len()),
            c if is_operator(c) => operator_length(self.0),
            c => c.len_utf8(),
        };
        let (piece, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(piece)
    }
}

/// What operators are made of.
fn is_operator(c: char) -> bool {
    "+-*/<>=~!@#%^&|`?".contains(c)
}

/// How long the operator is that a text begins with: it ends before a comment, and with a sign only if it has a character that
/// no operator of the standard has.
///
/// Source: the rule `operator` of PostgreSQL's parser/scan.l.
fn operator_length(text: &str) -> usize {
    let end = text.find(|c| !is_operator(c)).unwrap_or(text.len());
    let run = text.get(..end).unwrap_or_default();
    let comment = run.find("--").into_iter().chain(run.find("/*")).min();
    let run = comment.and_then(|at| run.get(..at)).unwrap_or(run);
    let signs = !run.contains(|c| "~!@#%^&|`?".contains(c));
    let length = if signs { run.trim_end_matches(['+', '-']).len() } else { run.len() };
    length.max(1)
}

/// How long a quoted text is, with its quotes; a doubled quote does not end it.
fn quoted_length(text: &str, quote: char) -> usize {
    let mut quotes = text.match_indices(quote).skip(1);
    while let Some((at, _)) = quotes.next() {
        if text[at + 1..].starts_with(quote) {
            quotes.next();
        } else {
            return at + 1;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_expression_has_one_text() {
        for (one, other) in [
            ("a=-1", "a = -1"),
            ("a <> - 1 -- no one", "a<> -1"),
            ("(deleted_at IS NULL)", "\"deleted_at\"  is null"),
            ("((a) = 'It''s')", "(a)='It''s'"),
            ("lower( email )", "LOWER(email)"),
            ("a > 0 -- positive\n AND b", "a>0 and b"),
        ] {
            assert_eq!(plain_text(one), plain_text(other));
        }
        for (one, other) in [
            ("a != -1", "a !=- 1"),
            ("a = 'x'", "a = 'X'"),
            ("\"A\" > 0", "a > 0"),
            ("(a) or (b)", "a) or (b"),
            ("a b", "ab"),
        ] {
            assert_ne!(plain_text(one), plain_text(other));
        }
    }

    #[test]
    fn columns_are_renamed_as_whole_words() {
        assert_eq!(
            renamed_in("state is null and E'state'<>state_old", "state", "phase"),
            "phase is null and E'state'<>state_old"
        );
        assert_eq!(renamed_in("State  > \"state\"", "state", "Phase"), "\"Phase\"  > \"Phase\"");
    }
}
