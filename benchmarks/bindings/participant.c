/* participant.c: the cases in C, which the other languages are held to.
 *
 *   bench_bindings_c RULES SMALL LARGE PACKAGE
 *
 * Reads lines "CASE TIMES THREADS" and answers each with one line "WALL CPU":
 * nanoseconds that TIMES calls in each of THREADS threads took together. All
 * participants are the same but for their language, so compare them. */
#include <cupel/cupel.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static cupel_engine* engine;
static cupel_ruleset* rules;
static cupel_view small, large, package;

static void must(cupel_status status, cupel_error* error) {
  if (status == CUPEL_STATUS_OK) return;
  fprintf(stderr, "bench_bindings_c: %.*s\n",
          (int)cupel_error_message(error).size,
          (const char*)cupel_error_message(error).data);
  exit(1);
}

static cupel_view read_file(const char* path) {
  FILE* file = fopen(path, "rb");
  if (file == NULL) perror(path), exit(1);
  fseek(file, 0, SEEK_END);
  const size_t size = (size_t)ftell(file);
  fseek(file, 0, SEEK_SET);
  uint8_t* bytes = malloc(size + 1);
  if (bytes == NULL || fread(bytes, 1, size, file) != size) exit(1);
  fclose(file);
  const cupel_view view = {bytes, size};
  return view;
}

static cupel_scanner* new_scanner(void) {
  cupel_scanner* scanner = NULL;
  cupel_error* error = NULL;
  must(cupel_scanner_new(engine, rules, NULL, &scanner, &error), error);
  return scanner;
}

/* A scan, and what everybody asks of its report. */
static void scan(cupel_scanner* scanner, const char* what, cupel_view bytes) {
  cupel_report* report = NULL;
  cupel_error* error = NULL;
  must(cupel_scanner_scan_memory(scanner, cupel_str("input"), bytes, NULL,
                                 &report, &error),
       error);
  if (cupel_report_verdict(report) != CUPEL_VERDICT_CLEAN) exit(1);
  if (strcmp(what, "report") == 0) {
    cupel_buffer* json = NULL;
    must(cupel_report_render(report, CUPEL_REPORT_JSON, 0, &json, &error),
         error);
    cupel_buffer_free(json);
  }
  cupel_report_free(report);
}

typedef struct task {
  const char* what;
  long times;
  cupel_scanner* scanner;
} task;

static void* run(void* data) {
  const task* const t = data;
  if (strcmp(t->what, "entry") == 0) {
    for (long i = 0; i < t->times; ++i) {
      if (cupel_version_string() == NULL) exit(1);
    }
    return NULL;
  }
  const cupel_view bytes = strcmp(t->what, "small") == 0   ? small
                           : strcmp(t->what, "large") == 0 ? large
                                                           : package;
  for (long i = 0; i < t->times; ++i) scan(t->scanner, t->what, bytes);
  return NULL;
}

static int64_t now(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int main(int argc, char** argv) {
  enum { kMostThreads = 16 };
  char what[16];
  long times;
  int threads;
  cupel_rule_sources* sources = NULL;
  cupel_error* error = NULL;
  pthread_t running[kMostThreads];
  task tasks[kMostThreads] = {{0}};
  if (argc != 5) return 2;
  must(cupel_engine_new(NULL, &engine, &error), error);
  must(cupel_rule_sources_new(&sources, &error), error);
  must(cupel_rule_sources_add_path(sources, cupel_str(argv[1]), &error), error);
  must(cupel_ruleset_compile(engine, sources, NULL, &rules, &error), error);
  small = read_file(argv[2]);
  large = read_file(argv[3]);
  package = read_file(argv[4]);
  for (int i = 0; i < kMostThreads; ++i) tasks[i].scanner = new_scanner();
  while (scanf("%15s %ld %d", what, &times, &threads) == 3 &&
         threads <= kMostThreads) {
    const int64_t wall = now(CLOCK_MONOTONIC);
    const int64_t cpu = now(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 0; i < threads; ++i) {
      tasks[i].what = what;
      tasks[i].times = times;
      if (threads > 1) pthread_create(&running[i], NULL, run, &tasks[i]);
    }
    if (threads == 1) run(&tasks[0]);
    for (int i = 0; threads > 1 && i < threads; ++i) {
      pthread_join(running[i], NULL);
    }
    printf("%lld %lld\n", (long long)(now(CLOCK_MONOTONIC) - wall),
           (long long)(now(CLOCK_PROCESS_CPUTIME_ID) - cpu));
    fflush(stdout);
  }
  return 0;
}
