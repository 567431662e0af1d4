//! What the server's own catalogs say of built-in functions: `src/postgres/functions.txt`, from which the program judges
//! defaults.

use std::collections::BTreeMap;

use crate::Fallible;
use crate::server::Server;

/// Volatility of each function by name: `i`, `s` or `v`; of overloads the freest.
pub type Functions = BTreeMap<String, String>;

/// Reads pg_proc.
pub fn functions(server: &Server) -> Fallible<Functions> {
    let rows = server.connect()?.query(
        "SELECT proname::text, max(provolatile::text) FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
         WHERE nspname = 'pg_catalog' AND prorettype NOT IN ('internal'::regtype, 'trigger'::regtype)
           AND NOT proargtypes::oid[] && ARRAY['internal'::regtype::oid]
         GROUP BY 1 ORDER BY 1",
        &[],
    )?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// The text of the recording: name, volatility, and the versions where they are not all.
pub fn print(measured: &BTreeMap<u32, Functions>) -> String {
    let mut lines: BTreeMap<(&str, &str), Vec<u32>> = BTreeMap::new();
    for (version, functions) in measured {
        for (name, volatility) in functions {
            lines.entry((name, volatility)).or_default().push(*version);
        }
    }
    let all: Vec<u32> = measured.keys().copied().collect();
    let line = |((name, volatility), versions): (&(&str, &str), &Vec<u32>)| match *versions == all {
        true => format!("{name} {volatility}\n"),
        false => format!("{name} {volatility} {}\n", spans(versions)),
    };
    lines.iter().map(line).collect()
}

/// `10..12,14`
fn spans(versions: &[u32]) -> String {
    let mut spans: Vec<(u32, u32)> = Vec::new();
    for version in versions {
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == *version => *last = *version,
            _ => spans.push((*version, *version)),
        }
    }
    let named = |(first, last): &(u32, u32)| match first == last {
        true => first.to_string(),
        false => format!("{first}..{last}"),
    };
    spans.iter().map(named).collect::<Vec<_>>().join(",")
}
