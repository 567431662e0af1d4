//! Statements that refuse a transaction block cannot be stopped half way. They are run outside of one, and other
//! transactions are planted in their way: while the statement waits for one of them, its locks can be looked at.

use std::collections::BTreeMap;

use postgres::Client;

use crate::Fallible;
use crate::catalog::{self, Counters, Scope};
use crate::fixture::Fixture;
use crate::observed::Observation;
use crate::record::{Before, Findings, backend, end, set_up, state};
use crate::server::{Server, wait_until};
use crate::work::After;

/// A transaction that stands in the way.
enum Plant {
    /// Holds a lock on this table: a reader, a writer, another maintenance command, or the table's owner at work.
    Lock(String, &'static str),
    /// Has read this materialized view, which LOCK TABLE does not take, and holds no snapshot any more.
    Read(String),
    /// Analyzes this materialized view, as another maintenance command would.
    Analyze(String),
    /// Holds nothing but a snapshot from before the statement.
    OldSnapshot,
    /// Holds up whoever builds the last index of this table, in the middle of the build.
    Gate(String),
}

/// An index on an expression calls a function for every row, and this one waits at an advisory lock.
const GATE: &str = "
CREATE FUNCTION lockwise_gate(anyelement) RETURNS integer IMMUTABLE LANGUAGE plpgsql
AS 'BEGIN PERFORM pg_catalog.pg_advisory_xact_lock_shared(7); RETURN 1; END';";

impl Plant {
    /// All plants that this schema has room for. The lock modes are chosen so that whatever lock a statement wants on
    /// the table, there is one that it has to wait for.
    fn all(before: &Before) -> Vec<Self> {
        let modes = ["ACCESS SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "ACCESS EXCLUSIVE"];
        let tables = before.relations.values().filter(|relation| relation.kind.ends_with("table"));
        let locks = tables.flat_map(|table| modes.map(|mode| Self::Lock(table.quoted.clone(), mode)));
        let views = before.relations.values().filter(|relation| relation.kind == "materialized view");
        let views = views.flat_map(|view| [Self::Read(view.quoted.clone()), Self::Analyze(view.quoted.clone())]);
        let has_index = |oid| before.relations.values().any(|relation| relation.table == Some(oid));
        let indexed = before.relations.iter().filter(|(oid, table)| table.kind == "table" && has_index(**oid));
        let gates = indexed.map(|(_, table)| Self::Gate(table.quoted.clone()));
        locks.chain(views).chain(gates).chain([Self::OldSnapshot]).collect()
    }

    fn begin(&self, client: &mut Client) -> Fallible<()> {
        if let Self::Gate(table) = self {
            build_gate(client, table)?;
        }
        let isolation = if let Self::Read(_) = self { "READ COMMITTED" } else { "REPEATABLE READ" };
        client.batch_execute(&format!("BEGIN ISOLATION LEVEL {isolation}"))?;
        let stay = match self {
            Self::Lock(table, mode) => format!("LOCK TABLE ONLY {table} IN {mode} MODE"),
            Self::Read(view) => format!("SELECT FROM {view} LIMIT 0"),
            Self::Analyze(view) => format!("ANALYZE {view}"),
            Self::OldSnapshot => "SELECT 1".to_owned(),
            Self::Gate(_) => "SELECT pg_advisory_xact_lock(7)".to_owned(),
        };
        Ok(client.batch_execute(&stay)?)
    }

    /// What it is in the recordings of waits.
    fn name(&self) -> Option<&'static str> {
        match self {
            Self::Lock(_, "ACCESS SHARE") | Self::Read(_) => Some("readers"),
            Self::Lock(_, "ROW EXCLUSIVE") => Some("writers"),
            Self::OldSnapshot => Some("snapshots"),
            Self::Lock(..) | Self::Analyze(_) | Self::Gate(_) => None,
        }
    }

