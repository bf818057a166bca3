// The layouts of version 0.1 on 64-bit machines. Programs are compiled against
// them: what stands here never changes, fields are only added behind. Compiling
// this file is the test; it is done with short enums too, because a struct that
// depends on such a flag would fit only some of its users.
#include <cupel/cupel.h>
#include <cupel/queue_driver.h>

#include <cstddef>

#define SIZE(type, size) static_assert(sizeof(type) >= (size), #type)
#define EXACT(type, size) static_assert(sizeof(type) == (size), #type)
#define FIELD(type, field, offset, size)                              \
  static_assert(offsetof(type, field) == (offset), #type "." #field); \
  static_assert(sizeof(type::field) == (size), #type "." #field)

#if defined(__LP64__)

EXACT(cupel_status, 4);
EXACT(cupel_severity, 4);
EXACT(cupel_container_mode, 4);
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

SIZE(cupel_ruleset_options, 32);
FIELD(cupel_ruleset_options, struct_size, 0, 8);
FIELD(cupel_ruleset_options, flags, 8, 4);
FIELD(cupel_ruleset_options, reserved, 12, 4);
FIELD(cupel_ruleset_options, cache_dir, 16, 16);

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

SIZE(cupel_scan_options, 56);
FIELD(cupel_scan_options, struct_size, 0, 8);
FIELD(cupel_scan_options, flags, 8, 4);
FIELD(cupel_scan_options, threads, 12, 4);
FIELD(cupel_scan_options, containers, 16, 4);
FIELD(cupel_scan_options, excerpt_bytes, 20, 4);
FIELD(cupel_scan_options, limits, 24, 8);
FIELD(cupel_scan_options, progress, 32, 8);
FIELD(cupel_scan_options, finding, 40, 8);
FIELD(cupel_scan_options, user_data, 48, 8);

SIZE(cupel_report_counts, 80);
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

SIZE(cupel_child, 80);
FIELD(cupel_child, struct_size, 0, 8);
FIELD(cupel_child, flags, 8, 4);
FIELD(cupel_child, reserved, 12, 4);
FIELD(cupel_child, bytes, 16, 16);
FIELD(cupel_child, name, 32, 16);
FIELD(cupel_child, metadata, 48, 16);
FIELD(cupel_child, dispatch, 64, 16);

SIZE(cupel_statement, 88);
FIELD(cupel_statement, struct_size, 0, 8);
FIELD(cupel_statement, reserved, 8, 8);
FIELD(cupel_statement, name, 16, 16);
FIELD(cupel_statement, tags, 32, 16);
FIELD(cupel_statement, meta, 48, 16);
FIELD(cupel_statement, weight, 64, 8);
FIELD(cupel_statement, offset, 72, 8);
FIELD(cupel_statement, length, 80, 8);

SIZE(cupel_item, 96);
FIELD(cupel_item, struct_size, 0, 8);
FIELD(cupel_item, flags, 8, 4);
FIELD(cupel_item, reserved, 12, 4);
FIELD(cupel_item, name, 16, 16);
FIELD(cupel_item, path, 32, 16);
FIELD(cupel_item, bytes, 48, 16);
FIELD(cupel_item, metadata, 64, 16);
FIELD(cupel_item, tlp, 80, 16);

SIZE(cupel_host_v1, 104);
FIELD(cupel_host_v1, struct_size, 0, 8);
FIELD(cupel_host_v1, abi, 8, 4);
FIELD(cupel_host_v1, version, 12, 4);
FIELD(cupel_host_v1, log, 16, 8);
FIELD(cupel_host_v1, cancelled, 24, 8);
FIELD(cupel_host_v1, budget, 32, 8);
FIELD(cupel_host_v1, option, 40, 8);
FIELD(cupel_host_v1, child, 48, 8);
FIELD(cupel_host_v1, result, 56, 8);
FIELD(cupel_host_v1, statement, 64, 8);
FIELD(cupel_host_v1, dispatch, 72, 8);
FIELD(cupel_host_v1, error, 80, 8);
FIELD(cupel_host_v1, item, 88, 8);
FIELD(cupel_host_v1, nested, 96, 8);

SIZE(cupel_call, 192);
FIELD(cupel_call, struct_size, 0, 8);
FIELD(cupel_call, host, 8, 8);
FIELD(cupel_call, state, 16, 8);
FIELD(cupel_call, internal, 24, 8);
FIELD(cupel_call, bytes, 32, 16);
FIELD(cupel_call, name, 48, 16);
FIELD(cupel_call, path, 64, 16);
FIELD(cupel_call, type, 80, 16);
FIELD(cupel_call, mime, 96, 16);
FIELD(cupel_call, sha256, 112, 16);
FIELD(cupel_call, tlp, 128, 16);
FIELD(cupel_call, options, 144, 16);
FIELD(cupel_call, document, 160, 16);
FIELD(cupel_call, payload, 176, 8);
FIELD(cupel_call, depth, 184, 4);
FIELD(cupel_call, reserved, 188, 4);

SIZE(cupel_plugin_v1, 248);
FIELD(cupel_plugin_v1, struct_size, 0, 8);
FIELD(cupel_plugin_v1, abi, 8, 4);
FIELD(cupel_plugin_v1, flags, 12, 4);
FIELD(cupel_plugin_v1, category, 16, 4);
FIELD(cupel_plugin_v1, needs, 20, 4);
FIELD(cupel_plugin_v1, least_tier, 24, 4);
FIELD(cupel_plugin_v1, reserved, 28, 4);
FIELD(cupel_plugin_v1, name, 32, 8);
FIELD(cupel_plugin_v1, version, 40, 8);
FIELD(cupel_plugin_v1, description, 48, 8);
FIELD(cupel_plugin_v1, author, 56, 8);
FIELD(cupel_plugin_v1, consumes, 64, 8);
FIELD(cupel_plugin_v1, requires_plugins, 72, 8);
FIELD(cupel_plugin_v1, max_tlp, 80, 8);
FIELD(cupel_plugin_v1, min_version, 88, 8);
FIELD(cupel_plugin_v1, max_version, 96, 8);
FIELD(cupel_plugin_v1, options, 104, 8);
FIELD(cupel_plugin_v1, heartbeat_ns, 112, 8);
FIELD(cupel_plugin_v1, activate, 120, 8);
FIELD(cupel_plugin_v1, deactivate, 128, 8);
FIELD(cupel_plugin_v1, heartbeat, 136, 8);
FIELD(cupel_plugin_v1, ingest, 144, 8);
FIELD(cupel_plugin_v1, read, 152, 8);
FIELD(cupel_plugin_v1, scan, 160, 8);
FIELD(cupel_plugin_v1, extract, 168, 8);
FIELD(cupel_plugin_v1, carve, 176, 8);
FIELD(cupel_plugin_v1, decode, 184, 8);
FIELD(cupel_plugin_v1, decorate, 192, 8);
FIELD(cupel_plugin_v1, save, 200, 8);
FIELD(cupel_plugin_v1, connect, 208, 8);
FIELD(cupel_plugin_v1, disconnect, 216, 8);
FIELD(cupel_plugin_v1, get_file, 224, 8);
FIELD(cupel_plugin_v1, normalize, 232, 8);
FIELD(cupel_plugin_v1, user_data, 240, 8);

SIZE(cupel_plugins_options, 64);
FIELD(cupel_plugins_options, struct_size, 0, 8);
FIELD(cupel_plugins_options, flags, 8, 4);
FIELD(cupel_plugins_options, min_tier, 12, 4);
FIELD(cupel_plugins_options, runner, 16, 16);
FIELD(cupel_plugins_options, python_path, 32, 16);
FIELD(cupel_plugins_options, python, 48, 16);

SIZE(cupel_plugin_input, 136);
FIELD(cupel_plugin_input, struct_size, 0, 8);
FIELD(cupel_plugin_input, flags, 8, 4);
FIELD(cupel_plugin_input, method, 12, 4);
FIELD(cupel_plugin_input, bytes, 16, 16);
FIELD(cupel_plugin_input, name, 32, 16);
FIELD(cupel_plugin_input, options, 48, 16);
FIELD(cupel_plugin_input, document, 64, 16);
FIELD(cupel_plugin_input, tlp, 80, 16);
FIELD(cupel_plugin_input, environment, 96, 8);
FIELD(cupel_plugin_input, environment_count, 104, 8);
FIELD(cupel_plugin_input, timeout_ns, 112, 8);
FIELD(cupel_plugin_input, max_children, 120, 8);
FIELD(cupel_plugin_input, max_children_bytes, 128, 8);

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

SIZE(cupel_worker_options, 72);
FIELD(cupel_worker_options, struct_size, 0, 8);
FIELD(cupel_worker_options, config, 8, 16);
FIELD(cupel_worker_options, config_name, 24, 16);
FIELD(cupel_worker_options, environment, 40, 8);
FIELD(cupel_worker_options, environment_count, 48, 8);
FIELD(cupel_worker_options, log, 56, 8);
FIELD(cupel_worker_options, log_data, 64, 8);

#endif

// Values that were given out stay what they are.
static_assert(
    CUPEL_STATUS_OK == 0 && CUPEL_STATUS_CANCELLED == 1 &&
        CUPEL_STATUS_UNKNOWN == 2 && CUPEL_STATUS_INVALID_ARGUMENT == 3 &&
        CUPEL_STATUS_DEADLINE_EXCEEDED == 4 && CUPEL_STATUS_NOT_FOUND == 5 &&
        CUPEL_STATUS_ALREADY_EXISTS == 6 &&
        CUPEL_STATUS_PERMISSION_DENIED == 7 &&
        CUPEL_STATUS_RESOURCE_EXHAUSTED == 8 &&
        CUPEL_STATUS_FAILED_PRECONDITION == 9 && CUPEL_STATUS_ABORTED == 10 &&
        CUPEL_STATUS_OUT_OF_RANGE == 11 && CUPEL_STATUS_UNIMPLEMENTED == 12 &&
        CUPEL_STATUS_INTERNAL == 13 && CUPEL_STATUS_UNAVAILABLE == 14 &&
        CUPEL_STATUS_DATA_LOSS == 15 && CUPEL_STATUS_UNAUTHENTICATED == 16,
    "cupel_status");
static_assert(CUPEL_SEVERITY_ERROR == 0 && CUPEL_SEVERITY_WARNING == 1,
              "cupel_severity");
static_assert(CUPEL_RULES_SKIP_BROKEN == 1 &&
                  CUPEL_RULES_ALLOW_FOREIGN_COMPILED == 2 &&
                  CUPEL_RULES_NO_PARTITION == 4,
              "CUPEL_RULES_*");
static_assert(CUPEL_CONTAINERS_AUTO == 0 && CUPEL_CONTAINERS_ALWAYS == 1 &&
                  CUPEL_CONTAINERS_NEVER == 2,
              "cupel_container_mode");
static_assert(CUPEL_SCAN_NO_UNPACK == 1 && CUPEL_SCAN_NO_EXCERPTS == 2 &&
                  CUPEL_SCAN_NO_DEDUP == 4,
              "CUPEL_SCAN_*");
static_assert(CUPEL_SELECT_NAMESPACE == 0 && CUPEL_SELECT_TAG == 1 &&
                  CUPEL_SELECT_NAME == 2 && CUPEL_SELECT_META == 3,
              "cupel_select_by");
static_assert(CUPEL_VERDICT_UNKNOWN == 0 && CUPEL_VERDICT_CLEAN == 1 &&
                  CUPEL_VERDICT_MATCHED == 2,
              "cupel_verdict");
static_assert(CUPEL_COVERAGE_NONE == 0 && CUPEL_COVERAGE_PARTIAL == 1 &&
                  CUPEL_COVERAGE_COMPLETE == 2,
              "cupel_coverage");
static_assert(CUPEL_REPORT_JSON == 0 && CUPEL_REPORT_NDJSON == 1 &&
                  CUPEL_REPORT_TEXT == 2,
              "cupel_report_format");
static_assert(CUPEL_REPORT_INDENT == 1 && CUPEL_REPORT_NO_TIMING == 2 &&
                  CUPEL_REPORT_COLOR == 4 && CUPEL_REPORT_ALL_FILES == 8,
              "CUPEL_REPORT_*");
static_assert(CUPEL_UNLIMITED == UINT64_MAX, "CUPEL_UNLIMITED");
static_assert(CUPEL_JOB_ANY == 0 && CUPEL_JOB_TASK == 1 &&
                  CUPEL_JOB_TASK_POP == 2 &&
                  CUPEL_JOB_PAGINATED_TASKS_RESPONSE == 3 &&
                  CUPEL_JOB_QUEUE == 4 && CUPEL_JOB_BOEFJE_META == 5 &&
                  CUPEL_JOB_RAW_DATA_META == 6 &&
                  CUPEL_JOB_NORMALIZER_META == 7 && CUPEL_JOB_FILE == 8 &&
                  CUPEL_JOB_BOEFJE_OUTPUT == 9 &&
                  CUPEL_JOB_BOEFJE_INPUT == 10 &&
                  CUPEL_JOB_NORMALIZER_OBSERVATION == 11 &&
                  CUPEL_JOB_NORMALIZER_DECLARATION == 12 &&
                  CUPEL_JOB_NORMALIZER_AFFIRMATION == 13 &&
                  CUPEL_JOB_DECLARED_SCAN_PROFILE == 14 &&
                  CUPEL_JOB_NORMALIZER_RESULTS == 15 && CUPEL_JOB_OOI == 16,
              "cupel_job_kind");
static_assert(CUPEL_JOB_INDENT == 1 && CUPEL_JOB_REVEAL == 2, "CUPEL_JOB_*");
static_assert(CUPEL_TASK_PENDING == 0 && CUPEL_TASK_QUEUED == 1 &&
                  CUPEL_TASK_DISPATCHED == 2 && CUPEL_TASK_RUNNING == 3 &&
                  CUPEL_TASK_COMPLETED == 4 && CUPEL_TASK_FAILED == 5 &&
                  CUPEL_TASK_CANCELLED == 6,
              "cupel_task_status");
static_assert(CUPEL_ORIGIN_SETTINGS == 0 && CUPEL_ORIGIN_SYSTEM == 1 &&
                  CUPEL_ORIGIN_DEFAULT == 2,
              "cupel_environment_origin");
static_assert(CUPEL_ENVIRONMENT_DEFAULTS == 1 &&
                  CUPEL_ENVIRONMENT_PROCESS == 2 && CUPEL_ENTRY_SECRET == 1 &&
                  CUPEL_ENTRY_CONVERTED == 2 && CUPEL_VALUES_REVEAL == 1,
              "flags of environments");
static_assert(CUPEL_SEAL_CUPEL == 0 && CUPEL_SEAL_OPENKAT_NACL_SEALBOX == 1 &&
                  CUPEL_SEAL_OPENKAT_IDENTITY == 2,
              "cupel_seal_format");
static_assert(CUPEL_VARIABLES_PROCESS == 1 &&
                  CUPEL_SETTINGS_ALLOW_IDENTITY == 1 &&
                  CUPEL_SETTINGS_REVEAL == 1,
              "flags of settings");
static_assert(CUPEL_REGISTRY_ALLOW_IDENTITY == 1 &&
                  CUPEL_REGISTRY_DEDUPLICATE == 2,
              "CUPEL_REGISTRY_*");
static_assert(CUPEL_DEDUP_INSTALL == 1 && CUPEL_DEDUP_ORGANISATION == 2 &&
                  CUPEL_DEDUP_PLUGIN == 4,
              "CUPEL_DEDUP_*");
static_assert(CUPEL_PLUGINS_NO_BUILTIN == 1 && CUPEL_PLUGINS_ENVIRONMENT == 2 &&
                  CUPEL_PLUGINS_NO_NETWORK == 4 &&
                  CUPEL_PLUGINS_NO_FILES == 8 && CUPEL_PLUGINS_REVEAL == 1 &&
                  CUPEL_OPTION_JSON == 1 && CUPEL_PLUGIN_INPUT_BASE64 == 1 &&
                  CUPEL_INSTALL_UPGRADE == 1,
              "flags of plugins");
static_assert(CUPEL_OPTION_DEFAULT == 0 && CUPEL_OPTION_MANIFEST == 1 &&
                  CUPEL_OPTION_CONFIG_FILE == 2 &&
                  CUPEL_OPTION_ENVIRONMENT == 3 &&
                  CUPEL_OPTION_COMMAND_LINE == 4 && CUPEL_OPTION_CALL == 5,
              "cupel_option_origin");
static_assert(CUPEL_METHOD_DEFAULT == 0 && CUPEL_METHOD_INGEST == 1 &&
                  CUPEL_METHOD_READ == 2 && CUPEL_METHOD_SCAN == 3 &&
                  CUPEL_METHOD_EXTRACT == 4 && CUPEL_METHOD_CARVE == 5 &&
                  CUPEL_METHOD_DECODE == 6 && CUPEL_METHOD_DECORATE == 7 &&
                  CUPEL_METHOD_SAVE == 8 && CUPEL_METHOD_NORMALIZE == 9 &&
                  CUPEL_METHOD_CONNECT == 10 && CUPEL_METHOD_DISCONNECT == 11 &&
                  CUPEL_METHOD_GET_FILE == 12 && CUPEL_METHOD_HEARTBEAT == 13,
              "cupel_plugin_method");
static_assert(CUPEL_PLUGIN_SOURCE == 1 && CUPEL_PLUGIN_READER == 2 &&
                  CUPEL_PLUGIN_WORKER == 3 && CUPEL_PLUGIN_EXTRACTOR == 4 &&
                  CUPEL_PLUGIN_CARVER == 5 && CUPEL_PLUGIN_DECODER == 6 &&
                  CUPEL_PLUGIN_DECORATOR == 7 && CUPEL_PLUGIN_CONNECTOR == 8 &&
                  CUPEL_PLUGIN_NORMALIZER == 9,
              "cupel_plugin_category");
static_assert(CUPEL_TIER_BUILTIN == 1 && CUPEL_TIER_PROCESS == 2 &&
                  CUPEL_TIER_OCI == 3 && CUPEL_NEEDS_NETWORK == 1 &&
                  CUPEL_NEEDS_FILES == 2 && CUPEL_PLUGIN_REENTRANT == 1 &&
                  CUPEL_CHILD_NO_SCAN == 1 && CUPEL_CHILD_SAVE == 2 &&
                  CUPEL_PLUGIN_ABI == 1,
              "what a plugin's table is made of");

SIZE(cupel_document_options, 64);
FIELD(cupel_document_options, struct_size, 0, 8);
FIELD(cupel_document_options, flags, 8, 4);
FIELD(cupel_document_options, schema, 12, 4);
FIELD(cupel_document_options, delimiter, 16, 16);
FIELD(cupel_document_options, worker, 32, 16);
FIELD(cupel_document_options, source, 48, 16);

SIZE(cupel_plugin_use, 200);
FIELD(cupel_plugin_use, struct_size, 0, 8);
FIELD(cupel_plugin_use, flags, 8, 4);
FIELD(cupel_plugin_use, reserved, 12, 4);
FIELD(cupel_plugin_use, plugins, 16, 8);
FIELD(cupel_plugin_use, run, 24, 16);
FIELD(cupel_plugin_use, dispatch_rules, 40, 8);
FIELD(cupel_plugin_use, by_type, 48, 8);
FIELD(cupel_plugin_use, by_type_count, 56, 8);
FIELD(cupel_plugin_use, decorators, 64, 16);
FIELD(cupel_plugin_use, connectors, 80, 16);
FIELD(cupel_plugin_use, error_connectors, 96, 16);
FIELD(cupel_plugin_use, archive, 112, 16);
FIELD(cupel_plugin_use, tlp, 128, 16);
FIELD(cupel_plugin_use, metadata, 144, 16);
FIELD(cupel_plugin_use, documents, 160, 8);
FIELD(cupel_plugin_use, rate_folder, 168, 16);
FIELD(cupel_plugin_use, log, 184, 8);
FIELD(cupel_plugin_use, user_data, 192, 8);

static_assert(CUPEL_DOCUMENT_CUPEL == 0 && CUPEL_DOCUMENT_STOQ1 == 1 &&
                  CUPEL_DOCUMENT_STOQ3 == 2 && CUPEL_DOCUMENT_SPLIT == 1 &&
                  CUPEL_DOCUMENT_FLATTEN == 2 && CUPEL_DOCUMENT_QUIRKS == 4 &&
                  CUPEL_DOCUMENT_INDENT == 8 &&
                  CUPEL_DOCUMENT_NO_TIMING == 16 && CUPEL_USE_NO_CONSUMES == 1,
              "what a scan is told of plugins");

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

static_assert(CUPEL_QUEUE_FAILURE_FINAL == 1, "what a failure says");
