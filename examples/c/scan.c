/* Scans a path with rules and prints what was found.
 *
 *   cc scan.c $(pkg-config --cflags --libs cupel) -o scan
 *   ./scan rules/ pkg.tgz
 */
#include <cupel/cupel.h>
#include <stdio.h>

static void print(cupel_view text) { fwrite(text.data, 1, text.size, stdout); }

static int32_t on_finding(void* user_data, const cupel_finding* finding) {
  (void)user_data;
  print(finding->path);
  printf(": ");
  print(finding->rule);
  printf("\n");
  return 0;
}

static const char* verdict_name(cupel_verdict verdict) {
  if (verdict == CUPEL_VERDICT_MATCHED) return "matched";
  return verdict == CUPEL_VERDICT_CLEAN ? "clean" : "unknown";
}

static const char* coverage_name(cupel_coverage coverage) {
  if (coverage == CUPEL_COVERAGE_COMPLETE) return "complete";
  return coverage == CUPEL_COVERAGE_PARTIAL ? "partial" : "none";
}

int main(int argc, char** argv) {
  cupel_engine* engine = NULL;
  cupel_rule_sources* sources = NULL;
  cupel_ruleset* rules = NULL;
  cupel_scanner* scanner = NULL;
  cupel_report* report = NULL;
  cupel_error* error = NULL;
  cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
  int exit_code = 2;

  if (argc != 3) {
    fprintf(stderr, "usage: scan RULES PATH\n");
    return 2;
  }
  options.finding = on_finding;
  if (cupel_engine_new(NULL, &engine, &error) == CUPEL_STATUS_OK &&
      cupel_rule_sources_new(&sources, &error) == CUPEL_STATUS_OK &&
      cupel_rule_sources_add_path(sources, cupel_str(argv[1]), &error) ==
          CUPEL_STATUS_OK &&
      cupel_ruleset_compile(engine, sources, NULL, &rules, &error) ==
          CUPEL_STATUS_OK &&
      cupel_scanner_new(engine, rules, &options, &scanner, &error) ==
          CUPEL_STATUS_OK &&
      cupel_scanner_scan_path(scanner, cupel_str(argv[2]), NULL, &report,
                              &error) == CUPEL_STATUS_OK) {
    printf("verdict %s, coverage %s\n",
           verdict_name(cupel_report_verdict(report)),
           coverage_name(cupel_report_coverage(report)));
    exit_code = cupel_report_verdict(report) == CUPEL_VERDICT_CLEAN ? 0 : 1;
  } else {
    fprintf(stderr, "scan: %.*s\n", (int)cupel_error_message(error).size,
            (const char*)cupel_error_message(error).data);
  }
  cupel_report_free(report);
  cupel_scanner_free(scanner);
  cupel_ruleset_free(rules);
  cupel_rule_sources_free(sources);
  cupel_engine_free(engine);
  cupel_error_free(error);
  return exit_code;
}
