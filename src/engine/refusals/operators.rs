//! Keys whose type the access method cannot compare, and access methods that lack what is asked.
//!
//! Source: `pg_opclass` of PostgreSQL 10 to 18, and measurements (`fixtures/facts/create-index-hash-*.sql`).

use crate::ast::{ColumnConstraintKind, CreateIndex, CreateTable, DataType, Ident, KeyColumns, TableConstraintKind};
use crate::engine::catalog::Relation;
use crate::engine::trace::Refusal;

use super::{FEATURE_NOT_SUPPORTED, UNDEFINED_OBJECT, refused};

/// Types that have no order, and no hash.
const WITHOUT_ORDER: &[&str] = &["box", "circle", "json", "line", "lseg", "path", "point", "polygon", "xml"];

fn unordered(data_type: &DataType, method: &str) -> Option<Refusal> {
    let known = data_type.dimensions == 0 && WITHOUT_ORDER.contains(&data_type.name.as_str());
    let reason = || format!("data type {} has no default operator class for access method {method}", data_type.name);
    (known && matches!(method, "btree" | "hash")).then(|| refused(UNDEFINED_OBJECT, reason()))
}

pub(super) fn create_index(create: &CreateIndex, relation: &Relation) -> Vec<Refusal> {
    let method = create.method.as_deref().unwrap_or("btree");
    let plain = create.keys.iter().filter(|key| key.opclass.is_none()).filter_map(|key| key.column.as_ref());
    let types = plain.filter_map(|column| relation.column(&column.name)?.data_type.as_ref());
    let mut found: Vec<Refusal> = types.filter_map(|data_type| unordered(data_type, method)).collect();
    let lacks = |what: &str| refused(FEATURE_NOT_SUPPORTED, format!("access method {method} does not support {what}"));
    if create.unique && matches!(method, "hash" | "gin" | "gist" | "brin" | "spgist") {
        found.push(lacks("unique indexes"));
    }
    if create.keys.len() > 1 && matches!(method, "hash" | "spgist") {
        found.push(lacks("multicolumn indexes"));
    }
    found
}

/// Keys of a new table, and the columns by which it is partitioned.
pub(super) fn create_table(create: &CreateTable) -> Vec<Refusal> {
    let data_type = |name: &Ident| {
        let column = create.columns.iter().find(|column| column.name.name == name.name)?;
        Some(&column.data_type)
    };
    let is_key =
        |kind: &ColumnConstraintKind| matches!(kind, ColumnConstraintKind::PrimaryKey | ColumnConstraintKind::Unique);
    let inline = create.columns.iter().filter(|column| column.constraints.iter().any(|c| is_key(&c.kind)));
    let inline = inline.map(|column| &column.data_type);
    let of_table = create.constraints.iter().flat_map(|constraint| key_columns(&constraint.kind)).filter_map(data_type);
    let by = create.partition_by.iter().flat_map(|by| &by.keys).filter(|key| key.opclass.is_none());
    let by = by.filter_map(|key| data_type(key.column.as_ref()?));
    inline.chain(of_table).chain(by).filter_map(|data_type| unordered(data_type, "btree")).collect()
}

/// The columns of a key that is to be built.
pub(super) fn key_columns(kind: &TableConstraintKind) -> &[Ident] {
    match kind {
        TableConstraintKind::Unique(KeyColumns::Columns(columns))
        | TableConstraintKind::PrimaryKey(KeyColumns::Columns(columns)) => columns,
        TableConstraintKind::Unique(KeyColumns::UsingIndex(_))
        | TableConstraintKind::PrimaryKey(KeyColumns::UsingIndex(_))
        | TableConstraintKind::ForeignKey { .. }
        | TableConstraintKind::Check(_)
        | TableConstraintKind::NotNull(_)
        | TableConstraintKind::Exclude { .. } => &[],
    }
}
