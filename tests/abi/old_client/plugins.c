/* The tables and structs between a host and its plugins. */
#include "old_client.h"

static int32_t activated = 0;
static char mine[] = "mine";

static cupel_status activate(cupel_call* call, void** state) {
  EXPECT(call->state == mine);
  EXPECT(contains(call->options, "\"level\""));
  *state = &activated;
  ++activated;
  return CUPEL_STATUS_OK;
}

static void deactivate(void* state) { --*(int32_t*)state; }

/* Looks at every field of a call, and hands everything back that a worker can.
 */
static cupel_status scan(cupel_call* call) {
  cupel_statement statement = CUPEL_STATEMENT_INIT;
  cupel_child child = CUPEL_CHILD_INIT;
  EXPECT(call->struct_size >= sizeof(*call));
  EXPECT(call->host->struct_size >= sizeof(*call->host));
  EXPECT(call->host->abi == CUPEL_PLUGIN_ABI);
  EXPECT(call->host->version == cupel_version());
  EXPECT(call->state == &activated);
  EXPECT(call->sha256.size == 64);
  EXPECT(call->host->budget(call) > 0);
  EXPECT(!cupel_call_cancelled(call));
  EXPECT(contains(cupel_call_option(call, "level"), "3"));
  if (call->depth > 0 || contains(call->name, "part")) return CUPEL_STATUS_OK;
  EXPECT(contains(call->bytes, "hello") && contains(call->name, "letter"));
  cupel_call_log(call, CUPEL_LOG_INFO, "seen");
  statement.name = cupel_str("old_statement");
  statement.weight = 5;
  statement.offset = 0;
  statement.length = 5;
  EXPECT(call->host->statement(call, &statement) == CUPEL_STATUS_OK);
  child.bytes = call->bytes;
  child.name = cupel_str("part");
  child.flags = CUPEL_CHILD_NO_SCAN;
  EXPECT(call->host->child(call, &child) == CUPEL_STATUS_OK);
  cupel_call_fail(call, CUPEL_STATUS_DATA_LOSS, "a little is lost");
  return cupel_call_result(call, "{\"old\": true}");
}

static cupel_plugin_v1 table(void) {
  cupel_plugin_v1 plugin;
  memset(&plugin, 0, sizeof(plugin));
  plugin.struct_size = sizeof(plugin);
  plugin.abi = CUPEL_PLUGIN_ABI;
  plugin.flags = CUPEL_PLUGIN_REENTRANT;
  plugin.category = CUPEL_PLUGIN_WORKER;
  plugin.name = "old";
  plugin.version = "1.0";
  plugin.description = "compiled long ago";
  plugin.consumes = "*";
  plugin.options = "{\"level\": 3}";
  plugin.activate = activate;
  plugin.deactivate = deactivate;
  plugin.scan = scan;
  plugin.user_data = mine;
  return plugin;
}

static void on_log(void* user_data, cupel_view plugin, cupel_log_level level,
                   cupel_view text) {
  EXPECT(contains(plugin, "old") && level == CUPEL_LOG_INFO);
  EXPECT(contains(text, "seen"));
  ++*(int*)user_data;
}

static int32_t on_piece(void* user_data, cupel_view piece) {
  if (contains(piece, "old_statement")) *(int*)user_data = 1;
  return 0;
}

static int32_t on_bytes(void* user_data, uint64_t index, cupel_view name,
                        cupel_view bytes) {
  EXPECT(index == 0 && contains(name, "part") && bytes.size == 5);
  ++*(int*)user_data;
  return 0;
}

static void in_a_scan(cupel_plugins* plugins) {
  cupel_document_options documents = CUPEL_DOCUMENT_OPTIONS_INIT;
  cupel_plugin_use use = CUPEL_PLUGIN_USE_INIT;
  cupel_engine* engine = NULL;
  cupel_scanner* scanner = NULL;
  cupel_report* report = NULL;
  cupel_buffer* json = NULL;
  int logged = 0, found = 0;
  use.plugins = plugins;
  use.tlp = cupel_str("green");
  use.metadata = cupel_str("{\"ticket\": \"T-1\"}");
  use.log = on_log;
  use.user_data = &logged;
  OK(cupel_engine_new(NULL, &engine, &error));
  OK(cupel_scanner_new(engine, NULL, NULL, &scanner, &error));
  OK(cupel_scanner_use_plugins(scanner, &use, &error));
  OK(cupel_scanner_scan_memory(scanner, cupel_str("letter"), cupel_str("hello"),
                               NULL, &report, &error));
  EXPECT(logged == 1);
  EXPECT(cupel_report_score(report) == 5);
  OK(cupel_report_render(report, CUPEL_REPORT_JSON, 0, &json, &error));
  EXPECT(contains(cupel_buffer_view(json), "T-1"));
  EXPECT(contains(cupel_buffer_view(json), "a little is lost"));
  EXPECT(buffer_contains(json, "\"old\""));
  documents.schema = CUPEL_DOCUMENT_CUPEL;
  documents.flags = CUPEL_DOCUMENT_NO_TIMING;
  OK(cupel_report_documents(report, &documents, on_piece, &found, &error));
  EXPECT(found);
  cupel_report_free(report);
  cupel_scanner_free(scanner);
  cupel_engine_free(engine);
}

static void alone(cupel_plugins* plugins) {
  cupel_plugin_input input = CUPEL_PLUGIN_INPUT_INIT;
  cupel_buffer* out = NULL;
  int children = 0;
  input.method = CUPEL_METHOD_SCAN;
  input.bytes = cupel_str("hello");
  input.name = cupel_str("letter");
  input.tlp = cupel_str("green");
  input.timeout_ns = 60000000000u;
  input.max_children = 2;
  input.max_children_bytes = 100;
  OK(cupel_plugins_run(plugins, cupel_str("worker:old"), &input, on_bytes,
                       &children, NULL, &out, &error));
  EXPECT(children == 1);
  EXPECT(buffer_contains(out, "old_statement"));
}

void use_plugins(void) {
  cupel_plugins_options options = CUPEL_PLUGINS_OPTIONS_INIT;
  cupel_plugins* plugins = NULL;
  const cupel_plugin_v1 old = table();
  cupel_buffer* out = NULL;
  options.flags = CUPEL_PLUGINS_NO_BUILTIN | CUPEL_PLUGINS_NO_NETWORK;
  options.min_tier = CUPEL_TIER_BUILTIN;
  OK(cupel_plugins_new(&options, &plugins, &error));
  OK(cupel_plugins_register(plugins, &old, &error));
  OK(cupel_plugins_set_option(plugins, cupel_str("worker:old"),
                              cupel_str("level"), cupel_str("3"),
                              CUPEL_OPTION_JSON, CUPEL_OPTION_CALL, &error));
  OK(cupel_plugins_json(plugins, &out, &error));
  EXPECT(buffer_contains(out, "compiled long ago"));
  alone(plugins);
  in_a_scan(plugins);
  cupel_plugins_free(plugins);
  EXPECT(activated == 0);
}
