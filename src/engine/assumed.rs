//! What has to be taken for granted about relations that no migration is known to have created.

use super::catalog::Catalog;
use super::effect::{Effect, RelationKind, RelationName, Standing};

/// About the relations of these effects. Where a table is said to be assumed, its indexes need not be.
pub(super) fn of_effects(effects: &[Effect], catalog: &Catalog) -> Vec<String> {
    let unknown = effects.iter().filter(|effect| effect.standing == Standing::Unknown);
    let (indexes, tables): (Vec<&Effect>, Vec<&Effect>) = unknown.partition(|e| e.kind == RelationKind::Index);
    let tables_known = !tables.is_empty();
    let tables = tables.into_iter().map(|effect| of_relation(&effect.relation, catalog));
    let indexes = indexes.into_iter().filter(|_| !tables_known).map(|effect| {
        format!("{} is an index of a table with rows: no migration that was read creates it", effect.relation)
    });
    tables.chain(indexes).collect()
}

/// About one relation.
pub(super) fn of_relation(name: &RelationName, catalog: &Catalog) -> String {
    match catalog.get(name) {
        Some(relation) if relation.perhaps_older => {
            format!("{name} is older than this migration: it is created here only if it is not there yet")
        }
        _ => format!("{name} exists and has rows: no migration that was read creates it"),
    }
}
