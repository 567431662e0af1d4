//! How text for people may look: colour, drawing characters, width.

use crate::finding::Severity;

/// The widest that text is set.
const MAX_WIDTH: usize = 100;
/// The narrowest.
const MIN_WIDTH: usize = 60;

/// What the reader's terminal can show, and what the reader asked for.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Escape sequences for colour.
    pub color: bool,
    /// Drawing characters beyond ASCII.
    pub unicode: bool,
    /// Columns.
    pub width: usize,
    /// Findings only, no summary.
    pub quiet: bool,
    /// Annotations of GitHub Actions behind the text.
    pub annotations: bool,
}

impl Style {
    /// Text without colour, as for a pipe.
    pub const PLAIN: Style = Style { color: false, unicode: true, width: MAX_WIDTH, quiet: false, annotations: false };

    /// The style for this environment. `wanted` is `--color`, where it was given as always or never; `columns` is the
    /// width of the terminal, and `None` if the output is not one.
    pub fn detect(wanted: Option<bool>, columns: Option<usize>, env: impl Fn(&str) -> Option<String>) -> Self {
        let on = |name: &str| env(name).is_some_and(|value| !value.is_empty());
        let forced = env("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0");
        let dumb = env("TERM").as_deref() == Some("dumb");
        let color = wanted.unwrap_or(!on("NO_COLOR") && (forced || columns.is_some() && !dumb));
        Self {
            color,
            unicode: !dumb && shows_unicode(columns.is_some(), &env),
            width: columns.unwrap_or(MAX_WIDTH).clamp(MIN_WIDTH, MAX_WIDTH),
            quiet: false,
            annotations: env("GITHUB_ACTIONS").as_deref() == Some("true"),
        }
    }

    /// A severity's word, in its colour.
    pub(super) fn severity(&self, severity: Severity, text: &str) -> String {
        self.paint(ink(severity), text)
    }

    /// `error:` of something that is no finding.
    pub(super) fn failure(&self) -> String {
        self.paint(Ink::Red, "error:")
    }

    /// A line that is neither a finding nor a failure.
    pub(super) fn note(&self, text: &str) -> String {
        format!("{} {}\n", self.paint(Ink::Cyan, "note:"), clean(text))
    }

    /// Text in a colour, where colour is wanted.
    pub(super) fn paint(&self, ink: Ink, text: &str) -> String {
        let code = match ink {
            Ink::Red => "1;31",
            Ink::Yellow => "1;33",
            Ink::Cyan => "1;36",
            Ink::Green => "32",
            Ink::Bold => "1",
            Ink::Dim => "2",
        };
        if self.color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// What stands for text that is left out.
    pub(super) fn ellipsis(&self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }
}

/// The colours used.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ink {
    Red,
    Yellow,
    Cyan,
    Green,
    Bold,
    Dim,
}

fn ink(severity: Severity) -> Ink {
    match severity {
        Severity::Error => Ink::Red,
        Severity::Warning => Ink::Yellow,
        Severity::Advice => Ink::Cyan,
    }
}

/// A terminal says by its locale what it shows. Behind a pipe a locale that is not set says nothing.
fn shows_unicode(terminal: bool, env: &impl Fn(&str) -> Option<String>) -> bool {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(env).find(|value| !value.is_empty());
    match set {
        Some(locale) => locale.to_uppercase().replace('-', "").contains("UTF8"),
        None => !terminal || cfg!(windows),
    }
}

/// Text in lines of at most `width` characters, broken at spaces. A longer word gets a line of its own.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

/// A name or a message on one line, without characters that a terminal would act on.
pub(super) fn clean(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { '\u{fffd}' } else { shown(char) }).collect()
}

/// A character of a file as it is shown. Escape sequences do things to a terminal, and bidirectional overrides make text
/// read as something that it is not.
pub(super) fn shown(char: char) -> char {
    match char {
        '\t' | '\n' => char,
        control if control.is_control() => '\u{fffd}',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        other => other,
    }
}

/// `1 error`, `2 errors`.
pub(super) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(wanted: Option<bool>, columns: Option<usize>, env: &[(&str, &str)]) -> Style {
        let get = |name: &str| env.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        Style::detect(wanted, columns, get)
    }

    #[test]
    fn colour_follows_flag_then_environment_then_terminal() {
        assert!(style(None, Some(80), &[]).color);
        assert!(!style(None, None, &[]).color);
        assert!(!style(None, Some(80), &[("NO_COLOR", "1")]).color);
        assert!(style(None, Some(80), &[("NO_COLOR", "")]).color);
        assert!(style(None, None, &[("CLICOLOR_FORCE", "1")]).color);
        assert!(!style(None, None, &[("CLICOLOR_FORCE", "0")]).color);
        assert!(!style(None, None, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).color);
        assert!(!style(None, Some(80), &[("TERM", "dumb")]).color);
        assert!(style(Some(true), None, &[("NO_COLOR", "1")]).color);
        assert!(!style(Some(false), Some(80), &[]).color);
    }

    #[test]
    fn width_stays_readable() {
        assert_eq!(style(None, Some(40), &[]).width, 60);
        assert_eq!(style(None, Some(80), &[]).width, 80);
        assert_eq!(style(None, Some(300), &[]).width, 100);
        assert_eq!(style(None, None, &[]).width, 100);
    }

    #[test]
    fn drawing_characters_follow_the_locale() {
        assert!(style(None, Some(80), &[("LANG", "en_US.UTF-8")]).unicode);
        assert!(style(None, Some(80), &[("LC_ALL", "C.utf8"), ("LANG", "C")]).unicode);
        assert!(!style(None, Some(80), &[("LC_ALL", "C"), ("LANG", "C.UTF-8")]).unicode);
        assert!(style(None, None, &[]).unicode);
    }

    #[test]
    fn wrapping_keeps_words_whole() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("a_very_long_word b", 5), ["a_very_long_word", "b"]);
    }
}
