//! Whether two texts of an expression say the same.
//!
//! lockwise keeps an expression as it was written, the server keeps what it made of it. Texts that are not the same in the
//! [`normal`] form are asked of the server: it is given lockwise's text for the same table in a transaction that is rolled
//! back, and prints it as it prints its own. Types that are named in an expression are left aside, as those of its columns may
//! have changed since it was written, which gives it casts.

use std::collections::BTreeMap;

use lockwise::engine::catalog::Object;
use postgres::Client;

use crate::Fallible;
use crate::observed::Observed;

/// Facts that are expressions, or several of them line by line.
const EXPRESSIONS: &[&str] = &["expression", "expressions", "predicate", "using", "check"];

/// Gives lockwise's expressions the server's words, where they mean the same.
pub fn settle(client: &mut Client, replayed: &mut [Object], observed: &[Observed]) -> Fallible<()> {
    let known: BTreeMap<(&str, &str), &Observed> =
        observed.iter().map(|object| ((object.kind.as_str(), object.name.as_str()), object)).collect();
    let row = client.query_one(
        "SELECT coalesce(string_agg(quote_ident(nspname), ', ' ORDER BY nspname <> 'public', nspname), 'public')
        FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'",
        &[],
    )?;
    let path: String = row.get(0);
    for object in replayed {
        let Some(observed) = known.get(&(object.kind, object.name.as_str())) else { continue };
        let is_written = |fact: &&str| matches!(object.facts.get(*fact), Some(Some(text)) if !text.is_empty());
        if !EXPRESSIONS.iter().any(is_written) {
            continue;
        }
        // A transaction for each, as the server has room for so many locks only.
        client.batch_execute("BEGIN")?;
        for fact in EXPRESSIONS {
            let Some(Some(ours)) = object.facts.get(fact).cloned() else { continue };
            let theirs = observed.facts.get(*fact).cloned().flatten().unwrap_or_default();
            if let Some(settled) = settled(client, &path, object, fact, &ours, &theirs)? {
                object.facts.insert(fact, Some(settled));
            }
        }
        client.batch_execute("ROLLBACK")?;
    }
    Ok(())
}

/// The server's text where ours means the same, or else what the server makes of ours.
fn settled(
    client: &mut Client,
    path: &str,
    object: &Object,
    fact: &str,
    ours: &str,
    theirs: &str,
) -> Fallible<Option<String>> {
    let (our_lines, their_lines): (Vec<&str>, Vec<&str>) = match fact {
        "expressions" => (ours.split('\n').collect(), theirs.split('\n').collect()),
        _ => (vec![ours], vec![theirs]),
    };
    if our_lines.len() != their_lines.len() {
        return Ok(None);
    }
    let mut lines = Vec::new();
    for (ours, theirs) in our_lines.iter().zip(&their_lines) {
        if normal(ours) == normal(theirs) || ours.is_empty() || theirs.is_empty() {
            let same = normal(ours) == normal(theirs);
            lines.push(if same { (*theirs).to_owned() } else { (*ours).to_owned() });
            continue;
        }
        let printed = ask(client, path, object, fact, ours)?;
        lines.push(match printed {
            Ok(printed) if normal(&printed) == normal(theirs) => (*theirs).to_owned(),
            Ok(printed) => format!("{printed} ({ours})"),
            Err(words) => format!("{ours} ({words})"),
        });
    }
    Ok(Some(lines.join("\n")))
}

/// What the server prints for an expression, or its refusal.
fn ask(client: &mut Client, path: &str, object: &Object, fact: &str, text: &str) -> Fallible<Result<String, String>> {
    let (statements, query) = question(object, fact, text);
    client.batch_execute(&format!("SAVEPOINT asked; SET LOCAL search_path = {path}"))?;
    let result = client
        .batch_execute(&statements)
        .and_then(|()| client.batch_execute("SET LOCAL search_path = pg_catalog"))
        .and_then(|()| client.query_one(&query, &[]));
    let answer = match result {
        Ok(row) => Ok(row.get(0)),
        Err(error) if error.is_closed() => return Err(error.into()),
        Err(error) => {
            Err(error.as_db_error().map_or_else(|| error.to_string(), |refusal| refusal.message().to_owned()))
        }
    };
    client.batch_execute("ROLLBACK TO SAVEPOINT asked")?;
    Ok(answer.map(|printed: String| match fact {
        "expressions" => normal(&printed).strip_suffix("is null").unwrap_or(&printed).to_owned(),
        _ => printed,
    }))
}

