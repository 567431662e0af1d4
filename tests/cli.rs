//! Transcripts of the program. Each `##` section of `tests/cli/*.md` is a case: blocks with `file=` are written into an
//! empty folder, then the commands of its `console` blocks run there and have to print what follows them.
//!
//! In a `console` block a line that starts with `$ ` is a command, `! ` marks standard error, and `? ` the exit code.
//! A block with the word `escaped` may hold `\xNN`, `\r` and `\n`. `LOCKWISE_BLESS=1 cargo test --test cli` writes down
//! what the program prints now.

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Variables that change what the program prints.
const VARIABLES: [&str; 8] =
    ["NO_COLOR", "CLICOLOR_FORCE", "GITHUB_ACTIONS", "LC_CTYPE", "LANG", "TERM", "COLUMNS", "RUST_BACKTRACE"];

#[test]
fn transcripts() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli");
    let mut pages = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<PathBuf>>>()?;
    pages.retain(|page| page.extension().is_some_and(|extension| extension == "md"));
    pages.sort();
    assert!(!pages.is_empty());
    let mut different = String::new();
    for page in pages {
        different += &run_page(&page)?.unwrap_or_default();
    }
    assert!(different.is_empty(), "LOCKWISE_BLESS=1 accepts what changed.\n\n{different}");
    Ok(())
}

/// Runs a page; the first difference, if there is one that is not blessed.
fn run_page(path: &Path) -> Result<Option<String>, Box<dyn Error>> {
    let before = fs::read_to_string(path)?;
    let after = Page::new(path).run(&before)?;
    if before == after {
        return Ok(None);
    }
    if std::env::var_os("LOCKWISE_BLESS").is_some() {
        fs::write(path, after)?;
        return Ok(None);
    }
    let same = before.lines().zip(after.lines()).take_while(|(old, new)| old == new).count();
    let rest = |text: &str| text.lines().skip(same).take(12).map(|line| format!("    {line}\n")).collect::<String>();
    let place = format!("{}:{}", path.display(), same + 1);
    Ok(Some(format!("{place}\n  expected\n{}  printed\n{}\n", rest(&before), rest(&after))))
}

/// A page as it is read from top to bottom.
struct Page {
    folder: PathBuf,
}

/// What the lines of a fenced block are.
enum Block {
    File { path: String, escaped: bool },
    Console,
    Other,
}

impl Page {
    fn new(path: &Path) -> Self {
        let name = path.file_stem().unwrap_or_default();
        Self { folder: Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(name) }
    }

    /// The page with everything that the commands print.
    fn run(&self, text: &str) -> Result<String, Box<dyn Error>> {
        let mut after = String::new();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            after += &format!("{line}\n");
            if line.starts_with("## ") {
                self.empty()?;
            }
            if let Some(info) = line.strip_prefix("```") {
                let content: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
                after += &self.block(&block(info), &content)?;
                after += "```\n";
            }
        }
        fs::remove_dir_all(&self.folder)?;
        Ok(after)
    }

    fn empty(&self) -> io::Result<()> {
        let _ = fs::remove_dir_all(&self.folder);
        // Where the search for a configuration file ends.
        fs::create_dir_all(self.folder.join(".git"))
    }

    fn block(&self, block: &Block, content: &[&str]) -> Result<String, Box<dyn Error>> {
        let text: String = content.iter().map(|line| format!("{line}\n")).collect();
        match block {
            Block::Other => Ok(text),
            Block::Console => {
                let commands = content.iter().filter_map(|line| line.strip_prefix("$ "));
                commands.map(|command| Ok(format!("$ {command}\n{}", self.command(command)?))).collect()
            }
            Block::File { path, escaped } => {
                let bytes = if *escaped { unescaped(text.trim_end())? } else { text.clone().into_bytes() };
                let path = self.folder.join(path);
                fs::create_dir_all(path.parent().unwrap_or(&self.folder))?;
                fs::write(path, bytes)?;
                Ok(text)
            }
        }
    }

    /// What a command prints, in the form of the page.
    fn command(&self, line: &str) -> Result<String, Box<dyn Error>> {
        let (line, input) = line.split_once(" < ").unwrap_or((line, ""));
        let input = if input.is_empty() { Vec::new() } else { fs::read(self.folder.join(input))? };
        let (settings, arguments) = line.split_once("lockwise").ok_or("a command without lockwise")?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_lockwise"));
        for name in VARIABLES {
            command.env_remove(name);
        }
        let settings = settings.split_whitespace().filter_map(|word| word.split_once('='));
        command.env("LC_ALL", "C.UTF-8").envs(settings);
        command.args(arguments.split_whitespace()).current_dir(&self.folder);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // A program that does not read its input may be gone already.
            let _ = stdin.write_all(&input);
        }
        let output = child.wait_with_output()?;
        let errors = String::from_utf8(output.stderr)?;
        let errors: String = errors.lines().map(|line| format!("! {line}").trim_end().to_owned() + "\n").collect();
        let printed = String::from_utf8(output.stdout)?.replace('\u{1b}', "<esc>");
        Ok(format!("{printed}{errors}? {}\n", output.status.code().ok_or("killed by a signal")?))
    }
}

fn block(info: &str) -> Block {
    let mut words = info.split(' ');
    let path = words.clone().find_map(|word| word.strip_prefix("file="));
    match path {
        Some(path) => Block::File { path: path.to_owned(), escaped: words.any(|word| word == "escaped") },
        None if info == "console" => Block::Console,
        None => Block::Other,
    }
}

fn unescaped(text: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut bytes = Vec::new();
    let mut parts = text.split('\\');
    bytes.extend(parts.next().unwrap_or_default().bytes());
    for part in parts {
        let (byte, length) = match part.chars().next() {
            Some('n') => (b'\n', 1),
            Some('r') => (b'\r', 1),
            Some('x') => (u8::from_str_radix(&part[1..3], 16)?, 3),
            other => return Err(format!("no such escape: {other:?}").into()),
        };
        bytes.push(byte);
        bytes.extend(part[length..].bytes());
    }
    Ok(bytes)
}

/// A reader that has seen enough is no failure.
#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_failure() -> Result<(), Box<dyn Error>> {
    let program = env!("CARGO_BIN_EXE_lockwise");
    let script = format!("{{ '{program}' rules; echo $? >&2; }} | true");
    let output = Command::new("sh").args(["-c", &script]).output()?;
    assert_eq!(String::from_utf8(output.stderr)?, "0\n");
    Ok(())
}
