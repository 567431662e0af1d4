//! A cursor over the tokens of one statement.
//!
//! sqlparser's tokens and helpers, with three things added: exact byte spans, words compared by their text (many of
//! PostgreSQL's keywords are none of sqlparser's), and errors that point at a token.
//!
//! sqlparser's own locations are lines and characters. Before the tokens are handed over, each location is replaced by the
//! token's number, so that a position, and the place in an error message, is an index into `spans`.

mod delegate;
mod words;

use ecow::{EcoString, eco_format};

use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::dialect::Postgres;
use super::psql_arguments::Value;
use super::scan::{Lexed, Lexeme};
use super::text::Text;
use super::{lexer, limits, names, tokens};
use crate::ast::Ident;
use crate::source::Span;

pub(super) static DIALECT: Postgres = Postgres;

/// Nesting that sqlparser may go into before it gives up with an error; its default of 50 is too low for real queries.
const RECURSION_LIMIT: usize = 200;

/// Tokens for which room is made before they are read.
const MOST_ROOM: usize = 256;

/// Why a statement could not be parsed, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct SyntaxError {
    /// Lower case, no period: "expected a column name, found )".
    pub message: String,
    /// The offending token, or an empty span at the end of the statement.
    pub at: Span,
}

/// Result of a piece of grammar.
pub type Parsed<T> = Result<T, SyntaxError>;

/// The tokens of one statement and a place among them.
pub struct Cursor<'a> {
    parser: Parser<'static>,
    spans: Vec<Span>,
    text: Text<'a>,
    end: usize,
    depth: usize,
    /// How many tokens may be read: fewer than there are inside of [`Cursor::limited`].
    limit: usize,
    template: bool,
    /// Behind the last token that sqlparser's own grammar has read; the end where it has failed.
    delegated: Option<usize>,
    /// Ours has less than PostgreSQL's somewhere.
    doubted: bool,
    /// Something stands for what is not known, or what others have written.
    stands_in: bool,
}

impl<'a> Cursor<'a> {
    /// Reads the tokens of `span` of a file, for tests of one piece of grammar.
    ///
    /// # Errors
    /// Those of [`Cursor::of_pieces`].
    #[cfg(test)]
    pub fn new(text: &'a str, span: Span) -> Parsed<Self> {
        Self::of_pieces(Text::of_file(text), &[span])
    }

    /// Reads the tokens of a statement, or of several pieces that stand for all of it.
    ///
    /// # Errors
    /// A token that PostgreSQL's lexer rules do not allow, such as an unterminated string, or nesting too deep to parse.
    pub fn of_pieces(text: Text<'a>, pieces: &[Span]) -> Parsed<Self> {
        Self::with_values(text, pieces, &[])
    }

    /// The same, where some of the pieces are variables of psql: what stands in their place is read.
    ///
    /// # Errors
    /// Those of [`Cursor::of_pieces`].
    pub fn with_values(text: Text<'a>, pieces: &[Span], values: &[Value]) -> Parsed<Self> {
        // Most statements have a token for every four bytes; a long one may be a single string.
        let room = pieces.iter().map(|piece| piece.len() / 4).sum::<usize>().min(MOST_ROOM);
        let (mut tokens, mut spans) = (Vec::with_capacity(room), Vec::with_capacity(room));
        for piece in pieces {
            let Some(value) = values.iter().find(|value| value.span == *piece) else {
                lexer::read(text, *piece, &mut tokens, &mut spans)?;
                continue;
            };
            let first = spans.len();
            let (inner, whole) = (Text::of_file(&value.text), Span::new(0, value.text.len()));
            lexer::read(inner, whole, &mut tokens, &mut spans).map_err(|error| SyntaxError { at: *piece, ..error })?;
            spans[first..].fill(*piece);
        }
        let cursor = Self::of_tokens(text, pieces.last().map_or(0, |piece| piece.end), tokens, spans)?;
        Ok(Self { stands_in: cursor.stands_in || pieces.len() > 1 || !values.is_empty(), ..cursor })
    }

