//! The words of a backslash command, as psql reads them: quotes, variables, and where the command ends.

use super::psql_flow::Variables;
use super::scan::Scanner;
use super::text::Text;
use crate::source::Span;

/// A backslash command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Command {
    /// Its name, without the backslash.
    pub name: String,
    /// Its arguments; `None` is one whose value is not known: a variable, or what a shell command prints.
    pub arguments: Vec<Option<String>>,
    /// From the backslash to its last argument.
    pub span: Span,
    /// Where psql reads on.
    pub end: usize,
}

/// Commands whose arguments are the rest of the line, backslashes included.
const WHOLE_LINE: &[&str] = &["copy", "!", "h", "help", "ef", "ev", "sf", "sf+", "sv", "sv+"];

/// What stands for the variables of one command or statement may have so many bytes: a few that double each other would fill
/// the memory.
const LONGEST: usize = 1 << 16;

/// Reads the command whose backslash stands at `start`.
pub(super) fn read(text: &str, start: usize, variables: &Variables) -> Command {
    let mut reader = Reader { text, at: start + 1, variables };
    let name = reader.name();
    if WHOLE_LINE.contains(&name.as_str()) {
        return reader.whole_line(name, start);
    }
    let mut arguments = Vec::new();
    let mut end = reader.at;
    let mut left = LONGEST;
    while let Some(argument) = reader.argument() {
        let length = argument.as_ref().map_or(0, String::len);
        arguments.push(argument.filter(|_| length <= left.max(reader.at - start)));
        left = left.saturating_sub(length);
        end = reader.at;
    }
    // `\\` ends a command and is part of none.
    if reader.rest().starts_with("\\\\") {
        reader.at += 2;
    }
    Command { name, arguments, span: Span::new(start, end), end: reader.at }
}

/// Whether a character ends a line. psql itself knows only the line feed; a file with bare carriage returns is still read.
fn ends_line(c: char) -> bool {
    matches!(c, '\n' | '\r')
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    variables: &'t Variables,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Steps to the first character that is told, or to the end.
    fn until(&mut self, stop: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(stop).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn name(&mut self) -> String {
        // `\!` needs no blank behind it, and a second backslash ends the command at once.
        if let Some(mark @ ('!' | '\\')) = self.peek() {
            self.at += 1;
            return mark.to_string();
        }
        self.until(|c| c.is_whitespace() || c == '\\' || c == ';').to_owned()
    }

    fn whole_line(mut self, name: String, start: usize) -> Command {
        let line = self.until(ends_line);
        let argument = line.trim();
        let arguments = if argument.is_empty() { Vec::new() } else { vec![Some(argument.to_owned())] };
        let end = self.at - (line.len() - line.trim_end().len());
        Command { name, arguments, span: Span::new(start, end), end: self.at }
    }

    /// The next argument, of pieces that stand together: `'a b'"c":d`.
    fn argument(&mut self) -> Option<Option<String>> {
        self.until(|c| ends_line(c) || !c.is_whitespace());
        let mut value = Some(String::new());
        let start = self.at;
        while let Some(c) = self.peek().filter(|c| !c.is_whitespace() && *c != '\\') {
            let piece = match c {
                '\'' => Some(self.quoted()),
                '"' => Some(self.enclosed('"').to_owned()),
                '`' => {
                    self.enclosed('`');
                    None
                }
                ':' => self.variable(),
                _ => {
                    self.at += c.len_utf8();
                    Some(c.to_string())
                }
            };
            let most = LONGEST.max(self.at - start);
            let both = value.zip(piece).filter(|(value, piece)| value.len() + piece.len() <= most);
            value = both.map(|(value, piece)| value + &piece);
        }
        (self.at > start).then_some(value)
    }

    /// The text between two marks, which do not go beyond the line.
    fn enclosed(&mut self, mark: char) -> &'t str {
        self.at += 1;
        let inner = self.until(|c| c == mark || ends_line(c));
        if self.peek() == Some(mark) {
            self.at += 1;
        }
        inner
    }

    /// `'it''s\n'`: doubled quotes, and the escapes of C.
    fn quoted(&mut self) -> String {
        self.at += 1;
        let mut value = String::new();
        loop {
            let mut rest = self.rest().chars();
            match (rest.next(), rest.next()) {
                (None, _) => return value,
                (Some(c), _) if ends_line(c) => return value,
                (Some('\''), Some('\'')) => value.push('\''),
                (Some('\''), _) => {
                    self.at += 1;
                    return value;
                }
                (Some('\\'), Some(escaped)) if !ends_line(escaped) => value.push(unescaped(escaped)),
                (Some(c), _) => {
                    self.at += c.len_utf8();
                    value.push(c);
                    continue;
                }
            }
            self.at = self.text.len() - rest.as_str().len();
        }
    }

    /// `:name`, `:'name'`, `:"name"`, `:{?name}`; a colon alone is one.
    fn variable(&mut self) -> Option<String> {
        self.at += 1;
        match self.peek() {
            Some('{') if self.rest().starts_with("{?") => {
                let name = self.enclosed('}').trim_start_matches('?').to_owned();
                self.variables.is_set(&name).map(|set| if set { "TRUE" } else { "FALSE" }.to_owned())
            }
            Some(quote @ ('\'' | '"')) => {
                let name = self.enclosed(quote).to_owned();
                let value = self.variables.value(&name)?;
                let doubled = value.replace(quote, &format!("{quote}{quote}"));
                Some(format!("{quote}{doubled}{quote}"))
            }
            Some(c) if is_name(c) => {
                let name = self.until(|c| !is_name(c));
                self.variables.value(name).map(str::to_owned)
            }
            _ => Some(":".to_owned()),
        }
    }
}

/// A variable of psql in SQL, and what stands there when it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    /// The variable, with its colon and quotes.
    pub span: Span,
    /// Its value, in the quotes that it was asked for in.
    pub text: String,
}

/// The variables in a statement whose values are known. psql replaces them before the server sees the statement, so that a
/// value may be any piece of SQL; others stay as they are.
pub(super) fn values(text: &str, statement: Span, variables: &Variables) -> Vec<Value> {
    let mut values = Vec::new();
    let mut scanner = Scanner::within(Text::of_file(text), statement);
    let (mut colon, mut left) = (0, LONGEST);
    while let Some(lexed) = scanner.next() {
        let start = lexed.span.start;
        if !text[start..].starts_with(':') {
            continue;
        }
        // `::` and `:=` are operators.
        let doubled = start > 0 && start == colon || text[start + 1..].starts_with([':', '=']);
        colon = start + 1;
        let mut reader = Reader { text: &text[..statement.end], at: start, variables };
        if let Some(value) = reader.variable().filter(|value| !doubled && value != ":" && value.len() <= left) {
            left -= value.len();
            values.push(Value { span: Span::new(start, reader.at), text: value });
            scanner.jump(reader.at);
        }
    }
    values
}

/// Whether a variable's name may hold this character.
pub(super) fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii()
}

fn unescaped(escaped: char) -> char {
    match escaped {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        other => other,
    }
}
