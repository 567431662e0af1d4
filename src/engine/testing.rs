//! Migrations for the tests of the fold.

use std::sync::Arc;

use super::Migration;
use crate::check_sequence;
use crate::config::Config;
use crate::finding::Report;
use crate::runner::PLAIN;
use crate::source::SourceFile;

/// The report on the last of some migrations.
pub fn report(migrations: &[&str]) -> Report {
    let last = migrations.len() - 1;
    let migration = |(number, sql): (usize, &&str)| {
        let file = Arc::new(SourceFile::new(format!("{number}.sql"), format!("SET lock_timeout = '2s';\n{sql}")));
        Migration::read(file, number == last, &PLAIN)
    };
    let migrations: Vec<Migration> = migrations.iter().enumerate().map(migration).collect();
    let mut report = Report::default();
    check_sequence(&Config::default(), &migrations, &mut report);
    report
}
