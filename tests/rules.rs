//! Executes the pages in `rules/`: every `sql unsafe` block finds exactly what it expects, every `sql safe` block is clean
//! under all default rules, and every rewrite that is offered parses, removes its finding and brings no other.

#[path = "rules/linting.rs"]
#[allow(dead_code, reason = "tests/proofs.rs needs the rest of it")]
mod linting;
#[path = "rules/page.rs"]
mod page;

use std::collections::BTreeMap;
use std::error::Error;

use lockwise::engine::effect::Standing;
use lockwise::finding::{Report, ReportedFinding};
use lockwise::rules::Check;

use linting::{config, lint, locked, pages, rewritten};
use page::{Block, Kind, Part};

/// What can go wrong here is told to a person, so a text is enough.
type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;
type Tested = Fallible<()>;

/// `file:line rule` of each finding, the line being that of its statement.
fn found(report: &Report) -> Vec<String> {
    let mut found: Vec<String> = report.findings.iter().map(place).collect();
    found.sort();
    found
}

fn place(found: &ReportedFinding) -> String {
    let line = found.file.position(found.statement.start).line;
    format!("{}:{line} {}", found.file.path(), found.rule.id)
}

#[test]
fn pages_find_what_they_expect_and_nothing_else() -> Tested {
    let mut wrong = Vec::new();
    for page in pages()? {
        for block in &page.blocks {
            let found = found(&lint(&config(block)?, &block.parts));
            let expected = block.expected();
            if found != expected {
                let missing: Vec<_> = expected.iter().filter(|place| !found.contains(place)).collect();
                let extra: Vec<_> = found.iter().filter(|place| !expected.contains(place)).collect();
                wrong.push(format!("rules/{}.md:{} missing {missing:?} extra {extra:?}", page.id, block.line));
            }
        }
    }
    assert!(wrong.is_empty(), "{} blocks\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}

#[test]
fn every_page_shows_its_rule_both_ways() -> Tested {
    for page in pages()? {
        let shows = |block: &&Block| block.expected().iter().any(|place| place.ends_with(&format!(" {}", page.id)));
        assert!(page.blocks.iter().any(|block| shows(&block)), "rules/{}.md has no block that expects it", page.id);
        assert!(page.blocks.iter().any(|block| block.kind == Kind::Safe), "rules/{}.md has no safe block", page.id);
    }
    Ok(())
}

#[test]
fn rewrites_parse_remove_their_finding_and_bring_no_other() -> Tested {
    let mut wrong = Vec::new();
    let mut tried = BTreeMap::new();
    for page in pages()? {
        for block in page.blocks.iter().filter(|block| block.kind == Kind::Unsafe) {
            let config = config(block)?;
            let before = lint(&config, &block.parts);
            for finding in &before.findings {
                let Some(rewrite) = &finding.finding.rewrite else { continue };
                *tried.entry(finding.rule.id).or_insert(0) += 1;
                let parts = rewritten(&block.parts, finding, rewrite).ok_or("edits do not fit")?;
                let after = lint(&config, &parts);
                wrong.extend(complaints(&before, &after, finding).map(|complaint| {
                    let sql: Vec<&str> =
                        parts.iter().filter(|part| !part.history).map(|part| part.sql.as_str()).collect();
                    format!(
                        "rules/{}.md:{} {}: {complaint}\n{}",
                        page.id,
                        block.line,
                        finding.rule.id,
                        sql.join("\n-- next\n")
                    )
                }));
            }
        }
    }
    assert!(wrong.is_empty(), "{} rewrites\n{}", wrong.len(), wrong.join("\n"));
    assert!(tried.len() >= 12, "rewrites are offered by {tried:?} only");
    Ok(())
}

/// What the findings after a rewrite hold that they should not.
fn complaints<'a>(
    before: &'a Report,
    after: &'a Report,
    fixed: &'a ReportedFinding,
) -> impl Iterator<Item = String> + 'a {
    let count = |report: &Report, id: &str| report.findings.iter().filter(|found| found.rule.id == id).count();
    let still = count(after, fixed.rule.id) >= count(before, fixed.rule.id);
    let more = after.findings.iter().filter(move |found| count(after, found.rule.id) > count(before, found.rule.id));
    still
        .then(|| "the finding is still there".to_owned())
        .into_iter()
        .chain(more.map(|found| format!("brings {}", place(found))))
}

