//! Keys whose type the access method cannot compare, and access methods that lack what is asked.
//!
//! Source: `pg_opclass` of PostgreSQL 10 to 18, and measurements (`fixtures/facts/create-index-hash-*.sql`).

use ecow::EcoString;

use crate::ast::{
    AlterActionKind, AlterTable, ColumnChange, ColumnConstraintKind, CreateIndex, CreateTable, DataType, Ident,
    IndexKey, KeyColumns, TableConstraintKind,
};
use crate::engine::catalog::Relation;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::column_types::{uncollatable, uncollated};
use super::type_users::stays;
use super::{DATATYPE_MISMATCH, FEATURE_NOT_SUPPORTED, UNDEFINED_OBJECT, refused, refused_on};

/// Types that have no order, and no hash.
const WITHOUT_ORDER: &[&str] = &["box", "circle", "json", "line", "lseg", "path", "point", "polygon", "xml"];

/// Types without a default operator class, where no extension that comes with the server has one either.
fn without_class(method: &str) -> &'static [&'static str] {
    match method {
        "btree" => WITHOUT_ORDER,
        "hash" => &[
            "bit",
            "bit varying",
            "box",
            "circle",
            "json",
            "line",
            "lseg",
            "money",
            "path",
            "point",
            "polygon",
            "tsquery",
            "tsvector",
            "xml",
        ],
        "gin" => &["box", "circle", "json", "line", "lseg", "path", "point", "polygon", "tsquery", "xml"],
        "gist" => &["json", "jsonb", "line", "lseg", "path", "xml"],
        "brin" => &["boolean", "json", "jsonb", "line", "lseg", "path", "point", "polygon", "tsvector", "xml"],
        "spgist" => &[
            "bigint",
            "boolean",
            "bytea",
            "date",
            "double precision",
            "integer",
            "json",
            "jsonb",
            "numeric",
            "real",
            "smallint",
            "timestamp with time zone",
            "timestamp without time zone",
            "uuid",
            "xml",
        ],
        _ => &[],
    }
}

/// Whether values of a type of the server cannot be ordered.
pub(super) fn has_no_order(data_type: &DataType) -> bool {
    data_type.dimensions == 0 && WITHOUT_ORDER.contains(&data_type.name.as_str())
}

fn unordered(data_type: &DataType, method: &str) -> Option<Refusal> {
    let known = data_type.dimensions == 0 && without_class(method).contains(&data_type.name.as_str());
    let reason = || format!("data type {} has no default operator class for access method {method}", data_type.name);
    known.then(|| refused(UNDEFINED_OBJECT, reason()))
}

/// Operator classes of the server for some types only: their access method, their name, and these types.
const CLASSES: &[(&str, &str, &[&str])] = &[
    ("btree", "text_pattern_ops", &["text", "character varying"]),
    ("btree", "varchar_pattern_ops", &["text", "character varying"]),
    ("btree", "bpchar_pattern_ops", &["character", "text", "character varying"]),
    ("btree", "text_ops", &["text", "character varying"]),
    ("btree", "varchar_ops", &["text", "character varying"]),
    ("btree", "int2_ops", &["smallint"]),
    ("btree", "int4_ops", &["integer"]),
    ("btree", "int8_ops", &["bigint"]),
    ("btree", "numeric_ops", &["numeric"]),
    ("btree", "date_ops", &["date"]),
    ("btree", "bool_ops", &["boolean"]),
    ("btree", "uuid_ops", &["uuid"]),
    ("gin", "array_ops", &[]),
    ("gin", "tsvector_ops", &["tsvector"]),
    ("gin", "jsonb_ops", &["jsonb"]),
    ("gin", "jsonb_path_ops", &["jsonb"]),
];

/// Types that are stored as nothing else.
const PLAIN: &[&str] =
    &["bigint", "boolean", "date", "integer", "json", "jsonb", "numeric", "smallint", "text", "uuid"];

/// A class that does not take the column's type. Only types that are stored as nothing else are told to be wrong.
fn other_class(key: &IndexKey, data_type: &DataType, method: &str) -> Option<Refusal> {
    let class = key.opclass.as_ref().filter(|class| class.schema.is_none())?;
    let is_it = |(of, name, _): &&(&str, &str, &[&str])| *of == method && *name == class.name.name;
    let (_, name, takes) = CLASSES.iter().find(is_it)?;
    let plain = data_type.dimensions == 0 && PLAIN.contains(&data_type.name.as_str());
    let reason = || format!("operator class {name} does not accept data type {}", data_type.name);
    (plain && !takes.contains(&data_type.name.as_str())).then(|| refused(DATATYPE_MISMATCH, reason()))
}

/// Classes that are the default of no type, with the types that they take: an index is made anew with them. Those of
/// pg_trgm are there where an index has them.
const NO_DEFAULTS: &[(&str, &[&str])] = &[
    ("text_pattern_ops", &["text", "character varying"]),
    ("varchar_pattern_ops", &["text", "character varying"]),
    ("varchar_ops", &["text", "character varying"]),
    ("bpchar_pattern_ops", &["character", "text", "character varying"]),
    ("jsonb_path_ops", &["jsonb"]),
    ("gin_trgm_ops", &["text", "character varying"]),
    ("gist_trgm_ops", &["text", "character varying"]),
];

