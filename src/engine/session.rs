//! The session that runs the migrations: its transaction, the settings in force, and the locks it holds.
//!
//! A state machine of what PostgreSQL does: SET inside a transaction is undone by ROLLBACK, SET LOCAL ends with the
//! transaction and does nothing outside one, ROLLBACK TO restores what the savepoint saw.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use ecow::EcoString;

use crate::ast::{SettingChange, SettingKind, TransactionControl};

use super::trace::{HeldLock, Transaction};

/// Settings by lower-case name, with their values as written.
pub type Settings = BTreeMap<String, String>;

/// Where names are looked up when nothing else is set.
static PUBLIC: LazyLock<[EcoString; 1]> = LazyLock::new(|| ["public".into()]);

/// Of the open transaction.
const READ_ONLY: &str = "transaction_read_only";
/// Of the transactions to come.
const READ_ONLY_BY_DEFAULT: &str = "default_transaction_read_only";

/// What a savepoint remembers.
#[derive(Debug, Clone)]
struct Savepoint {
    name: String,
    session: Settings,
    local: Settings,
    locks: usize,
}

/// What an open transaction remembers.
#[derive(Debug, Clone)]
struct OpenTransaction {
    kind: Transaction,
    /// Session settings before it, for ROLLBACK.
    before: Settings,
    /// SET LOCAL values.
    local: Settings,
    savepoints: Vec<Savepoint>,
    locks: Vec<HeldLock>,
}

/// The state of the session before a statement.
#[derive(Debug, Clone)]
pub struct Session {
    /// What the runner, the role or the connection sets: the values that RESET goes back to.
    defaults: Settings,
    session: Settings,
    open: Option<OpenTransaction>,
    transactions_begun: usize,
    /// Savepoints that were named where no transaction was seen.
    outside: Vec<String>,
    /// The role was another one, and it is not known to which one it went back: SET ROLE NONE and RESET ALL do not undo SET
    /// SESSION AUTHORIZATION.
    changed_role: bool,
}

impl Session {
    /// A new session with these settings made by the runner or the role.
    pub fn new(defaults: &BTreeMap<String, String>) -> Self {
        let defaults: Settings = defaults.iter().map(|(name, value)| (name.to_lowercase(), value.clone())).collect();
        Self {
            session: defaults.clone(),
            defaults,
            open: None,
            transactions_begun: 0,
            outside: Vec::new(),
            changed_role: false,
        }
    }

    /// The session that follows this one on a new connection, or after RESET ALL.
    pub fn renewed(&self) -> Self {
        Self {
            session: self.defaults.clone(),
            defaults: self.defaults.clone(),
            open: None,
            transactions_begun: self.transactions_begun + 1,
            outside: Vec::new(),
            changed_role: false,
        }
    }

    /// The transaction that the next statement runs in.
    pub fn transaction(&self) -> Transaction {
        self.open.as_ref().map_or(Transaction::None, |open| open.kind)
    }

    /// A number that differs between transactions; statements outside a transaction each have one of their own.
    pub fn transaction_number(&self) -> usize {
        self.transactions_begun
    }

    /// Locks that earlier statements of the open transaction hold, in the order taken.
    pub fn held_locks(&self) -> &[HeldLock] {
        self.open.as_ref().map_or(&[], |open| &open.locks)
    }

    /// The value of a setting in force, as written.
    pub fn setting(&self, name: &str) -> Option<&str> {
        let local = self.open.as_ref().and_then(|open| open.local.get(name));
        local.or_else(|| self.session.get(name)).map(String::as_str)
    }

    /// How long a lock is waited for; `None` means without end.
    pub fn lock_timeout(&self) -> Option<Duration> {
        self.setting("lock_timeout").and_then(timeout)
    }

    /// How long a statement may run; `None` means without end.
    pub fn statement_timeout(&self) -> Option<Duration> {
        self.setting("statement_timeout").and_then(timeout)
    }

    /// Whether another role than that of the connection may run the next statement.
    pub fn may_have_other_role(&self) -> bool {
        ["role", "session_authorization"].iter().any(|name| self.setting(name).is_some()) || self.changed_role
    }

    /// The time zone in which moments without an offset are read, where it was set.
    pub fn time_zone(&self) -> Option<&str> {
        self.setting("timezone").or_else(|| self.setting("time zone"))
    }

