//! Settings that came after the oldest version.

/// The settings with the version that brought them.
///
/// Source: `postgres --describe-config` of the servers 10 to 18; the few that it leaves out are not here.
const NEWER: &[(&str, u8)] = &[
    ("allow_alter_system", 17),
    ("autovacuum_vacuum_insert_scale_factor", 13),
    ("autovacuum_vacuum_insert_threshold", 13),
    ("autovacuum_vacuum_max_threshold", 18),
    ("autovacuum_worker_slots", 18),
    ("client_connection_check_interval", 14),
    ("compute_query_id", 14),
    ("createrole_self_grant", 16),
    ("default_table_access_method", 12),
    ("default_toast_compression", 14),
    ("enable_async_append", 14),
    ("enable_distinct_reordering", 18),
    ("enable_group_by_reordering", 17),
    ("enable_incremental_sort", 13),
    ("enable_memoize", 14),
    ("enable_parallel_append", 11),
    ("enable_parallel_hash", 11),
    ("enable_partition_pruning", 11),
    ("enable_partitionwise_aggregate", 11),
    ("enable_partitionwise_join", 11),
    ("enable_presorted_aggregate", 16),
    ("enable_self_join_elimination", 18),
    ("event_triggers", 17),
    ("extension_control_path", 18),
    ("file_copy_method", 18),
    ("file_extend_method", 16),
    ("gss_accept_delegation", 16),
    ("hash_mem_multiplier", 13),
    ("icu_validation_level", 16),
    ("idle_replication_slot_timeout", 18),
    ("idle_session_timeout", 14),
    ("io_combine_limit", 17),
    ("io_max_combine_limit", 18),
    ("io_max_concurrency", 18),
    ("io_method", 18),
    ("io_workers", 18),
    ("jit", 11),
    ("jit_above_cost", 11),
    ("jit_inline_above_cost", 11),
    ("jit_optimize_above_cost", 11),
    ("jit_provider", 11),
    ("log_lock_failures", 18),
    ("log_min_duration_sample", 13),
    ("log_parameter_max_length", 13),
    ("log_parameter_max_length_on_error", 13),
    ("log_recovery_conflict_waits", 14),
    ("log_startup_progress_interval", 15),
    ("log_statement_sample_rate", 13),
    ("log_transaction_sample_rate", 12),
    ("logical_decoding_work_mem", 13),
    ("maintenance_io_concurrency", 13),
    ("max_active_replication_origins", 18),
    ("max_notify_queue_pages", 17),
    ("max_parallel_apply_workers_per_subscription", 16),
    ("max_parallel_maintenance_workers", 11),
    ("max_slot_wal_keep_size", 13),
    ("md5_password_warnings", 18),
    ("oauth_validator_libraries", 18),
    ("parallel_leader_participation", 11),
    ("plan_cache_mode", 12),
    ("recovery_prefetch", 15),
    ("recursive_worktable_factor", 15),
    ("scram_iterations", 16),
    ("ssl_groups", 18),
    ("ssl_max_protocol_version", 12),
    ("ssl_min_protocol_version", 12),
    ("ssl_tls13_ciphers", 18),
    ("stats_fetch_consistency", 15),
    ("summarize_wal", 17),
    ("sync_replication_slots", 17),
    ("synchronized_standby_slots", 17),
    ("tcp_user_timeout", 12),
    ("track_cost_delay_timing", 18),
    ("track_wal_io_timing", 14),
    ("transaction_timeout", 17),
    ("vacuum_buffer_usage_limit", 16),
    ("vacuum_cleanup_index_scale_factor", 11),
    ("vacuum_failsafe_age", 14),
    ("vacuum_max_eager_freeze_failure_rate", 18),
    ("vacuum_multixact_failsafe_age", 14),
    ("vacuum_truncate", 18),
    ("wal_init_zero", 12),
    ("wal_keep_size", 13),
    ("wal_receiver_create_temp_slot", 13),
    ("wal_recycle", 12),
    ("wal_skip_threshold", 13),
    ("wal_summary_keep_time", 17),
];

/// The version that brought a setting, where that is not the oldest one.
pub fn since(name: &str) -> Option<u8> {
    NEWER.iter().find(|(known, _)| *known == name).map(|(_, since)| *since)
}

/// Settings that migrations often change.
const USUAL: &[&str] = &[
    "check_function_bodies",
    "client_encoding",
    "client_min_messages",
    "constraint_exclusion",
    "deadlock_timeout",
    "default_tablespace",
    "escape_string_warning",
    "idle_in_transaction_session_timeout",
    "lock_timeout",
    "maintenance_work_mem",
    "row_security",
    "search_path",
    "session_replication_role",
    "standard_conforming_strings",
    "statement_timeout",
    "synchronous_commit",
];

/// The setting that is meant by a name which no server has, and which differs in two letters at most.
///
/// Source: the names that `postgres --describe-config` gives on the servers 10 to 18: none is as near to one of these.
pub fn misspelt(name: &str) -> Option<&'static str> {
    if USUAL.contains(&name) {
        return None;
    }
    let near = USUAL.iter().filter(|known| known.len().abs_diff(name.len()) <= 2);
    near.copied().find(|known| strsim::damerau_levenshtein(name, known) <= 2)
}