    /// Reads the tokens of a statement whose lexemes are known; comments are not among them.
    ///
    /// # Errors
    /// Those of [`Cursor::of_pieces`].
    pub fn of_lexemes(text: Text<'a>, span: Span, lexemes: &[(Lexeme, Span)]) -> Parsed<Self> {
        let (mut tokens, mut spans) = (Vec::new(), Vec::new());
        tokens.reserve_exact(lexemes.len());
        spans.reserve_exact(lexemes.len());
        let lexed = lexemes.iter().map(|(lexeme, span)| Lexed { lexeme: *lexeme, span: *span, unclosed: None });
        lexer::read_lexemes(text, span, lexed, &mut tokens, &mut spans)?;
        Self::of_tokens(text, span.end, tokens, spans)
    }

    fn of_tokens(text: Text<'a>, end: usize, mut tokens: Vec<TokenWithSpan>, spans: Vec<Span>) -> Parsed<Self> {
        let depth = limits::depth(&tokens, &spans)?;
        let template = is_template(&tokens);
        let stands_in = tokens.iter().any(|token| is_placeholder(&token.token));
        tokens::prepare(&mut tokens);
        let limit = spans.len();
        Ok(Self {
            parser: parser(tokens),
            spans,
            text,
            end,
            depth,
            limit,
            template,
            delegated: None,
            doubted: false,
            stands_in,
        })
    }

    /// Reads the tokens of a statement that stands in no file as it is; `place` gives the place of a part of it in `file`.
    ///
    /// # Errors
    /// Those of [`Cursor::of_pieces`].
    pub fn placed(made_up: Text<'a>, statement: Span, file: Text<'a>, place: impl Fn(Span) -> Span) -> Parsed<Self> {
        let mut cursor =
            Self::of_pieces(made_up, &[statement]).map_err(|error| SyntaxError { at: place(error.at), ..error })?;
        cursor.spans.iter_mut().for_each(|span| *span = place(*span));
        (cursor.text, cursor.end) = (file, place(statement).end);
        Ok(cursor)
    }

