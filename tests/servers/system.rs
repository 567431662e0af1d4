//! What the server's own catalogs say of built-in functions, types and casts: `src/postgres/recorded/`, from which the
//! program judges defaults and changes of type.

use std::collections::BTreeMap;

use crate::Fallible;
use crate::server::Server;

/// Volatility of each function by name: `i`, `s` or `v`; of overloads the freest. A `!` behind it: none of them is
/// immutable. A `+` behind that: one of them is an
/// aggregate or a window function, or returns a set.
pub fn functions(server: &Server) -> Fallible<BTreeMap<String, String>> {
    let rows = server.connect()?.query(
        "SELECT proname::text, max(provolatile::text) || CASE WHEN min(provolatile::text) <> 'i' THEN '!' ELSE '' END || CASE WHEN bool_or(
             proretset OR EXISTS (SELECT FROM pg_aggregate a WHERE a.aggfnoid = p.oid)
             OR to_jsonb(p) ->> 'prokind' = 'w' OR (to_jsonb(p) ->> 'proiswindow')::boolean
         ) THEN '+' ELSE '' END
         FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
         WHERE nspname = 'pg_catalog' AND prorettype NOT IN ('internal'::regtype, 'trigger'::regtype)
           AND NOT proargtypes::oid[] && ARRAY['internal'::regtype::oid]
         GROUP BY 1 ORDER BY 1",
        &[],
    )?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// The type that each function gives, where all of its overloads give the same and it does not depend on the arguments.
pub fn results(server: &Server) -> Fallible<BTreeMap<String, String>> {
    let rows = server.connect()?.query(
        "SELECT proname::text, min(format_type(prorettype, NULL))
         FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace JOIN pg_type t ON t.oid = prorettype
         WHERE nspname = 'pg_catalog' AND NOT proargtypes::oid[] && ARRAY['internal'::regtype::oid]
         GROUP BY 1 HAVING count(DISTINCT prorettype) = 1 AND NOT bool_or(typtype = 'p') ORDER BY 1",
        &[],
    )?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// The category of each type by the name that format_type() prints: `S` are strings, `N` numbers ...
pub fn types(server: &Server) -> Fallible<BTreeMap<String, String>> {
    let rows = server.connect()?.query(
        "SELECT format_type(t.oid, NULL), typcategory::text FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace
         WHERE nspname = 'pg_catalog' AND typtype IN ('b', 'r', 'm') AND typcategory <> 'A' ORDER BY 1",
        &[],
    )?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// Casts between built-in types, `source>target` as format_type() prints them: in which context the server applies them
/// (`i` anywhere, `a` in assignments, `e` where written) and how (`b` for the same bytes, `f` by a function, `i` through text).
pub fn casts(server: &Server) -> Fallible<BTreeMap<String, String>> {
    let rows = server.connect()?.query(
        "SELECT format_type(castsource, NULL) || '>' || format_type(casttarget, NULL), castcontext::text || castmethod::text
         FROM pg_cast WHERE castsource <> casttarget ORDER BY 1",
        &[],
    )?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// Tables (`r`) and views (`v`) of the system.
pub fn relations(server: &Server) -> Fallible<BTreeMap<String, String>> {
    let rows = server.connect()?.query(
        "SELECT relname::text, relkind::text FROM pg_class
         WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind IN ('r', 'v') ORDER BY 1",
        &[],
    )?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// The text of a recording: the thing, what is said of it, and the versions where they are not all.
pub fn print(measured: &BTreeMap<u32, BTreeMap<String, String>>) -> String {
    let mut lines: BTreeMap<(&str, &str), Vec<u32>> = BTreeMap::new();
    for (version, things) in measured {
        for (thing, said) in things {
            lines.entry((thing, said)).or_default().push(*version);
        }
    }
    let all: Vec<u32> = measured.keys().copied().collect();
    let line = |((thing, said), versions): (&(&str, &str), &Vec<u32>)| match *versions == all {
        true => format!("{thing}\t{said}\n"),
        false => format!("{thing}\t{said}\t{}\n", spans(versions)),
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
