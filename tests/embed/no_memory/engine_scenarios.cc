// Engines, rules and scans.
#include "no_memory/sweep.h"

namespace no_memory {
namespace {

constexpr std::string_view kRules =
    "import \"pe\"\nimport \"hash\"\nimport \"math\"\n"
    "rule Needle : sewing { meta: weight = 7 strings: $a = \"needle\" "
    "$b = /n[a-z]{2,4}dle/ condition: any of them }\n"
    "rule Pe { condition: pe.number_of_sections > 0 }\n"
    "rule Hash { condition: hash.md5(0, filesize) == "
    "\"d41d8cd98f00b204e9800998ecf8427e\" }\n"
    "rule Entropy { condition: math.entropy(0, filesize) > 7.0 }\n";

// A tar with a member "needle.txt" that holds "a needle", checksum and all.
std::string Tar() {
  std::string header(512, '\0');
  header.replace(0, 10, "needle.txt");
  header.replace(100, 8, std::string("0000644\0", 8));
  header.replace(108, 8, std::string("0000000\0", 8));
  header.replace(116, 8, std::string("0000000\0", 8));
  header.replace(124, 12, std::string("00000000010\0", 12));
  header.replace(136, 12, std::string("00000000000\0", 12));
  header.replace(148, 8, "        ");
  header[156] = '0';
  header.replace(257, 8, std::string("ustar\00000", 8));
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  char text[8];
  snprintf(text, sizeof(text), "%06o", sum);
  header.replace(148, 8, std::string(text) + std::string("\0 ", 2));
  std::string body = "a needle";
  body.resize(512, '\0');
  return header + body + std::string(1024, '\0');
}

template <typename T, typename Function, typename... Arguments>
T* MadeBefore(Function function, Arguments... arguments) {
  T* made = nullptr;
  if (function(arguments..., &made, nullptr) != CUPEL_STATUS_OK) {
    Complain("a scenario can't be prepared");
  }
  return made;
}

// What scenarios share; made once, when there is memory, and kept.
struct Shared {
  cupel_engine* engine = MadeBefore<cupel_engine>(cupel_engine_new, nullptr);
  cupel_ruleset* rules = nullptr;
  cupel_inputs* inputs = MadeBefore<cupel_inputs>(cupel_inputs_new);
  std::string tar = Tar();

  Shared() {
    auto* sources = MadeBefore<cupel_rule_sources>(cupel_rule_sources_new);
    cupel_rule_sources_add_text(sources, View("rules"), View(kRules), nullptr);
    rules = MadeBefore<cupel_ruleset>(cupel_ruleset_compile, engine, sources,
                                      nullptr);
    cupel_rule_sources_free(sources);
    cupel_inputs_add_memory(inputs, View("x.tar"), View(tar), nullptr);
    cupel_inputs_add_memory(inputs, View("x.txt"), View("needle"), nullptr);
    cupel_inputs_add_memory(inputs, View("x.gz"), View("\x1f\x8b\x08 broken"),
                            nullptr);
  }
  ~Shared() {
    cupel_inputs_free(inputs);
    cupel_ruleset_free(rules);
    cupel_engine_free(engine);
  }
};

const Shared& Common() {
  static const Shared shared;
  return shared;
}

cupel_status NewEngine(cupel_error** error) {
  Steps steps(error);
  steps.Make<cupel_engine_free>(cupel_engine_new, nullptr);
  return steps.status();
}

cupel_status Compile(cupel_error** error) {
  Steps steps(error);
  auto* sources = steps.Make<cupel_rule_sources_free>(cupel_rule_sources_new);
  steps.Do(cupel_rule_sources_define_string, sources, View("kind"), View("x"));
  steps.Do(cupel_rule_sources_add_text, sources, View("rules"), View(kRules));
  steps.Make<cupel_ruleset_free>(cupel_ruleset_compile, Common().engine,
                                 sources, nullptr);
  return steps.status();
}

cupel_status RulesJson(cupel_error** error) {
  Steps steps(error);
  steps.Make<cupel_buffer_free>(cupel_ruleset_json, Common().rules);
  return steps.status();
}

// A report that was made with too little memory must say so.
void CheckReport(const cupel_report* report) {
  if (report == nullptr) return;
  if (cupel_report_verdict(report) == CUPEL_VERDICT_CLEAN) {
    Complain("a report says clean");
  }
  cupel_report_counts counts = {};
  counts.struct_size = sizeof(counts);
  cupel_report_get_counts(report, &counts, nullptr);
  if (cupel_report_coverage(report) == CUPEL_COVERAGE_COMPLETE &&
      counts.findings < 2) {
    Complain("a report is complete and lacks a finding");
  }
}

int32_t GoOn(void*, const cupel_finding*) { return 0; }
int32_t GoOnToo(void*, const cupel_progress*) { return 0; }

cupel_status Scan(uint32_t threads, cupel_error** error) {
  cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
  options.threads = threads;
  options.finding = GoOn;
  options.progress = GoOnToo;
  Steps steps(error);
  auto* scanner = steps.Make<cupel_scanner_free>(
      cupel_scanner_new, Common().engine, Common().rules, &options);
  steps.Do(cupel_scanner_add_password, scanner, View("password"));
  steps.Do(cupel_scanner_select, scanner, CUPEL_SELECT_NAME, View("N*"), 0);
  CheckReport(steps.Make<cupel_report_free>(cupel_scanner_scan, scanner,
                                            Common().inputs, nullptr));
  return steps.status();
}

cupel_status AddInputs(cupel_error** error) {
  Steps steps(error);
  auto* inputs = steps.Make<cupel_inputs_free>(cupel_inputs_new);
  steps.Do(cupel_inputs_add_path, inputs, View("/no/such/file/at/all"));
  steps.Do(cupel_inputs_add_memory, inputs, View("a name of some length"),
           View("x"));
  return steps.status();
}

cupel_status Profile(cupel_error** error) {
  Steps steps(error);
  steps.Make<cupel_buffer_free>(cupel_ruleset_profile, Common().engine,
                                Common().rules, Common().inputs, nullptr,
                                nullptr, nullptr);
  return steps.status();
}

}  // namespace

// The first call of all of them is among them: what the library makes but once
// is then made.
std::vector<Scenario> EngineScenarios() {
  return {
      {"engine", NewEngine},
      {"inputs", AddInputs},
      // libyara's own parsers and hash functions end the process.
      {"compile", Compile, 400, true},
      {"rules_json", RulesJson},
      {"scan", [](auto error) { return Scan(1, error); }, 400, true},
      {"scan_threads", [](auto error) { return Scan(3, error); }, 300, true},
      {"profile", Profile, 200, true},
  };
}

}  // namespace no_memory
