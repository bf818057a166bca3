/* The structs of a queue, here and in a driver that was compiled as this was.
 */
#include "old_client.h"

static const char kJob[] =
    "{\"id\": \"j1\", \"kind\": \"old\", \"body\": {\"a\": 1}}";

static cupel_queue* open_queue(const char* url, const char* folder) {
  cupel_queue_options options = CUPEL_QUEUE_OPTIONS_INIT;
  const cupel_view folders[] = {{(const uint8_t*)folder, strlen(folder)}};
  cupel_queue* queue = NULL;
  options.max_attempts = 2;
  options.backoff_ms = 1;
  options.max_backoff_ms = 2;
  options.max_body_bytes = 1000;
  options.max_result_bytes = 1000;
  options.driver_folders = folders;
  options.driver_folder_count = 1;
  OK(cupel_queue_open(cupel_str(url), &options, &queue, &error));
  return queue;
}

static uint64_t token_in(cupel_buffer* leases) {
  const char* at;
  unsigned long long token = 0;
  at = strstr((const char*)cupel_buffer_view(leases).data, "\"token\":");
  EXPECT(at != NULL && sscanf(at + 8, "%llu", &token) == 1);
  cupel_buffer_free(leases);
  return token;
}

static void in_memory(const char* folder) {
  cupel_queue_lease_options lease = CUPEL_QUEUE_LEASE_OPTIONS_INIT;
  cupel_queue_list_options list = CUPEL_QUEUE_LIST_OPTIONS_INIT;
  cupel_queue_failure failure = CUPEL_QUEUE_FAILURE_INIT;
  cupel_view kinds[1];
  cupel_buffer* out = NULL;
  cupel_queue* queue = open_queue("memory:", folder);
  uint64_t token, removed = 0;
  OK(cupel_queue_submit(queue, cupel_str(kJob), &out, &error));
  EXPECT(buffer_contains(out, "j1"));
  kinds[0] = cupel_str("old");
  lease.worker = cupel_str("client:1");
  lease.max = 5;
  lease.lease_ms = 30000;
  lease.kinds = kinds;
  lease.kind_count = 1;
  OK(cupel_queue_lease(queue, &lease, &out, &error));
  token = token_in(out);
  failure.flags = CUPEL_QUEUE_FAILURE_FINAL;
  failure.signal = 9;
  failure.reason = cupel_str("no use");
  OK(cupel_queue_fail(queue, cupel_str("j1"), token, &failure, &error));
  list.state = cupel_str("dead");
  list.kind = cupel_str("old");
  list.max = 3;
  OK(cupel_queue_list_json(queue, &list, &out, &error));
  EXPECT(buffer_contains(out, "no use"));
  OK(cupel_queue_purge(queue, cupel_str("dead"), 0, &removed, &error));
  EXPECT(removed == 1);
  cupel_queue_free(queue);
}

/* old_driver.c knows one job, and says what it was given. */
static void through_an_old_driver(const char* folder) {
  cupel_queue_lease_options lease = CUPEL_QUEUE_LEASE_OPTIONS_INIT;
  cupel_queue_failure failure = CUPEL_QUEUE_FAILURE_INIT;
  cupel_queue* queue = open_queue("amqp://somewhere", folder);
  cupel_buffer* out = NULL;
  cupel_error* error = NULL;
  uint64_t token;
  OK(cupel_queue_submit(queue, cupel_str(kJob), &out, &error));
  EXPECT(buffer_contains(out, "j1"));
  lease.worker = cupel_str("client:1");
  lease.lease_ms = 30000;
  OK(cupel_queue_lease(queue, &lease, &out, &error));
  EXPECT(contains(cupel_buffer_view(out), "\"old\""));
  token = token_in(out);
  EXPECT(token == 77);
  failure.reason = cupel_str("no use");
  EXPECT(cupel_queue_fail(queue, cupel_str("j1"), token, &failure, &error) ==
         CUPEL_STATUS_UNAVAILABLE);
  EXPECT(contains(cupel_error_message(error), "failed: no use"));
  cupel_error_free(error);
  OK(cupel_queue_stats_json(queue, &out, &error));
  EXPECT(buffer_contains(out, "4711"));
  cupel_queue_free(queue);
}

void use_queue(const char* folder) {
  in_memory(folder);
  through_an_old_driver(folder);
}
