// The structs between drivers and their host: see layout_check.h.
#include "layout_check.h"

#if defined(__LP64__)

EXACT(cupel_sql_dialect, 4);
EXACT(cupel_sql_kind, 4);
EXACT(cupel_sql_mode, 4);

SIZE(cupel_driver_why, 1032);
FIELD(cupel_driver_why, struct_size, 0, 8);
FIELD(cupel_driver_why, text, 8, 1024);

SIZE(cupel_driver_open, 72);
FIELD(cupel_driver_open, struct_size, 0, 8);
FIELD(cupel_driver_open, url, 8, 16);
FIELD(cupel_driver_open, max_attempts, 24, 4);
FIELD(cupel_driver_open, reserved, 28, 4);
FIELD(cupel_driver_open, backoff_us, 32, 8);
FIELD(cupel_driver_open, max_backoff_us, 40, 8);
FIELD(cupel_driver_open, jitter, 48, 8);
FIELD(cupel_driver_open, max_body_bytes, 56, 8);
FIELD(cupel_driver_open, max_result_bytes, 64, 8);

SIZE(cupel_driver_job, 112);
FIELD(cupel_driver_job, struct_size, 0, 8);
FIELD(cupel_driver_job, id, 8, 16);
FIELD(cupel_driver_job, kind, 24, 16);
FIELD(cupel_driver_job, body, 40, 16);
FIELD(cupel_driver_job, organisation, 56, 16);
FIELD(cupel_driver_job, dedup_key, 72, 16);
FIELD(cupel_driver_job, priority, 88, 4);
FIELD(cupel_driver_job, max_attempts, 92, 4);
FIELD(cupel_driver_job, not_before_us, 96, 8);
FIELD(cupel_driver_job, deadline_us, 104, 8);

SIZE(cupel_driver_lease_request, 48);
FIELD(cupel_driver_lease_request, struct_size, 0, 8);
FIELD(cupel_driver_lease_request, worker, 8, 16);
FIELD(cupel_driver_lease_request, max, 24, 4);
FIELD(cupel_driver_lease_request, kind_count, 28, 4);
FIELD(cupel_driver_lease_request, lease_us, 32, 8);
FIELD(cupel_driver_lease_request, kinds, 40, 8);

SIZE(cupel_driver_lease, 152);
FIELD(cupel_driver_lease, struct_size, 0, 8);
FIELD(cupel_driver_lease, job, 8, 112);
FIELD(cupel_driver_lease, token, 120, 8);
FIELD(cupel_driver_lease, attempt, 128, 4);
FIELD(cupel_driver_lease, reserved, 132, 4);
FIELD(cupel_driver_lease, submitted_us, 136, 8);
FIELD(cupel_driver_lease, expires_us, 144, 8);

SIZE(cupel_driver_result, 48);
FIELD(cupel_driver_result, struct_size, 0, 8);
FIELD(cupel_driver_result, type, 8, 16);
FIELD(cupel_driver_result, bytes, 24, 16);
FIELD(cupel_driver_result, max_rss_bytes, 40, 8);

SIZE(cupel_driver_failure, 56);
FIELD(cupel_driver_failure, struct_size, 0, 8);
FIELD(cupel_driver_failure, reason, 8, 16);
FIELD(cupel_driver_failure, last_step, 24, 16);
FIELD(cupel_driver_failure, signal, 40, 4);
FIELD(cupel_driver_failure, retry, 44, 4);
FIELD(cupel_driver_failure, max_rss_bytes, 48, 8);

SIZE(cupel_driver_record, 200);
FIELD(cupel_driver_record, struct_size, 0, 8);
FIELD(cupel_driver_record, job, 8, 112);
FIELD(cupel_driver_record, state, 120, 4);
FIELD(cupel_driver_record, attempts, 124, 4);
FIELD(cupel_driver_record, token, 128, 8);
FIELD(cupel_driver_record, submitted_us, 136, 8);
FIELD(cupel_driver_record, ready_us, 144, 8);
FIELD(cupel_driver_record, lease_expires_us, 152, 8);
FIELD(cupel_driver_record, finished_us, 160, 8);
FIELD(cupel_driver_record, worker, 168, 16);
FIELD(cupel_driver_record, reason, 184, 16);

SIZE(cupel_driver_stats, 64);
FIELD(cupel_driver_stats, struct_size, 0, 8);
FIELD(cupel_driver_stats, waiting, 8, 8);
FIELD(cupel_driver_stats, delayed, 16, 8);
FIELD(cupel_driver_stats, leased, 24, 8);
FIELD(cupel_driver_stats, completed, 32, 8);
FIELD(cupel_driver_stats, dead, 40, 8);
FIELD(cupel_driver_stats, cancelled, 48, 8);
FIELD(cupel_driver_stats, oldest_waiting_us, 56, 8);

