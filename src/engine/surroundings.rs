//! What a statement meets: the catalogue and the session before it, with names resolved as the server would.

use ecow::EcoString;

use crate::ast::{CreateSchema, DataType, Expr, Ident, ObjectName, RoleSpec, Volatility};
use crate::postgres::builtins;
use crate::source::Span;

use super::catalog::{Catalog, Fate, Kind, MigrationId, Past, Relation};
use super::effect::{RelationKind, RelationName, Standing, TEMPORARY};
use super::session::Session;

/// A borrowed view of the state before a statement.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// What exists.
    pub catalog: &'a Catalog,
    /// Transaction, settings, locks.
    pub session: &'a Session,
    /// The migration that the statement belongs to.
    pub migration: MigrationId,
    /// Whether every object met so far was created by a migration of this history, so that what is not in the catalogue
    /// does not exist.
    pub history_is_whole: bool,
    /// Schemas in which names without a schema are looked up, as the session has them.
    pub search_path: &'a [EcoString],
    /// The statement stands for others that differ in their constants only.
    pub stands_for_more: bool,
    /// The statement stands in a loop: what it finds may be what it has written before.
    pub in_loop: bool,
    /// How many calls of functions the statement stands in.
    pub calls: usize,
    /// The trigger function that the statement stands in.
    pub firing: Option<&'a Firing<'a>>,
    /// The text of the file, for the few questions that the tree does not answer.
    pub text: &'a str,
}

/// A trigger function that is running.
#[derive(Debug, Clone, Copy)]
pub struct Firing<'a> {
    /// Its name.
    pub function: &'a str,
    /// The one in which a statement has fired it.
    pub outer: Option<&'a Firing<'a>>,
}

/// Names of UTC, in lower case and without `etc/` before them.
///
/// Source: measured, what `ALTER COLUMN TYPE timestamp` leaves as it is since 12 (`fixtures/facts/alter-type-utc-*.sql`).
const UTC: &[&str] = &["0", "gmt", "gmt+0", "gmt-0", "gmt0", "greenwich", "uct", "universal", "utc", "zulu"];

/// Calls within calls that are followed. A function may call itself.
const DEPTH: usize = 4;

impl<'a> Surroundings<'a> {
    /// The same within a call, unless that is too deep to be followed.
    pub fn deeper(&self) -> Option<Self> {
        (self.calls < DEPTH).then(|| Self { calls: self.calls + 1, ..*self })
    }

    /// Whether a trigger function is running already.
    pub fn is_firing(&self, function: &str) -> bool {
        std::iter::successors(self.firing, |firing| firing.outer).any(|firing| firing.function == function)
    }

    /// The relation or index that a written name means: a temporary one, the first match along search_path, or else what
    /// would be created under that name.
    pub fn resolve(&self, written: &ObjectName) -> RelationName {
        let created_at = self.created(written);
        if written.schema.is_some() || (self.search_path.len() < 2 && !self.catalog.has_temporary()) {
            return created_at;
        }
        let schemas = std::iter::once(TEMPORARY).chain(self.search_path.iter().map(EcoString::as_str));
        let mut candidates = schemas.map(|schema| RelationName::resolved(written, schema));
        candidates.find(|name| self.catalog.is_taken(name)).unwrap_or(created_at)
    }

    /// Whether row-level security may hide rows of a table from the role that writes or reads it. Its owner and superusers see
    /// all, unless it is forced upon the owner.
    pub fn may_hide_rows(&self, relation: &Relation) -> bool {
        let security = relation.row_security;
        security.enabled && (security.forced || self.session.may_have_other_role() || relation.owned_by.is_some())
    }

    /// Whether an operator may be another one than that of the server.
    pub fn may_mean_own_operators(&self) -> bool {
        self.catalog.may_mean_own_operators(self.search_path.iter().map(EcoString::as_str))
    }

    /// The object of a kind that a written name means: the first along search_path that history gave the name, or else what
    /// would be created under it.
    pub fn resolve_kind(&self, kind: Kind, written: &ObjectName) -> RelationName {
        let created_at = self.created(written);
        if written.schema.is_some() || self.search_path.len() < 2 {
            return created_at;
        }
        let mut candidates = self.search_path.iter().map(|schema| RelationName::resolved(written, schema));
        let is_given = |name: &RelationName| self.catalog.past(kind, name).is_some_and(|past| past.fate == Fate::Given);
        candidates.find(is_given).unwrap_or(created_at)
    }

    /// Whether nothing that a written name could mean is there, for sure.
    ///
    /// A name without a schema may mean an object in any schema that has one of it, as the role or the runner may set another
    /// search_path, and one of the system.
    pub fn is_gone(&self, kind: Kind, written: &ObjectName) -> bool {
        if written.schema.is_some() {
            return self.catalog.is_gone(kind, &self.created(written));
        }
        let name = &written.name.name;
        let is_temporary =
            || self.catalog.has_temporary() && self.catalog.is_taken(&RelationName::new(TEMPORARY, &**name));
        let everywhere =
            || self.search_path.iter().all(|schema| self.catalog.is_gone(kind, &RelationName::new(&**schema, &**name)));
        let elsewhere = || match kind {
            Kind::Relation => self.catalog.has_relation_named(name),
            _ => self.catalog.ledger.all(kind).any(|(other, past)| other.name == *name && past.fate == Fate::Given),
        };
        !name.starts_with("pg_") && !is_temporary() && everywhere() && !elsewhere()
    }

