// What the tests of the C interface share. They see include/cupel and nothing
// else of ours.
#ifndef CUPEL_TESTS_CAPI_CAPI_TEST_H_
#define CUPEL_TESTS_CAPI_CAPI_TEST_H_

#include <cupel/cupel.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace cupel_test {

template <auto kFree>
struct Deleter {
  template <typename T>
  void operator()(T* handle) const {
    kFree(handle);
  }
};
template <typename T, auto kFree>
using Owned = std::unique_ptr<T, Deleter<kFree>>;

using Buffer = Owned<cupel_buffer, cupel_buffer_free>;
using Cancel = Owned<cupel_cancel, cupel_cancel_free>;
using Dedup = Owned<cupel_dedup, cupel_dedup_free>;
using Engine = Owned<cupel_engine, cupel_engine_free>;
using Environment = Owned<cupel_environment, cupel_environment_free>;
using Error = Owned<cupel_error, cupel_error_free>;
using Inputs = Owned<cupel_inputs, cupel_inputs_free>;
using Job = Owned<cupel_job, cupel_job_free>;
using Keyring = Owned<cupel_keyring, cupel_keyring_free>;
using PluginHost = Owned<cupel_plugins, cupel_plugins_free>;
using Queue = Owned<cupel_queue, cupel_queue_free>;
using Registry = Owned<cupel_registry, cupel_registry_free>;
using Report = Owned<cupel_report, cupel_report_free>;
using Response = Owned<cupel_http_response, cupel_http_response_free>;
using Ruleset = Owned<cupel_ruleset, cupel_ruleset_free>;
using Scanner = Owned<cupel_scanner, cupel_scanner_free>;
using Schema = Owned<cupel_schema, cupel_schema_free>;
using Sources = Owned<cupel_rule_sources, cupel_rule_sources_free>;

inline cupel_view View(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

inline std::string Text(cupel_view view) {
  return {reinterpret_cast<const char*>(view.data), view.size};
}

// Calls `function(arguments…, &error)`; anything but OK fails the test.
template <typename Function, typename... Arguments>
void MustBeOk(Function function, Arguments... arguments) {
  cupel_error* error = nullptr;
  const cupel_status status = function(arguments..., &error);
  const Error owned(error);
  ASSERT_EQ(status, CUPEL_STATUS_OK) << Text(cupel_error_message(error));
  ASSERT_EQ(error, nullptr);
}

// Calls `function(arguments…, &made, &error)`.
template <typename Handle, typename Function, typename... Arguments>
Handle Make(Function function, Arguments... arguments) {
  typename Handle::pointer made = nullptr;
  MustBeOk(function, arguments..., &made);
  EXPECT_NE(made, nullptr);
  return Handle(made);
}

inline std::string Text(const Buffer& buffer) {
  return Text(cupel_buffer_view(buffer.get()));
}

inline nlohmann::json Parse(const Buffer& buffer) {
  return nlohmann::json::parse(Text(buffer));
}

// Calls `function(arguments…, &error)`, which must fail with `want`, and gives
// the message.
template <typename Function, typename... Arguments>
std::string MessageOf(cupel_status want, Function function,
                      Arguments... arguments) {
  cupel_error* error = nullptr;
  EXPECT_EQ(function(arguments..., &error), want);
  const Error owned(error);
  EXPECT_EQ(cupel_error_code(error), want);
  return Text(cupel_error_message(error));
}

inline bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

inline Engine NewEngine() { return Make<Engine>(cupel_engine_new, nullptr); }

inline Ruleset Compile(const Engine& engine, std::string_view text) {
  const auto sources = Make<Sources>(cupel_rule_sources_new);
  MustBeOk(cupel_rule_sources_add_text, sources.get(), View("test"),
           View(text));
  return Make<Ruleset>(cupel_ruleset_compile, engine.get(), sources.get(),
                       nullptr);
}

// Matches what holds "needle".
inline constexpr std::string_view kNeedleRule =
    "rule Needle : sewing { meta: weight = 7 strings: $a = \"needle\" "
    "condition: $a }";

inline Report ScanText(const Scanner& scanner, std::string_view bytes) {
  return Make<Report>(cupel_scanner_scan_memory, scanner.get(), View("input"),
                      View(bytes), nullptr);
}

inline nlohmann::json JsonOf(const Report& report, uint32_t flags = 0) {
  const auto buffer =
      Make<Buffer>(cupel_report_render, report.get(), CUPEL_REPORT_JSON, flags);
  return nlohmann::json::parse(Text(cupel_buffer_view(buffer.get())));
}

// True if an incident of this kind stands in the report.
inline bool HasIncident(const Report& report, std::string_view kind) {
  const nlohmann::json json = JsonOf(report);
  for (const auto& incident : json["incidents"]) {
    if (incident["kind"] == kind) return true;
  }
  return false;
}

}  // namespace cupel_test

#endif  // CUPEL_TESTS_CAPI_CAPI_TEST_H_
