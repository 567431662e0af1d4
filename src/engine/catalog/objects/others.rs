//! Objects that are no relations and no parts of them.

use super::super::type_name::type_name;
use super::{Object, full, list};
use crate::engine::catalog::{Catalog, Domain, Enum, Fate, Kind, Past, Publication};
use crate::engine::effect::{RelationName, TEMPORARY};

impl Catalog {
    /// Schemas, types, domains, functions, publications and statistics.
    pub(super) fn add_others(&self, objects: &mut Vec<Object>) {
        let certain = !self.open;
        for (name, domain) in self.domains() {
            let certain = self.is_sure_domain(name);
            objects.push(domain_facts(name, domain, certain));
            objects.extend(domain.checks.iter().map(|check| {
                Object::new("domain check", format!("{}.{}", full(name), check.name), certain)
                    .with_perhaps("valid", certain.then(|| check.validated.to_string()))
                    .with_perhaps("expression", check.expression.text().filter(|_| certain).map(str::to_owned))
            }));
        }
        for (name, composite) in self.composites() {
            let attributes = composite.attributes.iter().map(|attribute| attribute.name.to_string()).collect();
            let certain = certain && composite.whole;
            objects.push(Object::new("composite type", full(name), certain).with("attributes", list(attributes)));
            objects.extend(composite.attributes.iter().map(|attribute| {
                let data_type = type_name(&attribute.data_type, attribute.type_schema.as_deref());
                Object::new("attribute", format!("{}.{}", full(name), attribute.name), certain).with("type", data_type)
            }));
        }
        objects.extend(self.all_statistics().map(|(name, statistics)| {
            let certain = self.past(Kind::Statistics, name).is_some_and(|past| past.is_there());
            Object::new("statistics", full(name), certain)
                .with("on", list(statistics.tables.iter().map(full).collect()))
        }));
        objects.extend(self.enums().map(|(name, known)| enum_facts(name, known, certain)));
        let functions = self.functions().filter(|(_, function)| function.identity().0 != TEMPORARY);
        objects.extend(functions.map(|(name, function)| self.function_facts(name, function)));
        objects.extend(self.publications().map(|(name, known)| {
            let past = self.past(Kind::Publication, &RelationName::new("", &**name));
            publication_facts(name, known, past.is_some_and(|past| past.is_there()))
        }));
        // One that may have been dropped may be there.
        let may_be_there = |past: &Past| past.fate == Fate::Given || !past.sure;
        let schemas = self.ledger.all(Kind::Schema);
        let schemas = schemas.filter(|(name, past)| may_be_there(past) && name.name != "public");
        objects.extend(schemas.map(|(name, past)| Object::new("schema", name.name.to_string(), past.is_there())));
        let named = self.ledger.all(Kind::Named).filter(|(_, past)| may_be_there(past));
        objects.extend(named.filter_map(|(key, past)| {
            // Every database has this one.
            let (_, kind) = NAMED.iter().find(|(kind, _)| *kind == &*key.schema && &*key.name != "plpgsql")?;
            Some(Object::new(kind, plain_name(kind, &key.name), past.is_there()))
        }));
    }
}

/// Kinds of which nothing but the name is kept, as the ledger calls them and in words.
const NAMED: &[(&str, &str)] = &[
    ("AGGREGATE", "aggregate"),
    ("COLLATION", "collation"),
    ("EXTENSION", "extension"),
    ("FOREIGN DATA WRAPPER", "foreign-data wrapper"),
    ("SERVER", "server"),
];

/// An aggregate without its schema and without what it takes, a collation with its schema.
fn plain_name(kind: &str, name: &str) -> String {
    match kind {
        "aggregate" => {
            let bare = name.split('(').next().unwrap_or_default();
            bare.rsplit('.').next().unwrap_or_default().trim_matches('"').to_owned()
        }
        "collation" if !name.contains('.') => format!("public.{name}"),
        _ => name.to_owned(),
    }
}

fn domain_facts(name: &RelationName, domain: &Domain, certain: bool) -> Object {
    let has_default = domain.default.as_ref().is_some_and(|default| !default.null);
    let default = if has_default { domain.written_default.text() } else { Some("") };
    let schema = domain.type_schema.as_deref();
    Object::new("domain", full(name), certain)
        .with("type", type_name(&domain.data_type, schema))
        .with_perhaps("not-null", certain.then(|| domain.not_null.to_string()))
        .with_perhaps("default", certain.then(|| has_default.to_string()))
        .with_perhaps("expression", default.filter(|_| certain).map(str::to_owned))
}

fn enum_facts(name: &RelationName, known: &Enum, certain: bool) -> Object {
    let values: Vec<String> = known.values.iter().map(|value| value.value.to_string()).collect();
    let is_sure = known.whole && known.values.iter().all(|value| value.sure);
    Object::new("enum", full(name), certain && known.whole).with_perhaps("values", is_sure.then(|| list(values)))
}

fn publication_facts(name: &str, publication: &Publication, certain: bool) -> Object {
    let mut tables: Vec<String> = publication
        .tables
        .iter()
        .map(|published| match published.columns.as_slice() {
            [] => full(&published.table),
            columns => format!("{}({})", full(&published.table), columns.join(" ")),
        })
        .collect();
    tables.sort();
    tables.dedup();
    let mut schemas = publication.schemas.clone();
    schemas.sort();
    Object::new("publication", name.to_owned(), certain)
        .with("all-tables", publication.all_tables)
        .with("tables", list(tables))
        .with("schemas", list(super::texts(&schemas)))
}
