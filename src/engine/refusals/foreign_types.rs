//! Types that other databases have, and names that are written for those of PostgreSQL by mistake.
//!
//! Source: `pg_type` of PostgreSQL 10 to 18; the data types of MySQL, Oracle and SQL Server by their documentation; measured
//! with `fixtures/facts/*-foreign-type*.sql`. Claimed only where the history is whole, and neither it nor an extension of it
//! makes a type of the name.

use crate::ast::DataType;
use crate::engine::catalog::Kind;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;

use super::{UNDEFINED_OBJECT, newer_functions, refused};

const NAMES: &[&str] = &[
    "bigserail",
    "binary",
    "boolen",
    "clob",
    "datetime",
    "datetime2",
    "datetimeoffset",
    "double",
    "image",
    "int1",
    "int3",
    "integar",
    "integr",
    "interger",
    "jsnob",
    "long",
    "longblob",
    "longtext",
    "mediumblob",
    "mediumint",
    "mediumtext",
    "nclob",
    "ntext",
    "number",
    "nvarchar",
    "nvarchar2",
    "raw",
    "rowversion",
    "smalldatetime",
    "smallmoney",
    "sting",
    "string",
    "tetx",
    "timestampz",
    "tinyblob",
    "tinyint",
    "tinytext",
    "uniqueidentifier",
    "varbinary",
    "varchar2",
    "varchr",
    "varhcar",
];

/// The column's type is one of them.
pub(super) fn refusal(data_type: &DataType, around: &Surroundings) -> Option<Refusal> {
    let name = data_type.name.as_str();
    let listed = NAMES.binary_search(&name).is_ok() && around.history_is_whole;
    if !listed || !newer_functions::has_only_known_extensions(around) {
        return None;
    }
    let catalog = around.catalog;
    let taken =
        catalog.ledger.all(Kind::Type).any(|(known, _)| *known.name == *name) || catalog.has_relation_named(name);
    let reason = || format!("type {name} does not exist");
    (!taken && !catalog.ledger.blind).then(|| refused(UNDEFINED_OBJECT, reason()).at(data_type.span))
}

#[cfg(test)]
mod tests {
    use super::NAMES;
    use crate::ast::DataType;
    use crate::postgres::VersionSet;
    use crate::postgres::types::is_built_in;

    #[test]
    fn the_names_are_sorted_and_of_no_type_of_the_server() {
        assert!(NAMES.is_sorted());
        for name in NAMES {
            let data_type = DataType { name: (*name).into(), ..DataType::default() };
            assert!(VersionSet::ALL.iter().all(|version| !is_built_in(&data_type, version)), "{name}");
        }
    }
}
