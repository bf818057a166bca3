/* A host that forks between scans (as application servers do): the child uses
 * what the parent made, makes more of it and frees all. */
#define _GNU_SOURCE
#include <sys/wait.h>
#include <unistd.h>

#include "host.h"

static cupel_scanner* NewScanner(const cupel_engine* engine,
                                 const cupel_ruleset* rules) {
  cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
  cupel_scanner* scanner = NULL;
  options.threads = 2;
  HostExpect(cupel_scanner_new(engine, rules, &options, &scanner, NULL) ==
                 CUPEL_STATUS_OK,
             "cupel_scanner_new");
  return scanner;
}

static void ScanOnce(cupel_scanner* scanner, const char* where) {
  cupel_report* report = NULL;
  cupel_inputs* inputs = HostInputs();
  HostExpect(cupel_scanner_scan(scanner, inputs, NULL, &report, NULL) ==
                 CUPEL_STATUS_OK,
             where);
  HostExpect(cupel_report_verdict(report) == CUPEL_VERDICT_MATCHED, where);
  cupel_report_free(report);
  cupel_inputs_free(inputs);
}

int main(void) {
  cupel_engine* engine = NULL;
  cupel_ruleset* rules;
  cupel_scanner* scanner;
  pid_t child;
  int status = 0;
  HostExpect(cupel_engine_new(NULL, &engine, NULL) == CUPEL_STATUS_OK,
             "cupel_engine_new");
  rules = HostRules(engine);
  scanner = NewScanner(engine, rules);
  ScanOnce(scanner, "the parent, before");

  child = fork();
  if (child == 0) {
    cupel_scanner* own = NewScanner(engine, rules);
    ScanOnce(scanner, "the child, with the parent's scanner");
    ScanOnce(own, "the child, with its own");
    cupel_scanner_free(own);
    cupel_scanner_free(scanner);
    cupel_ruleset_free(rules);
    cupel_engine_free(engine);
    _exit(HostResult("fork_host, child"));
  }
  ScanOnce(scanner, "the parent, meanwhile");
  HostExpect(child > 0 && waitpid(child, &status, 0) == child, "waitpid");
  HostExpect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the child failed");
  cupel_scanner_free(scanner);
  cupel_ruleset_free(rules);
  cupel_engine_free(engine);
  return HostResult("fork_host");
}
