// The structs between plugins and their host: see layout_check.h.
#include "layout_check.h"

#if defined(__LP64__)

EXACT(cupel_plugin_category, 4);
EXACT(cupel_tier, 4);
EXACT(cupel_log_level, 4);
EXACT(cupel_plugin_method, 4);
EXACT(cupel_option_origin, 4);
EXACT(cupel_document_schema, 4);

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

#endif
