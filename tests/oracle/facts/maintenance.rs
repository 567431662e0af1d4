//! Facts about TRUNCATE, LOCK and maintenance.

use lockwise::ast::{Cluster, Lock, NamedOption, Refresh, Reindex, ReindexTarget, TableTarget, Truncate, Vacuum};

use super::options::named;
use super::{Lines, flag, joined};

pub fn truncate(truncate: &Truncate, lines: &mut Lines) {
    let flags = flag(truncate.restart_identity, "restart identity") + &flag(truncate.cascade, "cascade");
    lines.push(format!("truncate{flags}"));
    of(&truncate.tables, lines);
}

pub fn lock(lock: &Lock, lines: &mut Lines) {
    lines.push(format!("lock in {}{}", lock.mode, flag(lock.nowait, "nowait")));
    of(&lock.tables, lines);
}

pub fn reindex(reindex: &Reindex, lines: &mut Lines) {
    let target = match reindex.target {
        ReindexTarget::Index => "index",
        ReindexTarget::Table => "table",
        ReindexTarget::Schema => "schema",
        ReindexTarget::Database => "database",
        ReindexTarget::System => "system",
    };
    lines.push(format!("reindex {target}{}", flag(reindex.concurrently, "concurrently")));
    lines.extend(reindex.name.iter().map(|name| format!("of {name}")));
    // CONCURRENTLY may also stand behind the kind.
    let others: Vec<NamedOption> =
        reindex.options.iter().filter(|option| option.name != "concurrently").cloned().collect();
    named("option", &others, lines);
}

pub fn vacuum(vacuum: &Vacuum, lines: &mut Lines) {
    let verb = if vacuum.vacuum { "vacuum" } else { "analyze" };
    let analyze = flag(vacuum.vacuum && vacuum.analyze, "analyze");
    lines.push(format!("{verb}{}{analyze}", flag(vacuum.full, "full")));
    of(&vacuum.tables, lines);
    named("option", &vacuum.options, lines);
}

pub fn cluster(cluster: &Cluster, lines: &mut Lines) {
    lines.push("cluster".to_owned());
    lines.extend(cluster.table.iter().map(|table| format!("of {table}")));
    lines.extend(cluster.index.iter().map(|index| format!("using {}", index.name)));
    named("option", &cluster.options, lines);
}

pub fn refresh(refresh: &Refresh, lines: &mut Lines) {
    let flags = flag(refresh.concurrently, "concurrently") + &flag(refresh.with_no_data, "with no data");
    lines.push(format!("refresh {}{flags}", refresh.name));
}

fn of(tables: &[TableTarget], lines: &mut Lines) {
    lines.extend(tables.iter().map(|table| {
        let columns = if table.columns.is_empty() { String::new() } else { format!(" ({})", joined(&table.columns)) };
        format!("of {}{columns}{}", table.name, flag(table.only, "only"))
    }));
}
