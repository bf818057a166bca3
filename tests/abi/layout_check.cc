// The structs of programs that scan, store and work: see layout_check.h.
#include "layout_check.h"

#if defined(__LP64__)

EXACT(cupel_status, 4);
EXACT(cupel_severity, 4);
EXACT(cupel_container_mode, 4);
EXACT(cupel_rule_engine, 4);
EXACT(cupel_select_by, 4);
EXACT(cupel_verdict, 4);
EXACT(cupel_coverage, 4);
EXACT(cupel_report_format, 4);
EXACT(cupel_job_kind, 4);
EXACT(cupel_task_status, 4);
EXACT(cupel_environment_origin, 4);
EXACT(cupel_seal_format, 4);

// Have no struct_size: can't grow.
EXACT(cupel_view, 16);
FIELD(cupel_view, data, 0, 8);
FIELD(cupel_view, size, 8, 8);
EXACT(cupel_field, 32);
FIELD(cupel_field, name, 0, 16);
FIELD(cupel_field, value, 16, 16);

SIZE(cupel_diagnostic, 64);
FIELD(cupel_diagnostic, struct_size, 0, 8);
FIELD(cupel_diagnostic, severity, 8, 4);
FIELD(cupel_diagnostic, line, 12, 4);
FIELD(cupel_diagnostic, file, 16, 16);
FIELD(cupel_diagnostic, rule, 32, 16);
FIELD(cupel_diagnostic, message, 48, 16);

SIZE(cupel_engine_options, 16);
FIELD(cupel_engine_options, struct_size, 0, 8);
FIELD(cupel_engine_options, flags, 8, 4);
FIELD(cupel_engine_options, reserved, 12, 4);

SIZE(cupel_ruleset_options, 40);
FIELD(cupel_ruleset_options, struct_size, 0, 8);
FIELD(cupel_ruleset_options, flags, 8, 4);
FIELD(cupel_ruleset_options, reserved, 12, 4);
FIELD(cupel_ruleset_options, cache_dir, 16, 16);
FIELD(cupel_ruleset_options, engine, 32, 4);
FIELD(cupel_ruleset_options, reserved2, 36, 4);

SIZE(cupel_limits, 96);
FIELD(cupel_limits, struct_size, 0, 8);
FIELD(cupel_limits, total_time_ns, 8, 8);
FIELD(cupel_limits, file_time_ns, 16, 8);
FIELD(cupel_limits, total_bytes, 24, 8);
FIELD(cupel_limits, file_bytes, 32, 8);
FIELD(cupel_limits, ratio, 40, 8);
FIELD(cupel_limits, files, 48, 8);
FIELD(cupel_limits, depth, 56, 8);
FIELD(cupel_limits, name_bytes, 64, 8);
FIELD(cupel_limits, matches_per_rule, 72, 8);
FIELD(cupel_limits, memory_bytes, 80, 8);
FIELD(cupel_limits, plugin_time_ns, 88, 8);

SIZE(cupel_progress, 80);
FIELD(cupel_progress, struct_size, 0, 8);
FIELD(cupel_progress, elapsed_ns, 8, 8);
FIELD(cupel_progress, input_bytes, 16, 8);
FIELD(cupel_progress, input_bytes_done, 24, 8);
FIELD(cupel_progress, payloads, 32, 8);
FIELD(cupel_progress, scanned_bytes, 40, 8);
FIELD(cupel_progress, findings, 48, 8);
FIELD(cupel_progress, incidents, 56, 8);
FIELD(cupel_progress, current, 64, 16);

SIZE(cupel_finding, 96);
FIELD(cupel_finding, struct_size, 0, 8);
FIELD(cupel_finding, payload, 8, 8);
FIELD(cupel_finding, weight, 16, 8);
FIELD(cupel_finding, string_count, 24, 8);
FIELD(cupel_finding, path, 32, 16);
FIELD(cupel_finding, rule, 48, 16);
FIELD(cupel_finding, rule_namespace, 64, 16);
FIELD(cupel_finding, json, 80, 16);

