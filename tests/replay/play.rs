//! Runs migrations on a server and replays them with lockwise, without the statements that the server refuses.

use std::collections::BTreeSet;
use std::sync::Arc;

use lockwise::ast::StatementKind;
use lockwise::config::Config;
use lockwise::engine::catalog::Object;
use lockwise::engine::step::Options;
use lockwise::engine::trace::TracedMigration;
use lockwise::engine::{Fold, Migration};
use lockwise::postgres::Version;
use lockwise::runner::{Runner, Scope};
use lockwise::source::{SourceFile, Span};
use postgres::Client;

use crate::Fallible;
use crate::meaning::settle;
use crate::observed::{Observed, Observer, observe};
use crate::server::{Server, clean};

/// What running a list of migrations came to, on the server and here.
pub struct Played {
    /// What the server has.
    pub observed: Vec<Observed>,
    /// What lockwise says that there is.
    pub replayed: Vec<Object>,
    /// Whether lockwise says that there may be more.
    pub open: bool,
    /// What the server refused, with its words: left out on both sides.
    pub refused: Vec<String>,
    /// What ran, though lockwise says that this version refuses it.
    pub misjudged: Vec<String>,
    /// How many statements were run.
    pub statements: usize,
}

impl Played {
    /// Runs the files on the server in an empty database, each in a session of its own.
    pub fn of(
        server: &Server,
        observer: &mut Observer,
        files: Vec<Arc<SourceFile>>,
        runner: &'static Runner,
        known: bool,
    ) -> Fallible<Self> {
        let client = &mut observer.client;
        // What goes with its schema cannot be dropped a second time.
        clean(client).or_else(|_| clean(client))?;
        add_stubs(client)?;
        let texts: Vec<&str> = files.iter().map(|file| file.text()).collect();
        server.prepare(&texts.concat())?;
        let version = u8::try_from(server.version).ok().and_then(Version::new).ok_or("no such version")?;
        let (mut refused, mut misjudged, mut statements) = (Vec::new(), Vec::new(), 0);
        let options = options();
        let mut fold = Fold::new(&[], &options, known || files.len() > 1);
        for file in files {
            let mut migration = Migration::read(file, true, runner);
            let mut session = server.connect()?;
            let ran = run(&mut session, &migration, &mut refused)?;
            statements += ran.len();
            migration.script.statements.retain(|statement| ran.contains(&statement.span));
            let traced = fold.migration(&migration).map(|outcome| outcome.trace);
            misjudged.extend(traced.iter().flat_map(|traced| said_to_fail(traced, version)));
        }
        let catalog = fold.catalog();
        let (mut replayed, open) = (catalog.objects(version), catalog.is_open());
        let observed = observe(observer)?;
        settle(&mut observer.client, &mut replayed, &observed)?;
        Ok(Self { observed, replayed, open, refused, misjudged, statements })
    }
}

/// The statements of a file that lockwise says a version refuses. Those of a DO block ran only if its branches were taken.
fn said_to_fail(traced: &TracedMigration, version: Version) -> Vec<String> {
    let certain = traced.statements.iter().filter(|statement| statement.inside.is_none() && !statement.may_run);
    let refusals = certain.filter_map(|statement| {
        let refusal = statement.refusals.iter().find(|refusal| refusal.versions.contains(version))?;
        let line = traced.file.line_index(statement.span.start) + 1;
        Some(format!("{}:{line}: it ran, lockwise says that {}", traced.file.path(), refusal.reason))
    });
    refusals.collect()
}

fn options() -> Options {
    let config = Config::default();
    Options { postgres: config.postgres, session: config.session, max_lock_timeout: config.max_lock_timeout }
}

/// Roles that public migrations expect to be there.
fn add_stubs(client: &mut Client) -> Fallible<()> {
    const ROLES: &[&str] = &["app", "readonly", "anon", "authenticated", "service_role", "dashboard_user"];
    for role in ROLES {
        client.batch_execute(&format!("CREATE ROLE {role}"))?;
    }
    Ok(())
}

/// Runs one file, and says which of its statements ran.
fn run(session: &mut Client, migration: &Migration, refused: &mut Vec<String>) -> Fallible<BTreeSet<Span>> {
    let wrapped = migration.runner.scope == Scope::File;
    if wrapped {
        session.batch_execute("BEGIN")?;
    }
    let mut ran = BTreeSet::new();
    for statement in &migration.script.statements {
        if matches!(statement.kind, StatementKind::Psql(_)) {
            ran.insert(statement.span);
            continue;
        }
        match attempt(session, migration.file.slice(statement.span), &statement.kind) {
            Ok(()) => {
                ran.insert(statement.span);
            }
            Err(error) => {
                let words =
                    error.as_db_error().map_or_else(|| error.to_string(), |refusal| refusal.message().to_owned());
                let line = migration.file.line_index(statement.span.start) + 1;
                refused.push(format!("{}:{line}: {words}", migration.file.path()));
                if error.is_closed() {
                    return Err(format!("{}:{line}: {words}", migration.file.path()).into());
                }
            }
        }
    }
    if wrapped {
        session.batch_execute("COMMIT")?;
    }
    Ok(ran)
}

/// Runs one statement; in a transaction block behind a savepoint, so that a refusal costs no more than itself.
fn attempt(session: &mut Client, sql: &str, kind: &StatementKind) -> Result<(), postgres::Error> {
    let in_block = session.batch_execute("SAVEPOINT lockwise").is_ok();
    if !in_block || matches!(kind, StatementKind::Transaction(_)) {
        return session.batch_execute(sql);
    }
    let result = session.batch_execute(sql);
    let after = if result.is_ok() { "RELEASE SAVEPOINT lockwise" } else { "ROLLBACK TO SAVEPOINT lockwise" };
    // A statement that ends the transaction takes the savepoint with it.
    let _ = session.batch_execute(after);
    result
}
