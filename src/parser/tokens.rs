//! What sqlparser misreads and PostgreSQL does not, put right among the tokens before either grammar sees them.
//!
//! A token that is dropped keeps its number, and one that is put in takes that of its neighbour: places are found through
//! the numbers, not by counting.

mod concerns;
mod queries;

use sqlparser::ast as sql;
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan, Word};

use super::calls;
use super::query::PREPARED;

/// The field that stands for all of `(value).*`.
pub(super) const ALL_FIELDS: &str = "*";

/// Words behind which ONLY belongs to a table that is read; sqlparser would take it for the table.
const BEFORE_ONLY: &[&str] = &["FROM", "JOIN", "USING", "UPDATE"];

/// Words that may follow a table and no operator.
const BEHIND_STAR: &[&str] =
    &["AS", "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "JOIN", "ON", "LEFT", "INNER", "CROSS"];

/// Reserved words that may follow the list of SELECT.
const BEHIND_COLUMNS: &[&str] =
    &["FROM", "INTO", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "UNION", "EXCEPT", "INTERSECT", "FOR", "OFFSET"];

/// Words behind which TABLE belongs to SELECT ... INTO.
const BEFORE_NEW_TABLE: &[&str] = &["INTO", "TEMP", "TEMPORARY", "UNLOGGED", "LOCAL", "GLOBAL"];

/// What stands between two queries.
const SET_OPERATORS: &[&str] = &["UNION", "EXCEPT", "INTERSECT"];

/// Words before what an operator compares with.
const QUANTIFIERS: &[&str] = &["ANY", "ALL", "SOME"];

/// Words that statements start with and that are no operators.
const VERBS: &[&str] = &[
    "ALTER", "BEGIN", "COMMENT", "COMMIT", "CREATE", "DELETE", "DO", "DROP", "GRANT", "INSERT", "REVOKE", "SELECT",
    "SET", "TRUNCATE", "UPDATE", "WITH",
];

/// Whether the lower bound of a BETWEEN says that the bounds may stand in any order.
pub(super) fn is_symmetric(low: &sql::Expr) -> bool {
    matches!(low, sql::Expr::UnaryOp { op: sql::UnaryOperator::Plus, .. })
}

/// Rewrites tokens in place.
pub(super) fn prepare(tokens: &mut Vec<TokenWithSpan>) {
    calls::flatten(tokens);
    if concerns::any(tokens) {
        *tokens = rewritten(std::mem::take(tokens));
    }
}

fn rewritten(source: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut reading = Reading { kept: Vec::with_capacity(source.len()), ..Reading::default() };
    let mut rest = without_leading_tag(source).into_iter().peekable();
    while let Some(token) = rest.next() {
        let next = rest.peek().map(|next| &next.token);
        if !reading.replaces(&token, next) {
            reading.kept.push(token);
        }
    }
    reading.kept
}

/// A tag that puts a text of its own in front of a statement, as `{{ template "header" }}` does, needs no semicolon.
fn without_leading_tag(mut tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    if concerns::has_leading_tag(&tokens) {
        tokens.remove(0);
    }
    tokens
}

/// What the tokens so far say.
#[derive(Default)]
struct Reading {
    kept: Vec<TokenWithSpan>,
    /// FROM was met: a comma may stand before another table.
    from: bool,
    /// Inside the parentheses of `ONLY (table)`.
    only_parentheses: bool,
    /// Behind the OF of a locking clause.
    lock_names: bool,
    /// In the parentheses of SUBSTRING(text SIMILAR pattern ESCAPE character).
    similar: bool,
    /// The places in `kept` of the parentheses that are open.
    open: Vec<usize>,
    /// The place of the opening one of the pair that was closed last.
    closed: usize,
    /// Between USING ( and AS, and then behind that AS.
    join_columns: bool,
    behind_join_columns: bool,
    join_alias: bool,
    /// In the EXCLUDE clause of a window frame.
    frame_exclusion: bool,
    /// `(value).` was met, and a star comes.
    star: bool,
}

impl Reading {
    /// The token kept last, or the one before it, and so on.
    fn last(&self, n: usize) -> Option<&Token> {
        self.kept.len().checked_sub(n + 1).map(|index| &self.kept[index].token)
    }

    fn behind(&self, n: usize, words: &[&str]) -> bool {
        self.last(n).is_some_and(|last| is_word(last, words))
    }

    fn push(&mut self, token: Token, place: &TokenWithSpan) {
        self.kept.push(TokenWithSpan { token, span: place.span });
    }

    /// Whether a token was dropped, or something else put in its place.
    fn replaces(&mut self, token: &TokenWithSpan, next: Option<&Token>) -> bool {
        match &token.token {
            Token::Word(_) if std::mem::take(&mut self.join_alias) => true,
            Token::Word(word) if word.quote_style.is_none() => self.replaces_word(token, word, next),
            Token::Comma if self.lock_names => {
                // sqlparser takes one name behind OF, but several clauses.
                ["FOR", "UPDATE", "OF"].into_iter().for_each(|word| self.push(Token::make_keyword(word), token));
                true
            }
            Token::Comma => {
                self.list_of_queries();
                false
            }
            Token::LParen if self.only_parentheses => true,
            Token::RParen if self.only_parentheses => {
                self.only_parentheses = false;
                true
            }
            Token::LParen => {
                self.open.push(self.kept.len());
                self.join_columns = self.behind(0, &["USING"]) && !next.is_some_and(|next| is_word(next, PREPARED));
                self.column_definitions(token, next)
            }
            Token::RParen => {
                self.closed = self.open.pop().unwrap_or_default();
                self.similar = false;
                self.behind_join_columns = std::mem::take(&mut self.join_columns);
                (self.frame_exclusion, self.lock_names) = (false, false);
                false
            }
            // `(value).*`, which sqlparser does not take, is a field with a name that no field has.
            Token::Period if next == Some(&Token::Mul) && self.last(0) == Some(&Token::RParen) => {
                self.push(Token::Period, token);
                self.push(Token::make_word(ALL_FIELDS, Some('"')), token);
                self.star = true;
                true
            }
            // `row.*::type`: the star changes nothing.
            Token::Mul if next == Some(&Token::DoubleColon) && self.last(0) == Some(&Token::Period) => {
                self.kept.pop();
                true
            }
            Token::Mul => std::mem::take(&mut self.star) || self.is_descendant_star(next),
            _ => false,
        }
    }

    fn replaces_word(&mut self, token: &TokenWithSpan, word: &Word, next: Option<&Token>) -> bool {
        let is = |keyword: Keyword| word.keyword == keyword;
        let reads = |text: &str| is(Keyword::NoKeyword) && word.value.eq_ignore_ascii_case(text);
        self.follow(&is, next);
        let closed = std::mem::take(&mut self.behind_join_columns) && self.last(0) == Some(&Token::RParen);
        if is(Keyword::AS) && closed && matches!(next, Some(Token::Word(_))) {
            self.join_alias = true;
            return true;
        }
        if is(Keyword::ONLY) && self.before_table() && !self.before_target() {
            self.only_parentheses = next == Some(&Token::LParen);
            self.only_parentheses || matches!(next, Some(Token::Word(_)))
        } else if is(Keyword::TABLE) && next.is_some_and(may_be_table) && self.before_query() {
            // `TABLE name` for short; sqlparser forgets how the name was quoted.
            self.push(Token::make_keyword("SELECT"), token);
            self.push(Token::Mul, token);
            self.push(Token::make_keyword("FROM"), token);
            true
        } else if is(Keyword::SIMILAR) && next.is_some_and(|next| is_word(next, &["TO"])) {
            // LIKE would have the pattern matched with known rows, ILIKE is only read.
            self.push(Token::make_keyword("ILIKE"), token);
            true
        } else if is(Keyword::SIMILAR) && self.in_substring() {
            self.similar = true;
            self.push(Token::make_keyword("FROM"), token);
            true
        } else if is(Keyword::SELECT) && self.before_end_of_query(next) {
            self.push(Token::make_keyword("SELECT"), token);
            self.column_of_nothing();
            true
        } else if is(Keyword::LOCAL) && self.behind(0, &["AT"]) {
            self.push(Token::make_keyword("TIME"), token);
            self.push(Token::make_keyword("ZONE"), token);
            self.push(Token::SingleQuotedString("local".to_owned()), token);
            true
        } else if is(Keyword::UNBOUNDED) && !next.is_some_and(|next| is_word(next, &["PRECEDING", "FOLLOWING"])) {
            // A name: sqlparser asks for no more when it meets the keyword.
            self.push(Token::make_word("unbounded", Some('"')), token);
            true
        } else if is(Keyword::ESCAPE) && std::mem::take(&mut self.similar) {
            self.push(Token::make_keyword("FOR"), token);
            true
        } else if reads("DOCUMENT") && (self.behind(0, &["IS"]) || self.behind(0, &["NOT"]) && self.behind(1, &["IS"]))
        {
            self.push(Token::make_keyword("TRUE"), token);
            true
        } else if reads("ISNULL") && next != Some(&Token::LParen) && self.is_behind_operand() {
            self.push(Token::make_keyword("IS"), token);
            self.push(Token::make_keyword("NULL"), token);
            true
        } else if is(Keyword::SYMMETRIC) && self.behind(0, &["BETWEEN"]) {
            // A sign that says nothing by itself: see [`is_symmetric`].
            self.push(Token::Plus, token);
            true
        } else {
            self.frame_exclusion || self.is_surplus(&is, next)
        }
    }

    /// Whether the innermost parenthesis that is open is that of SUBSTRING, behind its first argument.
    fn in_substring(&self) -> bool {
        let opened = self.open.last().copied().filter(|at| at + 1 < self.kept.len());
        let called = opened.and_then(|at| self.kept.get(at.checked_sub(1)?));
        called.is_some_and(|called| is_word(&called.token, &["SUBSTRING"]))
    }

    /// Whether the token kept last may end an operand.
    fn is_behind_operand(&self) -> bool {
        const BEFORE_NAME: &[&str] = &["AS", "DOMAIN", "EXISTS", "FUNCTION", "PROCEDURE", "ROUTINE", "TYPE"];
        let begins = |last: &Token| matches!(last, Token::Comma | Token::LParen | Token::Period);
        self.last(0).is_some_and(|last| !begins(last) && !is_word(last, BEFORE_NAME))
    }

    /// Takes note of the clause that a word starts or ends.
    fn follow(&mut self, is: &impl Fn(Keyword) -> bool, next: Option<&Token>) {
        self.from |= is(Keyword::FROM);
        if is(Keyword::UNION) || is(Keyword::EXCEPT) || is(Keyword::INTERSECT) {
            self.operand_of_set();
        } else if is(Keyword::VALUES) && self.behind(1, QUANTIFIERS) && self.last(0) == Some(&Token::LParen) {
            self.query_of_nothing(self.kept.len());
        } else if is(Keyword::INTO) {
            self.column_of_nothing();
        }
        let quantifies = is(Keyword::ANY) || is(Keyword::ALL) || is(Keyword::SOME);
        if quantifies && next == Some(&Token::LParen) {
            self.compare();
        }
        self.lock_names &= self.behind(0, &["OF"]) || self.last(0) == Some(&Token::Period);
        self.lock_names |= is(Keyword::OF) && self.behind(0, &["UPDATE", "SHARE"]) && self.behind(1, &["FOR"]);
        let frame_ends =
            || self.behind(0, &["PRECEDING", "FOLLOWING"]) || self.behind(0, &["ROW"]) && self.behind(1, &["CURRENT"]);
        self.frame_exclusion |= is(Keyword::EXCLUDE) && frame_ends();
        if (is(Keyword::PRECEDING) || is(Keyword::FOLLOWING)) && self.last(1) == Some(&Token::DoubleColon) {
            // `'1 day'::interval PRECEDING`: sqlparser takes plain literals only.
            self.kept.truncate(self.kept.len() - 2);
        }
    }

    /// sqlparser takes few operators before ANY and ALL; which of the others it is does not matter to us.
    fn compare(&mut self) {
        if let Some(TokenWithSpan { token, .. }) = self.kept.last_mut()
            && let Token::CustomBinaryOperator(_) | Token::Plus | Token::Minus | Token::Mul | Token::StringConcat =
                token
        {
            *token = Token::Neq;
        }
    }

    /// Words that sqlparser does not expect where they stand, and that change nothing we ask.
    fn is_surplus(&self, is: &impl Fn(Keyword) -> bool, next: Option<&Token>) -> bool {
        let comes = |words: &[&str]| next.is_some_and(|next| is_word(next, words));
        is(Keyword::TO) && self.behind(0, &["ILIKE"])
            || is(Keyword::NO) && self.behind(0, &["FOR"]) && comes(&["KEY"])
            || is(Keyword::KEY) && self.behind(0, &["FOR"]) && comes(&["UPDATE", "SHARE"])
    }

    /// Whether a query may start here, so that TABLE is its verb and no kind of object.
    fn before_query(&self) -> bool {
        let inserts = self.kept.first().is_some_and(|first| is_word(&first.token, &["INSERT", "WITH"]));
        match self.last(0) {
            None | Some(Token::LParen) => true,
            Some(last) if inserts => !is_word(last, BEFORE_NEW_TABLE),
            Some(last) => is_word(last, &["UNION", "EXCEPT", "INTERSECT", "ALL", "DISTINCT", "AS"]),
        }
    }

    fn before_table(&self) -> bool {
        self.from && self.last(0) == Some(&Token::Comma) || self.behind(0, BEFORE_ONLY)
    }

    /// Whether the table of a write comes, of which our own grammar reads ONLY.
    fn before_target(&self) -> bool {
        self.behind(0, &["UPDATE"]) || self.behind(1, &["DELETE", "MERGE"])
    }

    /// `f(x) AS (a int, b text)`: sqlparser asks for an alias between.
    fn column_definitions(&mut self, token: &TokenWithSpan, next: Option<&Token>) -> bool {
        let alias = self.from
            && self.behind(0, &["AS"])
            && self.last(1) == Some(&Token::RParen)
            && matches!(next, Some(Token::Word(_)))
            && !next.is_some_and(|next| is_word(next, PREPARED));
        if alias {
            self.push(Token::make_word("columns", Some('"')), token);
        }
        false
    }

    /// `FROM parent *` reads the children too, as it does without the star.
    fn is_descendant_star(&self, next: Option<&Token>) -> bool {
        let ends = match next {
            Some(Token::Comma | Token::RParen) | None => true,
            Some(Token::Word(_)) if self.open.is_empty() => true,
            Some(next) => is_word(next, BEHIND_STAR),
        };
        ends && matches!(self.last(0), Some(Token::Word(_))) && self.behind(1, &["FROM", "JOIN"])
    }
}

/// Whether a table's name may start here; not so in `SELECT a AS table FROM b`.
fn may_be_table(token: &Token) -> bool {
    matches!(token, Token::Word(_)) && !is_word(token, BEHIND_COLUMNS)
}

pub(super) fn is_word(token: &Token, texts: &[&str]) -> bool {
    matches!(token, Token::Word(word) if word.quote_style.is_none()
        && texts.iter().any(|text| word.value.eq_ignore_ascii_case(text)))
}
