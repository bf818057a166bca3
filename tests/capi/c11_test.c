/* A whole scan from C11, as a C program writes it. */
#include <cupel/cupel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures = 0;

static void Expect(int holds, const char* what) {
  if (!holds) {
    fprintf(stderr, "c11_test: %s\n", what);
    ++failures;
  }
}

/* Ends the program if a call failed. */
static void MustBeOk(cupel_status status, cupel_error* error) {
  cupel_view message;
  if (status == CUPEL_STATUS_OK) return;
  message = cupel_error_message(error);
  fprintf(stderr, "c11_test: %s: %.*s\n", cupel_status_name(status),
          (int)message.size, (const char*)message.data);
  exit(1);
}

static int32_t CountFinding(void* user_data, const cupel_finding* finding) {
  Expect(finding->weight == 3, "weight of the finding");
  Expect(
      finding->rule.size == 6 && memcmp(finding->rule.data, "Needle", 6) == 0,
      "name of the rule");
  ++*(int*)user_data;
  return 0;
}

static int32_t Count(void* user_data, cupel_view piece) {
  *(size_t*)user_data += piece.size;
  return 0;
}

static cupel_scanner* NewScanner(int* findings) {
  cupel_engine_options engine_options = CUPEL_ENGINE_OPTIONS_INIT;
  cupel_ruleset_options ruleset_options = CUPEL_RULESET_OPTIONS_INIT;
  cupel_scan_options scan_options = CUPEL_SCAN_OPTIONS_INIT;
  cupel_limits limits = CUPEL_LIMITS_INIT;
  cupel_engine* engine = NULL;
  cupel_rule_sources* sources = NULL;
  cupel_ruleset* rules = NULL;
  cupel_scanner* scanner = NULL;
  cupel_error* error = NULL;

  MustBeOk(cupel_engine_new(&engine_options, &engine, &error), error);
  MustBeOk(cupel_rule_sources_new(&sources, &error), error);
  MustBeOk(cupel_rule_sources_add_text(
               sources, cupel_str("test"),
               cupel_str("rule Needle { meta: weight = 3 strings: "
                         "$a = \"needle\" condition: $a }"),
               &error),
           error);
  MustBeOk(
      cupel_ruleset_compile(engine, sources, &ruleset_options, &rules, &error),
      error);
  Expect(cupel_ruleset_count(rules) == 1, "one rule");

  limits.depth = 2;
  MustBeOk(cupel_limits_fill(&limits, &error), error);
  scan_options.limits = &limits;
  scan_options.finding = CountFinding;
  scan_options.user_data = findings;
  MustBeOk(cupel_scanner_new(engine, rules, &scan_options, &scanner, &error),
           error);

  cupel_ruleset_free(rules);
  cupel_rule_sources_free(sources);
  cupel_engine_free(engine);
  return scanner;
}

int main(void) {
  int findings = 0;
  size_t written = 0;
  cupel_scanner* scanner = NewScanner(&findings);
  cupel_inputs* inputs = NULL;
  cupel_cancel* cancel = NULL;
  cupel_report* report = NULL;
  cupel_buffer* json = NULL;
  cupel_error* error = NULL;
  cupel_report_counts counts = {0};

  MustBeOk(cupel_cancel_new(&cancel, &error), error);
  MustBeOk(cupel_inputs_new(&inputs, &error), error);
  MustBeOk(cupel_inputs_add_memory(inputs, cupel_str("stack"),
                                   cupel_str("hay, a needle, hay"), &error),
           error);
  MustBeOk(cupel_scanner_scan(scanner, inputs, cancel, &report, &error), error);

  Expect(cupel_report_verdict(report) == CUPEL_VERDICT_MATCHED, "verdict");
  Expect(cupel_report_coverage(report) == CUPEL_COVERAGE_COMPLETE, "coverage");
  Expect(cupel_report_score(report) == 3, "score");
  Expect(findings == 1, "the finding was told");
  counts.struct_size = sizeof(counts);
  MustBeOk(cupel_report_get_counts(report, &counts, &error), error);
  Expect(counts.findings == 1 && counts.payloads == 1, "counts");

  MustBeOk(cupel_report_render(report, CUPEL_REPORT_JSON, CUPEL_REPORT_INDENT,
                               &json, &error),
           error);
  MustBeOk(cupel_report_write(report, CUPEL_REPORT_JSON, CUPEL_REPORT_INDENT,
                              Count, &written, &error),
           error);
  Expect(cupel_buffer_view(json).size == written, "render and write agree");
  Expect(strlen((const char*)cupel_buffer_view(json).data) == written,
         "a NUL follows the bytes");
  Expect(error == NULL, "no error was made");

  cupel_buffer_free(json);
  cupel_report_free(report);
  cupel_inputs_free(inputs);
  cupel_cancel_free(cancel);
  cupel_scanner_free(scanner);
  return failures == 0 ? 0 : 1;
}
