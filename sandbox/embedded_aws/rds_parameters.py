"""The parameters of RDS's engines, as far as somebody may want to set them.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Reference.ParameterGroups.html
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Reference.ParameterGroups.html
"""

from collections.abc import Mapping

from sandbox.embedded_aws.rds_engines import AURORA_MYSQL, AURORA_POSTGRESQL, MYSQL, POSTGRES


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Those that AWS had not withdrawn in November 2026.
FAMILIES: Mapping[str, tuple[str, ...]] = {
    AURORA_POSTGRESQL: tuple(f"aurora-postgresql{major}" for major in range(11, 18)),
    AURORA_MYSQL: ("aurora-mysql5.7", "aurora-mysql8.0"),
    POSTGRES: tuple(f"postgres{major}" for major in range(11, 19)),
    MYSQL: ("mysql5.7", "mysql8.0", "mysql8.4"),
}
OF_POSTGRESQL = _names(
    """
    auto_explain.log_analyze auto_explain.log_min_duration autovacuum_analyze_scale_factor
    autovacuum_max_workers autovacuum_naptime autovacuum_vacuum_cost_limit
    autovacuum_vacuum_scale_factor deadlock_timeout default_statistics_target
    effective_cache_size idle_in_transaction_session_timeout idle_session_timeout lock_timeout
    log_autovacuum_min_duration log_connections log_disconnections log_error_verbosity
    log_lock_waits log_min_duration_statement log_min_error_statement log_min_messages
    log_rotation_age log_rotation_size log_statement log_temp_files maintenance_work_mem
    max_connections max_locks_per_transaction max_parallel_workers
    max_parallel_workers_per_gather max_worker_processes pg_stat_statements.max
    pg_stat_statements.track pgaudit.log pgaudit.role random_page_cost rds.log_retention_period
    search_path shared_buffers shared_preload_libraries statement_timeout tcp_keepalives_count
    tcp_keepalives_idle tcp_keepalives_interval temp_buffers track_activity_query_size
    track_functions track_io_timing work_mem
    """
)
# Of a cluster for Aurora, of an instance for RDS.
OF_POSTGRESQL_SERVERS = _names(
    """
    password_encryption rds.force_ssl rds.logical_replication ssl_max_protocol_version
    ssl_min_protocol_version timezone
    """
)
OF_AURORA_POSTGRESQL_CLUSTERS = _names(
    """
    apg_plan_mgmt.capture_plan_baselines rds.babelfish_status rds.global_db_rpo
    synchronous_commit
    """
)
OF_RDS_POSTGRESQL = _names(
    """
    checkpoint_timeout hot_standby_feedback max_slot_wal_keep_size max_standby_streaming_delay
    max_wal_senders max_wal_size synchronous_commit wal_keep_size wal_sender_timeout
    """
)
OF_MYSQL = _names(
    """
    connect_timeout event_scheduler general_log group_concat_max_len innodb_buffer_pool_size
    innodb_lock_wait_timeout innodb_print_all_deadlocks interactive_timeout local_infile
    lock_wait_timeout log_bin_trust_function_creators log_output log_queries_not_using_indexes
    long_query_time max_allowed_packet max_connect_errors max_connections max_execution_time
    net_read_timeout net_write_timeout performance_schema slow_query_log sort_buffer_size
    sql_mode table_open_cache tls_version tmp_table_size transaction_isolation wait_timeout
    """
)
OF_MYSQL_SERVERS = _names(
    """
    binlog_checksum binlog_format binlog_row_image character_set_client character_set_connection
    character_set_database character_set_results character_set_server collation_connection
    collation_server innodb_file_per_table lower_case_table_names require_secure_transport
    time_zone
    """
)
OF_AURORA_MYSQL_CLUSTERS = _names(
    """
    aurora_parallel_query aurora_replica_read_consistency server_audit_events
    server_audit_excl_users server_audit_incl_users server_audit_logging
    server_audit_logs_upload
    """
)
OF_RDS_MYSQL = _names(
    """
    binlog_expire_logs_seconds enforce_gtid_consistency gtid-mode innodb_flush_log_at_trx_commit
    read_only replica_parallel_workers sync_binlog
    """
)
CLUSTERS = {
    AURORA_POSTGRESQL: OF_POSTGRESQL | OF_POSTGRESQL_SERVERS | OF_AURORA_POSTGRESQL_CLUSTERS,
    AURORA_MYSQL: OF_MYSQL | OF_MYSQL_SERVERS | OF_AURORA_MYSQL_CLUSTERS,
}
INSTANCES = {
    AURORA_POSTGRESQL: OF_POSTGRESQL,
    AURORA_MYSQL: OF_MYSQL,
    POSTGRES: OF_POSTGRESQL | OF_POSTGRESQL_SERVERS | OF_RDS_POSTGRESQL,
    MYSQL: OF_MYSQL | OF_MYSQL_SERVERS | OF_RDS_MYSQL,
}
SWITCHES = ("0", "1")
VALUES: Mapping[str, tuple[str, ...]] = {
    "rds.force_ssl": SWITCHES,
    "log_connections": SWITCHES,
    "log_disconnections": SWITCHES,
    "log_lock_waits": SWITCHES,
    "log_statement": ("none", "ddl", "mod", "all"),
    "require_secure_transport": ("ON", "OFF", *SWITCHES),
    "server_audit_logging": SWITCHES,
    "general_log": SWITCHES,
    "slow_query_log": SWITCHES,
    "log_output": ("TABLE", "FILE", "NONE"),
}
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
RANGES: Mapping[str, tuple[float, float]] = {
    "rds.global_db_rpo": (20, 2**31 - 1),
    "log_min_duration_statement": (-1, 2**31 - 1),
    "long_query_time": (0, 31536000),
}
