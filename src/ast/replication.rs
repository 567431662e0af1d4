//! Publications, subscriptions, and extended statistics.

use ecow::EcoString;

use super::{Expr, Ident, Integer, NamedOption, ObjectName, Text};
use crate::source::Span;

/// CREATE PUBLICATION.
#[derive(Debug, Clone, PartialEq)]
pub struct CreatePublication {
    /// Its name.
    pub name: Ident,
    /// FOR ALL TABLES.
    pub all_tables: bool,
    /// FOR: tables and schemas; empty when there are none yet.
    pub objects: Vec<PublicationObject>,
    /// WITH.
    pub options: Vec<NamedOption>,
}

/// What a publication holds.
#[derive(Debug, Clone, PartialEq)]
pub enum PublicationObject {
    /// TABLE.
    Table(Box<PublishedTable>),
    /// TABLES IN SCHEMA (15); None is CURRENT_SCHEMA.
    Schema(Option<Ident>),
}

/// A table of a publication.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishedTable {
    /// The table.
    pub name: ObjectName,
    /// ONLY.
    pub only: bool,
    /// The columns that are published (15); empty means all.
    pub columns: Vec<Ident>,
    /// WHERE (15).
    pub filter: Option<Expr>,
    /// The table with its columns and condition.
    pub span: Span,
}

/// ALTER PUBLICATION. RENAME TO and OWNER TO are [`AlterOther`](super::AlterOther).
#[derive(Debug, Clone, PartialEq)]
pub struct AlterPublication {
    /// Its name.
    pub name: Ident,
    /// The change.
    pub change: PublicationChange,
}

/// A change to a publication.
#[derive(Debug, Clone, PartialEq)]
pub enum PublicationChange {
    /// ADD objects.
    Add(Vec<PublicationObject>),
    /// SET objects: these and no others.
    Set(Vec<PublicationObject>),
    /// DROP objects.
    Drop(Vec<PublicationObject>),
    /// SET (option = value, ...).
    SetOptions(Vec<NamedOption>),
}

impl PublicationObject {
    /// The table, where it is one.
    pub fn table(&self) -> Option<&PublishedTable> {
        match self {
            Self::Table(table) => Some(table),
            Self::Schema(_) => None,
        }
    }
}

impl PublicationChange {
    /// The objects that are added, set or dropped.
    pub fn objects(&self) -> &[PublicationObject] {
        match self {
            Self::Add(objects) | Self::Set(objects) | Self::Drop(objects) => objects,
            Self::SetOptions(_) => &[],
        }
    }
}

/// CREATE SUBSCRIPTION.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateSubscription {
    /// Its name.
    pub name: Ident,
    /// CONNECTION.
    pub connection: Text,
    /// PUBLICATION.
    pub publications: Vec<Ident>,
    /// WITH.
    pub options: Vec<NamedOption>,
}

/// ALTER SUBSCRIPTION. RENAME TO and OWNER TO are [`AlterOther`](super::AlterOther).
#[derive(Debug, Clone, PartialEq)]
pub struct AlterSubscription {
    /// Its name.
    pub name: Ident,
    /// The change.
    pub change: SubscriptionChange,
    /// SET (...), SKIP (...), or WITH (...) behind the other changes.
    pub options: Vec<NamedOption>,
}

impl CreateSubscription {
    /// An option of WITH.
    pub fn option(&self, name: &str) -> Option<&NamedOption> {
        self.options.iter().find(|option| option.name == name)
    }

    /// Whether a switch is on, which by default is where the server connects.
    pub fn is_on(&self, name: &str) -> bool {
        let connects = || self.option("connect").is_none_or(NamedOption::is_on);
        self.option(name).map_or_else(connects, NamedOption::is_on)
    }

    /// Whether it has a slot on the publisher: the name of one, by default its own.
    pub fn has_slot(&self) -> bool {
        self.option("slot_name").is_none_or(|name| !name.says_none())
    }
}

impl AlterSubscription {
    /// An option that SET (...) names.
    pub fn sets(&self, name: &str) -> Option<&NamedOption> {
        let set = (self.change == SubscriptionChange::SetOptions).then_some(&self.options)?;
        set.iter().find(|option| option.name == name)
    }

    /// Whether the publisher is asked for its tables.
    pub fn refreshes(&self) -> bool {
        let is_asked = || self.options.iter().find(|option| option.name == "refresh").is_none_or(NamedOption::is_on);
        match self.change {
            SubscriptionChange::Refresh => true,
            SubscriptionChange::SetPublications(_)
            | SubscriptionChange::AddPublications(_)
            | SubscriptionChange::DropPublications(_) => is_asked(),
            SubscriptionChange::SetOptions
            | SubscriptionChange::Connection(_)
            | SubscriptionChange::Enable
            | SubscriptionChange::Disable
            | SubscriptionChange::Skip => false,
        }
    }
}

/// A change to a subscription.
#[derive(Debug, Clone, PartialEq)]
pub enum SubscriptionChange {
    /// SET (option = value, ...).
    SetOptions,
    /// CONNECTION.
    Connection(Text),
    /// REFRESH PUBLICATION.
    Refresh,
    /// SET PUBLICATION: these and no others.
    SetPublications(Vec<Ident>),
    /// ADD PUBLICATION (14).
    AddPublications(Vec<Ident>),
    /// DROP PUBLICATION (14).
    DropPublications(Vec<Ident>),
    /// ENABLE.
    Enable,
    /// DISABLE.
    Disable,
    /// SKIP (lsn = ...) (15).
    Skip,
}

/// CREATE STATISTICS.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateStatistics {
    /// The name; None lets PostgreSQL choose (16).
    pub name: Option<ObjectName>,
    /// IF NOT EXISTS.
    pub if_not_exists: bool,
    /// Kinds: `ndistinct`, `dependencies`, `mcv` (12); empty means all.
    pub kinds: Vec<Ident>,
    /// What it is about.
    pub elements: Vec<StatisticsElement>,
    /// FROM: the server takes one table.
    pub tables: Vec<ObjectName>,
}

/// A column or an expression of extended statistics.
#[derive(Debug, Clone, PartialEq)]
pub enum StatisticsElement {
    /// A column.
    Column(Ident),
    /// An expression (14).
    Expr(Box<Expr>),
}

impl StatisticsElement {
    /// The columns that it names.
    pub fn columns(&self) -> impl Iterator<Item = &EcoString> {
        let (plain, expr) = match self {
            Self::Column(column) => (Some(&column.name), None),
            Self::Expr(expr) => (None, Some(&**expr)),
        };
        plain.into_iter().chain(expr.into_iter().flat_map(|expr| &expr.columns))
    }
}

/// ALTER STATISTICS ... SET STATISTICS. RENAME TO, SET SCHEMA and OWNER TO are [`AlterOther`](super::AlterOther).
#[derive(Debug, Clone, PartialEq)]
pub struct AlterStatistics {
    /// The statistics.
    pub name: ObjectName,
    /// IF EXISTS.
    pub if_exists: bool,
    /// The target; None is DEFAULT (17).
    pub target: Option<Integer>,
}
