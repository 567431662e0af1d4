//! What a server's catalogs say of the user's objects, in the words of lockwise's own catalogue.

use std::collections::BTreeMap;

use postgres::{Client, Statement};

use crate::Fallible;
use crate::server::Server;

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

/// A session that looks at what the others leave.
pub struct Observer {
    /// The session.
    pub client: Client,
    /// Planning takes longer than asking.
    question: Statement,
}

impl Observer {
    /// Opens the session.
    pub fn of(server: &Server) -> Fallible<Self> {
        let schemas = if server.version >= SCHEMAS_OF_PUBLICATIONS { SCHEMAS } else { "NULL" };
        let mut client = server.connect()?;
        client.batch_execute("SET search_path = pg_catalog")?;
        let question = client.prepare(&include_str!("observed.sql").replace("__SCHEMAS__", schemas))?;
        client.batch_execute("RESET search_path")?;
        Ok(Self { client, question })
    }
}

/// Reads the catalogs. What belongs to an extension or is temporary is left out.
pub fn observe(observer: &mut Observer) -> Fallible<Vec<Observed>> {
    observer.client.batch_execute("SET search_path = pg_catalog")?;
    let mut observed = Vec::new();
    let rows = observer.client.query(&observer.question, &[])?;
    observer.client.batch_execute("RESET search_path")?;
    for row in rows {
        let facts: BTreeMap<String, Option<String>> = serde_json::from_str(row.get(2))?;
        observed.push(Observed { kind: row.get(0), name: row.get(1), facts });
    }
    Ok(observed)
}
