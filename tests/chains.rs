//! Chains in which each link names the one before twice: their length may double neither the time nor the memory that each
//! link takes. Thirty links would take hours.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Links of a chain.
const LINKS: usize = 40;

/// A run that takes longer hangs. It takes seconds on a busy machine, without optimization.
const PATIENCE: Duration = Duration::from_secs(120);

/// The text of a link, by its number and that of the one before; the first has none before it.
fn links(first: &str, link: impl Fn(usize, usize) -> String, separator: &str) -> String {
    let rest = (1..LINKS).map(|number| separator.to_owned() + &link(number, number - 1));
    first.to_owned() + &rest.collect::<String>()
}

fn functions(language: &str, body: impl Fn(&str) -> String) -> String {
    let function = |name: &str, at: usize, text: &str| {
        format!("CREATE FUNCTION {name}{at}() RETURNS int LANGUAGE {language} AS $${text}$$;\n")
    };
    let pair = |at: usize, text: &str| function("f", at, text) + &function("g", at, text);
    let chain = links(
        &pair(0, &body("count(*) FROM t")),
        |at, before| pair(at, &body(&format!("f{before}() + g{before}()"))),
        "",
    );
    let last = LINKS - 1;
    format!(
        "CREATE TABLE t (id int);\n{chain}SELECT f{last}();\nINSERT INTO t VALUES (g{last}());\nALTER TABLE t ADD a int DEFAULT f{last}();\n"
    )
}

fn with(link: impl Fn(usize) -> String) -> String {
    links("WITH c0 AS (SELECT * FROM t)", |at, before| format!(" c{at} AS ({})", link(before)), ",")
}

/// Each chain by its name.
fn chains() -> Vec<(&'static str, String)> {
    let last = LINKS - 1;
    let children = |at: usize, before: usize| {
        format!(
            "CREATE TABLE a{at} () INHERITS (t{before}); CREATE TABLE b{at} () INHERITS (t{before}); CREATE TABLE t{at} () INHERITS (a{at}, b{at});\n"
        )
    };
    let views = |at: usize, before: usize| {
        let view =
            |name: &str| format!("CREATE VIEW {name}{at} AS SELECT x.id FROM v{before} x JOIN w{before} USING (id);\n");
        view("v") + &view("w")
    };
    let rules = |at: usize, before: usize| {
        format!(
            "CREATE TABLE t{at} (id int);\nCREATE RULE r AS ON UPDATE TO t{before} DO ALSO (UPDATE t{at} SET id = 1; UPDATE t{at} SET id = 2);\n"
        )
    };
    let keys = |at: usize, before: usize| {
        format!(
            "CREATE TABLE t{at} (id int PRIMARY KEY, a int REFERENCES t{before} ON DELETE CASCADE, b int REFERENCES t{before} ON DELETE CASCADE);\n"
        )
    };
    let triggers = |at: usize, before: usize| {
        format!(
            "CREATE TABLE t{at} (id int);\nCREATE FUNCTION f{at}() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN INSERT INTO t{at} VALUES (1); \
             INSERT INTO t{at} VALUES (2); RETURN NEW; END$$;\nCREATE TRIGGER r AFTER INSERT ON t{before} FOR EACH ROW EXECUTE FUNCTION f{at}();\n"
        )
    };
    let exists =
        |inner: &str| format!("{}{inner}{}", "EXISTS (SELECT 1 FROM t WHERE ".repeat(LINKS), ")".repeat(LINKS));
    vec![
        ("functions in SQL", functions("sql", |value| format!("SELECT {value}"))),
        ("functions in PL/pgSQL", functions("plpgsql", |value| format!("BEGIN RETURN (SELECT {value}); END"))),
        (
            "WITH",
            format!(
                "CREATE TABLE t (id int);\nCREATE VIEW v AS {} SELECT * FROM c{last};\n",
                with(|before| format!("SELECT * FROM c{before} a, c{before} b"))
            ),
        ),
        (
            "WITH in values",
            format!(
                "CREATE TABLE t (id int);\nCREATE TABLE u AS SELECT ({} SELECT id FROM c{last});\n",
                with(|before| format!("SELECT (SELECT max(id) FROM c{before}) AS id FROM c{before}"))
            ),
        ),
        (
            "inheritance",
            links("CREATE TABLE t0 (id int);\n", children, "")
                + "ALTER TABLE t0 ADD a int NOT NULL;\nALTER TABLE t0 ADD CONSTRAINT positive CHECK (id > 0);\nALTER TABLE t0 ALTER id SET NOT NULL;\n\
                   ALTER TABLE t0 RENAME a TO b;\nALTER TABLE t0 DROP CONSTRAINT positive;\nALTER TABLE t0 DROP id;\nTRUNCATE t0;\nDROP TABLE t0 CASCADE;\n",
        ),
        (
            "views",
            links(
                "CREATE TABLE t (id int);\nCREATE VIEW v0 AS SELECT * FROM t;\nCREATE VIEW w0 AS SELECT * FROM t;\n",
                views,
                "",
            ) + &format!("SELECT * FROM v{last};\nDROP TABLE t CASCADE;\n"),
        ),
        ("rules", links("CREATE TABLE t0 (id int);\n", rules, "") + "UPDATE t0 SET id = 3;\n"),
        (
            "foreign keys",
            links("CREATE TABLE t0 (id int PRIMARY KEY);\n", keys, "")
                + "DELETE FROM t0;\nTRUNCATE t0 CASCADE;\nDROP TABLE t0 CASCADE;\n",
        ),
        ("triggers", links("CREATE TABLE t0 (id int);\n", triggers, "") + "INSERT INTO t0 VALUES (1);\n"),
        (
            "conditions",
            format!(
                "CREATE TABLE t (id int);\nDELETE FROM t WHERE {};\nCREATE VIEW v AS SELECT 1 WHERE {};\n",
                exists("true"),
                exists("id = 1")
            ),
        ),
        (
            "variables of PL/pgSQL",
            format!(
                "DO $$ DECLARE {} BEGIN EXECUTE x{last}; END $$;\n",
                links("x0 text := 'a';", |at, before| format!(" x{at} text := x{before} || x{before};"), "")
            ),
        ),
        (
            "variables of psql",
            links("\\set x0 aa\n", |at, before| format!("\\set x{at} :x{before}:x{before}\n"), "")
                + &format!("SELECT :'x{last}';\n"),
        ),
    ]
}

/// Whether a command ends in time, whatever it finds.
fn ends(command: &str, file: &Path) -> Result<bool, Box<dyn Error>> {
    let mut lockwise = Command::new(env!("CARGO_BIN_EXE_lockwise"));
    lockwise.args([command, "--no-config"]).arg(file).stdout(Stdio::null()).stderr(Stdio::null());
    let mut running = lockwise.spawn()?;
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(status) = running.try_wait()? {
            return Ok(matches!(status.code(), Some(0 | 1)));
        }
        sleep(Duration::from_millis(5));
    }
    running.kill()?;
    running.wait()?;
    Ok(false)
}

#[test]
fn chains_that_fork_are_followed_to_their_end() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("chains");
    fs::create_dir_all(&folder)?;
    for (name, text) in chains() {
        let file = folder.join("1.sql");
        fs::write(&file, text)?;
        for command in ["check", "locks"] {
            assert!(ends(command, &file)?, "{command}: {name}");
        }
    }
    Ok(())
}