SIZE(cupel_scan_options, 80);
FIELD(cupel_scan_options, struct_size, 0, 8);
FIELD(cupel_scan_options, flags, 8, 4);
FIELD(cupel_scan_options, threads, 12, 4);
FIELD(cupel_scan_options, containers, 16, 4);
FIELD(cupel_scan_options, excerpt_bytes, 20, 4);
FIELD(cupel_scan_options, limits, 24, 8);
FIELD(cupel_scan_options, progress, 32, 8);
FIELD(cupel_scan_options, finding, 40, 8);
FIELD(cupel_scan_options, user_data, 48, 8);
FIELD(cupel_scan_options, cache_dir, 56, 16);
FIELD(cupel_scan_options, cache_bytes, 72, 8);

SIZE(cupel_report_counts, 88);
FIELD(cupel_report_counts, struct_size, 0, 8);
FIELD(cupel_report_counts, packages, 8, 8);
FIELD(cupel_report_counts, distributions, 16, 8);
FIELD(cupel_report_counts, payloads, 24, 8);
FIELD(cupel_report_counts, matched, 32, 8);
FIELD(cupel_report_counts, partial, 40, 8);
FIELD(cupel_report_counts, findings, 48, 8);
FIELD(cupel_report_counts, incidents, 56, 8);
FIELD(cupel_report_counts, scanned_bytes, 64, 8);
FIELD(cupel_report_counts, elapsed_ns, 72, 8);
FIELD(cupel_report_counts, cached, 80, 8);

SIZE(cupel_environment_options, 104);
FIELD(cupel_environment_options, struct_size, 0, 8);
FIELD(cupel_environment_options, flags, 8, 4);
FIELD(cupel_environment_options, reserved, 12, 4);
FIELD(cupel_environment_options, schema, 16, 8);
FIELD(cupel_environment_options, schema_json, 24, 16);
FIELD(cupel_environment_options, keys, 40, 8);
FIELD(cupel_environment_options, key_count, 48, 8);
FIELD(cupel_environment_options, settings, 56, 16);
FIELD(cupel_environment_options, variables, 72, 8);
FIELD(cupel_environment_options, variable_count, 80, 8);
FIELD(cupel_environment_options, plugin, 88, 16);

SIZE(cupel_environment_entry, 40);
FIELD(cupel_environment_entry, struct_size, 0, 8);
FIELD(cupel_environment_entry, flags, 8, 4);
FIELD(cupel_environment_entry, origin, 12, 4);
FIELD(cupel_environment_entry, key, 16, 16);
FIELD(cupel_environment_entry, value_size, 32, 8);

SIZE(cupel_raws_options, 40);
FIELD(cupel_raws_options, struct_size, 0, 8);
FIELD(cupel_raws_options, database, 8, 16);
FIELD(cupel_raws_options, max_raw_bytes, 24, 8);
FIELD(cupel_raws_options, busy_timeout_ms, 32, 4);
FIELD(cupel_raws_options, reserved, 36, 4);

SIZE(cupel_run_options, 128);
FIELD(cupel_run_options, struct_size, 0, 8);
FIELD(cupel_run_options, flags, 8, 4);
FIELD(cupel_run_options, tier, 12, 4);
FIELD(cupel_run_options, timeout_ms, 16, 8);
FIELD(cupel_run_options, memory_bytes, 24, 8);
FIELD(cupel_run_options, runner, 32, 16);
FIELD(cupel_run_options, python, 48, 16);
FIELD(cupel_run_options, python_path, 64, 16);
FIELD(cupel_run_options, oci_program, 80, 16);
FIELD(cupel_run_options, oci_runtime, 96, 16);
FIELD(cupel_run_options, log, 112, 8);
FIELD(cupel_run_options, log_data, 120, 8);

SIZE(cupel_registry_options, 72);
FIELD(cupel_registry_options, struct_size, 0, 8);
FIELD(cupel_registry_options, flags, 8, 4);
FIELD(cupel_registry_options, seal_format, 12, 4);
FIELD(cupel_registry_options, database, 16, 16);
FIELD(cupel_registry_options, plugin_folders, 32, 8);
FIELD(cupel_registry_options, plugin_folder_count, 40, 8);
FIELD(cupel_registry_options, keyring, 48, 8);
FIELD(cupel_registry_options, busy_timeout_ms, 56, 4);
FIELD(cupel_registry_options, reserved, 60, 4);
FIELD(cupel_registry_options, max_body_bytes, 64, 8);

