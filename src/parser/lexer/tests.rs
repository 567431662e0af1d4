use super::*;

/// The tokens of a text, or the message and the text from its place on.
fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let (mut tokens, mut spans) = (Vec::new(), Vec::new());
    let piece = Span::new(0, text.len());
    match read(Text::of_file(text), piece, &mut tokens, &mut spans) {
        Ok(()) => Ok(tokens.into_iter().map(|token| token.token).collect()),
        Err(error) => Err(format!("{} @ {}", error.message, &text[error.at.start..])),
    }
}

/// The tokens of a text, each in brackets, strings by what they spell.
fn brief(text: &str) -> String {
    let word = |token: Token| match token {
        Token::SingleQuotedString(text) | Token::EscapedStringLiteral(text) | Token::UnicodeStringLiteral(text) => text,
        Token::DollarQuotedString(string) => string.value,
        Token::NationalStringLiteral(text) => text,
        Token::Word(word) => word.value,
        other => other.to_string(),
    };
    let tokens = tokens(text).map(|tokens| tokens.into_iter().map(|token| format!("[{}]", word(token))).collect());
    tokens.unwrap_or_else(|error| error)
}

#[test]
fn strings() {
    for (text, expected) in [
        ("'a''b'", "[a'b]"),
        (r"'a\'", r"[a\]"),
        ("'a' 'b'", "[a][b]"),
        ("'a'\n  'b' -- 'c'\n-- d'\n'e'", "[abe]"),
        ("'a' /* c */\n'b'", "[a][b]"),
        ("'a' -- c\n'b''c'", "[ab'c]"),
        (r"E'a\n\t\b\f\r\\\'\x41\101\q'", "[a\n\t\u{8}\u{c}\r\\'AAq]"),
        (r"e'\u00e9\U0001f600\ud83d\ude00\xc3\xa9'", "[é😀😀é]"),
        ("E'a\\'b'\n'c\\'d'", "[a'bc'd]"),
        (r"U&'d\0061t\+000061\\' x", r"[data\][x]"),
        ("U&'d!0061t!!' UESCAPE '!' x", "[dat!][x]"),
        ("U&\"d!0061t\" /* c */ uescape '!'", "[dat]"),
        (r"U&'\d83d\de00'", "[😀]"),
        ("U & 'a'", "[U][&][a]"),
        ("B'01' X'1f' N'a'", "[B'01'][X'1f'][a]"),
        ("$$a'b$$ $é1$ $$ $é1$", "[a'b][ $$ ]"),
        ("a$b$ $1$2", "[a$b$][$1][$2]"),
    ] {
        assert_eq!(brief(text), expected, "{text}");
    }
}

#[test]
fn numbers() {
    for (text, expected) in [
        ("1 1.5 1. .5 1e5 1.5E-3 1.e+2", "[1][1.5][1.][.5][1e5][1.5E-3][1.e+2]"),
        ("1..10 1_000 0x1F_ff 0b10 0o17 0x", "[1][..][10][1_000][0x1F_ff][0b10][0o17]a number"),
        ("a.1", "[a][.1]"),
        ("-1+2", "[-][1][+][2]"),
    ] {
        let expected =
            expected.split_once("]a number").map_or(expected, |_| "a number and a name need a blank between them @ x");
        assert_eq!(brief(text), expected, "{text}");
    }
    for text in ["1a", "1_", "1__0", "0b12", "0o8", "1e", "1.5é"] {
        assert!(tokens(text).is_err() || brief(text).matches('[').count() > 1, "{text}");
    }
}

#[test]
fn operators() {
    for (text, expected) in [
        ("a->>b #>'x' @@@ |> ?| #- <=> ^@", "[a][->>][b][#>][x][@@@][|>][?|][#-][<=>][^@]"),
        ("a=-1 a@-1 a<>-1 a*-b !=-", "[a][=][-][1][a][@-][1][a][<>][-][1][a][*][-][b][!=-]"),
        ("a+--b\n1", "[a][+][1]"),
        ("a*/* c */b", "[a][*][b]"),
        ("a::int b:=1 c=>2 d[1:2] e[a:b]", "[a][::][int][b][:=][1][c][=>][2][d][[][1][:][2][]][e][[][a][:][b][]]"),
        ("a<%b AND c%>d", "[a][<%][b][AND][c][%>][d]"),
        ("a <% b AND c %> d", "[a][<%][b][AND][c][%>][d]"),
        ("@a - @b", "[@][a][-][@][b]"),
        ("a|/*x*/|b", "[a][|][|][b]"),
    ] {
        assert_eq!(brief(text), expected, "{text}");
    }
}