/// How to make the server take an expression, and how to read it.
fn question(object: &Object, fact: &str, text: &str) -> (String, String) {
    let name = &object.name;
    let (around, last) = name.rsplit_once('.').unwrap_or(("", name));
    let check = |table: &str, condition: &str| {
        (
            format!("ALTER TABLE {} ADD CONSTRAINT lockwise_asks CHECK ({condition}) NOT VALID", quoted(table)),
            "SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE conname = 'lockwise_asks' LIMIT 1"
                .to_owned(),
        )
    };
    let on = object.facts.get("on").cloned().flatten().unwrap_or_default();
    let default =
        "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum";
    match (object.kind, fact) {
        ("column", _) if object.facts.get("generated") == Some(&Some(String::new())) => (
            format!("ALTER TABLE {} ALTER COLUMN {} SET DEFAULT {text}", quoted(around), quoted(last)),
            format!("{default} WHERE adrelid = '{}'::regclass AND attname = '{last}'", quoted(around)),
        ),
        ("column", _) => {
            let kind = object.facts.get("generated").cloned().flatten().unwrap_or_default();
            let data_type = object.facts.get("type").cloned().flatten().unwrap_or_default();
            (
                format!(
                    "CREATE TEMP TABLE lockwise_asks (LIKE {});
                    ALTER TABLE lockwise_asks ADD COLUMN lockwise_asks {data_type} GENERATED ALWAYS AS ({text}) {kind}",
                    quoted(around)
                ),
                format!("{default} WHERE attname = 'lockwise_asks'"),
            )
        }
        ("check", _) => check(around, text),
        ("index", "predicate") => check(&on, text),
        ("index", _) => check(&on, &format!("({text}) IS NULL")),
        ("policy", _) => {
            let clause = if fact == "using" { "USING" } else { "WITH CHECK" };
            let column = if fact == "using" { "polqual" } else { "polwithcheck" };
            (
                format!("CREATE POLICY lockwise_asks ON {} {clause} ({text})", quoted(around)),
                format!("SELECT pg_get_expr({column}, polrelid) FROM pg_policy WHERE polname = 'lockwise_asks'"),
            )
        }
        ("domain", _) => (
            format!("ALTER DOMAIN {} SET DEFAULT {text}", quoted(name)),
            format!("SELECT pg_get_expr(typdefaultbin, 0) FROM pg_type WHERE oid = '{}'::regtype", quoted(name)),
        ),
        _ => (
            format!("ALTER DOMAIN {} ADD CONSTRAINT lockwise_asks CHECK ({text}) NOT VALID", quoted(around)),
            "SELECT pg_get_expr(conbin, 0) FROM pg_constraint WHERE conname = 'lockwise_asks'".to_owned(),
        ),
    }
}

/// A name with its schema, quoted.
fn quoted(name: &str) -> String {
    let parts = name.splitn(2, '.').map(|part| format!("\"{}\"", part.replace('"', "\"\"")));
    parts.collect::<Vec<_>>().join(".")
}

/// An expression without casts, without parentheses that casts bring along, without layout; numbers without quotes, days without
/// the midnight that they begin with.
pub fn normal(text: &str) -> String {
    let mut tokens = without_casts(tokens(text));
    loop {
        let before = tokens.len();
        tokens = without_parentheses(tokens);
        if tokens.len() == before {
            return tokens.join(" ");
        }
    }
}

fn tokens(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.');
        let length = match first {
            '\'' | '"' => quoted_length(rest, first),
            _ if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            _ if rest.starts_with("::") => 2,
            c if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            '(' | ')' | '[' | ']' | ',' => 1,
            _ => rest.find(|c: char| is_word(c) || c.is_whitespace() || "'\"()[],".contains(c)).unwrap_or(rest.len()),
        };
        let (token, behind) = rest.split_at(length.max(1));
        rest = behind.trim_start();
        if token.starts_with("--") {
            continue;
        }
        let unquoted = token.trim_matches(['\'', '"']);
        let is_number = unquoted.parse::<f64>().is_ok();
        let is_plain = unquoted.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit());
        let token = match first {
            '\'' if is_number => unquoted.to_owned(),
            '\'' => token.replace(" 00:00:00", "").replace("+00'", "'"),
            '"' if is_plain => unquoted.to_owned(),
            '"' => token.to_owned(),
            _ => token.to_lowercase(),
        };
        // What follows a dot after a quoted name belongs to it.
        match found.last_mut() {
            Some(last) if last.ends_with('.') || token.starts_with('.') && !last.ends_with(['(', ',']) => {
                last.push_str(&token);
            }
            Some(last) if last == "-" && is_number && !unquoted.starts_with('-') => {
                let at = found.len() - 1;
                let is_sign = at == 0 || matches!(found[at - 1].as_str(), "(" | "," | "=" | "<" | ">" | "<=" | ">=");
                if is_sign { found[at].push_str(&token) } else { found.push(token) }
            }
            _ => found.push(token),
        }
    }
    found
}

