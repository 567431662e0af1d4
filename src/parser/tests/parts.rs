//! The parts of statements: each lies inside what it is a part of, behind the part before it, and between characters.
//!
//! The tree is read from its debug output, so that a part cannot be forgotten when the tree grows.

use super::properties::SAMPLES;
use crate::ast::StatementKind;
use crate::parser::parse;
use crate::source::{SourceFile, Span};

/// A value of the tree.
#[derive(Debug, Default)]
struct Node {
    name: String,
    /// The fields of a struct, by name; the items of a list or tuple, without.
    fields: Vec<(String, Node)>,
    is_list: bool,
}

impl Node {
    fn field(&self, name: &str) -> Option<&Node> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, node)| node)
    }

    fn as_span(&self) -> Option<Span> {
        let number = |name: &str| self.field(name)?.name.parse().ok();
        if self.name == "Span" { Some(Span::new(number("start")?, number("end")?)) } else { None }
    }

    /// The place of the whole value, where it has one of its own.
    fn span(&self) -> Option<Span> {
        let own = self.field("span").and_then(Node::as_span);
        own.or_else(|| match self.fields.as_slice() {
            [(name, inner)] if name.is_empty() && !self.is_list => inner.span(),
            _ => None,
        })
    }
}

/// Reads what `{:?}` prints.
struct Reader<'t>(&'t str);

impl Reader<'_> {
    fn eat(&mut self, token: &str) -> bool {
        let rest = self.0.trim_start().strip_prefix(token);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn value(&mut self) -> Node {
        if self.eat("\"") {
            return self.string();
        }
        if self.eat("[") {
            return Node { fields: self.fields("]"), is_list: true, ..Node::default() };
        }
        let rest = self.0.trim_start();
        let end = rest.find(|c: char| !c.is_alphanumeric() && !"_-.".contains(c)).unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        self.0 = &rest[end..];
        let fields = match (self.0.starts_with('('), self.0.starts_with(" {")) {
            (true, _) if self.eat("(") => self.fields(")"),
            (_, true) if self.eat("{") => self.fields("}"),
            _ => Vec::new(),
        };
        Node { name, fields, is_list: false }
    }

    fn fields(&mut self, end: &str) -> Vec<(String, Node)> {
        let mut fields = Vec::new();
        while !self.eat(end) {
            let value = self.value();
            match self.eat(":") {
                true => fields.push((value.name, self.value())),
                false => fields.push((String::new(), value)),
            }
            self.eat(",");
        }
        fields
    }

    fn string(&mut self) -> Node {
        let mut letters = self.0.char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '\\' => drop(letters.next()),
                '"' => {
                    self.0 = &self.0[at + 1..];
                    break;
                }
                _ => {}
            }
        }
        Node::default()
    }
}

/// Lists in the order in which a walk met their items, not in that of the text.
const IN_ANY_ORDER: &[&str] = &["reads", "row_locks", "reads_only", "tables", "writes", "also_writes"];

fn check(text: &str, field: &str, node: &Node, around: Span) {
    if let Some(span) = node.as_span() {
        assert!(text.get(span.start..span.end).is_some(), "{field} at {span:?} in {text:?}");
        let inside = around.start <= span.start && span.end <= around.end;
        assert!(
            inside,
            "{field} {:?} is outside of {:?}",
            &text[span.start..span.end],
            &text[around.start..around.end]
        );
        return;
    }
    let around = node.span().unwrap_or(around);
    if node.is_list && !IN_ANY_ORDER.contains(&field) {
        let spans: Vec<Span> = node.fields.iter().filter_map(|(_, item)| item.span()).collect();
        assert!(spans.windows(2).all(|pair| pair[0].end <= pair[1].start), "{field}: {spans:?} in {text:?}");
    }
    for (name, inner) in &node.fields {
        check(text, if name.is_empty() { field } else { name }, inner, around);
    }
}

