//! PostgreSQL's grammar as a child process: a text goes in, statements with their facts come out.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::Deserialize;

use crate::{Fallible, python};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/oracle.py");

/// A running `oracle.py`. It ends with its standard input, when this is dropped.
pub struct Grammar {
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

/// What PostgreSQL makes of a text.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Answer {
    /// It is refused.
    Refused {
        /// Why; kept for a person who looks at the answers.
        #[serde(rename = "error")]
        _error: String,
    },
    /// It is accepted.
    Accepted {
        /// Its statements, in order.
        statements: Vec<Known>,
    },
}

/// A statement as PostgreSQL reads it.
#[derive(Deserialize)]
pub struct Known {
    /// First byte of the first token.
    pub start: usize,
    /// Just behind the last token.
    pub end: usize,
    /// PostgreSQL's name for the kind: `AlterTableStmt`.
    pub kind: String,
    /// Its facts, sorted.
    pub facts: Vec<String>,
    /// Every string of its tree.
    pub strings: HashSet<String>,
}

impl Grammar {
    /// Starts the child.
    pub fn start() -> Fallible<Self> {
        let mut command = Command::new(python::interpreter()?);
        command.arg("-B").arg(SCRIPT).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let questions = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().ok_or("the oracle has no output")?);
        let mut grammar = Self { child, questions, answers };
        grammar.line()?;
        Ok(grammar)
    }

    /// Asks about a text, which may hold any number of statements.
    pub fn ask(&mut self, text: &str) -> Fallible<Answer> {
        let question = serde_json::json!({ "text": text }).to_string();
        let questions = self.questions.as_mut().ok_or("the oracle has no input")?;
        questions.write_all(question.as_bytes())?;
        questions.write_all(b"\n")?;
        Ok(serde_json::from_str(&self.line()?)?)
    }

    fn line(&mut self) -> Fallible<String> {
        let mut line = String::new();
        match self.answers.read_line(&mut line)? {
            0 => Err(format!("the oracle ended early: {SCRIPT}").into()),
            _ => Ok(line),
        }
    }
}

impl Drop for Grammar {
    fn drop(&mut self) {
        drop(self.questions.take());
        let _ = self.child.wait();
    }
}
