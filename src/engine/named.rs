//! Objects of kinds of which nothing but the name is kept: roles, extensions, collations, casts, operators, aggregates, foreign
//! servers, databases, tablespaces, subscriptions and the like.

use ecow::{EcoString, eco_format};

use crate::ast::{
    AlterOther, Drop, Foreign, ObjectChange, ObjectKind, ObjectName, Opaque, RoleSpec, Statement, StatementKind,
    UserMapping,
};

use super::catalog::{Catalog, Column, Index, Kind, Part, Relation, Trigger};
use super::effect::RelationName;
use super::surroundings::Surroundings;

/// An object that a statement makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Made {
    /// Its kind in upper case in the place of a schema, and its name.
    pub(super) key: RelationName,
    /// OR REPLACE, or IF NOT EXISTS: it may be there.
    pub(super) may_exist: bool,
}

/// The name under which an object of a kind is kept.
fn key(kind: &str, name: &str) -> RelationName {
    RelationName::new(kind, name)
}

/// The role of this name.
pub(super) fn role(name: &str) -> RelationName {
    key("ROLE", name)
}

/// The role that a statement names, if it has a name.
pub(super) fn role_of(role: &RoleSpec) -> Option<&crate::ast::Ident> {
    match role {
        RoleSpec::Named(name) => Some(name),
        RoleSpec::Public(_) | RoleSpec::CurrentUser(_) | RoleSpec::SessionUser(_) => None,
    }
}

/// The foreign server of this name.
pub(super) fn server(name: &str) -> RelationName {
    key("SERVER", name)
}

/// The subscription of this name.
pub(super) fn subscription(name: &str) -> RelationName {
    key("SUBSCRIPTION", name)
}

/// The extension of this name.
pub(super) fn extension(name: &str) -> RelationName {
    key("EXTENSION", name)
}

/// The prepared statement of this name.
pub(super) fn prepared(name: &str) -> RelationName {
    key("PREPARED STATEMENT", name)
}

/// The cursor of this name.
pub(super) fn cursor(name: &str) -> RelationName {
    key("CURSOR", name)
}

/// Types that come with extensions.
const TYPES: &[(&str, &[&str])] = &[
    ("citext", &["citext"]),
    ("cube", &["cube"]),
    ("hstore", &["hstore"]),
    ("isn", &["ean13", "isbn", "isbn13", "ismn", "ismn13", "issn", "issn13", "upc"]),
    ("ltree", &["ltree", "lquery", "ltxtquery"]),
    ("seg", &["seg"]),
    ("vector", &["vector", "halfvec", "sparsevec"]),
];

/// The types that come with an extension, as far as they are known.
pub(super) fn types_of_extension(extension: &str) -> &'static [&'static str] {
    TYPES.iter().find(|(known, _)| *known == extension).map_or(&[], |(_, types)| *types)
}

/// The columns that have a collation, with their tables, in the order of names.
pub(super) fn columns_with_collation(collation: &str, around: &Surroundings) -> Vec<(RelationName, EcoString)> {
    let has_it = |column: &&Column| column.collation.as_deref() == Some(collation) && !column.more.doubts.collation;
    let relations = around.catalog.relations();
    let columns = relations.flat_map(|relation| {
        let columns = relation.columns.iter().filter(has_it);
        columns.map(|column| (relation.name.clone(), column.name.clone())).collect::<Vec<_>>()
    });
    let mut columns: Vec<(RelationName, EcoString)> = columns.collect();
    columns.sort();
    columns
}

