//! Fuzzing of the parser: broken and made-up statements must be read without a panic, an abort or a hang, and every
//! statement must have its place.
//!
//! `cargo test` runs a few seconds of it. The long run: `LOCKWISE_FUZZ=10000000 cargo test --release --test fuzz`, with
//! `LOCKWISE_FUZZ_SEED=n` to start elsewhere. A failure prints its input; each input follows from its number alone.

use std::fmt::Write as _;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use lockwise::ast::StatementKind;
use lockwise::parser::parse;
use lockwise::source::SourceFile;

/// Executions of a run of `cargo test`, which is not optimized.
const EXECUTIONS: u64 = 20_000;

/// No input may take longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A generator of numbers, the same ones for the same seed.
struct Random(u64);

impl Random {
    fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    fn one<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }
}

/// Pieces that break text where they are put.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "'", "\"", "$$", "$a$", "$", "E'", "U&'", "U&\"", "B'", "\\", "\\u", "\\ud83d", "\0", ";", "(", ")", "[", "]",
    "--", "/*", "*/", "\n", "\r\n", "\t", "é", "日本", "\u{feff}", "\u{10ffff}", "{{", "}}", "{{ .x }}", "{{ if a }}",
    "{{ end }}", "${", "${a}", "{%", "%}", "<%", "%>", "<%= a %>", ":a", ":'a'", ":\"a\"", "::", ":=", "@a@", "1",
    "1.", ".5", "0x", "1e", "..", "+", "-", "|>", "@@@", "<", "=", "*", ",", ".", "NULL", "\\g", "\\.", "\n\\.\n",
    "UESCAPE '!'", " END ", " BEGIN ATOMIC ", " NOT ", " AS ",
];

/// Words that other words are swapped for.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "SELECT", "FROM", "WHERE", "ON", "TABLE", "INDEX", "ONLY", "ALL", "ANY", "NOT", "NULL", "AS", "USING", "WITH",
    "RECURSIVE", "UPDATE", "INSERT", "INTO", "VALUES", "SET", "DELETE", "MERGE", "CREATE", "ALTER", "DROP", "ADD",
    "COLUMN", "CONSTRAINT", "CHECK", "DEFAULT", "CASE", "WHEN", "END", "IS", "IN", "BETWEEN", "LIKE", "SIMILAR", "TO",
    "ESCAPE", "ROWS", "GROUP", "BY", "GROUPING", "SETS", "ROLLUP", "FETCH", "FIRST", "FOR", "OF", "ISNULL", "COLLATE",
    "COLLATION", "INTERVAL", "XMLTABLE", "JSON_TABLE", "JSON_OBJECT", "XMLELEMENT", "NAME", "PASSING", "COLUMNS",
    "RETURNING", "COPY", "STDIN", "DO", "FUNCTION", "BEGIN", "ATOMIC", "RULE", "PARTITION", "TYPE", "CONCURRENTLY",
    "REPEATABLE", "EXCLUDE", "PRECEDING", "VARIADIC", "UNION", "LATERAL",
];

/// Our own statements: those of the fixtures and of the rules' pages.
fn corpus() -> Vec<String> {
    let mut found = Vec::new();
    for folder in ["fixtures", "rules"] {
        for entry in walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok) {
            let text = fs::read_to_string(entry.path()).unwrap_or_default();
            match entry.path().extension().and_then(|extension| extension.to_str()) {
                Some("sql") => found.push(text),
                Some("md") => found.extend(sql_blocks(&text)),
                _ => {}
            }
        }
    }
    found.iter().flat_map(|text| text.split_inclusive(";\n")).map(str::to_owned).collect()
}

fn sql_blocks(page: &str) -> Vec<String> {
    let blocks = page.split("```sql").skip(1).filter_map(|block| block.split_once('\n')?.1.split("```").next());
    blocks.map(str::to_owned).collect()
}

/// One input: some statements of the corpus or of the grammar, broken in some places.
fn input(corpus: &[String], number: u64) -> String {
    let mut random = Random::of(number);
    let mut text = String::new();
    for _ in 0..=random.below(3) {
        if random.below(3) == 0 {
            statement(&mut random, &mut text);
        } else {
            text.push_str(&corpus[random.below(corpus.len())]);
        }
    }
    if text.len() > 4000 {
        text.truncate(boundary(&text, 4000));
    }
    for _ in 0..random.below(5) {
        text = mutated(&mut random, &text, corpus);
    }
    text
}

