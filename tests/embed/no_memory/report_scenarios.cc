// Reports in all their forms, and what errors say.
#include "no_memory/sweep.h"

namespace no_memory {
namespace {

// One with findings, an incident and an archive.
cupel_report* MakeReport() {
  cupel_engine* engine = nullptr;
  cupel_rule_sources* sources = nullptr;
  cupel_ruleset* rules = nullptr;
  cupel_scanner* scanner = nullptr;
  cupel_inputs* inputs = nullptr;
  cupel_report* report = nullptr;
  cupel_engine_new(nullptr, &engine, nullptr);
  cupel_rule_sources_new(&sources, nullptr);
  cupel_rule_sources_add_text(
      sources, View("r"),
      View("rule Needle { strings: $a = \"needle\" condition: $a }"), nullptr);
  cupel_ruleset_compile(engine, sources, nullptr, &rules, nullptr);
  cupel_scanner_new(engine, rules, nullptr, &scanner, nullptr);
  cupel_inputs_new(&inputs, nullptr);
  cupel_inputs_add_memory(inputs, View("x"), View("needle, needle"), nullptr);
  cupel_inputs_add_path(inputs, View("/no/such/file"), nullptr);
  cupel_scanner_scan(scanner, inputs, nullptr, &report, nullptr);
  if (report == nullptr) Complain("no report can be made");
  cupel_inputs_free(inputs);
  cupel_scanner_free(scanner);
  cupel_ruleset_free(rules);
  cupel_rule_sources_free(sources);
  cupel_engine_free(engine);
  return report;
}

const cupel_report* TheReport() {
  static cupel_report* const report = MakeReport();
  return report;
}

int32_t Take(void*, cupel_view) { return 0; }

cupel_status Render(cupel_report_format format, cupel_error** error) {
  Steps steps(error);
  steps.Make<cupel_buffer_free>(cupel_report_render, TheReport(), format,
                                uint32_t{0});
  return steps.status();
}

cupel_status Write(cupel_error** error) {
  Steps steps(error);
  steps.Do(cupel_report_write, TheReport(), CUPEL_REPORT_JSON,
           uint32_t{CUPEL_REPORT_INDENT}, Take, nullptr);
  return steps.status();
}

cupel_status Documents(cupel_document_schema schema, cupel_error** error) {
  cupel_document_options options = CUPEL_DOCUMENT_OPTIONS_INIT;
  options.schema = schema;
  Steps steps(error);
  steps.Do(cupel_report_documents, TheReport(), &options, Take, nullptr);
  return steps.status();
}

// A call that fails for another reason, and has not enough memory to say so.
cupel_status Broken(cupel_error** error) {
  cupel_engine* engine = nullptr;
  cupel_error* why = nullptr;
  cupel_engine_options options = CUPEL_ENGINE_OPTIONS_INIT;
  options.flags = 1;
  const cupel_status status = cupel_engine_new(&options, &engine, &why);
  if (status != CUPEL_STATUS_INVALID_ARGUMENT &&
      status != CUPEL_STATUS_RESOURCE_EXHAUSTED) {
    Complain("a wrong flag is another error");
  }
  if (status == CUPEL_STATUS_RESOURCE_EXHAUSTED) {
    *error = why;
    return status;
  }
  if (cupel_error_code(why) != status) Complain("it has no error");
  cupel_error_free(why);
  return CUPEL_STATUS_OK;
}

}  // namespace

std::vector<Scenario> ReportScenarios() {
  return {
      {"json", [](auto error) { return Render(CUPEL_REPORT_JSON, error); }},
      {"ndjson", [](auto error) { return Render(CUPEL_REPORT_NDJSON, error); }},
      {"text", [](auto error) { return Render(CUPEL_REPORT_TEXT, error); }},
      {"write", Write},
      {"documents",
       [](auto error) { return Documents(CUPEL_DOCUMENT_CUPEL, error); }},
      {"stoq1",
       [](auto error) { return Documents(CUPEL_DOCUMENT_STOQ1, error); }},
      {"stoq3",
       [](auto error) { return Documents(CUPEL_DOCUMENT_STOQ3, error); }},
      {"error", Broken},
  };
}

}  // namespace no_memory
