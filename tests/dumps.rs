//! Database dumps are understood to the last statement.

#[path = "../benches/generate/mod.rs"]
#[allow(dead_code, reason = "the benchmarks need all of it")]
mod generate;

use std::error::Error;

use generate::Dump;
use lockwise::ast::StatementKind;
use lockwise::parser::{Script, parse};
use lockwise::source::SourceFile;

/// Reads a text; statements that are not understood are named.
fn read(text: Vec<u8>) -> Result<Script, Box<dyn Error>> {
    let file = SourceFile::new("dump.sql", String::from_utf8(text)?);
    let script = parse(&file);
    for statement in &script.statements {
        if let StatementKind::Unparsed(unparsed) = &statement.kind {
            return Err(format!("{}: {}", unparsed.message, file.slice(statement.span)).into());
        }
    }
    Ok(script)
}

#[test]
fn a_dump_is_understood() -> Result<(), Box<dyn Error>> {
    let mut text = Vec::new();
    Dump { tables: 20, rows: 500 }.write(&mut text)?;
    let script = read(text)?;
    let count = |is: fn(&StatementKind) -> bool| script.statements.iter().filter(|s| is(&s.kind)).count();
    assert_eq!(count(|kind| matches!(kind, StatementKind::CreateTable(_))), 20);
    assert_eq!(count(|kind| matches!(kind, StatementKind::CreateIndex(_))), 20);
    assert_eq!(count(|kind| matches!(kind, StatementKind::Psql(_))), 2);
    // 18 COPYs, and two tables of 125 INSERTs, of which 100 are kept.
    assert_eq!(count(|kind| matches!(kind, StatementKind::Write(_))), 18 + 2 * 100);
    assert_eq!(script.repeats.iter().map(|repeat| repeat.count).sum::<usize>(), 2 * 25);
    Ok(())
}

#[test]
fn rows_are_read_however_they_are_inserted() -> Result<(), Box<dyn Error>> {
    let mut one = Vec::new();
    generate::one_insert(&mut one, 5000)?;
    assert_eq!(read(one)?.statements.len(), 1);
    let mut many = Vec::new();
    generate::many_inserts(&mut many, 5000)?;
    let script = read(many)?;
    assert_eq!(script.statements.len() + script.repeats.iter().map(|repeat| repeat.count).sum::<usize>(), 5000);
    Ok(())
}
