//! Which rules are on, and where.

use std::fmt;
use std::path::PathBuf;

use globset::GlobSet;

use crate::finding::Category;
use crate::rules::{self, RULES, Rule};

/// A word of `select` or `ignore`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Selector {
    All,
    Default,
    Category(Category),
    Rule(&'static Rule),
}

impl Selector {
    /// Reads a rule's id or the name of a group.
    pub(super) fn read(word: &str) -> Result<Self, UnknownRule> {
        let category = || Category::ALL.into_iter().find(|category| category.name() == word);
        match word {
            "all" => Ok(Self::All),
            "default" => Ok(Self::Default),
            _ => category()
                .map(Self::Category)
                .or_else(|| rules::by_id(word).map(Self::Rule))
                .ok_or_else(|| UnknownRule { word: word.to_owned(), group: true }),
        }
    }

    /// How narrowly this names the rule; 0 when it does not.
    fn narrowness(self, rule: &Rule) -> u8 {
        match self {
            Self::Rule(named) if named == rule => 3,
            Self::Category(category) if category == rule.category => 2,
            Self::Default if rule.default => 1,
            Self::All => 1,
            _ => 0,
        }
    }
}

/// A word that names neither a rule nor a group.
#[derive(Debug)]
pub(super) struct UnknownRule {
    pub(super) word: String,
    /// Whether a group would have been possible.
    pub(super) group: bool,
}

impl UnknownRule {
    /// Where to look.
    pub(super) fn known(&self) -> &'static str {
        if self.group {
            "`lockwise rules` lists them; the groups are default, all, and the names of the categories"
        } else {
            "`lockwise rules` lists them"
        }
    }

    /// `did you mean "..."?`
    pub(super) fn suggestion(&self) -> Option<String> {
        let groups = Category::ALL.iter().map(|category| category.name()).chain(["default", "all"]);
        let ids = RULES.iter().map(|rule| rule.id);
        let known: Vec<&str> = ids.chain(groups.filter(|_| self.group)).collect();
        closest(&self.word, known).map(|known| format!("did you mean \"{known}\"?"))
    }
}

impl fmt::Display for UnknownRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.group { "rule or group" } else { "rule" };
        write!(f, "there is no {what} \"{}\"", self.word)
    }
}

/// The id of the rule whose name is most like this word, if one is.
pub fn closest_rule(word: &str) -> Option<&'static str> {
    closest(word, RULES.iter().map(|rule| rule.id))
}

/// The candidate most like the word, if one is.
pub(super) fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |candidate: &&str| (strsim::normalized_damerau_levenshtein(word, candidate) * 1000.0) as u32;
    candidates.into_iter().max_by_key(likeness).filter(|best| likeness(best) >= 600)
}

/// `select` and `ignore` for some files.
#[derive(Debug, Clone, Default)]
pub(super) struct Override {
    pub(super) paths: GlobSet,
    pub(super) select: Vec<Selector>,
    pub(super) ignore: Vec<Selector>,
}

/// `select`, `ignore` and `[[override]]`.
#[derive(Debug, Clone)]
pub(super) struct Selection {
    pub(super) select: Vec<Selector>,
    pub(super) ignore: Vec<Selector>,
    pub(super) overrides: Vec<Override>,
}

impl Default for Selection {
    fn default() -> Self {
        Self { select: vec![Selector::Default], ignore: Vec::new(), overrides: Vec::new() }
    }
}

impl Selection {
    /// Whether the rule is on in a file. The narrower word wins, and `ignore` wins between equals; a later override wins
    /// over an earlier one. The path is asked for only where there are overrides.
    pub(super) fn includes(&self, rule: &Rule, path: impl FnOnce() -> PathBuf) -> bool {
        let on = verdict(&self.select, &self.ignore, rule).unwrap_or(false);
        if self.overrides.is_empty() {
            return on;
        }
        let path = path();
        let matching = self.overrides.iter().filter(|part| part.paths.is_match(&path));
        matching.fold(on, |on, part| verdict(&part.select, &part.ignore, rule).unwrap_or(on))
    }

    /// The command line selects: what the file selects and ignores no longer counts, except what overrides switch off.
    pub(super) fn replace(&mut self, select: Vec<Selector>) {
        self.select = select;
        self.ignore.clear();
        self.overrides.iter_mut().for_each(|part| part.select.clear());
    }

    /// Ignores more.
    pub(super) fn ignore(&mut self, ignore: Vec<Selector>) {
        self.overrides.iter_mut().for_each(|part| part.select.retain(|word| !ignore.contains(word)));
        self.ignore.extend(ignore);
    }
}

fn verdict(select: &[Selector], ignore: &[Selector], rule: &Rule) -> Option<bool> {
    let narrowest = |words: &[Selector]| words.iter().map(|word| word.narrowness(rule)).max().unwrap_or(0);
    match (narrowest(select), narrowest(ignore)) {
        (0, 0) => None,
        (selected, ignored) => Some(selected > ignored),
    }
}