SIZE(cupel_dedup_options, 48);
FIELD(cupel_dedup_options, struct_size, 0, 8);
FIELD(cupel_dedup_options, database, 8, 16);
FIELD(cupel_dedup_options, lease_ms, 24, 8);
FIELD(cupel_dedup_options, max_raw_bytes, 32, 8);
FIELD(cupel_dedup_options, busy_timeout_ms, 40, 4);
FIELD(cupel_dedup_options, reserved, 44, 4);

SIZE(cupel_dedup_request, 104);
FIELD(cupel_dedup_request, struct_size, 0, 8);
FIELD(cupel_dedup_request, flags, 8, 4);
FIELD(cupel_dedup_request, reserved, 12, 4);
FIELD(cupel_dedup_request, organisation, 16, 16);
FIELD(cupel_dedup_request, job, 32, 16);
FIELD(cupel_dedup_request, plugin, 48, 16);
FIELD(cupel_dedup_request, key, 64, 16);
FIELD(cupel_dedup_request, system_variables, 80, 8);
FIELD(cupel_dedup_request, system_variable_count, 88, 8);
FIELD(cupel_dedup_request, max_age_seconds, 96, 8);

// Has no struct_size: can't grow.
EXACT(cupel_dedup_output, 32);
FIELD(cupel_dedup_output, bytes, 0, 16);
FIELD(cupel_dedup_output, mime_types, 16, 8);
FIELD(cupel_dedup_output, mime_type_count, 24, 8);

SIZE(cupel_http_request, 88);
FIELD(cupel_http_request, struct_size, 0, 8);
FIELD(cupel_http_request, method, 8, 16);
FIELD(cupel_http_request, path, 24, 16);
FIELD(cupel_http_request, query, 40, 16);
FIELD(cupel_http_request, headers, 56, 8);
FIELD(cupel_http_request, header_count, 64, 8);
FIELD(cupel_http_request, body, 72, 16);

SIZE(cupel_worker_options, 72);
FIELD(cupel_worker_options, struct_size, 0, 8);
FIELD(cupel_worker_options, config, 8, 16);
FIELD(cupel_worker_options, config_name, 24, 16);
FIELD(cupel_worker_options, environment, 40, 8);
FIELD(cupel_worker_options, environment_count, 48, 8);
FIELD(cupel_worker_options, log, 56, 8);
FIELD(cupel_worker_options, log_data, 64, 8);

SIZE(cupel_queue_options, 64);
FIELD(cupel_queue_options, struct_size, 0, 8);
FIELD(cupel_queue_options, max_attempts, 8, 4);
FIELD(cupel_queue_options, busy_timeout_ms, 12, 4);
FIELD(cupel_queue_options, backoff_ms, 16, 8);
FIELD(cupel_queue_options, max_backoff_ms, 24, 8);
FIELD(cupel_queue_options, max_body_bytes, 32, 8);
FIELD(cupel_queue_options, max_result_bytes, 40, 8);
FIELD(cupel_queue_options, driver_folders, 48, 8);
FIELD(cupel_queue_options, driver_folder_count, 56, 8);

SIZE(cupel_queue_lease_options, 56);
FIELD(cupel_queue_lease_options, struct_size, 0, 8);
FIELD(cupel_queue_lease_options, worker, 8, 16);
FIELD(cupel_queue_lease_options, max, 24, 4);
FIELD(cupel_queue_lease_options, reserved, 28, 4);
FIELD(cupel_queue_lease_options, lease_ms, 32, 8);
FIELD(cupel_queue_lease_options, kinds, 40, 8);
FIELD(cupel_queue_lease_options, kind_count, 48, 8);

SIZE(cupel_queue_failure, 56);
FIELD(cupel_queue_failure, struct_size, 0, 8);
FIELD(cupel_queue_failure, flags, 8, 4);
FIELD(cupel_queue_failure, signal, 12, 4);
FIELD(cupel_queue_failure, reason, 16, 16);
FIELD(cupel_queue_failure, last_step, 32, 16);
FIELD(cupel_queue_failure, max_rss_bytes, 48, 8);

SIZE(cupel_queue_list_options, 64);
FIELD(cupel_queue_list_options, struct_size, 0, 8);
FIELD(cupel_queue_list_options, state, 8, 16);
FIELD(cupel_queue_list_options, kind, 24, 16);
FIELD(cupel_queue_list_options, after, 40, 16);
FIELD(cupel_queue_list_options, max, 56, 4);
FIELD(cupel_queue_list_options, reserved, 60, 4);

#endif
