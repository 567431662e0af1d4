//! Calls whose arguments are a language of their own, and that sqlparser knows in part or not at all: the functions of SQL/JSON
//! and XML, JSON_TABLE, XMLTABLE, ROWS FROM, and the sets of GROUP BY. They become plain calls of what they read.

mod skip;

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan, Word};

use super::cursor::is_placeholder;
use super::query::QUERIES;
use super::tokens::is_word;

/// Functions that take keywords among their arguments.
const KEYWORD_CALLS: &[&str] = &[
    "JSON",
    "JSON_ARRAY",
    "JSON_ARRAYAGG",
    "JSON_EXISTS",
    "JSON_OBJECT",
    "JSON_OBJECTAGG",
    "JSON_QUERY",
    "JSON_SCALAR",
    "JSON_SERIALIZE",
    "JSON_TABLE",
    "JSON_VALUE",
    "XMLATTRIBUTES",
    "XMLCONCAT",
    "XMLELEMENT",
    "XMLEXISTS",
    "XMLFOREST",
    "XMLNAMESPACES",
    "XMLPARSE",
    "XMLPI",
    "XMLROOT",
    "XMLSERIALIZE",
    "XMLTABLE",
];

/// Sets of grouping columns.
const GROUPINGS: &[&str] = &["CUBE", "ROLLUP"];

/// Words behind which nothing of a call is read any more.
const LAST: &[&str] = &["RETURNING", "KEEP", "OMIT", "ABSENT", "DEFAULT", "COLUMNS", "PLAN", "INDENT", "STANDALONE"];

/// Words that start the last part when ON, ARRAY or OBJECT follows.
const OUTCOMES: &[&str] = &["NULL", "ERROR", "EMPTY", "TRUE", "FALSE", "UNKNOWN"];

/// Words behind WITH and WITHOUT in a call.
const WITH: &[&str] = &["UNIQUE", "WRAPPER", "CONDITIONAL", "UNCONDITIONAL", "ARRAY"];

/// A pair of parentheses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    /// No business of ours.
    Plain,
    /// The arguments of one of [`KEYWORD_CALLS`].
    Call,
    /// Those of TRIM.
    Trim,
    /// The query of JSON_ARRAY(SELECT ...).
    Query,
    /// Those of ROWS FROM.
    Rows,
    /// Those of GROUPING SETS, CUBE or ROLLUP, and what is in them.
    Grouping,
}

/// Rewrites tokens in place.
pub(super) fn flatten(tokens: &mut Vec<TokenWithSpan>) {
    let concerns = |token: &TokenWithSpan| {
        starts_like_any(&token.token)
            && (is_word(&token.token, KEYWORD_CALLS)
                || is_word(&token.token, GROUPINGS)
                || is_word(&token.token, &["ROWS", "GROUPING", "COLLATION", "GROUP", "REPEATABLE", "FETCH", "TRIM"]))
    };
    if tokens.iter().any(concerns) {
        let source = std::mem::take(tokens);
        let mut flattening = Flattening {
            source: &source,
            at: 0,
            kept: Vec::with_capacity(source.len()),
            levels: Vec::new(),
            grouped: false,
        };
        while flattening.at < source.len() {
            flattening.step();
        }
        *tokens = flattening.kept;
    }
}

/// Whether the first letters are those of a word that [`flatten`] looks for: few words are left to be compared.
fn starts_like_any(token: &Token) -> bool {
    let Token::Word(word) = token else { return false };
    let [first, second, ..] = word.value.as_bytes() else { return false };
    matches!(
        (first.to_ascii_lowercase(), second.to_ascii_lowercase()),
        (b'c', b'o' | b'u')
            | (b'f', b'e')
            | (b'g', b'r')
            | (b'j', b's')
            | (b'r', b'e' | b'o')
            | (b't', b'r')
            | (b'x', b'm')
    )
}

struct Flattening<'s> {
    source: &'s [TokenWithSpan],
    at: usize,
    kept: Vec<TokenWithSpan>,
    levels: Vec<Level>,
    /// GROUP BY was met.
    grouped: bool,
}

