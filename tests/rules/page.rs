//! Reads a rule's page: its SQL blocks, what they expect, and which safe block a rewrite has to give.

use lockwise::runner::{PLAIN, PLAIN_TRANSACTION, Runner, Scope, Sending, SessionReuse};

/// A runner that keeps its session for the next file: no one of those that `--runner` offers does.
static REUSED: Runner =
    Runner { name: "reused", scope: Scope::File, sending: Sending::Split, session: SessionReuse::Same, opt_out: None };

/// Whether a block shows the hazard or the way around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Findings are expected.
    Unsafe,
    /// No finding is allowed.
    Safe,
}

/// One migration file of a block.
#[derive(Debug, Clone)]
pub struct Part {
    /// A name that sorts in order.
    pub name: String,
    /// Its SQL, with the `-- expect:` comments.
    pub sql: String,
    /// History only.
    pub history: bool,
    /// In a transaction of the runner's, or not.
    pub runner: &'static Runner,
}

/// A block of SQL on a page.
#[derive(Debug, Clone)]
pub struct Block {
    /// Which kind.
    pub kind: Kind,
    /// Line of the page, from 1.
    pub line: usize,
    /// The rule of the page.
    pub rule: String,
    /// `-- postgres: ...`
    pub postgres: Option<String>,
    /// History and migrations.
    pub parts: Vec<Part>,
    /// A `<!-- rewrite -->` mark stands before it.
    pub rewrite: bool,
}

/// A page.
#[derive(Debug)]
pub struct Page {
    /// The rule.
    pub id: String,
    /// Its blocks in order.
    pub blocks: Vec<Block>,
}

impl Page {
    /// Reads the Markdown of a page.
    pub fn parse(id: &str, text: &str) -> Self {
        let mut blocks = Vec::new();
        let mut marked = false;
        let mut lines = text.lines().enumerate();
        while let Some((number, line)) = lines.next() {
            let kind = match line.trim() {
                "```sql unsafe" => Kind::Unsafe,
                "```sql safe" => Kind::Safe,
                "<!-- rewrite -->" => {
                    marked = true;
                    continue;
                }
                _ => continue,
            };
            let body: Vec<&str> =
                lines.by_ref().map(|(_, line)| line).take_while(|line| line.trim() != "```").collect();
            blocks.push(Block::parse(kind, id, number + 1, &body, marked));
            marked = false;
        }
        Self { id: id.to_owned(), blocks }
    }

    /// Blocks marked for a rewrite, each with the safe block behind it.
    pub fn rewrites(&self) -> impl Iterator<Item = (&Block, &Block)> {
        self.blocks.windows(2).filter(|pair| pair[0].rewrite).map(|pair| (&pair[0], &pair[1]))
    }
}

impl Block {
    fn parse(kind: Kind, rule: &str, line: usize, body: &[&str], rewrite: bool) -> Self {
        let mut block = Self { kind, line, rule: rule.to_owned(), postgres: None, parts: Vec::new(), rewrite };
        for text in body {
            match text.trim() {
                line if line.starts_with("-- postgres:") => {
                    block.postgres = line.split_once(':').map(|(_, versions)| versions.trim().to_owned());
                }
                "-- history" => block.start(true, &PLAIN),
                "-- migration" => block.start(false, &PLAIN),
                "-- migration transaction, session reused" => block.start(false, &REUSED),
                "-- migration transaction" => block.start(false, &PLAIN_TRANSACTION),
                _ => {
                    if block.parts.is_empty() {
                        block.start(false, &PLAIN);
                    }
                    if let Some(part) = block.parts.last_mut() {
                        part.sql.push_str(text);
                        part.sql.push('\n');
                    }
                }
            }
        }
        block
    }

    fn start(&mut self, history: bool, runner: &'static Runner) {
        let name = format!("{:04}.sql", self.parts.len() + 1);
        self.parts.push(Part { name, sql: String::new(), history, runner });
    }

    /// `file:line rule` for each `-- expect:` comment, sorted.
    pub fn expected(&self) -> Vec<String> {
        let mut expected = Vec::new();
        for part in self.parts.iter().filter(|part| !part.history) {
            for (number, line) in part.sql.lines().enumerate() {
                let Some((_, ids)) = line.split_once("-- expect:") else { continue };
                expected.extend(ids.split(',').map(|id| format!("{}:{} {}", part.name, number + 1, id.trim())));
            }
        }
        expected.sort();
        expected
    }
}