#[test]
fn placeholders() {
    for (text, expected) in [
        ("{{ .Prefix }}_users", "[{{ .Prefix }}_users]"),
        ("a_{{x}}_b.\"c\"", "[a_{{x}}_b][.][c]"),
        ("${schema}.users_${n}", "[${schema}][.][users_${n}]"),
        ("{a}.b_{c}", "[{a}][.][b_{c}]"),
        ("x = <%= y %>;", "[x][=][<%= y %>][;]"),
        ("x=<%= y %>", "[x][=][<%= y %>]"),
        ("a <% if x %> b <% end %> c", "[a][b][c]"),
        ("{% if a %}x{% endif %} {# c #} {{/* c */}} {{ end }}y", "[x][y]"),
        (":a, :'b', :\"c\", d_:e, ::f", "[:a][,][:'b'][,][:\"c\"][,][d_:e][,][::][f]"),
        (
            "ARRAY[:a, :b] c[1:n] c[m:n] c[f(x):n]",
            "[ARRAY][[][:a][,][:b][]][c][[][1][:][n][]][c][[][m][:][n][]][c][[][f][(][x][)][:][n][]]",
        ),
        ("JSON_OBJECT('a':b, \"c\":d, 1:e)", "[JSON_OBJECT][(][a][:][b][,][c][:][d][,][1][:][e][)]"),
        ("@extschema@.f(@a)", "[@extschema@][.][f][(][@][a][)]"),
        ("'{{' /* ${ */ x", "[{{][x]"),
        ("'{{ a }}' \"{{ b }}\"", "[{{ a }}][{{ b }}]"),
        ("\"{{ index .a \"b\" }}\".\"c{\" x", "[{{ index .a \"b\" }}][.][c{][x]"),
        ("{{ a \"}};\" }}", "[{{ a \"}};\" }}]"),
        ("a {{ b", "the placeholder that starts here is never closed @ {{ b"),
        ("a ${b", "the placeholder that starts here is never closed @ ${b"),
        ("a }", "unexpected character } @ }"),
    ] {
        assert_eq!(brief(text), expected, "{text}");
    }
}

#[test]
fn names() {
    let long = "é".repeat(40);
    for (text, expected) in [
        ("Ab \"Cd\"\"e\" été 日本", "[Ab][Cd\"e][été][日本]".to_owned()),
        ("U&\"\\00e9\"", "[é]".to_owned()),
        (long.as_str(), format!("[{}]", "é".repeat(31))),
        ("\"\"", "a name in quotes cannot be empty @ \"\"".to_owned()),
    ] {
        assert_eq!(brief(text), expected, "{text}");
    }
    assert_eq!(tokens("select"), Ok(vec![Token::make_word("select", None)]));
    assert_eq!(tokens("\"select\""), Ok(vec![Token::make_word("select", Some('"'))]));
    assert!(ALL_KEYWORDS.iter().all(|word| word.len() <= KEYWORD_BYTES));
}

#[test]
fn what_the_server_refuses() {
    for (text, expected) in [
        (r"E'\ud83d'", "half of a Unicode surrogate pair @ \\ud83d'"),
        (r"E'\ude00'", "half of a Unicode surrogate pair @ \\ude00'"),
        (r"E'\u12'", "an invalid Unicode escape @ \\u12'"),
        (r"E'a\000'", "a NUL byte, which PostgreSQL does not accept in text @ 'a\\000'"),
        (r"E'\xff'", "escapes that are no valid UTF-8 @ '\\xff'"),
        (r"U&'\d83d'", "half of a Unicode surrogate pair @ U&'\\d83d'"),
        (r"U&'\12'", "an invalid Unicode escape @ U&'\\12'"),
        ("U&'a' UESCAPE 'ab'", "expected one character in quotes behind UESCAPE @ U&'a' UESCAPE 'ab'"),
        ("a 'b", "the string that starts here is never closed @ 'b"),
        ("a \"b", "the quoted name that starts here is never closed @ \"b"),
        ("a $b$ c", "the dollar-quoted string that starts here is never closed @ $b$ c"),
        ("a /* b", "the comment that starts here is never closed @ /* b"),
    ] {
        assert_eq!(brief(text), expected, "{text}");
    }
}

#[test]
fn backslashes_are_escapes_where_the_session_says_so() {
    let read_with = |backslashes| {
        let (mut tokens, mut spans) = (Vec::new(), Vec::new());
        let text = r"'a\'' 'b\\'";
        read(Text::of_file(text).with_backslashes(backslashes), Span::new(0, text.len()), &mut tokens, &mut spans)
            .map(|()| tokens.len())
    };
    assert_eq!(read_with(true), Ok(2));
    assert!(read_with(false).is_err());
}