/// Checks all statements of a file, which must all be understood.
fn check_file(text: &str) {
    let file = SourceFile::new("a.sql", text);
    for statement in parse(&file).statements {
        assert!(!matches!(statement.kind, StatementKind::Unparsed(_)), "{:?} in {text:?}", statement.kind);
        let debug = format!("{:?}", statement.kind);
        let node = Reader(&debug).value();
        check(file.text(), "statement", &node, statement.span);
    }
}

/// White space and comments of every kind.
const BLANKS: &[&str] = &[" ", "\t", "\r\n", "\n\t", " /* é */ ", "\r\n-- 日本 'x\r\n", "  ", "\n/* /* ; */ */\n"];

/// The text with other white space outside of strings, by a number.
fn respaced(text: &str, number: usize) -> String {
    let mut quoted = false;
    let mut spaced = String::new();
    // A comment would end a string in a string.
    let respaces = !text.contains("--") && !text.contains("''");
    for (at, letter) in text.char_indices() {
        quoted ^= letter == '\'' || letter == '$' || letter == '\\';
        match letter {
            ' ' if !quoted && respaces => spaced.push_str(BLANKS[(at * 31 + number * 7 + at / 5) % BLANKS.len()]),
            letter => spaced.push(letter),
        }
    }
    spaced
}

#[test]
fn parts_of_statements_have_their_places() {
    for (number, sample) in SAMPLES.iter().chain(MORE).enumerate() {
        for n in 0..16 {
            let text = respaced(sample, number + n);
            check_file(sample);
            check_file(&text);
            check_file(&format!("\u{feff}{text}"));
            check_file(&format!("/* é */\r\nSELECT 'ü';\r\n{text}\r\n\t;SELECT 1"));
        }
    }
}

/// Statements with many parts.
const MORE: &[&str] = &[
    "ALTER TABLE été ADD COLUMN \"日本\" text DEFAULT U&'\\00e9' NOT NULL, DROP COLUMN b CASCADE, ALTER COLUMN c TYPE varchar(10) USING c::text, ADD CONSTRAINT d FOREIGN KEY (e, f) REFERENCES s.g (h, i) NOT VALID;",
    "CREATE TABLE s.t (a bigint GENERATED ALWAYS AS IDENTITY, b numeric(10, 2)[] DEFAULT '{}' CHECK (b <> '{é}'), UNIQUE (a, b), EXCLUDE USING gist (c WITH &&), c int4range REFERENCES u (v) ON DELETE CASCADE) INHERITS (p, q) WITH (fillfactor = 70);",
    "CREATE TABLE t PARTITION OF s.p (a NOT NULL, CONSTRAINT c CHECK (a > 0)) FOR VALUES FROM (1) TO (2);",
    "CREATE TRIGGER t BEFORE INSERT OR UPDATE OF a, b ON s.t FOR EACH ROW WHEN (NEW.a IS NOT NULL) EXECUTE FUNCTION f('é', 1);",
    "CREATE MATERIALIZED VIEW IF NOT EXISTS s.v (a, b) AS SELECT a, (SELECT max(b) FROM u) FROM t JOIN w USING (c) AS x WITH NO DATA;",
    "MERGE INTO t USING (SELECT * FROM u) x ON t.a = x.a WHEN MATCHED THEN UPDATE SET b = x.b WHEN NOT MATCHED THEN INSERT (a, b) VALUES (1, 'é');",
    "CREATE DOMAIN s.d AS text COLLATE \"C\" DEFAULT 'é' CONSTRAINT c CHECK (VALUE <> '') NOT NULL;",
    "ALTER TABLE {{ .Prefix }}_a RENAME COLUMN ${b} TO :c;",
    "DROP TABLE IF EXISTS a, \"é\".b CASCADE; TRUNCATE ONLY a, b RESTART IDENTITY; LOCK TABLE a, s.b IN SHARE MODE NOWAIT; VACUUM (FULL, ANALYZE) a, b (c);",
    "COMMENT ON COLUMN s.t.\"é\" IS 'a'\n'b'; REINDEX (VERBOSE) TABLE CONCURRENTLY s.t; REFRESH MATERIALIZED VIEW CONCURRENTLY s.v; CLUSTER t USING i;",
];