SIZE(cupel_driver_list_request, 48);
FIELD(cupel_driver_list_request, struct_size, 0, 8);
FIELD(cupel_driver_list_request, state, 8, 4);
FIELD(cupel_driver_list_request, max, 12, 4);
FIELD(cupel_driver_list_request, kind, 16, 16);
FIELD(cupel_driver_list_request, after, 32, 16);

SIZE(cupel_queue_driver_v1, 184);
FIELD(cupel_queue_driver_v1, struct_size, 0, 8);
FIELD(cupel_queue_driver_v1, abi, 8, 4);
FIELD(cupel_queue_driver_v1, flags, 12, 4);
FIELD(cupel_queue_driver_v1, name, 16, 8);
FIELD(cupel_queue_driver_v1, version, 24, 8);
FIELD(cupel_queue_driver_v1, description, 32, 8);
FIELD(cupel_queue_driver_v1, schemes, 40, 8);
FIELD(cupel_queue_driver_v1, open, 48, 8);
FIELD(cupel_queue_driver_v1, close, 56, 8);
FIELD(cupel_queue_driver_v1, submit, 64, 8);
FIELD(cupel_queue_driver_v1, lease, 72, 8);
FIELD(cupel_queue_driver_v1, wait, 80, 8);
FIELD(cupel_queue_driver_v1, wake, 88, 8);
FIELD(cupel_queue_driver_v1, renew, 96, 8);
FIELD(cupel_queue_driver_v1, complete, 104, 8);
FIELD(cupel_queue_driver_v1, fail, 112, 8);
FIELD(cupel_queue_driver_v1, release, 120, 8);
FIELD(cupel_queue_driver_v1, stats, 128, 8);
FIELD(cupel_queue_driver_v1, get, 136, 8);
FIELD(cupel_queue_driver_v1, list, 144, 8);
FIELD(cupel_queue_driver_v1, retry, 152, 8);
FIELD(cupel_queue_driver_v1, cancel, 160, 8);
FIELD(cupel_queue_driver_v1, purge, 168, 8);
FIELD(cupel_queue_driver_v1, remedy, 176, 8);

SIZE(cupel_sql_error, 1032);
FIELD(cupel_sql_error, struct_size, 0, 8);
FIELD(cupel_sql_error, message, 8, 1024);

SIZE(cupel_sql_open, 64);
FIELD(cupel_sql_open, struct_size, 0, 8);
FIELD(cupel_sql_open, flags, 8, 4);
FIELD(cupel_sql_open, reserved, 12, 4);
FIELD(cupel_sql_open, url, 16, 16);
FIELD(cupel_sql_open, space, 32, 16);
FIELD(cupel_sql_open, connect_timeout_ms, 48, 4);
FIELD(cupel_sql_open, lock_timeout_ms, 52, 4);
FIELD(cupel_sql_open, statement_timeout_ms, 56, 4);
FIELD(cupel_sql_open, reserved2, 60, 4);

// Has no struct_size: can't grow.
EXACT(cupel_sql_value, 32);
FIELD(cupel_sql_value, kind, 0, 4);
FIELD(cupel_sql_value, reserved, 4, 4);
FIELD(cupel_sql_value, integer, 8, 8);
FIELD(cupel_sql_value, bytes, 16, 16);

SIZE(cupel_sql_driver_v1, 168);
FIELD(cupel_sql_driver_v1, struct_size, 0, 8);
FIELD(cupel_sql_driver_v1, abi, 8, 4);
FIELD(cupel_sql_driver_v1, flags, 12, 4);
FIELD(cupel_sql_driver_v1, dialect, 16, 4);
FIELD(cupel_sql_driver_v1, reserved, 20, 4);
FIELD(cupel_sql_driver_v1, name, 24, 8);
FIELD(cupel_sql_driver_v1, version, 32, 8);
FIELD(cupel_sql_driver_v1, open, 40, 8);
FIELD(cupel_sql_driver_v1, close, 48, 8);
FIELD(cupel_sql_driver_v1, exec, 56, 8);
FIELD(cupel_sql_driver_v1, begin, 64, 8);
FIELD(cupel_sql_driver_v1, commit, 72, 8);
FIELD(cupel_sql_driver_v1, rollback, 80, 8);
FIELD(cupel_sql_driver_v1, in_transaction, 88, 8);
FIELD(cupel_sql_driver_v1, changes, 96, 8);
FIELD(cupel_sql_driver_v1, prepare, 104, 8);
FIELD(cupel_sql_driver_v1, finalize, 112, 8);
FIELD(cupel_sql_driver_v1, bind, 120, 8);
FIELD(cupel_sql_driver_v1, step, 128, 8);
FIELD(cupel_sql_driver_v1, column, 136, 8);
FIELD(cupel_sql_driver_v1, interrupt, 144, 8);
FIELD(cupel_sql_driver_v1, notify, 152, 8);
FIELD(cupel_sql_driver_v1, wait, 160, 8);

#endif