fn quoted_length(text: &str, quote: char) -> usize {
    let mut quotes = text.match_indices(quote).skip(1);
    while let Some((at, _)) = quotes.next() {
        if text[at + 1..].starts_with(quote) {
            quotes.next()
        } else {
            return at + 1;
        };
    }
    text.len()
}

/// Leaves out `::` and the type behind it.
fn without_casts(tokens: Vec<String>) -> Vec<String> {
    let mut kept = Vec::new();
    let mut rest = tokens.as_slice();
    while let Some((token, behind)) = rest.split_first() {
        rest = behind;
        if token == "::" {
            rest = behind_type(rest);
        } else {
            kept.push(token.clone());
        }
    }
    kept
}

fn behind_type(tokens: &[String]) -> &[String] {
    let word = |at: usize| tokens.get(at).map(String::as_str).unwrap_or_default();
    let mut at = 1;
    if matches!((word(0), word(1)), ("character" | "bit", "varying") | ("double", "precision")) {
        at = 2;
    }
    if word(at) == "(" {
        at += tokens[at..].iter().position(|token| token == ")").map_or(1, |end| end + 1);
    }
    if matches!((word(at), word(at + 1)), ("with" | "without", "time")) {
        at += 3;
    }
    while word(at) == "[" {
        at += 2;
    }
    tokens.get(at..).unwrap_or_default()
}

/// Leaves out parentheses around everything, around one token and around what has them already.
fn without_parentheses(tokens: Vec<String>) -> Vec<String> {
    let mut partner = vec![None; tokens.len()];
    let mut open = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.as_str() {
            "(" => open.push(at),
            ")" => {
                if let Some(from) = open.pop() {
                    partner[from] = Some(at);
                }
            }
            _ => {}
        }
    }
    let is_call = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| tokens.get(before)).map(String::as_str).unwrap_or_default();
        const WORDS: &[&str] = &["and", "or", "not", "when", "then", "else", "case", "is", "like", "between"];
        before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '"')) && !WORDS.contains(&before)
    };
    let mut gone = vec![false; tokens.len()];
    for (from, to) in partner.iter().enumerate().filter_map(|(from, to)| Some((from, (*to)?))) {
        let is_all = from == 0 && to + 1 == tokens.len();
        let is_one = to == from + 2 && !is_call(from);
        let is_doubled = partner.get(from + 1).copied().flatten() == Some(to.saturating_sub(1));
        if is_all || is_one || is_doubled {
            (gone[from], gone[to]) = (true, true);
            break;
        }
    }
    tokens.into_iter().zip(gone).filter(|(_, gone)| !gone).map(|(token, _)| token).collect()
}

#[test]
fn casts_and_layout_do_not_count() {
    for (one, other) in [
        ("'new'", "'new'::character varying"),
        ("0.00", "'0.00'::numeric(10,2)"),
        ("-1", "'-1'::integer"),
        (
            "(state)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])",
            "(state = ANY (ARRAY['a'::text, 'b'::text]))",
        ),
        ("((price > (0)::numeric) AND (a IS NOT NULL))", "(price > 0) and (a is not null)"),
        ("\"a\"  IS null", "(a IS NULL)"),
        ("'2024-01-01'::timestamp without time zone", "'2024-01-01'"),
    ] {
        assert_eq!(normal(one), normal(other));
    }
    for (one, other) in [("a OR (b AND c)", "(a OR b) AND c"), ("f(a)", "f a"), ("'a'", "a"), ("a - 1", "-1")] {
        assert_ne!(normal(one), normal(other));
    }
}
