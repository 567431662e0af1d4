//! The program: arguments in, text and an exit code out.

mod cli;

use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;
use lockwise::config::{Config, FILE_NAME, Flags, closest_rule};
use lockwise::discover::{Discovery, discover};
use lockwise::finding::Problem;
use lockwise::report::{self, Style};
use lockwise::rules::{self, RULES};
use mimalloc::MiMalloc;

use self::cli::{CheckArgs, Cli, Command, InputArgs, LocksArgs, OutputArgs};

/// Syntax trees are many small pieces, made on one thread and given back on another, of which the system's allocator makes
/// heavy weather.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Files are parsed by threads with deep stacks: an expression of a thousand operators is a thousand levels deep.
const STACK_SIZE: usize = 256 << 20;

/// The exit code when the job could not be done; 0 and 1 say whether findings fail the run.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command.unwrap_or(Command::Check(cli.check)) {
        Command::Check(args) => check(&args),
        Command::Locks(args) => locks(&args),
        Command::Explain { rule } => explain(&rule),
        Command::Rules { format } => {
            write(None, &report::rules(RULES, format, &style(None, io::stdout().is_terminal())))
        }
    };
    ExitCode::from(result.unwrap_or_else(|message| {
        eprint!("{message}");
        FAILED
    }))
}

fn check(args: &CheckArgs) -> Result<u8, String> {
    let config = load(&args.flags())?;
    let report = lockwise::check(&config, &read(&args.input, &config)?);
    write(args.output.output.as_deref(), &report::check(&report, args.format, &output_style(&args.output)))?;
    eprint!("{}", report::schema_notes(report.schema.as_ref(), &error_style()));
    let fails = report.findings.iter().any(|found| config.fail_on.fails(found.severity));
    Ok(complain(&report.problems).unwrap_or(u8::from(fails)))
}

fn locks(args: &LocksArgs) -> Result<u8, String> {
    let config = load(&args.input.flags())?;
    let plan = lockwise::lock_plan(&config, &read(&args.input, &config)?);
    write(args.output.output.as_deref(), &report::locks(&plan, args.format, &output_style(&args.output)))?;
    eprint!("{}", report::schema_notes(plan.schema.as_ref(), &error_style()));
    Ok(complain(&plan.problems).unwrap_or(0))
}

fn explain(id: &str) -> Result<u8, String> {
    let rule = rules::by_id(id).ok_or_else(|| {
        let hint = closest_rule(id).map(|known| format!("did you mean {known}?"));
        let hint = hint.unwrap_or_else(|| "`lockwise rules` lists them".to_owned());
        report::failure(&format!("there is no rule {id}; {hint}"), &error_style())
    })?;
    write(None, &report::explain(rule, &style(None, io::stdout().is_terminal())))
}

fn load(flags: &Flags) -> Result<Config, String> {
    Config::load(flags).map_err(|errors| report::config_errors(&errors, &error_style()))
}

fn read(input: &InputArgs, config: &Config) -> Result<Discovery, String> {
    let request = input.request(&config.paths);
    if request.paths.is_empty() {
        let message = format!("no path is given, and no {FILE_NAME} names any in `paths`");
        return Err(report::failure(&message, &error_style()));
    }
    // One more than there are cores, since reading files waits. RAYON_NUM_THREADS is heard when it is set. A pool that
    // exists already is as good: only its stacks are smaller.
    let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK_SIZE);
    let threads = match std::env::var_os("RAYON_NUM_THREADS") {
        Some(_) => 0,
        None => std::thread::available_parallelism().map_or(0, |cores| cores.get() + 1),
    };
    let _ = pool.num_threads(threads).build_global();
    Ok(discover(&request, config))
}

/// Says what could not be read; that decides the exit code.
fn complain(problems: &[Problem]) -> Option<u8> {
    eprint!("{}", report::problems(problems, &error_style()));
    (!problems.is_empty()).then_some(FAILED)
}

/// The only place that prints results. A reader that has seen enough and hangs up is no failure.
fn write(path: Option<&str>, text: &str) -> Result<u8, String> {
    let result = match path {
        Some(path) => File::create(path).and_then(|mut file| file.write_all(text.as_bytes())),
        None => io::stdout().lock().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()),
    };
    match result {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            let place = path.unwrap_or("standard output");
            Err(report::failure(&format!("{place}: cannot be written: {error}"), &error_style()))
        }
        _ => Ok(0),
    }
}

fn output_style(args: &OutputArgs) -> Style {
    let shown = args.output.is_none();
    let style = style(args.wants_color(), shown && io::stdout().is_terminal());
    Style { quiet: args.quiet, annotations: shown && style.annotations, ..style }
}

fn error_style() -> Style {
    style(None, io::stderr().is_terminal())
}

fn style(wants_color: Option<bool>, terminal: bool) -> Style {
    let columns = terminal.then(report::terminal_width);
    Style::detect(wants_color, columns, |name| std::env::var(name).ok())
}
