//! A server of our own: made in a temporary folder, reached only through a socket in it, gone when dropped.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use postgres::{Client, Config, NoTls};

use crate::Fallible;
use crate::obtain::{Candidate, run};

/// Settings that take the noise away: nothing runs beside the statement, and nothing runs in parallel.
const SETTINGS: &str = "
listen_addresses = ''
max_connections = 20
wal_level = logical
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
max_parallel_workers_per_gather = 0
timezone = 'UTC'
allow_in_place_tablespaces = on
";

/// Settings that PostgreSQL 10 does not know.
const SETTINGS_SINCE_11: &str = "jit = off\nmax_parallel_maintenance_workers = 0\n";

/// A running server, stopped and removed on drop.
#[derive(Debug)]
pub struct Server {
    /// The major version.
    pub version: u32,
    bin: PathBuf,
    folder: PathBuf,
    publisher: OnceLock<Box<Self>>,
}

/// Two servers at a time: each keeps about one core busy.
const AT_ONCE: usize = 2;

/// What the server told a session while it worked (`client_min_messages = debug1`).
pub type Messages = Arc<Mutex<Vec<String>>>;

impl Server {
    /// Creates a fresh cluster and starts it.
    pub fn start(candidate: &Candidate) -> Fallible<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let nth = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("lockwise-{}-{nth}", std::process::id());
        let (version, bin) = (candidate.version, candidate.bin.clone());
        let server = Self { version, bin, folder: env::temp_dir().join(name), publisher: OnceLock::new() };
        server.run(
            server
                .program("initdb")
                .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync", "-D"])
                .arg(server.data()),
        )?;
        server.configure()?;
        server.run(
            server
                .program("pg_ctl")
                .args(["start", "-w", "-s", "-l"])
                .arg(server.folder.join("log"))
                .arg("-D")
                .arg(server.data()),
        )?;
        server.add_tablespace()?;
        Ok(server)
    }

    /// Opens a session.
    pub fn connect(&self) -> Fallible<Client> {
        Ok(self.config().connect(NoTls)?)
    }

    /// Opens a session that is told everything, for the statement to be measured.
    pub fn connect_verbose(&self, timezone: &str) -> Fallible<(Client, Messages)> {
        let messages = Messages::default();
        let sink = Arc::clone(&messages);
        let mut config = self.config();
        config.options(&format!("-c client_min_messages=debug1 -c timezone={timezone}")).notice_callback(
            move |notice| {
                if let Ok(mut sink) = sink.lock() {
                    sink.push(notice.message().to_owned());
                }
            },
        );
        Ok((config.connect(NoTls)?, messages))
    }

    /// Starts what a text needs beside the server: where it says `service=publisher`, a second one that publishes `shop` and
    /// `goods`, which hold no table, and has no slots.
    pub fn prepare(&self, text: &str) -> Fallible<()> {
        if !text.contains("service=publisher") {
            return Ok(());
        }
        if let Some(publisher) = self.publisher.get() {
            return publisher.drop_slots();
        }
        let publisher = Self::start(&Candidate { version: self.version, bin: self.bin.clone() })?;
        publisher.connect()?.batch_execute("CREATE PUBLICATION shop; CREATE PUBLICATION goods")?;
        let host = publisher.data();
        let service = format!("[publisher]\nhost={}\nuser=postgres\ndbname=postgres\n", host.display());
        fs::write(self.services(), service)?;
        self.publisher.set(Box::new(publisher)).map_err(|_| "two publishers were started".into())
    }

    /// A slot is in use until the process that sends from it has seen that nobody listens.
    fn drop_slots(&self) -> Fallible<()> {
        let mut client = self.connect()?;
        wait_until(|| {
            client.batch_execute(
                "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active;
                 SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active",
            )?;
            Ok(client.query_one("SELECT count(*) = 0 FROM pg_replication_slots", &[])?.get(0))
        })
    }

    /// Where libpq, in the server too, looks for the names of services.
    fn services(&self) -> PathBuf {
        self.folder.join("pg_service.conf")
    }

    /// What pg_dump says of the schema.
    #[allow(dead_code, reason = "only tests/schemas.rs dumps")]
    pub fn dump(&self, program: &Path) -> Fallible<String> {
        let mut command = as_server_user(program);
        self.run(command.args(["--schema-only", "-U", "postgres", "-d", "postgres", "-h"]).arg(self.data()))
    }

    fn config(&self) -> Config {
        let mut config = Config::new();
        config.host_path(self.data()).user("postgres").dbname("postgres");
        config
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn configure(&self) -> Fallible<()> {
        let file = self.data().join("postgresql.conf");
        let mut text = fs::read_to_string(&file)?;
        text.push_str(SETTINGS);
        text.push_str(&format!("unix_socket_directories = '{}'\n", self.data().display()));
        if self.version >= 11 {
            text.push_str(SETTINGS_SINCE_11);
        }
        Ok(fs::write(file, text)?)
    }

    /// A second tablespace needs a folder, which SQL cannot make.
    fn add_tablespace(&self) -> Fallible<()> {
        let folder = self.folder.join("other_disk");
        self.run(as_server_user("mkdir").arg(&folder))?;
        let sql = format!("CREATE TABLESPACE other_disk LOCATION '{}'", folder.display());
        Ok(self.connect()?.batch_execute(&sql)?)
    }

    fn program(&self, name: &str) -> Command {
        as_server_user(self.bin.join(name))
    }

    fn run(&self, command: &mut Command) -> Fallible<String> {
        // The server keeps what it inherits open: it must not hold our pipes.
        let command = command.env("LC_ALL", "C").env("PGSERVICEFILE", self.services());
        run(command.current_dir("/").stdin(Stdio::null()))
    }
}

