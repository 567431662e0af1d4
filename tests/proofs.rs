//! Each proof that silences a rule is shown on a page twice: proven, where the rule is silent and the lock plan says why, and
//! nearly proven, where it fires. `tests/rules.rs` lints both, `tests/rewrites.rs` runs both on real servers.

#[path = "rules/linting.rs"]
#[allow(dead_code, reason = "tests/rules.rs needs all of it")]
mod linting;
#[path = "rules/page.rs"]
#[allow(dead_code, reason = "tests/rules.rs needs all of it")]
mod page;

use std::error::Error;
use std::fs;

use linting::{config, proofs};
use page::{Block, Kind, Page};

/// What can go wrong here is told to a person, so a text is enough.
type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// A proof, and where its pair stands.
struct Pair {
    proof: &'static str,
    page: &'static str,
    /// How the line over the block begins that is nearly proven.
    nearly: &'static str,
    /// How the line over the block begins that is proven.
    proven: &'static str,
    /// The kind of proof that the plan names.
    what: &'static str,
}

const PAIRS: &[Pair] = &[
    Pair {
        proof: "SET NOT NULL by a CHECK",
        page: "scanning-not-null",
        nearly: "The CHECK is not validated.",
        proven: "NOT NULL by its proof, drop the CHECK.",
        what: "not-null",
    },
    Pair {
        proof: "PRIMARY KEY USING INDEX by a CHECK",
        page: "blocking-constraint-index",
        nearly: "The CHECK that should prove it is not valid.",
        proven: "A nullable column: prove it first.",
        what: "not-null",
    },
    Pair {
        proof: "a change of type by the old type",
        page: "rewriting-column-type",
        nearly: "Lengths, precisions and scales",
        proven: "Changes that leave the values as they are.",
        what: "type",
    },
    Pair {
        proof: "ATTACH PARTITION by a CHECK, RANGE",
        page: "scanning-partition-attach",
        nearly: "The CHECK leaves a day outside of the bound.",
        proven: "The same with a CHECK that implies the bound.",
        what: "partition-bound",
    },
    Pair {
        proof: "ATTACH PARTITION by a CHECK, LIST",
        page: "scanning-partition-attach",
        nearly: "A LIST bound: the CHECK allows one value more, or NULL.",
        proven: "A LIST bound, and one that holds NULL.",
        what: "partition-bound",
    },
    Pair {
        proof: "ATTACH PARTITION by a CHECK, NULL",
        page: "scanning-partition-attach",
        nearly: "A LIST bound: the CHECK allows one value more, or NULL.",
        proven: "A LIST bound, and one that holds NULL.",
        what: "partition-bound",
    },
    Pair {
        proof: "ATTACH PARTITION by a CHECK, HASH",
        page: "scanning-partition-attach",
        nearly: "A HASH bound: the CHECK names another remainder.",
        proven: "A HASH bound.",
        what: "partition-bound",
    },
    Pair {
        proof: "ATTACH PARTITION beside a DEFAULT partition with a CHECK",
        page: "scanning-partition-attach",
        nearly: "The CHECK of the DEFAULT partition allows a part of the bound.",
        proven: "A DEFAULT partition that is known to hold nothing of the bound.",
        what: "partition-bound",
    },
    Pair {
        proof: "a constraint of a new table",
        page: "blocking-constraint-index",
        nearly: "IF NOT EXISTS does not prove that the table is new.",
        proven: "A table that is new in the same migration, or temporary.",
        what: "new",
    },
    Pair {
        proof: "a constraint of a table that is empty",
        page: "required-column-without-default",
        nearly: "The table was emptied, and has rows again.",
        proven: "A table that was emptied.",
        what: "empty",
    },
    Pair {
        proof: "UNIQUE USING INDEX",
        page: "blocking-constraint-index",
        nearly: "A fitting index is there, but the constraint does not name it",
        proven: "## Safe",
        what: "index",
    },
    Pair {
        proof: "REFRESH CONCURRENTLY by its unique index",
        page: "refused-statement",
        nearly: "REFRESH CONCURRENTLY needs a unique index over all rows",
        proven: "REFRESH CONCURRENTLY, with such an index.",
        what: "index",
    },
    Pair {
        proof: "IF NOT EXISTS that does nothing",
        page: "blocking-index-build",
        nearly: "The index was there, and was dropped.",
        proven: "IF NOT EXISTS, where the earlier migrations have created the index",
        what: "no-op",
    },
    Pair {
        proof: "a temporary table",
        page: "blocking-constraint-index",
        nearly: "A temporary table has the name only until it is dropped.",
        proven: "A table that is new in the same migration, or temporary.",
        what: "temporary",
    },
];

#[test]
fn each_proof_has_a_pair() -> Fallible<()> {
    for pair in PAIRS {
        let text = fs::read_to_string(format!("rules/{}.md", pair.page))?;
        let page = Page::parse(pair.page, &text);
        let under = |start: &str| block_under(start, &text, &page);
        let nearly = under(pair.nearly).ok_or_else(|| format!("{}: no block under {:?}", pair.proof, pair.nearly))?;
        let fires = nearly.expected().iter().any(|place| place.ends_with(pair.page));
        assert!(nearly.kind == Kind::Unsafe && fires, "{}: {:?} does not fire", pair.proof, pair.nearly);
        let proven = under(pair.proven).ok_or_else(|| format!("{}: no block under {:?}", pair.proof, pair.proven))?;
        let said = proofs(&config(proven)?, &proven.parts);
        let is_said = proven.kind == Kind::Safe && said.contains(&pair.what);
        assert!(is_said, "{}: under {:?} the plan proves {said:?}", pair.proof, pair.proven);
    }
    Ok(())
}

/// The first block behind a line.
fn block_under<'p>(start: &str, text: &str, page: &'p Page) -> Option<&'p Block> {
    let line = text.lines().position(|line| line.starts_with(start))?;
    page.blocks.iter().find(|block| block.line > line + 1)
}
