//! Judges the work that a statement did. Each kind has two detectors: the server's own messages, and what its
//! catalogs and counters show. Where both must agree and do not, nothing is recorded.

use std::collections::{BTreeMap, BTreeSet};

use postgres::Client;

use crate::Fallible;
use crate::catalog::{self, Counters, Relation, Relations, Scope};
use crate::fixture::Fixture;
use crate::record::Before;

/// Words for each relation, by OID.
pub type Words = BTreeMap<u32, BTreeSet<&'static str>>;

/// What the statement left: its catalogs, its counters, and what the server said meanwhile.
pub struct After {
    relations: Relations,
    counters: BTreeMap<u32, Counters>,
    /// Tables whose storage is empty now.
    empty: BTreeSet<u32>,
    messages: Vec<String>,
}

/// What became of a table's storage.
#[derive(PartialEq, Eq)]
enum Storage {
    Same,
    Rewritten,
    Emptied,
}

impl After {
    /// Looks through the eyes of the session that ran the statement.
    pub fn look(session: &mut Client, before: &Before, messages: Vec<String>) -> Fallible<Self> {
        let counters = catalog::counters(session, Scope::Transaction, &before.oids())?;
        Self::with_counters(session, before, counters, messages)
    }

    /// Looks at the catalogs; the counters are known already.
    pub fn with_counters(
        client: &mut Client,
        before: &Before,
        counters: BTreeMap<u32, Counters>,
        messages: Vec<String>,
    ) -> Fallible<Self> {
        let relations = catalog::relations(client)?;
        let mut empty = BTreeSet::new();
        for (oid, relation) in &relations {
            let existed = before.relations.contains_key(oid);
            if existed && relation.holds_rows() && catalog::is_empty(client, *oid)? {
                empty.insert(*oid);
            }
        }
        Ok(Self { relations, counters, empty, messages })
    }

    /// The work on every relation that held rows before the statement.
    pub fn work(&self, before: &Before, form: &Fixture) -> Fallible<Words> {
        let mut work = Words::new();
        for (oid, relation) in before.relations.iter().filter(|(_, relation)| relation.holds_rows()) {
            let words = self.work_on(*oid, relation, before, form)?;
            if !words.is_empty() {
                work.insert(*oid, words);
            }
        }
        Ok(work)
    }

    fn work_on(
        &self,
        oid: u32,
        relation: &Relation,
        before: &Before,
        form: &Fixture,
    ) -> Fallible<BTreeSet<&'static str>> {
        let storage = self.storage(oid, relation)?;
        let rewrite = storage == Storage::Rewritten;
        // An index that is made for a table without rows costs nothing.
        let builds = if storage == Storage::Emptied { 0 } else { self.built(oid, relation, before)? };
        let read_more = self.passes(oid, before, builds, rewrite) > explained(form, builds, rewrite);
        let seen = [
            ("new-storage", storage == Storage::Emptied),
            ("rewrite", rewrite),
            ("index-build", builds > 0),
            ("scan", read_more || self.said("verifying table", relation)),
        ];
        Ok(seen.into_iter().filter_map(|(word, seen)| seen.then_some(word)).collect())
    }

    fn said(&self, start: &str, relation: &Relation) -> bool {
        let message = format!("{start} \"{}\"", relation.relname);
        self.messages.iter().any(|said| said.starts_with(&message))
    }

    /// ALTER TABLE announces a rewrite. CLUSTER, REFRESH and SET TABLESPACE do not, and neither does TRUNCATE, which
    /// puts empty storage in place of the old.
    fn storage(&self, oid: u32, old: &Relation) -> Fallible<Storage> {
        let announced = self.said("rewriting table", old);
        let is_new = self.relations.get(&oid).is_some_and(|now| now.filenode != old.filenode);
        match (announced, is_new) {
            (true, false) => Err(format!("{}: a rewrite was announced, the storage is the old one", old.name).into()),
            (false, false) => Ok(Storage::Same),
            (false, true) if self.empty.contains(&oid) => Ok(Storage::Emptied),
            (_, true) => Ok(Storage::Rewritten),
        }
    }

    /// How many indexes of this table have storage that no index had before.
    fn built(&self, oid: u32, table: &Relation, before: &Before) -> Fallible<i64> {
        let old: BTreeSet<u32> = before.relations.values().map(|relation| relation.filenode).collect();
        let is_new = |index: &Relation| index.kind == "index" && !old.contains(&index.filenode);
        let indexes = || self.relations.iter().filter(|(_, relation)| relation.table == Some(oid) && is_new(relation));
        let built = i64::try_from(indexes().count())?;
        let on_table = format!("\" on table \"{}\"", table.relname);
        let said = self.messages.iter().any(|said| said.starts_with("building index \"") && said.contains(&on_table));
        if said == (built > 0) {
            return Ok(built);
        }
        // SET TABLESPACE copies the files of an index that was there before.
        if !said && indexes().all(|(index, _)| before.relations.contains_key(index)) {
            return Ok(0);
        }
        Err(format!("{}: {built} new indexes, but announced: {said}", table.name).into())
    }

    /// How often the whole table was read.
    fn passes(&self, table: u32, before: &Before, builds: i64, rewrite: bool) -> i64 {
        let size = before.sizes.get(&table).copied().unwrap_or_default();
        if size.rows == 0 {
            return 0;
        }
        let of = |oid: &u32| self.counters.get(oid).copied().unwrap_or_default();
        let indexes = before.relations.iter().filter(|(_, relation)| relation.table == Some(table));
        let entries: i64 = indexes.map(|(oid, _)| of(oid).returned).sum();
        let own = of(&table);
        let by_tuples = (own.returned + own.fetched.max(entries)) / size.rows;
        // VACUUM and ANALYZE read pages and count no tuples. Where something is written or looked up, pages prove nothing: a page
        // of which a few rows are looked up and locked is read again and again.
        let looked_up = own.returned + own.fetched + entries > 0;
        let only_reads = own.written == 0 && builds == 0 && !rewrite && !looked_up;
        let by_pages = if only_reads { own.pages / size.pages.max(1) } else { 0 };
        by_tuples.max(by_pages)
    }
}

/// The passes over a table that its rewrite and its index builds need anyway. A concurrent build reads twice.
fn explained(form: &Fixture, builds: i64, rewrite: bool) -> i64 {
    let each = if form.statement.contains("CONCURRENTLY") { 2 } else { 1 };
    builds * each + i64::from(rewrite)
}