    /// Schemas in which names without a schema are looked up; the first is where objects are created.
    pub fn search_path(&self) -> Cow<'static, [EcoString]> {
        let Some(path) = self.setting("search_path") else { return Cow::Borrowed(&*PUBLIC) };
        let found: Vec<EcoString> = schemas(path).filter(|schema| !schema.is_empty() && schema != "$user").collect();
        if found.is_empty() { Cow::Borrowed(&*PUBLIC) } else { Cow::Owned(found) }
    }

    /// Whether what changes the database is refused now: the transaction, or the one that a statement would begin, is READ
    /// ONLY.
    pub fn is_read_only(&self) -> bool {
        let value = match &self.open {
            Some(open) => open.local.get(READ_ONLY).map(String::as_str),
            None => self.setting(READ_ONLY_BY_DEFAULT),
        };
        value.is_some_and(is_on)
    }

    /// Opens a transaction, unless one is open.
    pub fn begin(&mut self, kind: Transaction) {
        self.begin_as(kind, None);
    }

    fn begin_as(&mut self, kind: Transaction, read_only: Option<bool>) {
        if self.open.is_some() {
            return;
        }
        let read_only = read_only.unwrap_or_else(|| self.setting(READ_ONLY_BY_DEFAULT).is_some_and(is_on));
        self.transactions_begun += 1;
        self.open = Some(OpenTransaction {
            kind,
            before: self.session.clone(),
            local: read_only.then(|| (READ_ONLY.to_owned(), "on".to_owned())).into_iter().collect(),
            savepoints: Vec::new(),
            locks: Vec::new(),
        });
    }

    /// Commits the open transaction, if there is one.
    pub fn commit(&mut self) {
        self.open = None;
        self.transactions_begun += 1;
    }

    /// Rolls the open transaction back, if there is one.
    pub fn roll_back(&mut self) {
        if let Some(open) = self.open.take() {
            self.session = open.before;
        }
        self.transactions_begun += 1;
    }

    /// What transaction control does. Inside the implicit block of a query string BEGIN makes it an explicit one.
    pub fn control(&mut self, control: &TransactionControl) {
        match control {
            TransactionControl::Begin { read_only } => match &mut self.open {
                Some(open) if open.kind == Transaction::Implicit => {
                    open.kind = Transaction::Explicit;
                    if let Some(read_only) = read_only {
                        open.local.insert(READ_ONLY.to_owned(), if *read_only { "on" } else { "off" }.to_owned());
                    }
                }
                Some(_) => {}
                None => self.begin_as(Transaction::Explicit, *read_only),
            },
            TransactionControl::Commit { and_chain } => {
                let chained = self.open.as_ref().map(|_| self.is_read_only()).filter(|_| *and_chain);
                self.commit();
                if chained.is_some() {
                    self.begin_as(Transaction::Explicit, chained);
                }
            }
            TransactionControl::Rollback { and_chain } => {
                let chained = self.open.as_ref().map(|_| self.is_read_only()).filter(|_| *and_chain);
                self.roll_back();
                if chained.is_some() {
                    self.begin_as(Transaction::Explicit, chained);
                }
            }
            TransactionControl::Prepare => self.commit(),
            TransactionControl::Savepoint(name) => self.savepoint(&name.name),
            TransactionControl::Release(name) => self.release(&name.name),
            TransactionControl::RollbackTo(name) => self.roll_back_to(&name.name),
        }
    }

    fn savepoint(&mut self, name: &str) {
        let Some(open) = &mut self.open else {
            self.outside.push(name.to_owned());
            return;
        };
        open.savepoints.push(Savepoint {
            name: name.to_owned(),
            session: self.session.clone(),
            local: open.local.clone(),
            locks: open.locks.len(),
        });
    }

    /// Whether a savepoint of this name was made, be it where no transaction was seen.
    pub fn knows_savepoint(&self, name: &str) -> bool {
        let mut own = self.open.iter().flat_map(|open| &open.savepoints);
        own.any(|savepoint| savepoint.name == name) || self.outside.iter().any(|outside| outside == name)
    }

    fn release(&mut self, name: &str) {
        if let Some(open) = &mut self.open
            && let Some(at) = open.savepoints.iter().rposition(|savepoint| savepoint.name == name)
        {
            // What is READ ONLY within the savepoint is so no longer.
            let before = open.savepoints[at].local.get(READ_ONLY).cloned();
            put(&mut open.local, READ_ONLY, before);
            open.savepoints.truncate(at);
        }
    }

    fn roll_back_to(&mut self, name: &str) {
        if let Some(open) = &mut self.open
            && let Some(at) = open.savepoints.iter().rposition(|savepoint| savepoint.name == name)
        {
            open.savepoints.truncate(at + 1);
            let savepoint = &open.savepoints[at];
            self.session = savepoint.session.clone();
            open.local = savepoint.local.clone();
            open.locks.truncate(savepoint.locks);
        }
    }

    /// Changes a setting. SET LOCAL outside a transaction changes nothing.
    pub fn set(&mut self, change: &SettingChange) {
        match &change.kind {
            SettingKind::Set { name, value } => self.assign(name, Some(value.to_string()), change.local),
            SettingKind::Reset { name } => {
                let default = self.defaults.get(name.as_str()).cloned();
                self.assign(name, default, change.local);
            }
            SettingKind::ResetAll | SettingKind::DiscardAll => {
                self.session = self.defaults.clone();
                if let Some(open) = &mut self.open {
                    open.local.clear();
                }
            }
        }
    }

    fn assign(&mut self, name: &str, value: Option<String>, local: bool) {
        // Each transaction begins with a value of its own.
        let local = local || name == READ_ONLY;
        self.changed_role |= !local && value.is_some() && matches!(name, "role" | "session_authorization");
        let Some(open) = &mut self.open else {
            if !local {
                put(&mut self.session, name, value);
            }
            return;
        };
        if local {
            // A local "no value" must hide the session's own.
            open.local.insert(name.to_owned(), value.unwrap_or_else(|| "default".to_owned()));
        } else {
            open.local.remove(name);
            put(&mut self.session, name, value);
        }
    }

    /// Notes locks taken by a statement of the open transaction.
    pub fn hold(&mut self, locks: impl IntoIterator<Item = HeldLock>) {
        let Some(open) = &mut self.open else { return };
        for lock in locks {
            let covers =
                |held: &HeldLock| held.effect.relation == lock.effect.relation && held.effect.lock >= lock.effect.lock;
            if !open.locks.iter().any(covers) {
                open.locks.push(lock);
            }
        }
    }

    /// Takes away all locks but the first ones, if the transaction with this number is still open.
    pub fn let_go(&mut self, all_but: usize, transaction: usize) -> Vec<HeldLock> {
        match &mut self.open {
            Some(open) if self.transactions_begun == transaction => open.locks.split_off(all_but.min(open.locks.len())),
            _ => Vec::new(),
        }
    }

    /// The session-level settings, to be compared later.
    pub fn settings(&self) -> Settings {
        self.session.clone()
    }

    /// Names of session-level settings that have changed since, to something else than RESET would give.
    pub fn left_behind(&self, before: &Settings) -> Vec<String> {
        let is_left =
            |name: &String, value: &String| before.get(name) != Some(value) && self.defaults.get(name) != Some(value);
        let left = self.session.iter().filter(|(name, value)| is_left(name, value));
        left.map(|(name, _)| name.clone()).collect()
    }
}

