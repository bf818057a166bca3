// cupel.h in a program that is C++17 and knows nothing of how the library is
// made: initialisers, enumerators and the inline function mean what they do in
// C.
#include <cupel/cupel.h>

#include <cstdio>
#include <string>
#include <type_traits>

static_assert(__cplusplus == 201703L, "this file is about C++17");
static_assert(std::is_same<cupel_status, int32_t>::value, "");
static_assert(std::is_trivially_copyable<cupel_scan_options>::value, "");
static_assert(std::is_standard_layout<cupel_scan_options>::value, "");
static_assert((CUPEL_RULES_SKIP_BROKEN | CUPEL_RULES_NO_PARTITION) == 5, "");

int main() {
  cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
  // A lambda without captures is a C callback.
  options.finding = [](void* data, const cupel_finding* finding) -> int32_t {
    *static_cast<std::string*>(data) =
        reinterpret_cast<const char*>(finding->rule.data);
    return 0;
  };
  std::string rule;
  options.user_data = &rule;
  cupel_engine* engine = nullptr;
  cupel_rule_sources* sources = nullptr;
  cupel_ruleset* rules = nullptr;
  cupel_scanner* scanner = nullptr;
  cupel_report* report = nullptr;
  const bool ok =
      cupel_engine_new(nullptr, &engine, nullptr) == CUPEL_STATUS_OK &&
      cupel_rule_sources_new(&sources, nullptr) == CUPEL_STATUS_OK &&
      cupel_rule_sources_add_text(sources, cupel_str("test"),
                                  cupel_str("rule Any { condition: true }"),
                                  nullptr) == CUPEL_STATUS_OK &&
      cupel_ruleset_compile(engine, sources, nullptr, &rules, nullptr) ==
          CUPEL_STATUS_OK &&
      cupel_scanner_new(engine, rules, &options, &scanner, nullptr) ==
          CUPEL_STATUS_OK &&
      cupel_scanner_scan_memory(scanner, cupel_str("x"), cupel_str("y"),
                                nullptr, &report, nullptr) == CUPEL_STATUS_OK;
  const bool matched = cupel_report_verdict(report) == CUPEL_VERDICT_MATCHED;
  cupel_engine_free(engine);
  cupel_rule_sources_free(sources);
  cupel_ruleset_free(rules);
  cupel_scanner_free(scanner);
  cupel_report_free(report);
  if (!ok || !matched || rule != "Any") {
    std::fprintf(stderr, "cxx17_test: ok %d, matched %d, rule '%s'\n", ok,
                 matched, rule.c_str());
    return 1;
  }
  return 0;
}
