/* The structs and callbacks of a scan. */
#include "old_client.h"

static const char kRules[] =
    "rule word : greeting { meta: weight = 7 strings: $a = \"hello\" "
    "condition: $a and limit > 1 }";

typedef struct {
  int findings;
  int progresses;
  size_t written;
} seen;

static int32_t on_finding(void* user_data, const cupel_finding* finding) {
  seen* all = (seen*)user_data;
  ++all->findings;
  EXPECT(finding->struct_size >= sizeof(*finding));
  EXPECT(finding->payload >= 1);
  EXPECT(finding->weight == 7);
  EXPECT(finding->string_count == 2);
  EXPECT(contains(finding->path, "letter"));
  EXPECT(contains(finding->rule, "word"));
  EXPECT(contains(finding->rule_namespace, "mine"));
  EXPECT(contains(finding->json, "\"word\""));
  return 0;
}

static int32_t on_progress(void* user_data, const cupel_progress* progress) {
  ++((seen*)user_data)->progresses;
  EXPECT(progress->struct_size >= sizeof(*progress));
  EXPECT(progress->input_bytes_done <= progress->input_bytes);
  EXPECT(progress->findings <= 1 && progress->incidents == 0);
  return 0;
}

static int32_t on_piece(void* user_data, cupel_view piece) {
  ((seen*)user_data)->written += piece.size;
  return 0;
}

static cupel_ruleset* compile(const cupel_engine* engine) {
  cupel_ruleset_options options = CUPEL_RULESET_OPTIONS_INIT;
  cupel_rule_sources* sources = NULL;
  cupel_ruleset* rules = NULL;
  options.flags = CUPEL_RULES_NO_PARTITION;
  OK(cupel_rule_sources_new(&sources, &error));
  OK(cupel_rule_sources_define_integer(sources, cupel_str("limit"), 2, &error));
  OK(cupel_rule_sources_add_text(sources, cupel_str("mine"), cupel_str(kRules),
                                 &error));
  OK(cupel_ruleset_compile(engine, sources, &options, &rules, &error));
  EXPECT(cupel_ruleset_count(rules) == 1);
  EXPECT(cupel_ruleset_digest(rules).size == 64);
  cupel_rule_sources_free(sources);
  return rules;
}

static void broken_rules(const cupel_engine* engine) {
  cupel_rule_sources* sources = NULL;
  cupel_ruleset* rules = NULL;
  cupel_error* error = NULL;
  cupel_diagnostic first;
  memset(&first, 0, sizeof(first));
  first.struct_size = sizeof(first);
  OK(cupel_rule_sources_new(&sources, &error));
  OK(cupel_rule_sources_add_text(sources, cupel_str("bad"),
                                 cupel_str("\nrule x { condition: no }"),
                                 &error));
  EXPECT(cupel_ruleset_compile(engine, sources, NULL, &rules, &error) ==
         CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT(cupel_error_code(error) == CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT(cupel_error_diagnostic_count(error) == 1);
  EXPECT(cupel_error_diagnostic(error, 0, &first) == CUPEL_STATUS_OK);
  EXPECT(first.severity == CUPEL_SEVERITY_ERROR && first.line == 2);
  EXPECT(contains(first.file, "bad") && contains(first.message, "no"));
  cupel_error_free(error);
  cupel_rule_sources_free(sources);
}

static void look_at(const cupel_report* report, seen* all) {
  cupel_report_counts counts;
  cupel_buffer* json = NULL;
  memset(&counts, 0, sizeof(counts));
  counts.struct_size = sizeof(counts);
  OK(cupel_report_get_counts(report, &counts, &error));
  EXPECT(counts.struct_size == sizeof(counts));
  EXPECT(counts.packages == 1 && counts.payloads == 1 && counts.matched == 1);
  EXPECT(counts.findings == 1 && counts.incidents == 0 && counts.partial == 0);
  EXPECT(counts.scanned_bytes == 11);
  EXPECT(cupel_report_verdict(report) == CUPEL_VERDICT_MATCHED);
  EXPECT(cupel_report_coverage(report) == CUPEL_COVERAGE_COMPLETE);
  EXPECT(cupel_report_score(report) == 7);
  OK(cupel_report_render(report, CUPEL_REPORT_JSON, CUPEL_REPORT_NO_TIMING,
                         &json, &error));
  OK(cupel_report_write(report, CUPEL_REPORT_JSON, CUPEL_REPORT_NO_TIMING,
                        on_piece, all, &error));
  EXPECT(all->written == cupel_buffer_view(json).size);
  EXPECT(buffer_contains(json, "\"letter\""));
}

static void scan(const cupel_engine* engine, const cupel_ruleset* rules) {
  cupel_limits limits = CUPEL_LIMITS_INIT;
  cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
  cupel_scanner* scanner = NULL;
  cupel_inputs* inputs = NULL;
  cupel_cancel* cancel = NULL;
  cupel_report* report = NULL;
  seen all = {0, 0, 0};
  limits.files = 9;
  OK(cupel_limits_fill(&limits, &error));
  EXPECT(limits.struct_size == sizeof(limits) && limits.files == 9);
  EXPECT(limits.depth == 8 && limits.name_bytes == 4096);
  EXPECT(limits.plugin_time_ns == 60000000000u);
  options.limits = &limits;
  options.threads = 1;
  options.excerpt_bytes = 16;
  options.containers = CUPEL_CONTAINERS_ALWAYS;
  options.progress = on_progress;
  options.finding = on_finding;
  options.user_data = &all;
  OK(cupel_scanner_new(engine, rules, &options, &scanner, &error));
  OK(cupel_scanner_select(scanner, CUPEL_SELECT_TAG, cupel_str("greet*"), 0,
                          &error));
  OK(cupel_inputs_new(&inputs, &error));
  OK(cupel_inputs_add_memory(inputs, cupel_str("letter"),
                             cupel_str("hello hello"), &error));
  OK(cupel_cancel_new(&cancel, &error));
  OK(cupel_scanner_scan(scanner, inputs, cancel, &report, &error));
  EXPECT(all.findings == 1 && all.progresses > 0);
  look_at(report, &all);
  cupel_report_free(report);
  cupel_cancel_free(cancel);
  cupel_inputs_free(inputs);
  cupel_scanner_free(scanner);
}

void use_scanner(void) {
  cupel_engine_options options = CUPEL_ENGINE_OPTIONS_INIT;
  cupel_engine* engine = NULL;
  cupel_ruleset* rules;
  OK(cupel_engine_new(&options, &engine, &error));
  rules = compile(engine);
  broken_rules(engine);
  scan(engine, rules);
  cupel_ruleset_free(rules);
  cupel_engine_free(engine);
}
