//! Measures one statement on one server.

use std::collections::{BTreeMap, BTreeSet};

use postgres::Client;
use postgres::error::SqlState;

use crate::Fallible;
use crate::autocommit;
use crate::catalog::{self, Locks, Relation, Relations, Size};
use crate::fixture::Fixture;
use crate::observed::{Observation, Observed};
use crate::server::{Server, clean, wait_until};
use crate::work::{After, Words};

/// The moment before the statement.
pub struct Before {
    /// Every relation that existed.
    pub relations: Relations,
    /// How much a full read of each table is.
    pub sizes: BTreeMap<u32, Size>,
}

impl Before {
    /// Looks at the schema that the setup made.
    pub fn look(observer: &mut Client) -> Fallible<Self> {
        let relations = catalog::relations(observer)?;
        let sizes = catalog::sizes(observer, &relations)?;
        Ok(Self { relations, sizes })
    }

    /// The OIDs of every relation.
    pub fn oids(&self) -> Vec<u32> {
        self.relations.keys().copied().collect()
    }
}

/// Everything that was found out, by OID.
#[derive(Default)]
pub struct Findings {
    /// The strongest locks.
    pub locks: Locks,
    /// What other sessions could not do.
    pub blocks: Words,
    /// The work on each relation.
    pub work: Words,
}

/// Runs the setup and the statement of a form, and says what the statement did.
pub fn measure(server: &Server, form: &Fixture) -> Fallible<Observation> {
    let mut observer = server.connect()?;
    let refusal = set_up(server, &mut observer, form)?;
    let observation = match refusal {
        Some(state) => Observation { sqlstate: Some(state), ..Observation::default() },
        None => in_transaction(server, &mut observer, form)?,
    };
    clean(&mut observer)?;
    judge_support(server, form, observation)
}

/// A refusal is put down to the version where the file says that the syntax came later.
fn judge_support(server: &Server, form: &Fixture, mut observation: Observation) -> Fallible<Observation> {
    if form.since.is_none_or(|since| server.version >= since) {
        return Ok(observation);
    }
    match observation.sqlstate.take() {
        Some(state) => Ok(Observation { unsupported: Some(state), ..observation }),
        None => Err(format!("PostgreSQL {} accepts it: the `since` is wrong", server.version).into()),
    }
}

/// Runs the setup in an empty database. A refusal is an error, unless the form's syntax came later.
pub fn set_up(server: &Server, observer: &mut Client, form: &Fixture) -> Fallible<Option<String>> {
    clean(observer)?;
    server.prepare(&format!("{}{}", form.setup, form.statement))?;
    let mut client = server.connect()?;
    for statement in form.setup() {
        match (client.batch_execute(statement), form.since) {
            (Ok(()), _) => {}
            (Err(error), Some(since)) if server.version < since => return Ok(Some(state(error)?.code().to_owned())),
            (Err(error), _) => return Err(format!("{statement}: {error}").into()),
        }
    }
    // What it has read must not be counted later.
    end(observer, client)?;
    Ok(None)
}

/// The usual way: run it in a transaction, look at it from all sides, roll back.
fn in_transaction(server: &Server, observer: &mut Client, form: &Fixture) -> Fallible<Observation> {
    let before = Before::look(observer)?;
    let (mut session, messages) = server.connect_verbose(&form.timezone)?;
    let pid = backend(&mut session)?;
    session.batch_execute("BEGIN")?;
    if let Err(error) = session.batch_execute(&form.statement) {
        return match state(error)? {
            SqlState::ACTIVE_SQL_TRANSACTION => autocommit::measure(server, observer, form),
            other => Ok(Observation { sqlstate: Some(other.code().to_owned()), ..Observation::default() }),
        };
    }
    let mut findings = Findings { locks: catalog::locks(observer, pid)?, ..Findings::default() };
    findings.probe(server, &before)?;
    let after = After::look(&mut session, &before, messages.lock().map_err(|_| "no messages")?.clone())?;
    findings.work = after.work(&before, form)?;
    session.batch_execute("ROLLBACK")?;
    Ok(findings.named(&before))
}