#[test]
fn a_rewrite_equals_the_safe_block_where_the_page_says_so() -> Tested {
    for page in pages()? {
        for (unsafe_block, safe_block) in page.rewrites() {
            let report = lint(&config(unsafe_block)?, &unsafe_block.parts);
            let finding = report.findings.iter().find(|found| found.rule.id == page.id).ok_or("no finding")?;
            let rewrite = finding.finding.rewrite.as_ref().ok_or("no rewrite")?;
            let parts = rewritten(&unsafe_block.parts, finding, rewrite).ok_or("edits do not fit")?;
            assert_eq!(essence(&parts), essence(&safe_block.parts), "rules/{}.md:{}", page.id, unsafe_block.line);
        }
    }
    Ok(())
}

/// The SQL of the linted parts without comments and layout, and without timeouts, which each side sets as it needs them.
fn essence(parts: &[Part]) -> Vec<String> {
    let lines = parts.iter().filter(|part| !part.history).flat_map(|part| part.sql.lines());
    let bare = lines.map(|line| line.split("--").next().unwrap_or_default().trim().to_owned());
    bare.filter(|line| !line.is_empty() && !line.contains("lock_timeout")).collect()
}

/// Without the history that a page gives, its tables are unknown.
#[test]
fn what_nothing_created_is_assumed_and_the_finding_says_so() -> Tested {
    let mut silent = Vec::new();
    let mut seen = 0;
    for page in pages()? {
        for block in &page.blocks {
            let parts: Vec<Part> = block.parts.iter().filter(|part| !part.history).cloned().collect();
            for found in &lint(&config(block)?, &parts).findings {
                let finding = &found.finding;
                let unknown = finding.effects.iter().filter(|effect| effect.standing == Standing::Unknown);
                let names: Vec<String> = unknown.map(|effect| effect.relation.to_string()).collect();
                seen += names.len();
                let says = |name: &String| finding.assumed.iter().any(|text| text.contains(name.as_str()));
                // Where the table is said to be assumed, its indexes need not be.
                if !names.is_empty() && !names.iter().any(says) {
                    silent.push(format!("rules/{}.md:{} {} {names:?}", page.id, block.line, place(found)));
                }
            }
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
    assert!(seen > 50, "only {seen} unknown relations");
    Ok(())
}

#[test]
fn messages_follow_the_convention() -> Tested {
    for page in pages()? {
        for block in &page.blocks {
            for found in &lint(&config(block)?, &block.parts).findings {
                let (id, message) = (found.rule.id, &found.finding.message);
                assert!(message.chars().count() <= 100, "{id}: longer than 100 characters: {message}");
                assert!(!message.ends_with('.') && !message.contains('\n'), "{id}: {message}");
                assert!(!found.finding.label.ends_with('.'), "{id}: {}", found.finding.label);
                assert!(!found.finding.help.is_empty(), "{id}: no help");
            }
        }
    }
    Ok(())
}

#[test]
fn findings_name_every_relation_that_their_statement_locks() -> Tested {
    for page in pages()? {
        for block in &page.blocks {
            let config = config(block)?;
            let findings = lint(&config, &block.parts).findings;
            // What is said of the end of history is about no lock.
            for found in findings.iter().filter(|found| !matches!(found.rule.check, Check::History(_))) {
                let locked = locked(&config, &block.parts, found);
                let named: Vec<String> = found.finding.effects.iter().map(|e| e.relation.to_string()).collect();
                let missing: Vec<&String> = locked.iter().filter(|relation| !named.contains(relation)).collect();
                assert!(
                    missing.is_empty(),
                    "rules/{}.md:{} {} leaves out {missing:?}",
                    page.id,
                    block.line,
                    place(found)
                );
            }
        }
    }
    Ok(())
}

#[test]
fn the_opposite_order_of_an_earlier_migration_is_told() {
    let part = |name: &str, history: bool, sql: &str| Part {
        name: name.to_owned(),
        sql: sql.to_owned(),
        history,
        runner: &lockwise::runner::PLAIN_TRANSACTION,
    };
    let [a, b] = ["ALTER TABLE a ADD COLUMN x int;", "ALTER TABLE b ADD COLUMN y int;"];
    for (earlier, told) in [(format!("{b}\n{a}"), true), (format!("{a}\n{b}"), false)] {
        let parts = [
            part("1.sql", true, "CREATE TABLE a (id int);\nCREATE TABLE b (id int);"),
            part("2.sql", true, &earlier),
            part(
                "3.sql",
                false,
                "ALTER TABLE a RENAME TO c;\nALTER TABLE c ADD COLUMN u int;\nALTER TABLE b ADD v int;",
            ),
        ];
        let report = lint(&lockwise::config::Config::default(), &parts);
        let of_rule = report.findings.iter().filter(|found| found.rule.id == "locks-on-many-tables");
        let help: Vec<&str> = of_rule.map(|found| found.finding.help.as_str()).collect();
        assert_eq!(help.len(), 1);
        assert_eq!(help[0].contains("2.sql locks b before c"), told, "{help:?}");
    }
}

#[test]
fn dropping_a_column_names_what_goes_with_it() -> Tested {
    let history = "
        CREATE TABLE customers (id bigint PRIMARY KEY, code int UNIQUE, twice int GENERATED ALWAYS AS (code * 2) STORED);
        CREATE TABLE orders (id bigint PRIMARY KEY, code int CONSTRAINT fk REFERENCES customers (code), n serial, s int);
        CREATE INDEX pair ON orders (s, n) WHERE s > 1;
        CREATE INDEX part ON orders (n) WHERE s > 1;
        CREATE STATISTICS old_stats ON n, s FROM orders;
        CREATE STATISTICS stats ON n, s FROM orders;
        DROP STATISTICS old_stats;
        ALTER TABLE orders ADD CHECK (s > 0);
        ALTER TABLE orders RENAME COLUMN s TO t;
        CREATE VIEW codes AS SELECT code FROM customers;";
    let gone = |sql: &str| {
        let part = |name: &str, history: bool, sql: &str| Part {
            name: name.to_owned(),
            sql: sql.to_owned(),
            history,
            runner: &lockwise::runner::PLAIN,
        };
        let report = lint(&lockwise::config::Config::default(), &[part("1", true, history), part("2", false, sql)]);
        let found = report.findings.iter().find(|found| found.rule.id == "dropping-column");
        found.map(|found| found.finding.label.clone())
    };
    assert_eq!(
        gone("ALTER TABLE orders DROP COLUMN t").as_deref(),
        Some("gone with it: check orders_s_check, index pair (also on n), index part (on n) and statistics stats")
    );
    assert_eq!(
        gone("ALTER TABLE orders DROP n").as_deref(),
        Some("gone with it: index pair (also on t), index part, statistics stats and sequence orders_n_seq")
    );
    let cascaded = gone("ALTER TABLE customers DROP COLUMN code CASCADE").unwrap_or_default();
    for object in ["key customers_code_key", "generated column twice", "foreign key fk of orders", "view codes"] {
        assert!(cascaded.contains(object), "{cascaded}");
    }
    Ok(())
}

#[test]
fn locks_pile_up_in_every_kind_of_transaction() {
    use lockwise::runner::{PLAIN, PLAIN_TRANSACTION, Runner, Scope, Sending, SessionReuse};
    static WHOLE: Runner = Runner {
        name: "whole",
        scope: Scope::None,
        sending: Sending::Whole,
        session: SessionReuse::Same,
        opt_out: None,
    };
    static SPLIT: Runner = Runner { sending: Sending::Split, scope: Scope::Statement, ..WHOLE };
    let count = |runner: &'static Runner, sql: &str| {
        let part =
            |name: &str, history: bool, sql: &str| Part { name: name.to_owned(), sql: sql.to_owned(), history, runner };
        let history = "CREATE TABLE a (id int);\nCREATE TABLE b (id int);\nCREATE TABLE c (id int REFERENCES a);";
        let report = lint(&lockwise::config::Config::default(), &[part("1", true, history), part("2", false, sql)]);
        report.findings.iter().filter(|found| found.rule.id == "locks-on-many-tables").count()
    };
    let two = "ALTER TABLE a ADD x int; ALTER TABLE b ADD x int;";
    for (runner, expected) in [(&WHOLE, 1), (&SPLIT, 0), (&PLAIN, 0), (&PLAIN_TRANSACTION, 1)] {
        assert_eq!(count(runner, two), expected, "{}", runner.name);
    }
    let again = two.replace('x', "y");
    assert_eq!(count(&PLAIN, &format!("BEGIN; {two} COMMIT; BEGIN; {again} COMMIT;")), 2);
    assert_eq!(count(&PLAIN, "BEGIN; ALTER TABLE a ADD x int; COMMIT; BEGIN; ALTER TABLE b ADD x int; COMMIT;"), 0);
    // Both sides of one foreign key, and a table that goes.
    assert_eq!(count(&PLAIN_TRANSACTION, "ALTER TABLE c ADD x int; ALTER TABLE c DROP CONSTRAINT c_id_fkey;"), 0);
    assert_eq!(count(&PLAIN_TRANSACTION, "ALTER TABLE b ADD x int; ALTER TABLE a ADD x int; DROP TABLE b;"), 0);
    assert_eq!(
        count(&PLAIN_TRANSACTION, "ALTER TABLE b ADD x int; ALTER TABLE b RENAME TO d; ALTER TABLE d ADD y int;"),
        0
    );
}
