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

/// Reads the catalogs. What belongs to an extension or is temporary is left out.
pub fn observe(client: &mut Client) -> Fallible<Vec<Observed>> {
    client.batch_execute("SET search_path = pg_catalog")?;
    let mut observed = Vec::new();
    for row in client.query(include_str!("observed.sql"), &[])? {
        let facts: BTreeMap<String, Option<String>> = serde_json::from_str(row.get(2))?;
        observed.push(Observed { kind: row.get(0), name: row.get(1), facts });
    }
    Ok(observed)
}
