//! Executes the pages in `rules/`: every `sql unsafe` block finds exactly what it expects, every `sql safe` block is clean
//! under all default rules, and every rewrite that is offered parses, removes its finding and brings no other.

#[path = "rules/linting.rs"]
mod linting;
#[path = "rules/page.rs"]
mod page;

use std::collections::BTreeMap;
use std::error::Error;

use lockwise::engine::effect::Standing;
use lockwise::finding::{Report, ReportedFinding};

use linting::{config, lint, pages, rewritten};
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