impl Flattening<'_> {
    fn peek(&self, n: usize) -> Option<&Token> {
        self.source.get(self.at + n).map(|token| &token.token)
    }

    fn comes(&self, n: usize, words: &[&str]) -> bool {
        self.peek(n).is_some_and(|token| is_word(token, words))
    }

    fn comes_symbol(&self, n: usize, symbol: &Token) -> bool {
        self.peek(n) == Some(symbol)
    }

    fn level(&self) -> Level {
        self.levels.last().copied().unwrap_or(Level::Plain)
    }

    fn keep(&mut self) {
        self.kept.extend(self.source.get(self.at).cloned());
        self.at += 1;
    }

    /// Puts a token in the place of the next `count`.
    fn replace(&mut self, count: usize, token: Token) {
        self.kept.extend(self.source.get(self.at).map(|place| TokenWithSpan { token, span: place.span }));
        self.at += count;
    }

    fn step(&mut self) {
        match self.peek(0) {
            Some(Token::LParen) => {
                self.levels.push(if self.level() == Level::Grouping { Level::Grouping } else { Level::Plain });
                self.keep();
                self.empty_set();
            }
            Some(Token::RParen) => {
                self.levels.pop();
                self.keep();
            }
            Some(Token::Colon) if self.level() == Level::Call => self.replace(1, Token::Comma),
            Some(Token::Word(word)) if word.quote_style.is_none() => self.word(),
            // `key :value`, where psql would see a variable.
            Some(token) if is_placeholder(token) && self.level() == Level::Call && self.behind_operand() => {
                self.replace(0, Token::Comma);
                self.keep();
            }
            _ => self.keep(),
        }
    }

    /// `()` stands for the set of no columns.
    fn empty_set(&mut self) {
        let empty = self.comes_symbol(0, &Token::RParen);
        let grouping = self.level() == Level::Grouping
            || self
                .kept
                .iter()
                .rev()
                .nth(1)
                .is_some_and(|token| is_word(&token.token, &["BY"]) || token.token == Token::Comma && self.grouped);
        if empty && grouping {
            self.replace(0, Token::make_keyword("NULL"));
        }
    }

    fn word(&mut self) {
        self.grouped |= self.comes(0, &["GROUP"]);
        let opens = self.comes_symbol(1, &Token::LParen);
        if opens && self.comes(0, KEYWORD_CALLS) && self.comes(2, QUERIES) {
            self.replace(1, Token::make_keyword("ARRAY"));
            self.levels.push(Level::Query);
            self.keep();
        } else if opens && self.comes(0, KEYWORD_CALLS) {
            self.call(1, None, Level::Call);
        } else if opens && self.comes(0, &["TRIM"]) && self.kept.last().is_none_or(|last| last.token != Token::Period) {
            self.trim();
        } else if self.level() == Level::Trim && self.comes(0, &["FROM"]) {
            self.replace(1, Token::Comma);
        } else if opens && self.comes(0, GROUPINGS) {
            self.call(1, None, Level::Grouping);
        } else if self.comes(0, &["GROUPING"]) && self.comes(1, &["SETS"]) && self.comes_symbol(2, &Token::LParen) {
            self.call(2, Some("grouping_sets"), Level::Grouping);
        } else if self.comes(0, &["ROWS"]) && self.comes(1, &["FROM"]) && self.comes_symbol(2, &Token::LParen) {
            self.call(2, Some("rows_from"), Level::Rows);
        } else if self.comes(0, &["COLLATION"]) && self.comes(1, &["FOR"]) {
            self.replace(2, plain_word("pg_collation_for"));
        } else if self.comes(0, &["DISTINCT"]) && self.behind(&["BY"]) || self.is_all_of_sets() {
            self.at += 1;
        } else if self.comes(0, &["REPEATABLE"]) && opens && self.is_behind_call() {
            self.at += 1;
            self.skip_group();
        } else if self.comes(0, &["FIRST", "NEXT"]) && self.behind(&["FETCH"]) {
            self.keep();
            self.row_count();
        } else if self.level() == Level::Query && self.comes(0, &["RETURNING", "FORMAT"]) {
            self.skip_rest();
        } else if self.level() == Level::Rows && self.comes(0, &["AS"]) {
            self.at += 1;
            self.skip_group();
        } else if self.level() == Level::Call {
            self.keyword();
        } else {
            self.keep();
        }
    }

    fn behind(&self, words: &[&str]) -> bool {
        self.kept.last().is_some_and(|last| is_word(&last.token, words))
    }

    /// Whether a closing parenthesis stands before, as it does before `REPEATABLE (seed)`.
    fn is_behind_call(&self) -> bool {
        self.kept.last().is_some_and(|last| last.token == Token::RParen)
    }

    /// `GROUP BY ALL ROLLUP (...)`
    fn is_all_of_sets(&self) -> bool {
        self.comes(0, &["ALL"]) && self.behind(&["BY"]) && (self.comes(1, GROUPINGS) || self.comes(1, &["GROUPING"]))
    }

    /// The number behind FETCH FIRST, which may be any expression in parentheses.
    fn row_count(&mut self) {
        if self.comes_symbol(0, &Token::LParen) || self.peek(0).is_some_and(is_placeholder) {
            self.replace(0, Token::Number("1".to_owned(), false));
            self.at += usize::from(!self.comes_symbol(0, &Token::LParen));
            self.skip_group();
        }
    }

    /// A name of `count` words that is called; sqlparser is to see no keyword in it.
    fn call(&mut self, count: usize, name: Option<&str>, level: Level) {
        let written = match self.peek(0) {
            Some(Token::Word(word)) => word.value.clone(),
            _ => String::new(),
        };
        self.replace(count, plain_word(name.unwrap_or(&written)));
        self.levels.push(level);
        self.keep();
        if self.comes(0, &["DOCUMENT", "CONTENT"]) && !matches!(self.peek(1), Some(Token::Comma | Token::RParen)) {
            self.at += 1;
        }
        if self.comes(0, &["NAME"]) && matches!(self.peek(1), Some(Token::Word(_))) {
            self.at += 1;
            self.replace(1, Token::SingleQuotedString(String::new()));
        }
        self.empty_set();
    }

    /// `TRIM ([LEADING | TRAILING | BOTH] [characters] [FROM] text, ...)` is a call of another function.
    fn trim(&mut self) {
        let (words, name) = match self.peek(2) {
            Some(side) if is_word(side, &["LEADING"]) => (1, "ltrim"),
            Some(side) if is_word(side, &["TRAILING"]) => (1, "rtrim"),
            Some(side) if is_word(side, &["BOTH"]) => (1, "btrim"),
            _ => (0, "btrim"),
        };
        self.call(1, Some(name), Level::Trim);
        self.at += words;
        self.at += usize::from(self.comes(0, &["FROM"]));
    }

    /// A word among the arguments of a call.
    fn keyword(&mut self) {
        let outcome = self.comes(0, OUTCOMES) && self.comes(1, &["ON", "ARRAY", "OBJECT"]);
        let with = self.comes(0, &["WITH", "WITHOUT"]) && self.comes(1, WITH);
        if self.comes(0, LAST) || outcome || with {
            self.skip_rest();
        } else if self.comes(0, &["PASSING"]) || self.comes(0, &["VALUE"]) && self.behind_operand() {
            self.replace(1, Token::Comma);
        } else if self.comes(0, &["FORMAT"]) && self.comes(1, &["JSON"]) {
            self.at += if self.comes(2, &["ENCODING"]) { 4 } else { 2 };
        } else if self.comes(0, &["BY"]) && self.comes(1, &["REF", "VALUE"])
            || self.comes(0, &["PRESERVE", "STRIP"]) && self.comes(1, &["WHITESPACE"])
        {
            self.at += 2;
        } else if self.comes(0, &["VERSION"]) && self.comes(1, &["NO"]) {
            self.replace(3, Token::make_keyword("NULL"));
        } else if self.comes(0, &["VERSION"]) && !matches!(self.peek(1), Some(Token::Comma | Token::RParen)) {
            self.at += 1;
        } else if self.comes(0, &["AS"]) {
            self.skip_alias();
        } else {
            self.keep();
        }
    }

    fn behind_operand(&self) -> bool {
        !matches!(self.kept.last().map(|last| &last.token), None | Some(Token::Comma | Token::LParen))
    }
}

fn plain_word(name: &str) -> Token {
    Token::Word(Word { value: name.to_owned(), quote_style: None, keyword: Keyword::NoKeyword })
}