    /// Whether a written name is that of a relation in another spelling, in a history that has made every other relation it
    /// names: `orderitems` or `"Order"` for `"OrderItems"` and `"order"`, `post` for `posts`.
    ///
    /// A table that nobody has made may be older than the history. One that has nearly the name of another is none, unless
    /// the statement names both, as one that replaces the older does: `others` are the names in it.
    pub fn is_misspelt(&self, written: &ObjectName, others: &[&ObjectName]) -> bool {
        if !self.is_unmade(written) {
            return false;
        }
        let is_searched = |schema: &str| match &written.schema {
            Some(named) => named.name == schema,
            None => self.search_path.iter().any(|searched| searched == schema),
        };
        let named_too = |relation: &Relation| others.iter().any(|other| self.resolve(other) == relation.name);
        let is_meant = |relation: &&Relation| {
            is_searched(&relation.name.schema)
                && !relation.perhaps_missing
                && differs_in_spelling(&written.name.name, &relation.name.name)
        };
        let mut meant = self.catalog.relations().filter(is_meant).peekable();
        meant.peek().is_some() && !meant.any(named_too)
    }

    /// Whether a written name is that of no relation of a history that has made every other relation it names.
    pub fn is_unmade(&self, written: &ObjectName) -> bool {
        let name = &written.name.name;
        if !self.history_is_whole || name.starts_with("pg_") || self.catalog.has_relation_named(name) {
            return false;
        }
        let is_of_system = |schema: &str| schema == "information_schema" || schema.starts_with("pg_");
        let is_made = |schema: &str| {
            let past = self.catalog.past(Kind::Schema, &RelationName::new("", schema));
            schema == "public" || past.is_some_and(Past::is_there)
        };
        let elsewhere = written.schema.as_ref().is_some_and(|schema| !is_made(&schema.name));
        let made = self.created(written);
        let is_type = self.catalog.past(Kind::Type, &made).is_some();
        let unseen = self.catalog.past(Kind::Relation, &made).is_none() && !is_type && !elsewhere;
        unseen
            && !self.search_path.iter().any(|schema| is_of_system(schema))
            && !self.catalog.has_code_that_may_create()
    }

    /// The search_path for what CREATE SCHEMA holds: the new schema comes first.
    pub fn inside(&self, create: &CreateSchema) -> Vec<EcoString> {
        let owner = match &create.authorization {
            Some(RoleSpec::Named(role)) => Some(role),
            _ => None,
        };
        let schema = create.name.as_ref().or(owner).map(|name| name.name.clone());
        schema.into_iter().chain(self.search_path.iter().cloned()).collect()
    }

    /// The name that CREATE gives: in the schema that is written, or else the first one of search_path.
    pub fn created(&self, written: &ObjectName) -> RelationName {
        RelationName::resolved(written, self.search_path.first().map_or("public", EcoString::as_str))
    }

