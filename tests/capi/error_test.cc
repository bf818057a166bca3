// What a caller can rely on when a call fails, and when it does not.
#include <algorithm>

#include "capi_test.h"

namespace cupel_test {
namespace {

template <typename T>
T* Sentinel() {
  return reinterpret_cast<T*>(uintptr_t{0x10});
}

TEST(ErrorTest, NotTouchedOnSuccess) {
  auto* const before = Sentinel<cupel_error>();
  cupel_error* error = before;
  cupel_engine* engine = nullptr;
  ASSERT_EQ(cupel_engine_new(nullptr, &engine, &error), CUPEL_STATUS_OK);
  EXPECT_EQ(error, before);
  cupel_engine_free(engine);
}

TEST(ErrorTest, OldValueIsNeitherReadNorFreed) {
  cupel_error* error = Sentinel<cupel_error>();  // reading it would crash
  ASSERT_EQ(cupel_engine_new(nullptr, nullptr, &error),
            CUPEL_STATUS_INVALID_ARGUMENT);
  ASSERT_NE(error, Sentinel<cupel_error>());
  cupel_error_free(error);
}

TEST(ErrorTest, OutHandlesAreNullOnFailure) {
  auto* engine = Sentinel<cupel_engine>();
  cupel_engine_options options = CUPEL_ENGINE_OPTIONS_INIT;
  options.flags = 1;
  EXPECT_NE(cupel_engine_new(&options, &engine, nullptr), CUPEL_STATUS_OK);
  EXPECT_EQ(engine, nullptr);

  auto* ruleset = Sentinel<cupel_ruleset>();
  EXPECT_NE(cupel_ruleset_compile(nullptr, nullptr, nullptr, &ruleset, nullptr),
            CUPEL_STATUS_OK);
  EXPECT_EQ(ruleset, nullptr);

  auto* buffer = Sentinel<cupel_buffer>();
  EXPECT_NE(cupel_ruleset_json(nullptr, &buffer, nullptr), CUPEL_STATUS_OK);
  EXPECT_EQ(buffer, nullptr);
  buffer = Sentinel<cupel_buffer>();
  EXPECT_NE(cupel_ruleset_profile(nullptr, nullptr, nullptr, nullptr, nullptr,
                                  nullptr, &buffer, nullptr),
            CUPEL_STATUS_OK);
  EXPECT_EQ(buffer, nullptr);
  buffer = Sentinel<cupel_buffer>();
  EXPECT_NE(cupel_report_render(nullptr, 0, 0, &buffer, nullptr),
            CUPEL_STATUS_OK);
  EXPECT_EQ(buffer, nullptr);

  auto* scanner = Sentinel<cupel_scanner>();
  EXPECT_NE(cupel_scanner_new(nullptr, nullptr, nullptr, &scanner, nullptr),
            CUPEL_STATUS_OK);
  EXPECT_EQ(scanner, nullptr);

  auto* report = Sentinel<cupel_report>();
  EXPECT_NE(cupel_scanner_scan(nullptr, nullptr, nullptr, &report, nullptr),
            CUPEL_STATUS_OK);
  EXPECT_EQ(report, nullptr);
  report = Sentinel<cupel_report>();
  EXPECT_NE(
      cupel_scanner_scan_path(nullptr, View("x"), nullptr, &report, nullptr),
      CUPEL_STATUS_OK);
  EXPECT_EQ(report, nullptr);
  report = Sentinel<cupel_report>();
  EXPECT_NE(cupel_scanner_scan_memory(nullptr, View("x"), View("x"), nullptr,
                                      &report, nullptr),
            CUPEL_STATUS_OK);
  EXPECT_EQ(report, nullptr);
}

class BrokenRulesTest : public testing::Test {
 protected:
  // Compiles two sources of which both are broken.
  void SetUp() override {
    MustBeOk(cupel_rule_sources_add_text, sources_.get(), View("first"),
             View("rule A {\n  condition: no_such_thing\n}\n"));
    MustBeOk(cupel_rule_sources_add_text, sources_.get(), View("second"),
             View("rule B { condition: true }\n\nrule B { condition: true }"));
  }

