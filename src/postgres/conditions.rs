//! The names that PL/pgSQL gives to SQLSTATEs, and what an EXCEPTION clause catches by them.
//!
//! Source: documentation, "PostgreSQL Error Codes", as far as statements of migrations fail with them.

/// Conditions with their SQLSTATEs. One that ends in `000` stands for its class.
const CONDITIONS: &[(&str, &str)] = &[
    ("feature_not_supported", "0A000"),
    ("cardinality_violation", "21000"),
    ("data_exception", "22000"),
    ("string_data_right_truncation", "22001"),
    ("numeric_value_out_of_range", "22003"),
    ("datetime_field_overflow", "22008"),
    ("division_by_zero", "22012"),
    ("invalid_parameter_value", "22023"),
    ("invalid_text_representation", "22P02"),
    ("integrity_constraint_violation", "23000"),
    ("restrict_violation", "23001"),
    ("not_null_violation", "23502"),
    ("foreign_key_violation", "23503"),
    ("unique_violation", "23505"),
    ("check_violation", "23514"),
    ("exclusion_violation", "23P01"),
    ("active_sql_transaction", "25001"),
    ("dependent_objects_still_exist", "2BP01"),
    ("invalid_transaction_termination", "2D000"),
    ("invalid_schema_name", "3F000"),
    ("syntax_error_or_access_rule_violation", "42000"),
    ("insufficient_privilege", "42501"),
    ("syntax_error", "42601"),
    ("invalid_name", "42602"),
    ("invalid_column_definition", "42611"),
    ("duplicate_column", "42701"),
    ("ambiguous_column", "42702"),
    ("undefined_column", "42703"),
    ("undefined_object", "42704"),
    ("duplicate_object", "42710"),
    ("duplicate_function", "42723"),
    ("datatype_mismatch", "42804"),
    ("wrong_object_type", "42809"),
    ("invalid_foreign_key", "42830"),
    ("cannot_coerce", "42846"),
    ("undefined_function", "42883"),
    ("undefined_table", "42P01"),
    ("duplicate_schema", "42P06"),
    ("duplicate_table", "42P07"),
    ("invalid_column_reference", "42P10"),
    ("invalid_table_definition", "42P16"),
    ("invalid_object_definition", "42P17"),
    ("object_not_in_prerequisite_state", "55000"),
    ("object_in_use", "55006"),
    ("lock_not_available", "55P03"),
    ("query_canceled", "57014"),
    ("raise_exception", RAISED),
];

/// The SQLSTATE of RAISE EXCEPTION without another one.
pub const RAISED: &str = "P0001";

/// The SQLSTATE that a condition stands for, by its name in lower case or by the SQLSTATE itself.
pub fn sqlstate(condition: &str) -> Option<&'static str> {
    CONDITIONS.iter().find(|(name, state)| *name == condition || *state == condition).map(|(_, state)| *state)
}

/// What an EXCEPTION clause catches and does not pass on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Caught {
    /// A bit for each of the conditions.
    named: u64,
    /// OTHERS, or something that is not among them.
    more: bool,
}

impl Caught {
    /// Takes a name of a condition, lower case, into account.
    pub fn add_name(&mut self, name: &str) {
        self.add(CONDITIONS.iter().position(|(known, _)| *known == name));
    }

    /// Takes an SQLSTATE into account.
    pub fn add_state(&mut self, sqlstate: &str) {
        self.add(CONDITIONS.iter().position(|(_, known)| *known == sqlstate));
    }

    fn add(&mut self, at: Option<usize>) {
        match at {
            Some(at) => self.named |= 1 << at,
            None => self.more = true,
        }
    }

    /// What one or the other catches.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self { named: self.named | other.named, more: self.more || other.more }
    }

    /// Whether this SQLSTATE may be caught.
    pub fn may_be(self, sqlstate: &str) -> bool {
        let is_it = |known: &str| {
            known == sqlstate || known.strip_suffix("000").is_some_and(|class| sqlstate.starts_with(class))
        };
        let named = CONDITIONS.iter().enumerate().filter(|(at, _)| self.named & (1 << at) != 0);
        self.more || named.into_iter().any(|(_, (_, known))| is_it(known))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_fit_in_the_bits_and_are_caught() {
        assert!(CONDITIONS.len() <= 64);
        let mut caught = Caught::default();
        assert!(!caught.may_be("42701"));
        caught.add_name("duplicate_object");
        caught.add_state("23000");
        assert!(caught.may_be("42710") && caught.may_be("23505") && !caught.may_be("42701"));
        caught.add_name("others");
        assert!(caught.may_be("42701"));
    }
}