/// What the statement makes; `text` is the statement's own.
pub(super) fn made(statement: &Statement, text: &str, around: &Surroundings) -> Option<Made> {
    let certain = |key: RelationName| Some(Made { key, may_exist: false });
    match &statement.kind {
        StatementKind::CreateExtension(create) => {
            Some(Made { key: extension(&create.name.name), may_exist: create.if_not_exists })
        }
        // They may be there: DEALLOCATE and CLOSE are not followed.
        StatementKind::Prepare(prepare) => Some(Made { key: prepared(&prepare.name.name), may_exist: true }),
        StatementKind::Declare(declare) => Some(Made { key: cursor(&declare.name.name), may_exist: true }),
        StatementKind::Foreign(foreign) => match &**foreign {
            Foreign::CreateWrapper(create) => certain(key("FOREIGN DATA WRAPPER", &create.name.name)),
            Foreign::CreateServer(create) => {
                Some(Made { key: server(&create.name.name), may_exist: create.if_not_exists })
            }
            Foreign::CreateMapping(create) => Some(Made { key: mapping(create), may_exist: create.if_not_exists }),
            Foreign::AlterWrapper(_)
            | Foreign::AlterServer(_)
            | Foreign::AlterMapping(_)
            | Foreign::ImportSchema(_) => None,
        },
        StatementKind::CreateSubscription(create) => certain(subscription(&create.name.name)),
        StatementKind::Opaque(opaque) => {
            let key = of_opaque(opaque, text, around)?;
            let head = text.get(..text.len().min(60)).unwrap_or_default().to_uppercase();
            Some(Made { key, may_exist: head.contains("OR REPLACE") || head.contains("IF NOT EXISTS") })
        }
        _ => None,
    }
}

fn mapping(mapping: &UserMapping) -> RelationName {
    let role = match &mapping.role {
        RoleSpec::Named(role) => format!("\"{}\"", role.name),
        RoleSpec::Public(_) => "public".to_owned(),
        RoleSpec::CurrentUser(_) => "current_user".to_owned(),
        RoleSpec::SessionUser(_) => "session_user".to_owned(),
    };
    key("USER MAPPING", &format!("{role} {}", mapping.server.name))
}

/// The user mappings of a server that are known to be there.
pub(super) fn mappings_of(server: &str, around: &Surroundings) -> Vec<RelationName> {
    let behind = format!(" {server}");
    let is_its = |name: &RelationName| &*name.schema == "USER MAPPING" && name.name.ends_with(&behind);
    let known = around.catalog.ledger.all(Kind::Named).filter(|(name, past)| past.is_there() && is_its(name));
    known.map(|(name, _)| name.clone()).collect()
}

/// `DROP USER MAPPING FOR role SERVER name`
fn mapping_dropped(text: &str) -> Option<RelationName> {
    let words: Vec<&str> = behind(text, "MAPPING")?.split_whitespace().collect();
    let [_for, role, _server, server] = words.as_slice() else { return None };
    let role = match role.to_lowercase().as_str() {
        word @ ("public" | "current_user" | "session_user") => word.to_owned(),
        "user" | "current_role" => "current_user".to_owned(),
        _ if role.starts_with('"') => format!("\"{}\"", role.trim_matches('"')),
        plain => format!("\"{plain}\""),
    };
    let server = if server.starts_with('"') { server.trim_matches('"').to_owned() } else { server.to_lowercase() };
    Some(key("USER MAPPING", &format!("{role} {server}")))
}

/// What tables have of an extension: functions that defaults call or triggers execute, operator classes of indexes, and access
/// methods for which it has the classes of plain types.
struct Parts {
    extension: &'static str,
    functions: &'static [&'static str],
    classes: &'static [&'static str],
    method: Option<&'static str>,
}

const PARTS: &[Parts] = &[
    Parts { extension: "btree_gin", functions: &[], classes: &[], method: Some("gin") },
    Parts { extension: "btree_gist", functions: &[], classes: &[], method: Some("gist") },
    Parts { extension: "moddatetime", functions: &["moddatetime"], classes: &[], method: None },
    Parts { extension: "pg_trgm", functions: &[], classes: &["gin_trgm_ops", "gist_trgm_ops"], method: None },
    Parts {
        extension: "uuid-ossp",
        functions: &[
            "uuid_generate_v1",
            "uuid_generate_v1mc",
            "uuid_generate_v3",
            "uuid_generate_v4",
            "uuid_generate_v5",
        ],
        classes: &[],
        method: None,
    },
];

