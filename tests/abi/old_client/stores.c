/* The structs of what is kept: work done once for many, raws, a worker. */
#include "old_client.h"

static void dedup(void) {
  cupel_dedup_options options = CUPEL_DEDUP_OPTIONS_INIT;
  cupel_dedup_request request = CUPEL_DEDUP_REQUEST_INIT;
  cupel_dedup_output output;
  cupel_dedup* store = NULL;
  cupel_buffer* out = NULL;
  cupel_view type = cupel_str("text/plain");
  const char* at;
  long long token = 0;
  options.lease_ms = 60000;
  options.max_raw_bytes = 100;
  OK(cupel_dedup_open(&options, &store, &error));
  request.flags =
      CUPEL_DEDUP_INSTALL | CUPEL_DEDUP_ORGANISATION | CUPEL_DEDUP_PLUGIN;
  request.organisation = cupel_str("acme");
  request.job = cupel_str("7a1cf5d4-0a2c-4f6e-9d2d-6a2f7b0c1d2e");
  request.plugin = cupel_str("p");
  request.key = cupel_str(
      "000102030405060708090a0b0c0d0e0f"
      "101112131415161718191a1b1c1d1e1f");
  request.max_age_seconds = 3600;
  OK(cupel_dedup_join(store, &request, &out, &error));
  at = strstr((const char*)cupel_buffer_view(out).data, "\"token\":");
  EXPECT(at != NULL && sscanf(at + 8, "%lld", &token) == 1);
  cupel_buffer_free(out);
  out = NULL;
  output.bytes = cupel_str("raw");
  output.mime_types = &type;
  output.mime_type_count = 1;
  OK(cupel_dedup_complete(store, request.organisation, request.job, token,
                          &output, 1, &out, &error));
  cupel_buffer_free(out);
  out = NULL;
  OK(cupel_dedup_raws_json(store, request.organisation, request.job, &out,
                           &error));
  EXPECT(buffer_contains(out, "text/plain"));
  cupel_dedup_free(store);
}

static void raws(void) {
  cupel_raws_options options = CUPEL_RAWS_OPTIONS_INIT;
  cupel_run_options run = CUPEL_RUN_OPTIONS_INIT;
  cupel_raws* store = NULL;
  cupel_buffer* out = NULL;
  cupel_error* error = NULL;
  options.max_raw_bytes = 100;
  run.tier = CUPEL_TIER_PROCESS;
  run.timeout_ms = 1000;
  run.memory_bytes = 1 << 28;
  OK(cupel_raws_open(&options, &store, &error));
  EXPECT(cupel_normalizer_run(NULL, store, cupel_str("n"), cupel_str("r"),
                              cupel_str(""), &run, NULL, &out,
                              &error) == CUPEL_STATUS_INVALID_ARGUMENT);
  cupel_error_free(error);
  OK(cupel_raws_list_json(store, cupel_str("acme"), cupel_str(""), &out,
                          &error));
  EXPECT(buffer_contains(out, "["));
  cupel_raws_free(store);
}

static void on_line(void* user_data, cupel_log_level level, cupel_view line) {
  EXPECT(level >= CUPEL_LOG_DEBUG && level <= CUPEL_LOG_ERROR && line.size > 0);
  ++*(int*)user_data;
}

static void worker(void) {
  cupel_worker_options options = CUPEL_WORKER_OPTIONS_INIT;
  cupel_view variable = cupel_str("CUPEL_WORKER_QUEUE_URL=memory:");
  cupel_buffer* out = NULL;
  int32_t ok = -1;
  int lines = 0;
  options.config = cupel_str("[worker]\nnonsense = 1\n");
  options.config_name = cupel_str("old.toml");
  options.environment = &variable;
  options.environment_count = 1;
  options.log = on_line;
  options.log_data = &lines;
  OK(cupel_worker_check(&options, CUPEL_WORKER_CHECK_TEXT, NULL, &ok, &out,
                        &error));
  EXPECT(ok == 0);
  EXPECT(buffer_contains(out, "nonsense"));
}

void use_stores(void) {
  dedup();
  raws();
  worker();
}
