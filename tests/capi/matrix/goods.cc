#include "matrix/goods.h"

#include "catalogue_testing.h"

namespace cupel_test {
namespace {

// What `function(arguments…, &made, &error)` makes.
template <typename T, typename Function, typename... Arguments>
T* Made(Function function, Arguments... arguments) {
  T* made = nullptr;
  cupel_error* error = nullptr;
  EXPECT_EQ(function(arguments..., &made, &error), CUPEL_STATUS_OK)
      << Text(cupel_error_message(error));
  cupel_error_free(error);
  return made;
}

// The compiler warns of it.
constexpr std::string_view kSlowRule =
    "rule Slow { strings: $a = /a.*b/ condition: $a }";
constexpr std::string_view kSchema =
    R"({"type":"object","properties":{"A":{"type":"string"}}})";
constexpr std::string_view kWorker = R"(
[worker]
mode = "thread"
pool_size = 1
[queue]
url = "memory:"
)";

}  // namespace

// Structs of options. Those that are filled are zero but for their size.
#define CUPEL_TEST_GOOD(type, init) \
  template <>                       \
  type Good<type>() {               \
    return init;                    \
  }

CUPEL_TEST_GOOD(cupel_dedup_options, CUPEL_DEDUP_OPTIONS_INIT)
CUPEL_TEST_GOOD(cupel_document_options, CUPEL_DOCUMENT_OPTIONS_INIT)
CUPEL_TEST_GOOD(cupel_engine_options, CUPEL_ENGINE_OPTIONS_INIT)
CUPEL_TEST_GOOD(cupel_limits, CUPEL_LIMITS_INIT)
CUPEL_TEST_GOOD(cupel_plugin_input, CUPEL_PLUGIN_INPUT_INIT)
CUPEL_TEST_GOOD(cupel_plugin_use, CUPEL_PLUGIN_USE_INIT)
CUPEL_TEST_GOOD(cupel_plugins_options, CUPEL_PLUGINS_OPTIONS_INIT)
CUPEL_TEST_GOOD(cupel_queue_failure, CUPEL_QUEUE_FAILURE_INIT)
CUPEL_TEST_GOOD(cupel_queue_lease_options, CUPEL_QUEUE_LEASE_OPTIONS_INIT)
CUPEL_TEST_GOOD(cupel_queue_list_options, CUPEL_QUEUE_LIST_OPTIONS_INIT)
CUPEL_TEST_GOOD(cupel_queue_options, CUPEL_QUEUE_OPTIONS_INIT)
CUPEL_TEST_GOOD(cupel_raws_options, CUPEL_RAWS_OPTIONS_INIT)
CUPEL_TEST_GOOD(cupel_registry_options, CUPEL_REGISTRY_OPTIONS_INIT)
CUPEL_TEST_GOOD(cupel_ruleset_options, CUPEL_RULESET_OPTIONS_INIT)
CUPEL_TEST_GOOD(cupel_run_options, CUPEL_RUN_OPTIONS_INIT)
CUPEL_TEST_GOOD(cupel_scan_options, CUPEL_SCAN_OPTIONS_INIT)
CUPEL_TEST_GOOD(cupel_diagnostic, {sizeof(cupel_diagnostic)})
CUPEL_TEST_GOOD(cupel_environment_entry, {sizeof(cupel_environment_entry)})
CUPEL_TEST_GOOD(cupel_report_counts, {sizeof(cupel_report_counts)})
CUPEL_TEST_GOOD(cupel_plugin_v1, {sizeof(cupel_plugin_v1)})

#undef CUPEL_TEST_GOOD

template <>
cupel_dedup_request Good<cupel_dedup_request>() {
  cupel_dedup_request request = CUPEL_DEDUP_REQUEST_INIT;
  request.organisation = View("o");
  request.job = View("j");
  return request;
}

template <>
cupel_environment_options Good<cupel_environment_options>() {
  cupel_environment_options options = CUPEL_ENVIRONMENT_OPTIONS_INIT;
  options.schema_json = View(kSchema);
  options.settings = View(R"({"A":"b"})");
  return options;
}

template <>
cupel_worker_options Good<cupel_worker_options>() {
  cupel_worker_options options = CUPEL_WORKER_OPTIONS_INIT;
  options.config = View(kWorker);
  return options;
}

template <>
cupel_http_request Good<cupel_http_request>() {
  cupel_http_request request = CUPEL_HTTP_REQUEST_INIT;
  request.method = View("GET");
  request.path = View("/health");
  return request;
}

