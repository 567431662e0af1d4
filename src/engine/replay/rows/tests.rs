//! Which tables rows get into.

use crate::engine::block::tests::check;

const CUSTOMERS: &str = "CREATE TABLE customers (id int PRIMARY KEY);";

#[test]
fn rows_get_into_partitions_and_through_views() {
    let partition = "CREATE TABLE visits (id int, day date) PARTITION BY RANGE (day);
        CREATE TABLE visits_2024 PARTITION OF visits FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');";
    let view = "CREATE TABLE visits_2024 (id int, day date); CREATE VIEW visits AS SELECT id, day FROM visits_2024;";
    let key = "ALTER TABLE visits_2024 ADD CONSTRAINT known FOREIGN KEY (id) REFERENCES customers;";
    let finding = "scanning-foreign-key at ADD CONSTRAINT known FOREIGN KEY (id) REFERENCES customers";
    for tables in [partition, view] {
        let filled = format!(
            "{tables} INSERT INTO visits SELECT 1, date '2024-01-01' + day FROM generate_series(1, 9) AS g (day); {key}"
        );
        check(&[(&[CUSTOMERS, &format!("{tables} {key}")], &[]), (&[CUSTOMERS, &filled], &[finding])]);
    }
}