/// Types without a class of the server for GIN and GiST.
const PLAIN_TYPES: &[&str] = &[
    "bigint",
    "date",
    "integer",
    "numeric",
    "smallint",
    "text",
    "character varying",
    "timestamp with time zone",
    "timestamp without time zone",
    "uuid",
];

/// The parts of a relation that need an extension, and go with it.
#[derive(Debug, Default)]
pub(super) struct Needing {
    /// Columns whose defaults call a function of it.
    pub defaults: Vec<EcoString>,
    /// Functions of it that triggers execute.
    pub triggers: Vec<&'static str>,
    /// Indexes with a class of it.
    pub indexes: Vec<EcoString>,
}

impl Needing {
    /// Whether nothing does.
    pub fn is_empty(&self) -> bool {
        self.defaults.is_empty() && self.triggers.is_empty() && self.indexes.is_empty()
    }
}

/// What of a relation needs an extension.
pub(super) fn needing(relation: &Relation, extension: &str, catalog: &Catalog) -> Needing {
    let Some(parts) = PARTS.iter().find(|parts| parts.extension == extension) else { return Needing::default() };
    let bare = |call: &EcoString| call.rsplit('.').next().unwrap_or_default().to_owned();
    // Migrations may have made functions of the same names.
    let is_own = |function: &str| catalog.functions().any(|(name, _)| name == function);
    let of_it = |function: &str| parts.functions.contains(&function) && !is_own(function);
    let calls = |column: &&Column| column.default_functions.iter().any(|call| of_it(&bare(call)));
    let is_there =
        |trigger: &Trigger| relation.past_of(Part::Trigger, &trigger.name).is_none_or(|past| past.is_there());
    let executes = |function: &&&str| {
        let executing = |trigger: &&Trigger| trigger.function == **function && is_there(trigger);
        of_it(function) && relation.triggers.iter().any(|trigger| executing(&trigger))
    };
    let of_class = |index: &&Index| {
        let classes = index.shape.keys.iter().map(|key| key.operators.as_deref());
        let mut keys = index.keys.iter().zip(classes);
        index.certain
            && keys.any(|(key, class)| match class {
                Some(written) => parts.classes.iter().any(|class| written.starts_with(class)),
                None => {
                    let known = key.as_ref().and_then(|name| relation.column(name)?.known_type());
                    let plain = known.is_some_and(|of| of.dimensions == 0 && PLAIN_TYPES.contains(&of.name.as_str()));
                    plain && parts.method.is_some_and(|method| index.shape.method == method)
                }
            })
    };
    Needing {
        defaults: relation.columns.iter().filter(calls).map(|column| column.name.clone()).collect(),
        triggers: parts.functions.iter().filter(executes).copied().collect(),
        indexes: relation.indexes.iter().filter(of_class).map(|index| index.name.clone()).collect(),
    }
}

fn of_opaque(opaque: &Opaque, text: &str, around: &Surroundings) -> Option<RelationName> {
    let kind = opaque.what.strip_prefix("CREATE ")?;
    match (kind, &opaque.name) {
        ("ROLE" | "USER" | "GROUP", Some(name)) => Some(role(&name.name.name)),
        ("COLLATION", Some(name)) => Some(in_schema(kind, name, around)),
        ("LANGUAGE" | "ACCESS METHOD" | "DATABASE" | "TABLESPACE", Some(name)) => Some(key(kind, &name.name.name)),
        ("CAST", None) => Some(key(kind, &parenthesis(behind(text, "CAST")?)?)),
        ("OPERATOR", None) => operator(behind(text, "OPERATOR")?),
        ("AGGREGATE", Some(_)) => Some(key(kind, &head(behind(text, "AGGREGATE")?)?)),
        _ => None,
    }
}

fn in_schema(kind: &str, name: &ObjectName, around: &Surroundings) -> RelationName {
    key(kind, &around.created(name).to_string())
}

/// The kind under which the functions of operators, aggregates and casts are kept: `function|KIND|name`.
pub(super) const PARTS_OF: &str = "FUNCTION OF";

