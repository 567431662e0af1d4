//! What a server's catalogs say of the user's objects, in the words of lockwise's own catalogue.

use std::collections::BTreeMap;

use postgres::Client;

use crate::Fallible;

/// One object and what the server says of it.
#[derive(Debug)]
pub struct Observed {
    /// `table`, `column`, `index` ...
    pub kind: String,
    /// Its name with the schema, and with the table where it is part of one.
    pub name: String,
    /// What is said of it.
    pub facts: BTreeMap<String, Option<String>>,
}

/// The first version with TABLES IN SCHEMA.
const SCHEMAS_OF_PUBLICATIONS: u32 = 15;

/// The schemas of a publication.
const SCHEMAS: &str =
    "(SELECT string_agg(nspname, ',' ORDER BY nspname::text COLLATE \"C\") FROM pg_publication_namespace p
    JOIN pg_namespace n ON n.oid = pnnspid WHERE pnpubid = b.oid)";

/// Reads the catalogs. What belongs to an extension or is temporary is left out.
pub fn observe(client: &mut Client, version: u32) -> Fallible<Vec<Observed>> {
    let schemas = if version >= SCHEMAS_OF_PUBLICATIONS { SCHEMAS } else { "NULL" };
    client.batch_execute("SET search_path = pg_catalog")?;
    let mut observed = Vec::new();
    for row in client.query(&include_str!("observed.sql").replace("__SCHEMAS__", schemas), &[])? {
        let facts: BTreeMap<String, Option<String>> = serde_json::from_str(row.get(2))?;
        observed.push(Observed { kind: row.get(0), name: row.get(1), facts });
    }
    Ok(observed)
}