/// Whether a setting that is on or off is on.
fn is_on(value: &str) -> bool {
    ["on", "true", "t", "yes", "y", "1"].contains(&value.to_ascii_lowercase().as_str())
}

fn put(settings: &mut Settings, name: &str, value: Option<String>) {
    match value {
        Some(value) => settings.insert(name.to_owned(), value),
        None => settings.remove(name),
    };
}

/// A timeout as PostgreSQL reads it: a number of milliseconds, or a number with a unit; 0, negative and unreadable values
/// and `default` are no timeout. Units: documentation, "Parameter Names and Values".
pub fn timeout(value: &str) -> Option<Duration> {
    let value = value.trim();
    let digits = value.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(value.len());
    let (number, unit) = value.split_at(digits);
    let number: f64 = number.parse().ok()?;
    let milliseconds = match unit.trim() {
        "us" => 0.001,
        "" | "ms" => 1.0,
        "s" => 1000.0,
        "min" => 60_000.0,
        "h" => 3_600_000.0,
        "d" => 86_400_000.0,
        _ => return None,
    };
    // The server rounds to whole milliseconds: 0.4 ms is 0, which is no timeout.
    let rounded = (number * milliseconds).round();
    (rounded >= 1.0 && rounded <= f64::from(i32::MAX)).then(|| Duration::from_millis(rounded as u64))
}

