//! What history says of the rows that a question to the catalogs asks for.

use crate::ast::{CatalogRows, Comparison, Ident, Limit, Literal, ObjectName, Sought};
use crate::engine::catalog::{Kind, Past, Relation};
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::refusals::holds_row;
use crate::source::Span;

use super::{Asked, split};

impl Asked<'_> {
    /// Whether the catalog has such a row.
    pub(super) fn found(&self, rows: &CatalogRows) -> Option<bool> {
        use RelationKind as K;
        let of = |column: &str| self.sought(rows, column);
        let only = |columns: &[&str]| rows.tests.iter().all(|(column, _)| columns.contains(&column.as_str()));
        let asks_null = rows.tests.iter().any(|(_, sought)| matches!(sought, Sought::Null(_)));
        let is_only = |columns: &[&str]| rows.whole && !asks_null && only(columns);
        let named = |schema: &str, name: &str, kind: fn(&Relation) -> bool| {
            let known = is_only(&[schema, name]);
            self.relation(of(schema), of(name)?, kind).filter(|found| known || !found)
        };
        match rows.catalog.as_str() {
            "information_schema.columns" => {
                let known = is_only(&["table_schema", "table_name", "column_name"]);
                let found = self.column(of("table_schema"), of("table_name")?, of("column_name"));
                found.filter(|found| known || !found)
            }
            "information_schema.tables" => {
                named("table_schema", "table_name", |relation| !matches!(relation.kind, K::MaterializedView))
            }
            "pg_tables" => {
                named("schemaname", "tablename", |relation| matches!(relation.kind, K::Table | K::PartitionedTable))
            }
            "pg_views" => named("schemaname", "viewname", |relation| relation.kind == K::View),
            "pg_matviews" => named("schemaname", "matviewname", |relation| relation.kind == K::MaterializedView),
            "pg_indexes" => {
                let found = self.index(of("schemaname"), of("indexname")?);
                found.filter(|found| !found || is_only(&["schemaname", "indexname"]))
            }
            "pg_constraint" => {
                let found = self.constraint(of("conrelid"), of("conname")?);
                found.filter(|found| !found || is_only(&["conrelid", "conname"]))
            }
            "information_schema.table_constraints" => {
                let found = self.constraint(of("table_name"), of("constraint_name")?);
                found.filter(|found| !found || is_only(&["table_name", "constraint_name"]))
            }
            "pg_class" => {
                let name = of("relname")?;
                let index = || self.index(None, name);
                let of_kind = |kind: fn(&Relation) -> bool| self.relation(None, name, kind);
                let found = match of("relkind") {
                    None => index().or_else(|| of_kind(|_| true)),
                    Some("i") => index(),
                    Some("r") => of_kind(|relation| matches!(relation.kind, K::Table | K::Partition)),
                    Some("p") => of_kind(|relation| relation.kind == K::PartitionedTable),
                    Some("v") => of_kind(|relation| relation.kind == K::View),
                    Some("m") => of_kind(|relation| relation.kind == K::MaterializedView),
                    Some("S") => of_kind(|relation| relation.kind == K::Sequence),
                    Some(_) => None,
                };
                found.filter(|found| !found || is_only(&["relname", "relkind"]))
            }
            "pg_attribute" => {
                let (schema, table) = split(of("attrelid")?)?;
                let found = self.column(schema, table, Some(of("attname")?));
                found.filter(|found| !found || is_only(&["attrelid", "attname"]))
            }
            "pg_trigger" => {
                let found = self.trigger(of("tgrelid"), of("tgname")?);
                found.filter(|found| !found || is_only(&["tgrelid", "tgname"]))
            }
            "pg_namespace" => self.schema(of("nspname")?).filter(|_| is_only(&["nspname"])),
            "information_schema.schemata" => self.schema(of("schema_name")?).filter(|_| is_only(&["schema_name"])),
            "pg_type" => self.has_type(of("typname")?).filter(|_| is_only(&["typname"])),
            _ => self.has_row(rows).then_some(true),
        }
    }

    /// Whether a table has such a row for certain.
    fn has_row(&self, rows: &CatalogRows) -> bool {
        let Some((schema, name)) = split(&rows.catalog) else { return false };
        let ident = |name: &str| Ident { name: name.into(), span: Span::default() };
        let name = ObjectName { schema: schema.map(ident), name: ident(name), span: Span::default() };
        let limits: Option<Vec<Limit>> = rows.tests.iter().map(|(column, sought)| limit(column, sought)).collect();
        let table = self.around.relation(&name).filter(|_| rows.whole);
        table.zip(limits).is_some_and(|(table, limits)| holds_row(table, &limits, self.around))
    }

    /// The relations of a name, in a schema or in any.
    fn named<'s>(&'s self, schema: Option<&'s str>, name: &'s str) -> impl Iterator<Item = &'s Relation> {
        let here = move |relation: &&Relation| schema.is_none_or(|schema| *relation.name.schema == *schema);
        self.around.catalog.relations().filter(move |relation| *relation.name.name == *name).filter(here)
    }

    /// Whether nothing has the name, in a schema or in any.
    fn is_missing(&self, schema: Option<&str>, name: &str) -> bool {
        let missing = |schema: &str| self.around.is_missing(&RelationName::new(schema, name));
        let elsewhere = schema.is_none() && self.around.catalog.has_relation_named(name);
        !elsewhere && self.around.search_path.first().is_some_and(|first| missing(schema.unwrap_or(first)))
    }

    pub(super) fn relation(&self, schema: Option<&str>, name: &str, kind: impl Fn(&Relation) -> bool) -> Option<bool> {
        match self.named(schema, name).next() {
            None => self.is_missing(schema, name).then_some(false),
            Some(_) => {
                let there = self.named(schema, name).any(|relation| is_there(relation) && kind(relation));
                there.then_some(true)
            }
        }
    }

    fn column(&self, schema: Option<&str>, table: &str, column: Option<&str>) -> Option<bool> {
        let Some(column) = column else { return self.relation(schema, table, |_| true) };
        let (mut any, mut all_lack) = (false, true);
        for relation in self.named(schema, table) {
            if matches!(relation.kind, RelationKind::MaterializedView | RelationKind::Sequence) {
                return None;
            }
            let known = is_there(relation) && relation.is_known_whole();
            if known && relation.column(column).is_some() {
                return Some(true);
            }
            any = true;
            all_lack &= known && relation.column(column).is_none();
        }
        let only = schema.is_some() || self.around.history_is_whole;
        if any { (all_lack && only).then_some(false) } else { self.is_missing(schema, table).then_some(false) }
    }

    fn index(&self, schema: Option<&str>, name: &str) -> Option<bool> {
        let of = |relation: &Relation| {
            let here = schema.is_none_or(|schema| *relation.name.schema == *schema);
            here && is_there(relation) && relation.index(name).is_some_and(|index| index.certain && !index.more.doubted)
        };
        match self.around.catalog.relations().any(of) {
            true => Some(true),
            false => self.is_missing(schema, name).then_some(false),
        }
    }

    /// NOT NULL constraints are in the catalog since 18 only.
    fn constraint(&self, table: Option<&str>, name: &str) -> Option<bool> {
        if name.ends_with("not_null") {
            return None;
        }
        let (schema, table) = match table {
            Some(table) => split(table).map(|(schema, table)| (schema, Some(table)))?,
            None => (None, None),
        };
        let here = |relation: &&Relation| {
            table.is_none_or(|table| *relation.name.name == *table)
                && schema.is_none_or(|schema| *relation.name.schema == *schema)
        };
        if table.is_some_and(|table| schema.is_none() && self.named(None, table).count() > 1) {
            return None;
        }
        let mut there = self.around.catalog.relations().filter(here).filter(|relation| is_there(relation));
        let has = |relation: &Relation| relation.constraint(name).is_some_and(|known| !known.doubted);
        if there.any(|relation| relation.complete && has(relation)) {
            return Some(true);
        }
        let table = table?;
        let lacks = |relation: &Relation| relation.is_known_whole() && relation.constraint(name).is_none();
        let mut known = self.named(schema, table).peekable();
        let only = schema.is_some() || self.around.history_is_whole;
        (known.peek().is_some() && only && known.all(|relation| is_there(relation) && lacks(relation))).then_some(false)
    }

    fn trigger(&self, table: Option<&str>, name: &str) -> Option<bool> {
        let has = |relation: &Relation| relation.triggers.iter().any(|trigger| trigger.name == name);
        let Some(table) = table else {
            let known = |relation: &Relation| is_there(relation) && relation.is_known_whole() && has(relation);
            return self.around.catalog.relations().any(known).then_some(true);
        };
        let (schema, table) = split(table)?;
        let mut of_table = self.named(schema, table);
        let only = of_table.next().filter(|relation| is_there(relation) && relation.is_known_whole())?;
        of_table.next().is_none().then(|| has(only))
    }

    fn schema(&self, name: &str) -> Option<bool> {
        let known = self.around.catalog.past(Kind::Schema, &RelationName::new("", name));
        (name == "public" || known.is_some_and(Past::is_there)).then_some(true)
    }

    /// A type of the name is there.
    fn has_type(&self, name: &str) -> Option<bool> {
        let span = Span::default();
        let written = ObjectName { schema: None, name: Ident { name: name.into(), span }, span };
        let resolved = self.around.resolve_kind(Kind::Type, &written);
        let there = self.around.catalog.past(Kind::Type, &resolved).is_some_and(Past::is_there);
        there.then_some(true)
    }
}

fn is_there(relation: &Relation) -> bool {
    relation.created_in.is_some() && !relation.perhaps_older && !relation.perhaps_missing
}

/// What a column of a table must be.
fn limit(column: &str, sought: &Sought) -> Option<Limit> {
    let (comparison, values) = match sought {
        Sought::Text(text) => (Comparison::OneOf, vec![Literal::Text(text.clone())]),
        Sought::Null(true) => (Comparison::Null, Vec::new()),
        Sought::Null(false) => (Comparison::NotNull, Vec::new()),
        Sought::CurrentSchema => return None,
    };
    Some(Limit { column: column.into(), comparison, values, cast: None })
}
