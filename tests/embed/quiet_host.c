/* A host whose standard output and error are part of a protocol: scans of good,
 * broken and hostile things, and rules that do not compile, write nothing to
 * them. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host.h"

static void CompileBrokenRules(const cupel_engine* engine) {
  cupel_rule_sources* sources = NULL;
  cupel_ruleset* none = NULL;
  cupel_error* error = NULL;
  HostExpect(cupel_rule_sources_new(&sources, NULL) == CUPEL_STATUS_OK,
             "cupel_rule_sources_new");
  cupel_rule_sources_add_text(
      sources, cupel_str("broken"),
      cupel_str("include \"nowhere.yar\"\nrule A { condition: nothing }\n"
                "rule B { strings: $a = /(/ condition: $a }"),
      NULL);
  cupel_rule_sources_add_text(sources, cupel_str("cut off"),
                              cupel_str("rule C { strings: $a = \""), NULL);
  HostExpect(cupel_ruleset_compile(engine, sources, NULL, &none, &error) ==
                 CUPEL_STATUS_INVALID_ARGUMENT,
             "broken rules are refused");
  cupel_error_free(error);
  cupel_rule_sources_free(sources);
}

/* A rule that a regular expression makes slow, to be warned of. */
static void CompileSlowRule(const cupel_engine* engine) {
  cupel_rule_sources* sources = NULL;
  cupel_ruleset* rules = NULL;
  cupel_rule_sources_new(&sources, NULL);
  cupel_rule_sources_add_text(
      sources, cupel_str("slow"),
      cupel_str("rule Slow { strings: $a = /a.*b/ condition: $a }"), NULL);
  cupel_ruleset_compile(engine, sources, NULL, &rules, NULL);
  cupel_ruleset_free(rules);
  cupel_rule_sources_free(sources);
}

static void ScanAll(void) {
  cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
  cupel_engine* engine = NULL;
  cupel_ruleset* rules;
  cupel_scanner* scanner = NULL;
  cupel_report* report = NULL;
  cupel_report_counts counts;
  cupel_inputs* inputs = HostInputs();

  HostExpect(cupel_engine_new(NULL, &engine, NULL) == CUPEL_STATUS_OK,
             "cupel_engine_new");
  CompileBrokenRules(engine);
  CompileSlowRule(engine);
  rules = HostRules(engine);
  options.threads = 2;
  HostExpect(cupel_scanner_new(engine, rules, &options, &scanner, NULL) ==
                 CUPEL_STATUS_OK,
             "cupel_scanner_new");
  HostExpect(cupel_scanner_scan(scanner, inputs, NULL, &report, NULL) ==
                 CUPEL_STATUS_OK,
             "cupel_scanner_scan");
  memset(&counts, 0, sizeof(counts));
  counts.struct_size = sizeof(counts);
  cupel_report_get_counts(report, &counts, NULL);
  HostExpect(counts.findings > 0, "something was found");
  HostExpect(counts.incidents > 0, "something could not be scanned");
  HostExpect(cupel_report_coverage(report) == CUPEL_COVERAGE_PARTIAL,
             "the report says so");
  cupel_report_free(report);
  cupel_scanner_free(scanner);
  cupel_ruleset_free(rules);
  cupel_engine_free(engine);
  cupel_inputs_free(inputs);
}

int main(void) {
  char name[] = "/tmp/cupel-quiet-XXXXXX";
  struct stat state;
  const int file = mkostemp(name, O_CLOEXEC);
  const int saved_out = dup(STDOUT_FILENO);
  const int saved_err = dup(STDERR_FILENO);
  if (file < 0 || saved_out < 0 || saved_err < 0) {
    perror("quiet_host");
    return 1;
  }
  unlink(name);
  fflush(stdout);
  dup2(file, STDOUT_FILENO);
  dup2(file, STDERR_FILENO);

  ScanAll();

  fflush(stdout);
  fflush(stderr);
  dup2(saved_out, STDOUT_FILENO);
  dup2(saved_err, STDERR_FILENO);
  HostExpect(fstat(file, &state) == 0, "fstat");
  if (state.st_size != 0) {
    char text[1024];
    const ssize_t got = pread(file, text, sizeof(text), 0);
    HostExpect(0, "the library wrote this:");
    fprintf(stderr, "%.*s\n", (int)(got > 0 ? got : 0), text);
  }
  return HostResult("quiet_host");
}
