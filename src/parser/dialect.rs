//! sqlparser's PostgreSQL dialect, with the gaps in its expressions filled.

use sqlparser::ast as sql;
use sqlparser::dialect::{Dialect, PostgreSqlDialect, Precedence};
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Token;

const POSTGRES: PostgreSqlDialect = PostgreSqlDialect {};

/// PostgreSQL as it is.
#[derive(Debug)]
pub(super) struct Postgres;

/// Methods that say what PostgreSqlDialect says.
macro_rules! as_in_sqlparser {
    ($($name:ident($($argument:ident: $kind:ty),*) -> $result:ty;)*) => {
        $(fn $name(&self, $($argument: $kind),*) -> $result { POSTGRES.$name($($argument),*) })*
    };
}

impl Dialect for Postgres {
    // All methods that PostgreSqlDialect 0.63 overrides but XML, which `calls` reads, and `dialect`, by which sqlparser knows it.
    as_in_sqlparser! {
        dialect() -> std::any::TypeId;
        identifier_quote_style(name: &str) -> Option<char>;
        is_delimited_identifier_start(ch: char) -> bool;
        is_identifier_start(ch: char) -> bool;
        is_identifier_part(ch: char) -> bool;
        supports_unicode_string_literal() -> bool;
        is_reserved_for_identifier(word: Keyword) -> bool;
        is_table_alias(word: &Keyword, parser: &mut Parser) -> bool;
        is_custom_operator_part(ch: char) -> bool;
        get_next_precedence(parser: &Parser) -> Option<Result<u8, ParserError>>;
        supports_filter_during_aggregation() -> bool;
        supports_group_by_expr() -> bool;
        supports_alter_user_as_alter_role() -> bool;
        prec_value(precedence: Precedence) -> u8;
        allow_extract_custom() -> bool;
        allow_extract_single_quotes() -> bool;
        supports_create_index_with_clause() -> bool;
        supports_explain_with_utility_options() -> bool;
        supports_listen_notify() -> bool;
        supports_exclude_constraint() -> bool;
        supports_factorial_operator() -> bool;
        supports_bitwise_shift_operators() -> bool;
        supports_comment_on() -> bool;
        supports_load_extension() -> bool;
        supports_named_fn_args_with_colon_operator() -> bool;
        supports_named_fn_args_with_expr_name() -> bool;
        supports_empty_projections() -> bool;
        supports_nested_comments() -> bool;
        supports_string_escape_constant() -> bool;
        supports_numeric_literal_underscores() -> bool;
        supports_array_typedef_with_brackets() -> bool;
        supports_geometric_types() -> bool;
        supports_order_by_using_operator() -> bool;
        supports_set_names() -> bool;
        supports_alter_column_type_using() -> bool;
        supports_left_associative_joins_without_parens() -> bool;
        supports_notnull_operator() -> bool;
        supports_interval_options() -> bool;
        supports_insert_table_alias() -> bool;
        supports_create_table_like_parenthesized() -> bool;
        supports_select_wildcard_with_alias() -> bool;
        supports_comma_separated_trim() -> bool;
        supports_aliased_function_args() -> bool;
        supports_comment_optimizer_hint() -> bool;
    }

    /// `VARIADIC array`, and a string behind the name of a type that sqlparser does not know.
    fn parse_prefix(&self, parser: &mut Parser) -> Option<Result<sql::Expr, ParserError>> {
        if let Token::CustomBinaryOperator(_) | Token::ShiftLeft | Token::ShiftRight = &parser.peek_token_ref().token {
            parser.advance_token();
            let operand = parser.parse_subexpr(POSTGRES.prec_value(Precedence::PgOther));
            // Which operator it is does not matter to us.
            return Some(
                operand.map(|expr| sql::Expr::UnaryOp { op: sql::UnaryOperator::PGAbs, expr: Box::new(expr) }),
            );
        }
        if let Some(operand) = operand(parser) {
            return Some(operand);
        }
        let Token::Word(word) = &parser.peek_token_ref().token else { return None };
        if word.quote_style.is_some() {
            return None;
        }
        if word.value.eq_ignore_ascii_case("VARIADIC") {
            parser.advance_token();
            return Some(parser.parse_expr());
        }
        let text = matches!(word.keyword, Keyword::NoKeyword | Keyword::NAME | Keyword::XML)
            && matches!(parser.peek_nth_token_ref(1).token, Token::SingleQuotedString(_))
            && !word.value.starts_with('_');
        text.then(|| {
            parser.advance_token();
            parser.parse_value().map(sql::Expr::Value)
        })
    }

    /// `a::text COLLATE "C"`: sqlparser takes COLLATE behind a name or literal only.
    fn parse_infix(
        &self,
        parser: &mut Parser,
        expr: &sql::Expr,
        _precedence: u8,
    ) -> Option<Result<sql::Expr, ParserError>> {
        if !parser.parse_keyword(Keyword::COLLATE) {
            return None;
        }
        let collation = parser.parse_object_name(false);
        Some(collation.map(|collation| sql::Expr::Collate { expr: Box::new(expr.clone()), collation }))
    }
}

/// A literal, or a word that is no keyword and has nothing behind it that could make it anything but a name. sqlparser would take
/// each of them for a type first, and write an error message when it is none.
fn operand(parser: &mut Parser) -> Option<Result<sql::Expr, ParserError>> {
    let first = parser.peek_token_ref();
    match &first.token {
        Token::Number(..) | Token::SingleQuotedString(_) => Some(parser.parse_value().map(sql::Expr::Value)),
        Token::Word(word)
            if word.keyword == Keyword::NoKeyword && is_behind_name(&parser.peek_nth_token_ref(1).token) =>
        {
            let name = word.to_ident(first.span);
            parser.advance_token();
            Some(Ok(sql::Expr::Identifier(name)))
        }
        _ => None,
    }
}

fn is_behind_name(token: &Token) -> bool {
    use Token as T;
    matches!(
        token,
        T::EOF | T::Comma | T::Period | T::RParen | T::Eq | T::Neq | T::Lt | T::Gt | T::LtEq | T::GtEq | T::DoubleColon
    )
}
