use crate::ast::{CreateIndex, StatementKind};
use crate::engine::effect::{Effect, RelationKind, RelationName};
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::postgres::Form;
use crate::recipe;
use crate::rewrite::Rewrite;
use crate::source::Span;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "blocking-index-build",
    category: Category::Locking,
    severity: Severity::Error,
    default: true,
    page: include_str!("../../rules/blocking-index-build.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::CreateIndex(create) = &step.statement.kind else { return Vec::new() };
    let builds = |effect: &&Effect| matches!(effect.form, Form::CreateIndex | Form::CreateIndexPartitioned);
    let effects: Vec<Effect> = step.effects.iter().filter(builds).cloned().collect();
    if step.is_impossible() || !effects.iter().any(|effect| effect.standing.is_busy()) {
        return Vec::new();
    }
    let partitioned = effects.iter().any(|effect| effect.form == Form::CreateIndexPartitioned);
    let view = effects.iter().any(|effect| effect.kind == RelationKind::MaterializedView);
    let who = if view { "REFRESH waits" } else { "writes wait" };
    let table = step.around.resolve(&create.table);
    let message = format!("CREATE INDEX holds SHARE on {table} while it builds: {who}");
    let found = step.finding(step.statement.span, message, effects).label(format!("SHARE on {table} {}", step.until()));
    vec![if partitioned {
        found.help("Create the index ON ONLY the parent, then CONCURRENTLY on each partition, then attach them.")
            .rewrite(partition_by_partition(create, step))
    } else {
        found.help("CONCURRENTLY blocks neither reads nor writes. If it fails, it leaves an INVALID index: drop that one first.")
            .rewrite(concurrently(create, step))
    }]
}

fn concurrently(create: &CreateIndex, step: &Step) -> Option<Rewrite> {
    if step.transaction().is_open() {
        // What needs the index here cannot have it from a later migration.
        if create.name.as_ref().is_some_and(|name| step.is_named_later(&name.name.name)) {
            return None;
        }
        let sql = Rewrite::safe().insert(create.index_keyword.end, " CONCURRENTLY").applied_to(step.file.text());
        let start = step.statement.span.start;
        let length = step.statement.span.len() + " CONCURRENTLY".len();
        let statement = sql.and_then(|sql| sql.get(start..start + length).map(str::to_owned)).unwrap_or_default();
        return Some(step.moved_out().then_outside_transaction(name(create, step), format!("{statement};\n")));
    }
    let Some(index) = create.name.as_ref().filter(|_| create.if_not_exists) else {
        return Some(Rewrite::safe().insert(create.index_keyword.end, " CONCURRENTLY"));
    };
    // IF NOT EXISTS would be satisfied by the INVALID index of a failed build.
    let name = step.index_in_schema(&index.name, &create.table);
    Some(
        Rewrite::safe()
            .insert(step.statement.span.start, format!("DROP INDEX CONCURRENTLY IF EXISTS {name};\n"))
            .replace(Span::new(create.index_keyword.end, index.span.start), " CONCURRENTLY "),
    )
}

fn name(create: &CreateIndex, step: &Step) -> String {
    match &create.name {
        Some(name) => format!("create_{}", name.name.name),
        None => format!("create_index_on_{}", step.around.resolve(&create.table).name),
    }
}

fn partition_by_partition(create: &CreateIndex, step: &Step) -> Option<Rewrite> {
    let index = create.name.as_ref()?;
    let table = step.around.resolve(&create.table);
    let definition = step.text(Span::new(create.table.span.end, step.statement.span.end));
    let unique = if create.unique { "UNIQUE " } else { "" };
    let partitions = step.around.catalog.descendants(&table);
    let leaves = partitions.iter().filter(|name| step.around.catalog.get(name).is_none_or(|r| !r.is_partitioned()));
    let parent = step.index_in_schema(&index.name, &create.table);
    let mut rewrite = Rewrite::review().insert(create.table.span.start, "ONLY ");
    let mut attach = recipe::lock_timeout(false).to_owned();
    let qualified = |leaf: &RelationName, name: &str| match create.table.schema {
        Some(_) => format!("{}.{}", recipe::quoted(&leaf.schema), recipe::quoted(name)),
        None => recipe::quoted(name),
    };
    for leaf in leaves {
        let on_leaf = step.partition_index_name(leaf, create);
        let (written, table) = (recipe::quoted(&on_leaf), qualified(leaf, &leaf.name));
        let build = format!("CREATE {unique}INDEX CONCURRENTLY {written} ON {table}{definition};\n");
        rewrite = rewrite.then_outside_transaction(format!("create_{on_leaf}"), build);
        attach += &format!("ALTER INDEX {parent} ATTACH PARTITION {};\n", qualified(leaf, &on_leaf));
    }
    Some(rewrite.then(format!("attach_to_{}", index.name.name), attach))
}