    /// Whether the plant itself keeps readers and writers out, so that a probe would say nothing of the statement.
    fn blocks_probes(&self) -> bool {
        matches!(self, Self::Lock(_, "ACCESS EXCLUSIVE"))
    }
}

/// The gate comes last of the table's indexes, so that the others are locked already when it is built.
fn build_gate(client: &mut Client, table: &str) -> Fallible<()> {
    client.batch_execute(GATE)?;
    let first = "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum = 1";
    let column: String = client.query_one(first, &[&table])?.get(0);
    Ok(client.batch_execute(&format!("CREATE INDEX ON {table} (public.lockwise_gate({column}))"))?)
}

/// Runs the statement on its own for its work, then once more for each plant for its locks.
pub fn measure(server: &Server, observer: &mut Client, form: &Fixture) -> Fallible<Observation> {
    let refused = Some("25001".to_owned());
    set_up(server, observer, form)?;
    // Counting rows counts as reading them: not by the observer, whose counters come in late.
    let mut counter = server.connect()?;
    let before = Before::look(&mut counter)?;
    end(observer, counter)?;
    let mut findings = Findings::default();
    match undisturbed(server, observer, form, &before)? {
        Ok(after) => findings.work = after.work(&before, form)?,
        Err(sqlstate) => {
            return Ok(Observation { in_transaction: refused, sqlstate: Some(sqlstate), ..Observation::default() });
        }
    }
    let mut observation = findings.named(&before);
    for plant in Plant::all(&before) {
        set_up(server, observer, form)?;
        let before = Before::look(observer)?;
        let (waited, seen) = disturbed(server, observer, form, &plant, &before)?;
        observation.merge(seen.named(&before));
        observation.waits_for.extend(plant.name().filter(|_| waited).map(str::to_owned));
    }
    observation.in_transaction = refused;
    Ok(observation)
}

/// Runs the statement with nobody in its way. `Err` inside is a refusal.
fn undisturbed(
    server: &Server,
    observer: &mut Client,
    form: &Fixture,
    before: &Before,
) -> Fallible<Result<After, String>> {
    let oids = before.oids();
    settle_statistics(server, observer)?;
    let old = catalog::counters(observer, Scope::Total, &oids)?;
    let (mut session, messages) = server.connect_verbose(&form.timezone)?;
    let result = session.batch_execute(&form.statement);
    end(observer, session)?;
    if let Err(error) = result {
        return Ok(Err(state(error)?.code().to_owned()));
    }
    settle_statistics(server, observer)?;
    let new = catalog::counters(observer, Scope::Total, &oids)?;
    let messages = messages.lock().map_err(|_| "no messages")?.clone();
    After::with_counters(observer, before, growth(&old, &new), messages).map(Ok)
}

fn growth(old: &BTreeMap<u32, Counters>, new: &BTreeMap<u32, Counters>) -> BTreeMap<u32, Counters> {
    let minus = |new: &Counters, old: &Counters| Counters {
        returned: new.returned - old.returned,
        fetched: new.fetched - old.fetched,
        written: new.written - old.written,
        pages: new.pages - old.pages,
    };
    new.iter().filter_map(|(oid, new)| Some((*oid, minus(new, old.get(oid)?)))).collect()
}

/// Before PostgreSQL 15 a collector process takes the sessions' counters in, in the order in which they end. A new
/// session scans a small catalog and ends: once that scan is counted, everything before it is counted too.
fn settle_statistics(server: &Server, observer: &mut Client) -> Fallible<()> {
    let mut scans = || -> Fallible<i64> {
        observer.batch_execute("SELECT pg_stat_clear_snapshot()")?;
        let sql = "SELECT pg_stat_get_numscans('pg_ts_config_map'::regclass)";
        Ok(observer.query_one(sql, &[])?.get(0))
    };
    let old = scans()?;
    let mut last = server.connect()?;
    last.batch_execute("SET enable_indexscan = off; SELECT count(*) FROM pg_ts_config_map")?;
    drop(last);
    wait_until(|| Ok(scans()? > old))
}

/// Runs the statement into a plant, looks at it while it waits, and lets it finish. A statement that the plant does
/// not stop shows nothing.
fn disturbed(
    server: &Server,
    observer: &mut Client,
    form: &Fixture,
    plant: &Plant,
    before: &Before,
) -> Fallible<(bool, Findings)> {
    let mut blocker = server.connect()?;
    // Asked before the transaction begins, as a question takes a snapshot.
    let planted = backend(&mut blocker)?;
    plant.begin(&mut blocker)?;
    let (mut session, _) = server.connect_verbose(&form.timezone)?;
    let pid = backend(&mut session)?;
    std::thread::scope(|scope| {
        let running = scope.spawn(move || session.batch_execute(&form.statement));
        let mut waiting = false;
        let stopped = wait_until(|| {
            waiting = catalog::waits_for(observer, pid, planted)?;
            Ok(waiting || running.is_finished())
        });
        let seen = match (&stopped, waiting) {
            (Ok(()), true) => look(server, observer, pid, plant, before),
            _ => Ok(Findings::default()),
        };
        // Whatever went wrong, the statement must get out, or the scope would never end.
        blocker.batch_execute("ROLLBACK")?;
        running.join().map_err(|_| "the statement's thread panicked")??;
        Ok((waiting, stopped.and(seen)?))
    })
}

fn look(server: &Server, observer: &mut Client, pid: i32, plant: &Plant, before: &Before) -> Fallible<Findings> {
    let mut findings = Findings { locks: catalog::locks(observer, pid)?, ..Findings::default() };
    if !plant.blocks_probes() {
        findings.probe(server, before)?;
    }
    Ok(findings)
}