/// Starts each server, at most [`AT_ONCE`] at a time, and does the same on all of them.
pub fn on_each<T: Send>(
    candidates: &[Candidate],
    work: impl Fn(&Server) -> Fallible<T> + Sync,
) -> Fallible<BTreeMap<u32, T>> {
    let queue = Mutex::new(candidates.iter());
    let done = Mutex::new(BTreeMap::new());
    let next = || queue.lock().ok()?.next();
    let worker = || -> Fallible<()> {
        while let Some(candidate) = next() {
            let result = Server::start(candidate)
                .and_then(|server| work(&server))
                .map_err(|error| format!("PostgreSQL {}: {error}", candidate.version))?;
            if let Ok(mut done) = done.lock() {
                done.insert(candidate.version, result);
            }
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().try_for_each(|handle| handle.join().map_err(|_| "a measuring thread panicked")?)
    })?;
    done.into_inner().map_err(|_| "a measuring thread panicked".into())
}

/// Drops whatever earlier work left: the schemas of this database, and what is not in a database. The first tablespace came with
/// the server. An event trigger may forbid the rest, and goes first.
pub fn clean(observer: &mut Client) -> Fallible<()> {
    let rows = observer.query(
        "SELECT format('DROP EVENT TRIGGER %I', evtname) FROM pg_event_trigger
         UNION ALL SELECT format('DROP CAST (%s AS %s) CASCADE', castsource::regtype, casttarget::regtype) FROM pg_cast c WHERE oid >= 16384
             AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_cast'::regclass AND objid = c.oid AND deptype IN ('e', 'i'))
         UNION ALL SELECT format(text, subname) FROM pg_subscription, unnest(ARRAY[
             'ALTER SUBSCRIPTION %I DISABLE', 'ALTER SUBSCRIPTION %I SET (slot_name = NONE)', 'DROP SUBSCRIPTION %I'
         ]) AS text
         UNION ALL SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace WHERE nspname = 'public' OR oid >= 16384
         UNION ALL SELECT format('DROP PUBLICATION %I', pubname) FROM pg_publication
         UNION ALL SELECT format('DROP FOREIGN DATA WRAPPER %I CASCADE', fdwname) FROM pg_foreign_data_wrapper WHERE oid >= 16384
         UNION ALL SELECT format('DROP ACCESS METHOD %I', amname) FROM pg_am WHERE oid >= 16384
         UNION ALL SELECT format('DROP DATABASE %I', datname) FROM pg_database WHERE oid >= 16384
         UNION ALL SELECT format('DROP TABLESPACE %I', spcname) FROM pg_tablespace WHERE oid > (SELECT min(oid) FROM pg_tablespace WHERE oid >= 16384)
         UNION ALL SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE oid >= 16384
         UNION ALL SELECT 'CREATE SCHEMA public'",
        &[],
    )?;
    for row in rows {
        observer.batch_execute(row.get(0))?;
    }
    Ok(())
}

/// How long anything may take before it is a fault of the measurement.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Asks again and again, until it is so.
pub fn wait_until(mut done: impl FnMut() -> Fallible<bool>) -> Fallible<()> {
    let start = Instant::now();
    while !done()? {
        if start.elapsed() > PATIENCE {
            return Err("waited too long".into());
        }
        thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut stop = self.program("pg_ctl");
        let _ = self.run(stop.args(["stop", "-s", "-m", "immediate", "-D"]).arg(self.data()));
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// PostgreSQL refuses to run as root, so root borrows an unprivileged user.
fn as_server_user(program: impl AsRef<Path>) -> Command {
    if !is_root() {
        return Command::new(program.as_ref());
    }
    let mut command = Command::new("runuser");
    command.args(["-u", unprivileged_user(), "--"]).arg(program.as_ref());
    command
}

fn unprivileged_user() -> &'static str {
    let exists = Command::new("id").args(["-u", "postgres"]).output();
    if exists.is_ok_and(|output| output.status.success()) { "postgres" } else { "nobody" }
}

/// Whether this process runs as root.
pub fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}