fn boundary(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn place(random: &mut Random, text: &str) -> usize {
    boundary(text, random.below(text.len() + 1))
}

/// A part of a text, mostly short.
fn part<'t>(random: &mut Random, text: &'t str) -> (usize, usize, &'t str) {
    let start = place(random, text);
    let longest = if random.below(4) == 0 { text.len() } else { 20 };
    let end = boundary(text, start + random.below(longest)).max(start);
    (start, end, &text[start..end])
}

fn mutated(random: &mut Random, text: &str, corpus: &[String]) -> String {
    let (start, end, piece) = part(random, text);
    let put = |at: usize, piece: &str| format!("{}{piece}{}", &text[..at], &text[at..]);
    match random.below(8) {
        0 => put(start, random.one(PIECES)),
        1 => format!("{}{}", &text[..start], &text[end..]),
        2 => put(place(random, text), piece),
        3 => text[..start].to_owned(),
        4 => {
            let other = &corpus[random.below(corpus.len())];
            put(start, part(random, other).2)
        }
        5 | 6 => swapped(random, text),
        _ => format!("{}{}{}", &text[..start], random.one(PIECES), &text[end..]),
    }
}

/// A text with another word in place of one.
fn swapped(random: &mut Random, text: &str) -> String {
    let from = place(random, text);
    let is_word = |c: char| c.is_ascii_alphabetic() || c == '_';
    let Some(start) = text[from..].find(is_word).map(|at| at + from) else { return text.to_owned() };
    let end = text[start..].find(|c| !is_word(c)).map_or(text.len(), |at| at + start);
    format!("{}{}{}", &text[..start], random.one(WORDS), &text[end..])
}

/// A statement that is mostly valid.
fn statement(random: &mut Random, text: &mut String) {
    let form = random.below(9);
    let _ = match form {
        0 => write!(text, "ALTER TABLE {} ADD COLUMN {} int DEFAULT ", name(random), name(random)),
        1 => write!(text, "CREATE INDEX CONCURRENTLY ON {} ((", name(random)),
        2 => write!(text, "UPDATE {} SET {} = ", name(random), name(random)),
        3 => write!(text, "DELETE FROM {} WHERE ", name(random)),
        4 => write!(text, "INSERT INTO {} ({}) SELECT ", name(random), name(random)),
        5 => write!(text, "ALTER TABLE {} ADD CONSTRAINT {} CHECK (", name(random), name(random)),
        6 => write!(text, "WITH {} AS (SELECT 1) SELECT ", name(random)),
        7 => write!(text, "CREATE TABLE {} ({} int, CHECK (", name(random), name(random)),
        _ => write!(text, "SELECT "),
    };
    expression(random, text, 0);
    text.push_str([")", "))"].get(form.wrapping_sub(5) / 2).filter(|_| form == 5 || form == 7).unwrap_or(&""));
    text.push_str(if form == 1 { "))" } else { "" });
    text.push_str(";\n");
}

fn name(random: &mut Random) -> &'static str {
    random.one(&[
        "a",
        "\"B\"",
        "s.t",
        "été",
        "{{ .x }}_a",
        "${s}.b",
        ":v",
        "user",
        "\"a\"\"b\"",
        "U&\"\\0061\"",
        "json",
        "interval",
        "a$b",
    ])
}

fn expression(random: &mut Random, text: &mut String, depth: usize) {
    let open = match random.below(if depth > 6 { 6 } else { 16 }) {
        0 => return text.push_str(name(random)),
        1 => {
            return text.push_str(
                random.one(&["1", "1.5e3", "0x1f", "1_000", ".5", "$1", "NULL", "TRUE", "{{n}}", ":n", "${v}"]),
            );
        }
        2 => {
            return text.push_str(random.one(&[
                "'a'",
                "E'\\n\\''",
                "U&'\\0061'",
                "$$a$$",
                "'a'\n'b'",
                "B'01'",
                "X'f'",
                ":'s'",
                "N'a'",
            ]));
        }
        3 => {
            return text.push_str(random.one(&[
                "current_date",
                "now()",
                "interval '1' day",
                "date '2000-01-01'",
                "COLLATION FOR (a)",
            ]));
        }
        4 => {
            return text.push_str(random.one(&[
                "a[1:2]",
                "(a).b",
                "a.*",
                "a::int[]",
                "ARRAY[1, 2]",
                "ROW(1, 2)",
                "a[:n]",
            ]));
        }
        5 => return text.push_str("EXISTS (SELECT 1 FROM a JOIN b USING (c) AS x WHERE d LIMIT 1)"),
        6 => "(",
        7 => "f(",
        8 => "CASE WHEN ",
        9 => "NOT ",
        10 => "coalesce(1, ",
        11 => "JSON_OBJECT('a': ",
        12 => "XMLELEMENT(NAME a, ",
        13 => "(SELECT ",
        14 => "ARRAY[",
        _ => "",
    };
    text.push_str(open);
    expression(random, text, depth + 1);
    text.push_str(match open {
        "CASE WHEN " => " THEN 1 END",
        "ARRAY[" => "]",
        "NOT " | "" => random.one(&[
            " + 1",
            " = ANY ('{1}')",
            " IS NULL",
            " <% 'x'",
            " |> 2",
            " AND b",
            " OR c",
            "::text",
            " IN (1, 2)",
        ]),
        _ => ")",
    });
}