/// Indexes on a column that its new type does not fit: they are made anew, with the class that was written for them or the
/// default one.
fn retyped(
    name: &Ident,
    new: &DataType,
    alter: &AlterTable,
    relation: &Relation,
    around: &Surroundings,
) -> Option<Refusal> {
    let old = relation.column(&name.name).and_then(|column| column.known_type());
    let is_enum = || around.catalog.enum_created_in(&around.type_name(new)).is_some();
    let known = new.dimensions == 0 && (PLAIN.contains(&new.name.as_str()) || new.name == "character" || is_enum());
    let indexes = relation.indexes.iter().filter(|index| index.certain && !index.more.doubted && stays(index, alter));
    let mut keys = indexes.flat_map(|index| {
        let of_column = |(key, _): &(&Option<EcoString>, _)| key.as_ref() == Some(&name.name);
        index.keys.iter().zip(&index.shape.keys).filter(of_column).map(move |(_, key)| (index, key))
    });
    keys.find_map(|(index, key)| match &key.operators {
        _ if key.collation.is_some() && uncollatable(new) => {
            let reason = format!("collations are not supported by type {}: index {} has one", new.name, index.name);
            Some(refused(DATATYPE_MISMATCH, reason))
        }
        Some(class) => {
            let (class, takes) = NO_DEFAULTS.iter().find(|(known, _)| known == class)?;
            let reason =
                || format!("operator class {class} of index {} does not accept data type {}", index.name, new.name);
            (known && !takes.contains(&new.name.as_str())).then(|| refused(DATATYPE_MISMATCH, reason()))
        }
        // An index that no version makes is not there.
        None if old.is_none_or(|old| unordered(old, &index.shape.method).is_none()) => {
            unordered(new, &index.shape.method)
        }
        None => None,
    })
}

/// Classes of BRIN that came with 14: several ranges of values for each range of pages, and Bloom filters.
fn newer_class(key: &IndexKey, method: &str) -> Option<Refusal> {
    let class = key.opclass.as_ref().filter(|class| class.schema.is_none() && method == "brin")?;
    let name = &class.name.name;
    let of = name.strip_suffix("_minmax_multi_ops").or_else(|| name.strip_suffix("_bloom_ops"))?;
    let reason = || format!("operator class {name} of access method brin came with PostgreSQL 14");
    TYPES_OF_BRIN.contains(&of).then(|| refused_on(VersionSet::before(14), UNDEFINED_OBJECT, reason()).at(key.span))
}

/// Types by the names that they have in the classes of BRIN.
const TYPES_OF_BRIN: &[&str] = &[
    "bpchar",
    "bytea",
    "char",
    "date",
    "float4",
    "float8",
    "inet",
    "int2",
    "int4",
    "int8",
    "interval",
    "macaddr",
    "macaddr8",
    "name",
    "numeric",
    "oid",
    "pg_lsn",
    "text",
    "tid",
    "time",
    "timestamp",
    "timestamptz",
    "timetz",
    "uuid",
];

pub(super) fn create_index(create: &CreateIndex, relation: &Relation) -> Vec<Refusal> {
    let method = create.method.as_deref().unwrap_or("btree");
    let keys = create.keys.iter().filter_map(|key| {
        let column = relation.column(&key.column.as_ref()?.name)?;
        Some((key, column.known_type()?))
    });
    let judged = keys.filter_map(|(key, data_type)| {
        let refusal = uncollated(data_type, key.collation.as_ref()).or_else(|| match key.opclass {
            Some(_) => other_class(key, data_type, method),
            None => unordered(data_type, method),
        });
        Some(refusal?.at(key.span))
    });
    let mut found: Vec<Refusal> = judged.collect();
    found.extend(create.keys.iter().filter_map(|key| newer_class(key, method)));
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

/// Keys that ALTER TABLE makes.
pub(super) fn alter_table(alter: &AlterTable, relation: &Relation, around: &Surroundings) -> Vec<Refusal> {
    let added = |name: &str| {
        alter.actions.iter().find_map(|action| match &action.kind {
            AlterActionKind::AddColumn { column, .. } if column.name.name == name => Some(&column.data_type),
            AlterActionKind::AlterColumn { name: column, change: ColumnChange::SetType { data_type, .. } }
                if column.name == name =>
            {
                Some(&**data_type)
            }
            _ => None,
        })
    };
    let type_of = |name: &Ident| added(&name.name).or_else(|| relation.column(&name.name)?.known_type());
    let is_key =
        |kind: &ColumnConstraintKind| matches!(kind, ColumnConstraintKind::PrimaryKey | ColumnConstraintKind::Unique);
    let found = alter.actions.iter().filter_map(|action| match &action.kind {
        AlterActionKind::AddConstraint(constraint) => {
            let keys = key_columns(&constraint.kind).iter().filter(|_| !constraint.index.without_overlaps);
            let refusal = keys.filter_map(type_of).find_map(|data_type| unordered(data_type, "btree"));
            Some(refusal?.at(action.span))
        }
        AlterActionKind::AddColumn { column, .. } if column.constraints.iter().any(|part| is_key(&part.kind)) => {
            Some(unordered(&column.data_type, "btree")?.at(action.span))
        }
        AlterActionKind::AlterColumn { name, change: ColumnChange::SetType { data_type, .. } } => {
            Some(retyped(name, data_type, alter, relation, around)?.at(action.span))
        }
        _ => None,
    });
    found.collect()
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
