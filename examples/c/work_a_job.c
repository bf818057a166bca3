/* work_a_job.c: submits a job to a queue, takes it, does it, and ends it with
 * its result.
 *
 *   cc work_a_job.c $(pkg-config --cflags --libs cupel jansson) -o work_a_job
 *   ./work_a_job sqlite:jobs.db rules/ pkg.tgz
 *
 * A worker leases in a loop, and renews each lease while it is at work. */
#include <cupel/cupel.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#define TEXT(view) (int)(view).size, (const char*)(view).data
#define KIND "example"
#define ID "example-1"

static cupel_status submit(cupel_queue* queue, const char* path,
                           cupel_error** error) {
  /* The body is ours: whoever leases this kind knows what it means. */
  json_t* job = json_pack("{s:s, s:s, s:{s:s}}", "id", ID, "kind", KIND, "body",
                          "path", path);
  char* text = json_dumps(job, 0); /* of a path that is no UTF-8: NULL */
  cupel_buffer* added = NULL;
  const cupel_status status =
      cupel_queue_submit(queue, cupel_str(text), &added, error);
  cupel_buffer_free(added);
  free(text);
  json_decref(job);
  return status;
}

/* Takes a job, if there is one, and scans what it names. That it failed is an
 * end too, which the queue has to know. */
static cupel_status work(cupel_queue* queue, cupel_scanner* scanner,
                         cupel_error** error) {
  const cupel_view kind = cupel_str(KIND), id = cupel_str(ID);
  cupel_queue_lease_options options = CUPEL_QUEUE_LEASE_OPTIONS_INIT;
  cupel_queue_failure failure = CUPEL_QUEUE_FAILURE_INIT;
  cupel_buffer *leased = NULL, *result = NULL;
  cupel_report* report = NULL;
  cupel_error* problem = NULL;
  options.kinds = &kind;
  options.kind_count = 1;
  cupel_status status = cupel_queue_lease(queue, &options, &leased, error);
  const cupel_view text = cupel_buffer_view(leased);
  json_t* jobs = json_loadb((const char*)text.data, text.size, 0, NULL);
  const char* path = NULL;
  json_int_t token = 0;
  if (json_unpack(jobs, "{s:[{s:I, s:{s:s}}]}", "jobs", "token", &token, "body",
                  "path", &path) != 0) {
    if (!status) printf("nothing to do\n");
  } else if (cupel_scanner_scan_path(scanner, cupel_str(path), NULL, &report,
                                     &problem) ||
             cupel_report_render(report, CUPEL_REPORT_TEXT,
                                 CUPEL_REPORT_NO_TIMING, &result, &problem)) {
    failure.reason = cupel_error_message(problem);
    status = cupel_queue_fail(queue, id, (uint64_t)token, &failure, error);
  } else {
    status = cupel_queue_complete(queue, id, (uint64_t)token,
                                  cupel_str("text/plain"),
                                  cupel_buffer_view(result), error);
  }
  cupel_error_free(problem);
  cupel_buffer_free(result);
  cupel_report_free(report);
  json_decref(jobs);
  cupel_buffer_free(leased);
  return status;
}

int main(int argc, char** argv) {
  cupel_queue* queue = NULL;
  cupel_engine* engine = NULL;
  cupel_rule_sources* sources = NULL;
  cupel_ruleset* rules = NULL;
  cupel_scanner* scanner = NULL;
  cupel_buffer* result = NULL;
  cupel_error* error = NULL;
  int exit_code = 2;

  if (argc != 4) {
    return fputs("usage: work_a_job QUEUE RULES PATH\n", stderr), 2;
  }
  /* Every status but OK is other than 0: the first failure ends the chain. */
  if (cupel_queue_open(cupel_str(argv[1]), NULL, &queue, &error) ||
      cupel_engine_new(NULL, &engine, &error) ||
      cupel_rule_sources_new(&sources, &error) ||
      cupel_rule_sources_add_path(sources, cupel_str(argv[2]), &error) ||
      cupel_ruleset_compile(engine, sources, NULL, &rules, &error) ||
      cupel_scanner_new(engine, rules, NULL, &scanner, &error) ||
      submit(queue, argv[3], &error) || work(queue, scanner, &error) ||
      cupel_queue_result(queue, cupel_str(ID), &result, &error)) {
    const cupel_view message = cupel_error_message(error);
    fprintf(stderr, "work_a_job: %.*s\n", TEXT(message));
  } else {
    printf("%s is completed:\n%.*s", ID, TEXT(cupel_buffer_view(result)));
    exit_code = 0;
  }
  cupel_buffer_free(result);
  cupel_scanner_free(scanner);
  cupel_ruleset_free(rules);
  cupel_rule_sources_free(sources);
  cupel_engine_free(engine);
  cupel_queue_free(queue);
  cupel_error_free(error);
  return exit_code;
}