/// What is wrong with how a text is read.
fn mistake(text: &str) -> Option<String> {
    let file = SourceFile::new("fuzz.sql", text);
    let read = catch_unwind(AssertUnwindSafe(|| parse(&file)));
    let Ok(script) = read else { return Some("a panic".to_owned()) };
    let mut end = 0;
    for statement in &script.statements {
        let span = statement.span;
        if span.start < end || span.is_empty() || text.get(span.start..span.end).is_none() {
            return Some(format!("the statement at {span:?} behind {end}"));
        }
        end = span.end;
        if let StatementKind::Unparsed(unparsed) = &statement.kind {
            if unparsed.message.starts_with("internal error") {
                return Some(format!("a panic inside the statement at {span:?}"));
            }
            if text.get(unparsed.at.start..unparsed.at.end).is_none() {
                return Some(format!("a failure at {:?}", unparsed.at));
            }
        }
        if let Some(mistake) = alone(&text[span.start..span.end], &statement.kind) {
            return Some(mistake);
        }
    }
    None
}

/// A statement by itself is what it is among others. One that is not closed, or that follows a setting, may be another.
fn alone(text: &str, kind: &StatementKind) -> Option<String> {
    if text.contains('\\') || text.starts_with('\u{feff}') || matches!(kind, StatementKind::Unparsed(_)) {
        return None;
    }
    let statements = parse(&SourceFile::new("fuzz.sql", text)).statements;
    let same = |other: &StatementKind| std::mem::discriminant(other) == std::mem::discriminant(kind);
    let known = matches!(statements.as_slice(), [only] if same(&only.kind));
    (!known).then(|| format!("{text:?} by itself is {statements:?}"))
}

/// What runs now, since when.
type Running = Mutex<Option<(Instant, String)>>;

/// Ends the process when an input takes too long, after telling which.
fn watch(running: &Running, done: &AtomicBool) {
    while !done.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(100));
        let Ok(now) = running.lock() else { return };
        if let Some((since, text)) = &*now
            && since.elapsed() > PATIENCE
        {
            eprintln!("an input takes more than {PATIENCE:?}:\n{text}\n{text:?}");
            std::process::abort();
        }
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn nothing_breaks_the_parser() {
    let corpus = corpus();
    assert!(corpus.len() > 300 && Path::new("rules").exists());
    let executions = number("LOCKWISE_FUZZ").unwrap_or(EXECUTIONS);
    let seed = number("LOCKWISE_FUZZ_SEED").unwrap_or_default();
    let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get() as u64);
    let next = AtomicU64::new(0);
    let done = AtomicBool::new(false);
    let running: Vec<Running> = (0..threads).map(|_| Running::default()).collect();
    let failures = Mutex::new(Vec::new());
    let work = |slot: &Running| {
        loop {
            let execution = next.fetch_add(1, Ordering::Relaxed);
            if execution >= executions || failures.lock().is_ok_and(|failures| failures.len() >= 5) {
                return;
            }
            let text = input(&corpus, seed + execution);
            if let Ok(mut slot) = slot.lock() {
                *slot = Some((Instant::now(), text.clone()));
            }
            let found = mistake(&text);
            if let (Some(found), Ok(mut failures)) = (found, failures.lock()) {
                failures.push(format!("seed {}: {found}\n{text}\n{text:?}\n", seed + execution));
            }
        }
    };
    std::thread::scope(|scope| {
        for slot in &running {
            scope.spawn(|| watch(slot, &done));
        }
        let workers: Vec<_> = running.iter().map(|slot| scope.spawn(|| work(slot))).collect();
        let ended: Vec<bool> = workers.into_iter().map(|worker| worker.join().is_ok()).collect();
        done.store(true, Ordering::Relaxed);
        assert!(ended.into_iter().all(|ended| ended));
    });
    let failures = failures.into_inner().unwrap_or_default();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    println!("{executions} executions from seed {seed}");
}
