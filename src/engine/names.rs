//! Names that PostgreSQL chooses for constraints and indexes when none is written.
//!
//! Source: `ChooseConstraintName`, `ChooseIndexName` and `makeObjectName` of PostgreSQL's commands/indexcmds.c and
//! catalog/pg_constraint.c.

use ecow::EcoString;

/// Bytes that an identifier may have (NAMEDATALEN - 1).
pub const LONGEST: usize = 63;

/// `{table}_{columns}_{suffix}`, shortened to fit, with a number when `taken` says so.
pub fn chosen(table: &str, columns: &str, suffix: &str, taken: impl Fn(&str) -> bool) -> EcoString {
    let first = joined(table, columns, suffix);
    if !taken(&first) {
        return first;
    }
    let numbered = (1..).map(|number| joined(table, columns, &format!("{suffix}{number}")));
    numbered.into_iter().find(|name| !taken(name)).unwrap_or(first)
}

/// The parts with underscores between them; the longer of the first two is cut until the name fits.
fn joined(table: &str, columns: &str, suffix: &str) -> EcoString {
    let separators = usize::from(!columns.is_empty()) + usize::from(!suffix.is_empty());
    let room = LONGEST.saturating_sub(separators + suffix.len());
    let (mut first, mut second) = (table.len(), columns.len());
    while first + second > room {
        if first > second { first -= 1 } else { second -= 1 }
    }
    let parts = [cut(table, first), cut(columns, second), suffix];
    let present: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    present.join("_").into()
}

/// At most `length` bytes, on a character boundary.
pub fn cut(text: &str, length: usize) -> &str {
    let mut end = length.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_chosen_as_the_server_chooses_them() {
        assert_eq!(chosen("orders", "customer_id", "fkey", |_| false), "orders_customer_id_fkey");
        assert_eq!(chosen("orders", "", "pkey", |_| false), "orders_pkey");
        assert_eq!(chosen("orders", "total", "check", |name| name == "orders_total_check"), "orders_total_check1");
        let long = "a".repeat(60);
        let name = chosen(&long, "customer_id", "fkey", |_| false);
        assert_eq!(name.len(), LONGEST);
        assert!(name.ends_with("_customer_id_fkey"));
    }
}