cupel_buffer* NewGood(cupel_buffer*) {
  const Schema schema(NewGood(static_cast<cupel_schema*>(nullptr)));
  return Made<cupel_buffer>(cupel_schema_check, schema.get(), View("{}"));
}
cupel_cancel* NewGood(cupel_cancel*) {
  return Made<cupel_cancel>(cupel_cancel_new);
}
cupel_dedup* NewGood(cupel_dedup*) {
  return Made<cupel_dedup>(cupel_dedup_open, nullptr);
}
cupel_engine* NewGood(cupel_engine*) {
  return Made<cupel_engine>(cupel_engine_new, nullptr);
}
cupel_environment* NewGood(cupel_environment*) {
  const auto options = Good<cupel_environment_options>();
  return Made<cupel_environment>(cupel_environment_build, &options);
}
cupel_error* NewGood(cupel_error*) {
  const Engine engine = NewEngine();
  const auto sources = Make<Sources>(cupel_rule_sources_new);
  MustBeOk(cupel_rule_sources_add_text, sources.get(), View("x"), View("x"));
  cupel_ruleset* none = nullptr;
  cupel_error* error = nullptr;
  EXPECT_NE(cupel_ruleset_compile(engine.get(), sources.get(), nullptr, &none,
                                  &error),
            CUPEL_STATUS_OK);
  return error;
}
cupel_http_response* NewGood(cupel_http_response*) {
  const Registry registry(NewGood(static_cast<cupel_registry*>(nullptr)));
  const auto request = Good<cupel_http_request>();
  return Made<cupel_http_response>(cupel_registry_handle, registry.get(),
                                   &request);
}
cupel_inputs* NewGood(cupel_inputs*) {
  cupel_inputs* const inputs = Made<cupel_inputs>(cupel_inputs_new);
  MustBeOk(cupel_inputs_add_memory, inputs, View("x"), View("x"));
  return inputs;
}
cupel_job* NewGood(cupel_job*) {
  return Made<cupel_job>(cupel_job_parse, View(kMeta), CUPEL_JOB_ANY);
}
cupel_keyring* NewGood(cupel_keyring*) {
  return Made<cupel_keyring>(cupel_keyring_new);
}
cupel_plugins* NewGood(cupel_plugins*) {
  return Made<cupel_plugins>(cupel_plugins_new, nullptr);
}
cupel_queue* NewGood(cupel_queue*) {
  return Made<cupel_queue>(cupel_queue_open, View("memory:"), nullptr);
}
cupel_raws* NewGood(cupel_raws*) {
  return Made<cupel_raws>(cupel_raws_open, nullptr);
}
cupel_registry* NewGood(cupel_registry*) {
  return Made<cupel_registry>(cupel_registry_open, nullptr);
}
cupel_report* NewGood(cupel_report*) {
  const Scanner scanner(NewGood(static_cast<cupel_scanner*>(nullptr)));
  return ScanText(scanner, "x").release();
}
cupel_rule_sources* NewGood(cupel_rule_sources*) {
  return Made<cupel_rule_sources>(cupel_rule_sources_new);
}
cupel_ruleset* NewGood(cupel_ruleset*) {
  return Compile(NewEngine(), kSlowRule).release();
}
cupel_scanner* NewGood(cupel_scanner*) {
  const Engine engine = NewEngine();
  const Ruleset rules = Compile(engine, kNeedleRule);
  return Made<cupel_scanner>(cupel_scanner_new, engine.get(), rules.get(),
                             nullptr);
}
cupel_schema* NewGood(cupel_schema*) {
  return Made<cupel_schema>(cupel_schema_compile, View(kSchema));
}
cupel_worker* NewGood(cupel_worker*) {
  const auto options = Good<cupel_worker_options>();
  return Made<cupel_worker>(cupel_worker_new, &options);
}

void FreeGood(cupel_buffer* handle) { cupel_buffer_free(handle); }
void FreeGood(cupel_cancel* handle) { cupel_cancel_free(handle); }
void FreeGood(cupel_dedup* handle) { cupel_dedup_free(handle); }
void FreeGood(cupel_engine* handle) { cupel_engine_free(handle); }
void FreeGood(cupel_environment* handle) { cupel_environment_free(handle); }
void FreeGood(cupel_error* handle) { cupel_error_free(handle); }
void FreeGood(cupel_http_response* handle) { cupel_http_response_free(handle); }
void FreeGood(cupel_inputs* handle) { cupel_inputs_free(handle); }
void FreeGood(cupel_job* handle) { cupel_job_free(handle); }
void FreeGood(cupel_keyring* handle) { cupel_keyring_free(handle); }
void FreeGood(cupel_plugins* handle) { cupel_plugins_free(handle); }
void FreeGood(cupel_queue* handle) { cupel_queue_free(handle); }
void FreeGood(cupel_raws* handle) { cupel_raws_free(handle); }
void FreeGood(cupel_registry* handle) { cupel_registry_free(handle); }
void FreeGood(cupel_report* handle) { cupel_report_free(handle); }
void FreeGood(cupel_rule_sources* handle) { cupel_rule_sources_free(handle); }
void FreeGood(cupel_ruleset* handle) { cupel_ruleset_free(handle); }
void FreeGood(cupel_scanner* handle) { cupel_scanner_free(handle); }
void FreeGood(cupel_schema* handle) { cupel_schema_free(handle); }
void FreeGood(cupel_worker* handle) { cupel_worker_free(handle); }

}  // namespace cupel_test
