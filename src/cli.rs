//! The command line: clap types, and their translation into what the library takes.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, Args, Parser, Subcommand};
use lockwise::config::{FailOn, Flags};
use lockwise::discover::{Request, STDIN};
use lockwise::postgres::VersionSet;
use lockwise::report::Format;
use lockwise::runner::{RUNNERS, Runner, by_name};

/// Lints PostgreSQL migrations: what each statement locks, whom that blocks, how to write it safely
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, args_conflicts_with_subcommands = true)]
#[command(after_help = "Exit code: 0 nothing found, 1 findings, 2 the job could not be done.")]
pub struct Cli {
    /// `check` is what happens without a command.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The options of `check`.
    #[command(flatten)]
    pub check: CheckArgs,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lint migrations; this is the default command
    Check(CheckArgs),
    /// Show which relations each statement locks, how, and what waits
    Locks(LocksArgs),
    /// Show a rule's page: why, unsafe and safe ways, when to allow it
    Explain {
        /// The rule, such as blocking-index-build
        rule: String,
    },
    /// List the rules
    Rules {
        /// How to print the list
        #[arg(long, default_value = "human", value_parser = format(&["human", "json"]))]
        format: Format,
    },
}

/// `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// What is read.
    #[command(flatten)]
    pub input: InputArgs,
    /// Rules or groups to run instead of the default ones: default, all, a category, a rule
    #[arg(long, value_name = "RULE", value_delimiter = ',', help_heading = "Rules")]
    pub select: Vec<String>,
    /// Rules or groups to leave out
    #[arg(long, value_name = "RULE", value_delimiter = ',', help_heading = "Rules")]
    pub ignore: Vec<String>,
    /// Severity from which the exit code is 1 [default: warning]
    #[arg(long, value_name = "SEVERITY", value_parser = fail_on(), help_heading = "Rules")]
    pub fail_on: Option<FailOn>,
    /// How to print findings
    #[arg(long, default_value = "human", value_parser = format(&Format::NAMES), help_heading = "Output")]
    pub format: Format,
    /// How it looks and where it goes.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `locks`.
#[derive(Debug, Args)]
pub struct LocksArgs {
    /// What is read.
    #[command(flatten)]
    pub input: InputArgs,
    /// How to print the plan
    #[arg(long, default_value = "human", value_parser = format(&["human", "json"]), help_heading = "Output")]
    pub format: Format,
    /// How it looks and where it goes.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// What is read, and for which server and tool.
#[derive(Debug, Args)]
pub struct InputArgs {
    /// Folders, files, or - for standard input [default: paths in lockwise.toml]
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,
    /// The versions that the migrations will run on.
    #[arg(long, value_name = "VERSION", help = postgres_help())]
    pub postgres: Option<VersionSet>,
    /// Tool that runs the migrations [default: plain]
    #[arg(long, value_name = "NAME", value_parser = runner())]
    pub runner: Option<&'static Runner>,
    /// Migrations that ran before, read but not reported on; repeatable
    #[arg(long, value_name = "PATH")]
    pub history: Vec<String>,
    /// Do not read the earlier files of a named file's folder
    #[arg(long)]
    pub no_history: bool,
    /// Dump of the schema (pg_dump -s, structure.sql) to start from [default: schema in lockwise.toml]
    #[arg(long, value_name = "FILE")]
    pub schema: Option<String>,
    /// Path that standard input stands for
    #[arg(long, value_name = "PATH")]
    pub stdin_filename: Option<String>,
    /// Configuration file [default: lockwise.toml in the first path or above it]
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<String>,
    /// Read no configuration file
    #[arg(long)]
    pub no_config: bool,
}

/// How the output looks and where it goes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto", value_parser = ["auto", "always", "never"])]
    pub color: String,
    /// Write to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub output: Option<String>,
    /// Print no summary
    #[arg(short, long, action = ArgAction::SetTrue)]
    pub quiet: bool,
}

impl InputArgs {
    /// What to read.
    pub fn request(&self, configured: &[String]) -> Request {
        let paths = match (&self.paths, &self.stdin_filename) {
            (named, _) if !named.is_empty() => named.clone(),
            (_, Some(_)) => vec![STDIN.to_owned()],
            (_, None) => configured.to_vec(),
        };
        Request {
            paths,
            history: self.history.clone(),
            siblings: !self.no_history,
            stdin_filename: self.stdin_filename.clone(),
        }
    }

    /// What configures the run.
    pub fn flags(&self) -> Flags {
        let first = self.paths.iter().find(|path| *path != STDIN).or(self.stdin_filename.as_ref());
        Flags {
            file: self.config.clone(),
            no_file: self.no_config,
            near: first.cloned(),
            postgres: self.postgres,
            runner: self.runner,
            schema: self.schema.clone(),
            ..Flags::default()
        }
    }
}

impl CheckArgs {
    /// What configures the run.
    pub fn flags(&self) -> Flags {
        let (select, ignore) = (self.select.clone(), self.ignore.clone());
        Flags { select, ignore, fail_on: self.fail_on, ..self.input.flags() }
    }
}

impl OutputArgs {
    /// Whether colour was asked for or forbidden.
    pub fn wants_color(&self) -> Option<bool> {
        match self.color.as_str() {
            "always" => Some(true),
            "never" => Some(false),
            _ => None,
        }
    }
}

fn postgres_help() -> String {
    format!("Server version, or a range such as 12..17 [default: {}]", VersionSet::DEFAULT)
}

fn format(names: &[&'static str]) -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(names.to_vec()).try_map(|name| name.parse::<Format>())
}

fn fail_on() -> impl TypedValueParser<Value = FailOn> {
    PossibleValuesParser::new(FailOn::NAMES).try_map(|name| name.parse::<FailOn>())
}

fn runner() -> impl TypedValueParser<Value = &'static Runner> {
    let names: Vec<&str> = RUNNERS.iter().map(|runner| runner.name).collect();
    PossibleValuesParser::new(names).try_map(|name| by_name(&name).ok_or("there is no such runner"))
}