  Engine engine_ = NewEngine();
  Sources sources_ = Make<Sources>(cupel_rule_sources_new);
};

TEST_F(BrokenRulesTest, EveryErrorOfEverySource) {
  cupel_ruleset* ruleset = nullptr;
  cupel_error* error = nullptr;
  ASSERT_EQ(cupel_ruleset_compile(engine_.get(), sources_.get(), nullptr,
                                  &ruleset, &error),
            CUPEL_STATUS_INVALID_ARGUMENT);
  const Error owned(error);
  EXPECT_EQ(ruleset, nullptr);
  ASSERT_EQ(cupel_error_diagnostic_count(error), 2u);

  cupel_diagnostic diagnostic{};
  diagnostic.struct_size = sizeof(diagnostic);
  ASSERT_EQ(cupel_error_diagnostic(error, 0, &diagnostic), CUPEL_STATUS_OK);
  EXPECT_EQ(diagnostic.severity, CUPEL_SEVERITY_ERROR);
  EXPECT_EQ(Text(diagnostic.file), "first");
  EXPECT_EQ(diagnostic.line, 2);
  EXPECT_NE(Text(diagnostic.message).find("no_such_thing"), std::string::npos);
  ASSERT_EQ(cupel_error_diagnostic(error, 1, &diagnostic), CUPEL_STATUS_OK);
  EXPECT_EQ(Text(diagnostic.file), "second");
  EXPECT_EQ(diagnostic.line, 3);

  EXPECT_EQ(cupel_error_diagnostic(error, 2, &diagnostic),
            CUPEL_STATUS_OUT_OF_RANGE);
  EXPECT_EQ(cupel_error_diagnostic(error, 0, nullptr),
            CUPEL_STATUS_INVALID_ARGUMENT);
  diagnostic.struct_size = 0;
  EXPECT_EQ(cupel_error_diagnostic(error, 0, &diagnostic),
            CUPEL_STATUS_INVALID_ARGUMENT);
}

TEST_F(BrokenRulesTest, SkippedIfAskedFor) {
  MustBeOk(cupel_rule_sources_add_text, sources_.get(), View("third"),
           View(kNeedleRule));
  cupel_ruleset_options options = CUPEL_RULESET_OPTIONS_INIT;
  options.flags = CUPEL_RULES_SKIP_BROKEN;
  const auto ruleset = Make<Ruleset>(cupel_ruleset_compile, engine_.get(),
                                     sources_.get(), &options);
  const auto buffer = Make<Buffer>(cupel_ruleset_json, ruleset.get());
  const auto json =
      nlohmann::json::parse(Text(cupel_buffer_view(buffer.get())));
  EXPECT_EQ(json["skipped"].size(), 2u);
  EXPECT_EQ(cupel_ruleset_skipped_count(ruleset.get()), 2u);
  EXPECT_EQ(json["count"], cupel_ruleset_count(ruleset.get()));
}

TEST_F(BrokenRulesTest, OtherErrorsHaveNoDiagnostics) {
  cupel_ruleset* ruleset = nullptr;
  cupel_error* error = nullptr;
  const auto sources = Make<Sources>(cupel_rule_sources_new);
  MustBeOk(cupel_rule_sources_add_path, sources.get(),
           View("/no/such/folder/of/rules"));
  EXPECT_EQ(cupel_ruleset_compile(engine_.get(), sources.get(), nullptr,
                                  &ruleset, &error),
            CUPEL_STATUS_NOT_FOUND);
  const Error owned(error);
  EXPECT_EQ(cupel_error_diagnostic_count(error), 0u);
  EXPECT_NE(Text(cupel_error_message(error)).find("/no/such/folder/of/rules"),
            std::string::npos);
}

TEST_F(BrokenRulesTest, MessagesHoldNoControlCharacters) {
  cupel_error* error = nullptr;
  cupel_ruleset* ruleset = nullptr;
  const auto sources = Make<Sources>(cupel_rule_sources_new);
  MustBeOk(cupel_rule_sources_add_path, sources.get(),
           View("/no/such\n\x1b[31mpath\xff"));
  ASSERT_NE(cupel_ruleset_compile(engine_.get(), sources.get(), nullptr,
                                  &ruleset, &error),
            CUPEL_STATUS_OK);
  const Error owned(error);
  const std::string message = Text(cupel_error_message(error));
  EXPECT_TRUE(std::all_of(message.begin(), message.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
  })) << message;
  EXPECT_NE(message.find("\\xff"), std::string::npos) << message;
  EXPECT_EQ(message.find("\\\\"), std::string::npos) << "escaped twice";
}

TEST(StatusTest, Names) {
  EXPECT_STREQ(cupel_status_name(CUPEL_STATUS_OK), "OK");
  EXPECT_STREQ(cupel_status_name(CUPEL_STATUS_INVALID_ARGUMENT),
               "INVALID_ARGUMENT");
  EXPECT_STREQ(cupel_status_name(CUPEL_STATUS_UNAUTHENTICATED),
               "UNAUTHENTICATED");
  EXPECT_STREQ(cupel_status_name(17), "UNKNOWN");
  EXPECT_STREQ(cupel_status_name(-1), "UNKNOWN");
}

TEST(VersionTest, IsThatOfTheHeader) {
  EXPECT_STREQ(cupel_version_string(), CUPEL_VERSION_STRING);
  EXPECT_EQ(cupel_version(), uint32_t{CUPEL_VERSION_MAJOR} << 16 |
                                 uint32_t{CUPEL_VERSION_MINOR} << 8 |
                                 uint32_t{CUPEL_VERSION_PATCH});
  EXPECT_EQ(cupel_abi_version(), uint32_t{CUPEL_ABI_VERSION});
  EXPECT_EQ(std::string(cupel_build_info()).rfind("libyara ", 0), 0u);
  EXPECT_EQ(cupel_build_info(), cupel_build_info()) << "a static string";
}

}  // namespace
}  // namespace cupel_test