/// The names of a list as `search_path` holds it: unquoted ones are folded, and a comma in quotes belongs to its name.
///
/// Source: `SplitIdentifierString` of PostgreSQL's utils/adt/varlena.c.
fn schemas(path: &str) -> impl Iterator<Item = EcoString> {
    let mut quoted = false;
    let parts = path.split(move |c| {
        quoted ^= c == '"';
        c == ',' && !quoted
    });
    parts.map(|part| match part.trim().strip_prefix('"').and_then(|part| part.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\"").into(),
        None => part.trim().to_ascii_lowercase().into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ast::Ident;

    fn set(name: &str, value: &str, local: bool) -> SettingChange {
        SettingChange { kind: SettingKind::Set { name: name.into(), value: value.into() }, local }
    }

    fn session() -> Session {
        Session::new(&BTreeMap::new())
    }

    #[test]
    fn search_path_is_read_as_the_server_reads_it() {
        let read = |text: &str| schemas(text).collect::<Vec<_>>();
        assert_eq!(read("App, public"), ["app", "public"]);
        assert_eq!(read("\"$user\",\"a, \"\"b\"\"\""), ["$user", "a, \"b\""]);
        assert_eq!(read(""), [""]);
    }

    #[test]
    fn timeouts_are_read_as_the_server_reads_them() {
        let read = |text: &str| timeout(text).map(|duration| duration.as_millis());
        assert_eq!(read("2s"), Some(2000));
        assert_eq!(read("500"), Some(500));
        assert_eq!(read("1.5 min"), Some(90_000));
        assert_eq!(read("0"), None);
        assert_eq!(read("0.4ms"), None);
        assert_eq!(read("-1"), None);
        assert_eq!(read("default"), None);
        assert_eq!(read("2 fortnights"), None);
    }

    #[test]
    fn set_local_ends_with_its_transaction_and_does_nothing_outside() {
        let mut session = session();
        session.set(&set("lock_timeout", "2s", true));
        assert_eq!(session.lock_timeout(), None);
        session.begin(Transaction::Explicit);
        session.set(&set("lock_timeout", "2s", true));
        assert!(session.lock_timeout().is_some());
        session.commit();
        assert_eq!(session.lock_timeout(), None);
    }

    #[test]
    fn rollback_undoes_a_set_and_commit_keeps_it() {
        let mut session = session();
        session.begin(Transaction::Explicit);
        session.set(&set("lock_timeout", "2s", false));
        session.roll_back();
        assert_eq!(session.lock_timeout(), None);
        session.begin(Transaction::Explicit);
        session.set(&set("lock_timeout", "2s", false));
        session.commit();
        assert!(session.lock_timeout().is_some());
    }

    #[test]
    fn rollback_to_a_savepoint_restores_what_it_saw() {
        let mut session = session();
        session.begin(Transaction::Explicit);
        session.control(&TransactionControl::Savepoint(Ident::synthetic("a")));
        session.set(&set("lock_timeout", "2s", true));
        session.control(&TransactionControl::RollbackTo(Ident::synthetic("a")));
        assert_eq!(session.lock_timeout(), None);
    }

    #[test]
    fn a_local_reset_hides_the_session_value() {
        let mut session = session();
        session.set(&set("lock_timeout", "2s", false));
        session.begin(Transaction::Explicit);
        session.set(&SettingChange { kind: SettingKind::Reset { name: "lock_timeout".into() }, local: true });
        assert_eq!(session.lock_timeout(), None);
        session.commit();
        assert!(session.lock_timeout().is_some());
    }

    #[test]
    fn statement_timeout_is_followed_in_the_same_way() {
        let mut session = session();
        session.set(&set("statement_timeout", "5min", false));
        assert_eq!(session.statement_timeout(), Some(Duration::from_secs(300)));
        session.begin(Transaction::Explicit);
        session.set(&set("statement_timeout", "0", true));
        assert_eq!(session.statement_timeout(), None);
        session.commit();
        assert_eq!(session.statement_timeout(), Some(Duration::from_secs(300)));
    }

    #[test]
    fn read_only_lasts_as_long_as_its_transaction() {
        let mut session = session();
        session.control(&TransactionControl::Begin { read_only: Some(true) });
        session.control(&TransactionControl::Commit { and_chain: true });
        assert!(session.is_read_only());
        session.control(&TransactionControl::Commit { and_chain: false });
        session.set(&set(READ_ONLY, "on", false));
        assert!(!session.is_read_only());
        session.set(&set(READ_ONLY_BY_DEFAULT, "on", false));
        assert!(session.is_read_only());
        session.control(&TransactionControl::Begin { read_only: None });
        session.set(&set(READ_ONLY, "off", false));
        assert!(!session.is_read_only());
        session.commit();
        assert!(session.is_read_only());
        session.control(&TransactionControl::Begin { read_only: Some(false) });
        assert!(!session.is_read_only());
    }

    #[test]
    fn reset_goes_back_to_what_the_role_sets() {
        let mut session = Session::new(&BTreeMap::from([("lock_timeout".to_owned(), "3s".to_owned())]));
        session.set(&set("lock_timeout", "0", false));
        assert_eq!(session.lock_timeout(), None);
        session.set(&SettingChange { kind: SettingKind::ResetAll, local: false });
        assert_eq!(session.lock_timeout(), Some(Duration::from_secs(3)));
    }
}