/// The functions that an operator, an aggregate or a cast is made of.
pub(super) fn functions_of(made: &RelationName, text: &str) -> Vec<RelationName> {
    if !["OPERATOR", "AGGREGATE", "CAST"].contains(&&*made.schema) || text.contains("--") || text.contains("/*") {
        return Vec::new();
    }
    let text = plain(text).replace(" = ", "=").replace("= ", "=").replace(" =", "=");
    let begin = ["procedure=", "function=", "sfunc=", "finalfunc=", "with function "];
    let found = begin.iter().filter_map(|begin| {
        let at = text.find(begin)? + begin.len();
        let name: EcoString = text.get(at..)?.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        (!name.is_empty()).then(|| key(PARTS_OF, &format!("{name}|{}|{}", made.schema, made.name)))
    });
    found.collect()
}

/// What the statement drops. Several operators, casts or aggregates cannot be told apart.
pub(super) fn dropped(drop: &Drop, text: &str, around: &Surroundings) -> Vec<RelationName> {
    let names = || drop.names.iter();
    match &drop.object {
        ObjectKind::Extension => names().map(|name| extension(&name.name.name)).collect(),
        ObjectKind::Database | ObjectKind::Tablespace | ObjectKind::Subscription => {
            let kind = around.text_of(drop.kind_keyword).to_ascii_uppercase();
            names().map(|name| key(&kind, &name.name.name)).collect()
        }
        ObjectKind::Function if around.text_of(drop.kind_keyword).eq_ignore_ascii_case("AGGREGATE") => {
            let only = drop.names.len() == 1;
            behind(text, "AGGREGATE")
                .filter(|_| only)
                .and_then(head)
                .map(|name| key("AGGREGATE", &name))
                .into_iter()
                .collect()
        }
        ObjectKind::Other(kind) => match kind.as_str() {
            "ROLE" | "USER" | "GROUP" => names().map(|name| role(&name.name.name)).collect(),
            "USER MAPPING" => mapping_dropped(text).into_iter().collect(),
            "SERVER" => {
                let servers = names().map(|name| server(&name.name.name));
                let mappings = names().flat_map(|name| mappings_of(&name.name.name, around));
                servers.chain(mappings).collect()
            }
            "FOREIGN DATA WRAPPER" | "LANGUAGE" | "ACCESS METHOD" => {
                names().map(|name| key(kind, &name.name.name)).collect()
            }
            "COLLATION" => names().map(|name| in_schema(kind, name, around)).collect(),
            "CAST" => {
                let types = behind(text, "CAST").and_then(parenthesis);
                types.map(|types| key(kind, &types)).into_iter().collect()
            }
            "OPERATOR" => {
                let name = behind(text, "OPERATOR").and_then(head);
                name.map(|name| key(kind, &name)).into_iter().collect()
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The kind of what is dropped, where it has no name of its own but goes by the types that it takes.
pub(super) fn kind_by_types(drop: &Drop, around: &Surroundings) -> Option<&'static str> {
    let is_aggregate = || around.text_of(drop.kind_keyword).eq_ignore_ascii_case("AGGREGATE");
    match &drop.object {
        ObjectKind::Function => is_aggregate().then_some("AGGREGATE"),
        ObjectKind::Other(kind) => ["CAST", "OPERATOR"].into_iter().find(|known| known == kind),
        _ => None,
    }
}

/// What RENAME TO and SET SCHEMA do to an object.
pub(super) enum Moved {
    /// It has another name.
    Renamed(RelationName, RelationName),
    /// Which one of its kind it was is not followed; the name that one has now, if it is a new one.
    OneOf(String, Option<RelationName>),
}

/// What a statement gives another name or schema.
pub(super) fn moved(alter: &AlterOther, text: &str, around: &Surroundings) -> Option<Moved> {
    let from = alter.object.name.as_ref()?;
    let to = match &alter.change {
        ObjectChange::RenameTo(to) => ObjectName { name: to.clone(), ..from.clone() },
        ObjectChange::SetSchema(schema) => ObjectName { schema: Some(schema.clone()), ..from.clone() },
        ObjectChange::OwnerTo(_) | ObjectChange::DependsOnExtension { .. } => return None,
    };
    let kind = match &alter.object.kind {
        ObjectKind::Other(kind) => kind.as_str(),
        ObjectKind::Database => "DATABASE",
        ObjectKind::Tablespace => "TABLESPACE",
        ObjectKind::Subscription => "SUBSCRIPTION",
        ObjectKind::Function if plain(text).starts_with("alter aggregate ") => "AGGREGATE",
        _ => return None,
    };
    Some(match kind {
        "ROLE" | "USER" | "GROUP" => Moved::Renamed(role(&from.name.name), role(&to.name.name)),
        "SERVER"
        | "FOREIGN DATA WRAPPER"
        | "LANGUAGE"
        | "ACCESS METHOD"
        | "DATABASE"
        | "TABLESPACE"
        | "SUBSCRIPTION" => Moved::Renamed(key(kind, &from.name.name), key(kind, &to.name.name)),
        "COLLATION" => Moved::Renamed(in_schema(kind, from, around), in_schema(kind, &to, around)),
        "AGGREGATE" => Moved::OneOf(kind.to_owned(), Some(key(kind, &format!("{}(?)", to.name.name)))),
        _ => Moved::OneOf(kind.to_owned(), None),
    })
}

/// What stands behind a keyword, and IF EXISTS.
fn behind<'t>(text: &'t str, keyword: &str) -> Option<&'t str> {
    if text.contains("--") || text.contains("/*") {
        return None;
    }
    let at = text.to_ascii_uppercase().find(keyword)? + keyword.len();
    let rest = text.get(at..)?.trim_start();
    let guarded = rest.get(..2).is_some_and(|word| word.eq_ignore_ascii_case("if"));
    let skipped = || rest.to_ascii_uppercase().find("EXISTS").and_then(|at| rest.get(at + "EXISTS".len()..));
    if guarded { skipped().map(str::trim_start) } else { Some(rest) }
}

/// Lower case, with single spaces, and none beside signs.
fn plain(text: &str) -> EcoString {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    let joined = words.join(" ");
    [" (", "( ", " )", " ,", ", "].iter().fold(joined.into(), |text, sign| text.replace(sign, sign.trim()))
}

/// The first parenthesis of a text, with what is in it.
fn parenthesis(text: &str) -> Option<EcoString> {
    let start = text.find('(')?;
    let mut depth = 0_usize;
    for (at, c) in text.get(start..)?.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 1 => return Some(plain(text.get(start..=start + at)?)),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// A name with the first parenthesis behind it.
fn head(text: &str) -> Option<EcoString> {
    let name = text.get(..text.find('(')?)?;
    Some(eco_format!("{}{}", plain(name.trim()), parenthesis(text)?))
}

/// An operator by its name and the types that it takes.
fn operator(text: &str) -> Option<RelationName> {
    let name = text.get(..text.find('(')?)?.trim();
    let options = parenthesis(text)?;
    let of = |wanted: &str| {
        let mut options = options.trim_matches(['(', ')']).split(',').filter_map(|option| option.split_once('='));
        options
            .find(|(option, _)| option.trim() == wanted)
            .map_or_else(|| "none".to_owned(), |(_, of)| of.trim().to_owned())
    };
    Some(key("OPERATOR", &format!("{name}({},{})", of("leftarg"), of("rightarg"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_without_a_name_go_by_what_they_take() {
        let cast = behind("DROP  cast IF EXISTS ( text  AS Lvl )", "CAST").and_then(parenthesis);
        assert_eq!(cast.as_deref(), Some("(text as lvl)"));
        let made = operator("+% (leftarg = integer, RIGHTARG = integer , procedure = f)");
        let dropped = behind("DROP OPERATOR +% (integer, integer) CASCADE", "OPERATOR").and_then(head);
        assert_eq!(made.map(|key| key.name.to_string()), dropped.map(|name| name.to_string()));
    }
}