    /// The relation of a written name, if history knows it.
    pub fn relation(&self, written: &ObjectName) -> Option<&'a Relation> {
        self.catalog.get(&self.resolve(written))
    }

    /// The kind of a relation; one that nobody created is taken for a table.
    pub fn kind(&self, name: &RelationName) -> RelationKind {
        match self.catalog.get(name) {
            Some(relation) if relation.is_partitioned() => RelationKind::PartitionedTable,
            Some(relation) if relation.kind == RelationKind::Table && self.is_partition(relation) => {
                RelationKind::Partition
            }
            Some(relation) => relation.kind,
            None if self.catalog.table_of_index(name).is_some() => RelationKind::Index,
            None => RelationKind::Table,
        }
    }

    /// Whether a relation is a partition of another, be it partitioned itself or not.
    pub fn is_partition(&self, relation: &Relation) -> bool {
        let parents = relation.parents.iter().filter_map(|parent| self.catalog.get(parent));
        parents.into_iter().any(Relation::is_partitioned)
    }

    /// Whether what stands where a relation could is a composite type, of which ALTER TABLE renames attributes.
    pub fn is_composite(&self, written: &ObjectName) -> bool {
        let name = self.resolve_kind(Kind::Type, written);
        let is_there = || self.catalog.past(Kind::Type, &name).is_some_and(Past::is_there);
        self.relation(written).is_none() && self.catalog.composite(&name).is_some() && is_there()
    }

    /// What history says about the age of a relation or index.
    pub fn standing(&self, name: &RelationName) -> Standing {
        let table = self.catalog.table_of_index(name).unwrap_or(name);
        self.catalog.standing(table, self.migration)
    }

    /// Whether the object is known not to exist: every object of this history was seen, and this one was not.
    ///
    /// Where another schema has one of this name, a name without a schema may mean that one, as the role or the runner may
    /// set another search_path.
    pub fn is_missing(&self, name: &RelationName) -> bool {
        let missing =
            (self.history_is_whole && !self.catalog.is_taken(name)) || self.catalog.is_gone(Kind::Relation, name);
        missing && !(self.search_path.contains(&name.schema) && self.catalog.has_relation_named(&name.name))
    }

    /// A table and, if it is partitioned, its partitions: a foreign key to it points to each of them.
    pub fn with_partitions(&self, table: RelationName) -> Vec<RelationName> {
        let partitioned = self.kind(&table) == RelationKind::PartitionedTable;
        let partitions = if partitioned { self.catalog.descendants(&table) } else { Vec::new() };
        std::iter::once(table).chain(partitions).collect()
    }

    /// The text of a span.
    pub fn text_of(&self, span: Span) -> &'a str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// Whether a USING expression says no more than the change of type itself: the column, or its plain cast, be it with a
    /// COLLATE.
    pub fn is_plain_cast(&self, using: &Expr, column: &str, data_type: &DataType) -> bool {
        self.casts(using, &squeezed(column), data_type)
    }

    /// Whether a USING expression casts the column to text, and that to the new type.
    pub fn is_cast_by_text(&self, using: &Expr, column: &str, data_type: &DataType) -> bool {
        let column = squeezed(column);
        let texts = [format!("{column}::text"), format!("{column}::varchar"), format!("cast{column}astext")];
        texts.iter().any(|text| self.casts(using, text, data_type))
    }

    /// Whether an expression is what was squeezed, or its cast to a type.
    fn casts(&self, expr: &Expr, from: &str, data_type: &DataType) -> bool {
        let written = squeezed(self.text_of(expr.span));
        let target = squeezed(self.text_of(data_type.span));
        // The schema of the type may stand in one of the places only.
        let schema = squeezed(&format!("{}.", self.type_name(data_type).schema));
        let bare = target.strip_prefix(&schema).unwrap_or(&target);
        let mut casts = vec![from.to_owned()];
        for target in [bare.to_owned(), format!("{schema}{bare}")] {
            casts.extend([format!("cast{from}as{target}"), format!("{from}::{target}")]);
        }
        // COLLATE says how values are compared, and leaves them as they are.
        let mut rests = casts.iter().filter_map(|cast| written.strip_prefix(cast.as_str()));
        rests.any(|rest| rest.is_empty() || rest.starts_with("collate"))
    }

    /// The name of a type, in the schema it resolves to.
    pub fn type_name(&self, data_type: &DataType) -> RelationName {
        match data_type.name.split_once('.') {
            Some((schema, name)) => RelationName::new(schema, name),
            None => {
                let name = Ident { name: data_type.name.clone(), span: data_type.span };
                self.resolve_kind(Kind::Type, &ObjectName { schema: None, name, span: data_type.span })
            }
        }
    }

    /// The volatility of a function that a migration created, or that is built in; `None` if nothing is known of it.
    pub fn volatility_of(&self, function: &str) -> Option<Volatility> {
        self.catalog.function(function).or_else(|| builtins::volatility(function))
    }

    /// Whether no migration made a function or an aggregate of this name: it is one of the server, or of nobody.
    pub fn is_of_server(&self, function: &str) -> bool {
        self.catalog.function(function).is_none() && !self.catalog.may_be_aggregate(function)
    }

    /// Whether the session's time zone is known to be UTC.
    pub fn is_utc(&self) -> bool {
        self.session.time_zone().is_some_and(|zone| {
            let zone = zone.to_lowercase();
            UTC.contains(&zone.strip_prefix("etc/").unwrap_or(&zone))
        })
    }

    /// Relations that views behind these read without their partitions and children are left as they are.
    pub fn is_read_alone(&self, view: &RelationName, read: &RelationName) -> bool {
        self.catalog.get(view).is_some_and(|view| view.reads_only.contains(read))
    }

    /// These relations and all that the views among them read: a query on a view locks what lies behind it.
    pub fn with_views_followed(&self, mut relations: Vec<RelationName>) -> Vec<RelationName> {
        let mut next = 0;
        while let Some(name) = relations.get(next) {
            let behind = self.catalog.get(name).filter(|relation| relation.kind == RelationKind::View);
            for read in behind.map(|view| view.reads.clone()).unwrap_or_default() {
                if !relations.contains(&read) {
                    relations.push(read);
                }
            }
            next += 1;
        }
        relations
    }
}

/// Whether two names differ in their case, or in one being the plural of the other.
fn differs_in_spelling(one: &str, other: &str) -> bool {
    let is_plural = |many: &str, one: &str| {
        many.strip_suffix('s').is_some_and(|stem| stem == one || stem.strip_suffix('e') == Some(one))
    };
    one.eq_ignore_ascii_case(other) || is_plural(one, other) || is_plural(other, one)
}

/// Without white space, quotes and parentheses, in lower case.
fn squeezed(text: &str) -> String {
    let text = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '"' | '(' | ')'));
    text.collect::<String>().to_lowercase()
}
