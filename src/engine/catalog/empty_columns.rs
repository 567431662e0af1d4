//! Columns that the open transaction has added, and in which all rows have NULL still.
//!
//! ADD COLUMN keeps everybody else from the table until its transaction ends.

use super::Catalog;
use crate::engine::effect::RelationName;

/// When a column was added with NULL in all rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddedEmpty {
    /// The transaction that has added it, counted over the sequence.
    transaction: usize,
    /// How many statements had written rows before.
    writes: usize,
}

impl Catalog {
    /// Notes a column that was added with nothing in it.
    pub fn note_empty_column(&mut self, table: &RelationName, name: &str, transaction: usize) {
        let added = AddedEmpty { transaction, writes: self.writes };
        if let Some(column) = self.touch(table).column_mut(name) {
            column.more.added_empty = Some(added);
        }
    }

    /// Whether all rows have NULL in a column that this transaction has added.
    pub fn is_empty_column(&self, table: &RelationName, name: &str, transaction: usize) -> bool {
        let column = self.get(table).and_then(|relation| relation.column(name));
        column.is_some_and(|column| column.more.added_empty == Some(AddedEmpty { transaction, writes: self.writes }))
    }

    /// Rows of some table may have got values.
    pub fn note_written(&mut self) {
        self.writes += 1;
    }

    /// Rows that come with a partition may have values in columns that its parent got empty.
    pub fn fill_empty_columns(&mut self, table: &RelationName) {
        let above: Vec<RelationName> = self.ancestors(table).into_iter().map(|above| above.name.clone()).collect();
        for name in std::iter::once(table).chain(&above) {
            self.touch(name).columns.iter_mut().for_each(|column| column.more.added_empty = None);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::config::Config;
    use crate::discover::{Discovery, MigrationFile, Sequence};
    use crate::postgres::Form;
    use crate::source::SourceFile;

    /// Whether the last statement of a transaction adds a foreign key to a column that is NULL in all rows.
    fn is_empty(statements: &str) -> bool {
        let text = format!("BEGIN; {statements}; ALTER TABLE t ADD FOREIGN KEY (g) REFERENCES r");
        let file = MigrationFile { file: Arc::new(SourceFile::new("1.sql", text)), linted: true };
        let sequences = vec![Sequence { migrations: vec![file] }];
        let plan = crate::lock_plan(&Config::default(), &Discovery { sequences, problems: Vec::new() });
        let last = plan.migrations.into_iter().next().unwrap().statements.pop().unwrap();
        last.effects.iter().any(|effect| effect.form == Form::AddForeignKeyNewColumn)
    }

    #[test]
    fn columns_are_empty_until_rows_may_have_values() {
        for (statements, expected) in [
            ("ALTER TABLE t ADD COLUMN g int", true),
            ("ALTER TABLE t ADD COLUMN x int; ALTER TABLE t RENAME x TO g", true),
            ("ALTER TABLE s ADD COLUMN g int; ALTER TABLE s RENAME TO t", true),
            ("ALTER TABLE t ADD COLUMN g int; COMMIT; BEGIN", false),
            ("ALTER TABLE t ADD COLUMN g int; UPDATE t SET g = 1", false),
            ("ALTER TABLE t ADD COLUMN g int; ALTER TABLE t ALTER g TYPE int USING 1", false),
            ("ALTER TABLE t ADD COLUMN g int; ALTER TABLE t RENAME TO s; ALTER TABLE u RENAME TO t", false),
            ("ALTER TABLE t ADD COLUMN g int; ALTER TABLE t DROP g; ALTER TABLE t RENAME x TO g", false),
            ("ALTER TABLE t ADD COLUMN g int; DROP TABLE t; ALTER TABLE u RENAME TO t", false),
            ("ALTER TABLE t ADD COLUMN g int; DO $$ BEGIN EXECUTE f(); END $$", false),
        ] {
            assert_eq!(is_empty(statements), expected, "{statements}");
        }
    }
}