    /// The text that it reads.
    pub fn text(&self) -> Text<'a> {
        self.text
    }

    /// How deep the tree of the statement may be, in the units of [`limits`].
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// Whether placeholders are all there is: what the statement will be is not known.
    pub fn is_template(&self) -> bool {
        self.template
    }

    /// What PostgreSQL's grammar takes here is more than ours does: an error is not certain, here and behind it.
    pub fn doubt(&mut self) {
        self.doubted = true;
    }

    /// The same, where this finds an error.
    ///
    /// # Errors
    /// That of `read`.
    pub fn doubting<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        let found = read(self);
        if found.is_err() {
            self.doubt();
        }
        found
    }

    /// Whether an error is one that PostgreSQL's grammar finds too: it was found by ours, and not next to what sqlparser has
    /// read, which may have left off too early. Nor does it when a statement is cut off, unless INTO makes a name of its last
    /// word.
    pub fn is_certain(&self, error: &SyntaxError) -> bool {
        let at = self.spans.partition_point(|span| span.start < error.at.start);
        let is_word = |span: &Span, word: &str| self.text_of(*span).eq_ignore_ascii_case(word);
        let adds = || self.spans.first().is_some_and(|first| is_word(first, "INSERT") || is_word(first, "MERGE"));
        // EXISTS and the like are names too, where no parenthesis follows.
        let called = || error.message.starts_with("expected (");
        // An operator may stand behind its operand until 13.
        let is_operator = |span: &Span| self.text_of(*span).chars().all(|sign| "+-*/<>=~!@#%^&|`?".contains(sign));
        let named = || called() || self.spans.last().is_some_and(is_operator);
        let cut_off =
            || at == self.spans.len() && !named() && (adds() || !self.spans.iter().any(|span| is_word(span, "INTO")));
        !self.stands_in
            && !self.doubted
            && !self.may_misread(error)
            && (self.delegated.is_none_or(|behind| at > behind) || cut_off())
    }

    /// Whether a word is refused that is a name in some places, or one stands somewhere that is read as something else before
    /// the grammar sees it.
    fn may_misread(&self, error: &SyntaxError) -> bool {
        const REPLACED: &[&str] = &["ISNULL", "REPEATABLE", "SIMILAR", "TRIM"];
        let is_replaced = |span: &Span| REPLACED.iter().any(|word| self.text_of(*span).eq_ignore_ascii_case(word));
        // The list of a query may be empty.
        let nothing = self.spans.last().is_some_and(|last| self.text_of(*last).eq_ignore_ascii_case("ALL"));
        names::is_refused_column(error, self.text_of(error.at))
            || self.spans.iter().any(is_replaced)
            || nothing && error.at.is_empty()
    }

    /// Whether a placeholder comes.
    pub fn at_placeholder(&self) -> bool {
        is_placeholder(self.peek())
    }

    /// Index of the next token; at the end, that behind the last one.
    pub fn position(&self) -> usize {
        self.index_of(self.parser.peek_token_ref())
    }

    fn index_of(&self, token: &TokenWithSpan) -> usize {
        match token.span.start.line {
            0 => self.limit,
            number => number as usize - 1,
        }
    }

    /// Whether all tokens are read.
    pub fn at_end(&self) -> bool {
        self.position() == self.limit
    }

    /// The next token.
    pub fn peek(&self) -> &Token {
        &self.parser.peek_token_ref().token
    }

    /// The token `n` places ahead; 0 is the next one.
    pub fn peek_nth(&self, n: usize) -> &Token {
        // Constant time, as there is no white space among the tokens.
        &self.parser.token_at(self.parser.index() + n).token
    }

    /// Steps over the next token and gives its span.
    pub fn advance(&mut self) -> Span {
        let span = self.next_span();
        self.parser.advance_token();
        span
    }

    /// Steps back over the token read last.
    pub fn back(&mut self) {
        self.parser.prev_token();
    }

    /// Steps back to a position that was read before.
    pub fn back_to(&mut self, position: usize) {
        while self.position() > position {
            self.parser.prev_token();
        }
    }

    /// Span of the next token; empty at the end of the statement.
    pub fn next_span(&self) -> Span {
        self.span_of(self.position())
    }

    /// Span of the token `n` places ahead.
    pub fn span_nth(&self, n: usize) -> Span {
        self.span_of(self.index_of(self.parser.token_at(self.parser.index() + n)))
    }

    /// Span of the token with this index; empty at the end of the statement when there is none.
    pub fn span_of(&self, index: usize) -> Span {
        self.spans.get(index).copied().unwrap_or(Span::new(self.end, self.end))
    }

    /// Whether the token with this index stands behind ONLY, or `ONLY (`, that was dropped: see [`tokens`].
    pub fn is_behind_only(&self, index: usize) -> bool {
        let text =
            |back: usize| index.checked_sub(back).map(|index| self.text_of(self.span_of(index))).unwrap_or_default();
        let is_only = |text: &str| text.eq_ignore_ascii_case("only");
        is_only(text(1)) || text(1) == "(" && is_only(text(2))
    }

    /// From the token at `position` to the token read last.
    pub fn span_from(&self, position: usize) -> Span {
        let start = self.span_of(position);
        match self.position().checked_sub(1).and_then(|last| self.spans.get(last)) {
            Some(last) if last.end >= start.start => start.to(*last),
            _ => Span::new(start.start, start.start),
        }
    }

    /// Source text of a span.
    pub fn text_of(&self, span: Span) -> &'a str {
        self.text.slice(span)
    }

    /// Whether the next token is this symbol.
    pub fn at_symbol(&self, symbol: &Token) -> bool {
        self.peek() == symbol
    }

    /// Steps over this symbol if it comes next.
    pub fn eat_symbol(&mut self, symbol: &Token) -> bool {
        let found = self.at_symbol(symbol);
        if found {
            self.parser.advance_token();
        }
        found
    }

    /// Steps over this symbol, which must come next.
    ///
    /// # Errors
    /// Something else comes.
    pub fn expect_symbol(&mut self, symbol: &Token) -> Parsed<Span> {
        let span = self.next_span();
        if self.eat_symbol(symbol) { Ok(span) } else { self.expected(&symbol.to_string()) }
    }

    /// An error at the next token: "expected {what}, found {token}".
    ///
    /// # Errors
    /// Always.
    pub fn expected<T>(&self, what: &str) -> Parsed<T> {
        let at = self.next_span();
        let found = match at.is_empty() {
            true => "the end of the statement",
            false => self.text_of(at),
        };
        Err(SyntaxError { message: format!("expected {what}, found {}", shortened(found)), at })
    }

    /// Whether everything is read.
    ///
    /// # Errors
    /// A token is left.
    pub fn expect_end(&self) -> Parsed<()> {
        if self.at_end() { Ok(()) } else { self.expected("the end of the statement") }
    }

    /// An identifier, folded.
    ///
    /// # Errors
    /// Something else comes.
    pub fn ident(&mut self) -> Parsed<Ident> {
        let Token::Word(word) = self.peek() else {
            return self.expected("a name");
        };
        let name = fold(&word.value, word.quote_style.is_some());
        let span = self.advance();
        Ok(Ident { name, span })
    }

    /// `item, item, ...`
    ///
    /// # Errors
    /// The first one that `item` gives.
    pub fn comma_separated<T>(&mut self, mut item: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        let mut items = vec![item(self)?];
        while self.eat_symbol(&Token::Comma) {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// `(inner)`
    ///
    /// # Errors
    /// A parenthesis is missing, or the error of `inner`.
    pub fn parenthesized<T>(&mut self, inner: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.expect_symbol(&Token::LParen)?;
        let value = inner(self)?;
        self.expect_symbol(&Token::RParen)?;
        Ok(value)
    }

    /// Steps over a balanced `( ... )` and gives its span, or does nothing when no parenthesis comes.
    ///
    /// # Errors
    /// The closing parenthesis is missing.
    pub fn skip_parentheses(&mut self) -> Parsed<Option<Span>> {
        if !self.at_symbol(&Token::LParen) {
            return Ok(None);
        }
        let start = self.position();
        let mut depth = 0usize;
        loop {
            match self.peek() {
                Token::LParen => depth += 1,
                Token::RParen => depth -= 1,
                Token::EOF => return self.expected(")"),
                _ => {}
            }
            self.advance();
            if depth == 0 {
                return Ok(Some(self.span_from(start)));
            }
        }
    }
}

/// Whether a token stands in for a placeholder of a template or a variable of psql.
pub(super) fn is_placeholder(token: &Token) -> bool {
    matches!(token, Token::Word(word) if word.quote_style == Some(lexer::PLACEHOLDER))
}

fn is_template(tokens: &[TokenWithSpan]) -> bool {
    !tokens.is_empty() && tokens.iter().all(|token| is_placeholder(&token.token))
}

fn parser(tokens: Vec<TokenWithSpan>) -> Parser<'static> {
    Parser::new(&DIALECT).with_recursion_limit(RECURSION_LIMIT).with_tokens_with_locations(tokens)
}

/// Folds an identifier as PostgreSQL does: ASCII letters to lower case unless quoted.
pub fn fold(name: &str, quoted: bool) -> EcoString {
    match quoted || !name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => name.into(),
        false => name.to_ascii_lowercase().into(),
    }
}

/// A token for a message: one line, at most 40 characters.
fn shortened(token: &str) -> EcoString {
    let line = token.lines().next().unwrap_or_default();
    match line.char_indices().nth(40) {
        Some((cut, _)) => eco_format!("{}...", &line[..cut]),
        None => line.into(),
    }
}