/// The process ID of a session's backend.
pub fn backend(session: &mut Client) -> Fallible<i32> {
    Ok(session.query_one("SELECT pg_backend_pid()", &[])?.get(0))
}

/// Ends a session and waits until its backend is gone, since a backend hands in its counters when it leaves.
pub fn end(observer: &mut Client, mut session: Client) -> Fallible<()> {
    let pid = backend(&mut session)?;
    drop(session);
    let gone = "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = $1";
    wait_until(|| Ok(observer.query_one(gone, &[&pid])?.get(0)))
}

/// The SQLSTATE of a refusal; any other trouble stays an error.
pub fn state(error: postgres::Error) -> Fallible<SqlState> {
    error.code().cloned().ok_or_else(|| error.into())
}

impl Findings {
    /// Tries, from another session, to read and to write what is locked.
    pub fn probe(&mut self, server: &Server, before: &Before) -> Fallible<()> {
        let mut prober = server.connect()?;
        // Nobody waits here unless for a lock, so a short wait is proof enough.
        prober.batch_execute("SET lock_timeout = '10ms'")?;
        for oid in self.probed(before) {
            for (what, sql) in before.relations.get(&oid).map(probes).into_iter().flatten() {
                if is_blocked(&mut prober, &sql)? {
                    self.blocks.entry(oid).or_default().insert(what);
                }
            }
        }
        Ok(())
    }

    /// What can be queried among the locked relations; for a locked index, its table.
    fn probed(&self, before: &Before) -> BTreeSet<u32> {
        let table_of = |oid: &u32| before.relations.get(oid).map(|relation| relation.table.unwrap_or(*oid));
        let mut probed: BTreeSet<u32> = self.locks.keys().filter_map(table_of).collect();
        probed.retain(|oid| before.relations.get(oid).is_some_and(|relation| relation.kind != "sequence"));
        probed
    }

    /// Turns OIDs into names; what did not exist before is of no interest.
    pub fn named(&self, before: &Before) -> Observation {
        let set = |map: &Words, oid| map.get(oid).into_iter().flatten().map(|&word| word.to_owned()).collect();
        let touched =
            |oid: &u32| self.locks.contains_key(oid) || self.blocks.contains_key(oid) || self.work.contains_key(oid);
        let relations = before.relations.iter().filter(|(oid, _)| touched(oid)).map(|(oid, relation)| {
            let observed = Observed {
                kind: relation.kind.to_owned(),
                lock: self.locks.get(oid).copied(),
                blocks: set(&self.blocks, oid),
                work: set(&self.work, oid),
            };
            (relation.name.clone(), observed)
        });
        Observation { relations: relations.collect(), ..Observation::default() }
    }
}

/// A read, and a write where there is one: queries that touch no row, but take every lock that such queries take.
fn probes(relation: &Relation) -> Vec<(&'static str, String)> {
    let name = &relation.quoted;
    let mut probes = vec![("reads", format!("SELECT 1 FROM {name} LIMIT 1"))];
    if relation.kind.ends_with("table") {
        // Not WHERE false: the planner would stop before it locks the partitions.
        probes.push(("writes", format!("DELETE FROM {name} WHERE pg_backend_pid() = 0")));
    }
    probes
}

fn is_blocked(prober: &mut Client, sql: &str) -> Fallible<bool> {
    match prober.batch_execute(sql).map_err(state) {
        Ok(()) => Ok(false),
        Err(Ok(SqlState::LOCK_NOT_AVAILABLE)) => Ok(true),
        // A materialized view without data refuses to be read, but nobody waits.
        Err(Ok(SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE)) => Ok(false),
        Err(Ok(other)) => Err(format!("{sql}: {}", other.code()).into()),
        Err(Err(error)) => Err(error),
    }
}
