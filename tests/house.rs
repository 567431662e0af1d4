//! Keeps the house in order: boundaries between modules, names that have to agree, messages that follow the convention.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::Path;

use lockwise::rules::RULES;

type Tested = Result<(), Box<dyn Error>>;

/// Rust files under a folder, with their text.
fn sources(folder: &Path) -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let mut found = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        if entry.path().extension().is_some_and(|extension| extension == "rs") {
            found.push((entry.path().to_string_lossy().replace('\\', "/"), fs::read_to_string(entry.path())?));
        }
    }
    Ok(found)
}

/// The lines of code that use a crate or module: comments and doc comments do not count, tests do.
fn uses<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = &'a str> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.filter(move |line| line.contains(&format!("{word}::")) || line.contains(&format!("use {word}")))
}

fn assert_only_in(word: &str, allowed: &[&str]) -> Tested {
    for (path, text) in sources(Path::new("src"))? {
        if !allowed.iter().any(|place| path.starts_with(place)) {
            let found: Vec<&str> = uses(&text, word).collect();
            assert!(found.is_empty(), "{path} names {word}: {found:?}");
        }
    }
    Ok(())
}

#[test]
fn sqlparser_stays_in_the_parser() -> Tested {
    assert_only_in("sqlparser", &["src/parser/"])
}

#[test]
fn miette_stays_with_the_renderer_and_the_errors_of_configuration() -> Tested {
    assert_only_in("miette", &["src/report/human.rs", "src/config", "src/main.rs"])
}

#[test]
fn clap_stays_with_the_command_line() -> Tested {
    assert_only_in("clap", &["src/cli.rs", "src/main.rs"])
}

#[test]
fn files_and_environment_are_read_at_the_edge_only() -> Tested {
    let edge = ["src/discover", "src/config", "src/main.rs", "src/rewrite.rs"];
    assert_only_in("std::fs", &edge)?;
    assert_only_in("std::env", &edge)
}

#[test]
fn postgres_has_no_opinions() -> Tested {
    for (path, text) in sources(Path::new("src/postgres"))? {
        for other in ["crate::engine", "crate::rules", "crate::report", "crate::finding"] {
            assert!(uses(&text, other).next().is_none(), "{path} names {other}");
        }
    }
    Ok(())
}

#[test]
fn rules_do_not_know_reports_configuration_or_each_other() -> Tested {
    for (path, text) in sources(Path::new("src/rules"))?.into_iter().filter(|(path, _)| !path.ends_with("mod.rs")) {
        for other in ["crate::report", "crate::config", "crate::discover", "crate::parser"] {
            assert!(uses(&text, other).next().is_none(), "{path} names {other}");
        }
    }
    Ok(())
}

#[test]
fn rule_ids_are_the_names_of_their_files_and_pages() -> Tested {
    let ids: BTreeSet<String> = RULES.iter().map(|rule| rule.id.to_owned()).collect();
    assert_eq!(ids.len(), RULES.len(), "an id stands twice");
    assert_eq!(ids, stems("src/rules", "rs", &["mod"])?);
    assert_eq!(ids, stems("rules", "md", &["README", "locks"])?);
    for rule in RULES {
        let source = fs::read_to_string(format!("src/rules/{}.rs", rule.id.replace('-', "_")))?;
        assert!(source.contains(&format!("id: \"{}\"", rule.id)), "{} stands in another file", rule.id);
        assert!(rule.page.starts_with(&format!("# {}\n", rule.id)), "the page of {} has another title", rule.id);
        let summary = rule.summary();
        assert!(!summary.is_empty() && summary.chars().count() <= 100, "{}: summary too long: {summary}", rule.id);
        assert!(!summary.ends_with('.'), "{}: the summary ends with a period", rule.id);
    }
    Ok(())
}

fn stems(folder: &str, extension: &str, except: &[&str]) -> Result<BTreeSet<String>, Box<dyn Error>> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().replace('_', "-");
        if path.extension().is_some_and(|found| found == extension) && !except.contains(&stem.as_str()) {
            found.insert(stem);
        }
    }
    Ok(found)
}

#[test]
fn no_rule_id_forbids_or_counts() {
    for rule in RULES {
        let forbidden = ["ban-", "require-", "prefer-", "no-", "disallow"];
        assert!(!forbidden.iter().any(|prefix| rule.id.starts_with(prefix)), "{}", rule.id);
        assert!(!rule.id.chars().any(|c| c.is_ascii_digit()), "{}", rule.id);
    }
}

#[test]
fn pages_name_fixtures_that_exist_in_their_fact_tables() -> Tested {
    for rule in RULES {
        for line in rule.page.lines().filter(|line| line.starts_with("<!-- facts:")) {
            let names = line.trim_start_matches("<!-- facts:").trim_end_matches("-->");
            for name in names.split(',').map(str::trim) {
                assert!(Path::new(&format!("fixtures/facts/{name}.sql")).exists(), "{}: {name}", rule.id);
            }
        }
    }
    Ok(())
}

#[test]
fn nothing_in_the_tree_names_this_machine() -> Tested {
    let needles = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/home", "/")];
    for entry in walkdir::WalkDir::new(".").into_iter().filter_entry(|entry| {
        let name = entry.file_name().to_string_lossy();
        !matches!(name.as_ref(), "target" | ".git")
    }) {
        let entry = entry?;
        let Ok(text) = fs::read_to_string(entry.path()) else { continue };
        for needle in needles {
            assert!(!text.contains(needle), "{} holds {needle}", entry.path().display());
        }
    }
    Ok(())
}
