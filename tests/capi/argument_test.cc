// Every function with every argument wrong in every way: an error that says
// which, and never a crash. Here: all but scanners, inputs and reports.
#include "argument_test.h"

#include <utility>

namespace cupel_test {
namespace {

TEST_F(ArgumentTest, ConstructorsNeedAPlaceForTheHandle) {
  CheckAll({
      {"cancel", [](auto e) { return cupel_cancel_new(nullptr, e); }},
      {"engine", [](auto e) { return cupel_engine_new(nullptr, nullptr, e); }},
      {"sources", [](auto e) { return cupel_rule_sources_new(nullptr, e); }},
      {"inputs", [](auto e) { return cupel_inputs_new(nullptr, e); }},
      {"ruleset",
       [&](auto e) {
         return cupel_ruleset_compile(engine_.get(), sources_.get(), nullptr,
                                      nullptr, e);
       }},
      {"scanner",
       [&](auto e) {
         return cupel_scanner_new(engine_.get(), nullptr, nullptr, nullptr, e);
       }},
      {"scan",
       [&](auto e) {
         return cupel_scanner_scan(scanner_.get(), inputs_.get(), nullptr,
                                   nullptr, e);
       }},
      {"scan_path",
       [&](auto e) {
         return cupel_scanner_scan_path(scanner_.get(), name_, nullptr, nullptr,
                                        e);
       }},
      {"scan_memory",
       [&](auto e) {
         return cupel_scanner_scan_memory(scanner_.get(), name_, name_, nullptr,
                                          nullptr, e);
       }},
      {"ruleset_json",
       [&](auto e) { return cupel_ruleset_json(ruleset_.get(), nullptr, e); }},
      {"ruleset_explain",
       [&](auto e) {
         return cupel_ruleset_explain(ruleset_.get(), name_, name_, name_,
                                      nullptr, e);
       }},
      {"ruleset_profile",
       [&](auto e) {
         return cupel_ruleset_profile(engine_.get(), ruleset_.get(),
                                      inputs_.get(), nullptr, nullptr, nullptr,
                                      nullptr, e);
       }},
      {"report_render",
       [&](auto e) {
         return cupel_report_render(report_.get(), CUPEL_REPORT_JSON, 0,
                                    nullptr, e);
       }},
  });
}

TEST_F(ArgumentTest, SourcesNull) {
  CheckAll({
      {"add_path",
       [&](auto e) { return cupel_rule_sources_add_path(nullptr, name_, e); }},
      {"add_text",
       [&](auto e) {
         return cupel_rule_sources_add_text(nullptr, name_, name_, e);
       }},
      {"add_include_root",
       [&](auto e) {
         return cupel_rule_sources_add_include_root(nullptr, name_, e);
       }},
      {"define_string",
       [&](auto e) {
         return cupel_rule_sources_define_string(nullptr, name_, name_, e);
       }},
      {"define_integer",
       [&](auto e) {
         return cupel_rule_sources_define_integer(nullptr, name_, 1, e);
       }},
      {"define_float",
       [&](auto e) {
         return cupel_rule_sources_define_float(nullptr, name_, 1, e);
       }},
      {"define_boolean",
       [&](auto e) {
         return cupel_rule_sources_define_boolean(nullptr, name_, 1, e);
       }},
      {"of another kind",
       [&](auto e) {
         return cupel_rule_sources_add_path(Wrong<cupel_rule_sources>(), name_,
                                            e);
       }},
  });
}

// Each function that takes a name, with each kind of bad name.
TEST_F(ArgumentTest, Names) {
  using Call = std::function<cupel_status(cupel_view, cupel_error**)>;
  auto* sources = sources_.get();
  auto* scanner = scanner_.get();
  const std::vector<std::pair<const char*, Call>> calls = {
      {"rule_sources_add_path",
       [=](cupel_view v, cupel_error** e) {
         return cupel_rule_sources_add_path(sources, v, e);
       }},
      {"rule_sources_add_text",
       [=](cupel_view v, cupel_error** e) {
         return cupel_rule_sources_add_text(sources, v, View("text"), e);
       }},
      {"rule_sources_add_include_root",
       [=](cupel_view v, cupel_error** e) {
         return cupel_rule_sources_add_include_root(sources, v, e);
       }},
      {"rule_sources_define_string",
       [=](cupel_view v, cupel_error** e) {
         return cupel_rule_sources_define_string(sources, v, View("x"), e);
       }},
      {"rule_sources_define_integer",
       [=](cupel_view v, cupel_error** e) {
         return cupel_rule_sources_define_integer(sources, v, 1, e);
       }},
      {"rule_sources_define_float",
       [=](cupel_view v, cupel_error** e) {
         return cupel_rule_sources_define_float(sources, v, 1, e);
       }},
      {"rule_sources_define_boolean",
       [=](cupel_view v, cupel_error** e) {
         return cupel_rule_sources_define_boolean(sources, v, 1, e);
       }},
      {"ruleset_save",
       [&](cupel_view v, cupel_error** e) {
         return cupel_ruleset_save(ruleset_.get(), v, e);
       }},
      {"scanner_add_password",
       [=](cupel_view v, cupel_error** e) {
         return cupel_scanner_add_password(scanner, v, e);
       }},
      {"scanner_select",
       [=](cupel_view v, cupel_error** e) {
         return cupel_scanner_select(scanner, CUPEL_SELECT_NAME, v, 0, e);
       }},
      {"inputs_add_path",
       [&](cupel_view v, cupel_error** e) {
         return cupel_inputs_add_path(inputs_.get(), v, e);
       }},
      {"inputs_add_memory",
       [&](cupel_view v, cupel_error** e) {
         return cupel_inputs_add_memory(inputs_.get(), v, View("x"), e);
       }},
      {"inputs_add_fd",
       [&](cupel_view v, cupel_error** e) {
         return cupel_inputs_add_fd(inputs_.get(), v, 0, e);
       }},
      {"scanner_scan_path",
       [&](cupel_view v, cupel_error** e) {
         return cupel_scanner_scan_path(scanner, v, nullptr, &out_report_, e);
       }},
      {"scanner_scan_memory",
       [&](cupel_view v, cupel_error** e) {
         return cupel_scanner_scan_memory(scanner, v, View("x"), nullptr,
                                          &out_report_, e);
       }},
  };
  for (const auto& [name, call] : calls) {
    SCOPED_TRACE(name);
    const auto with = [&call = call](cupel_view v) {
      return [&call, v](cupel_error** e) { return call(v, e); };
    };
    CheckAll({{"no data", with(no_data_)},
              {"huge", with(huge_)},
              {"NUL", with(nul_)},
              {"empty", with(empty_)}});
  }
}

TEST_F(ArgumentTest, Bytes) {
  for (const cupel_view& bytes : {no_data_, huge_}) {
    CheckAll({
        {"rule_sources_add_text",
         [&](auto e) {
           return cupel_rule_sources_add_text(sources_.get(), name_, bytes, e);
         }},
        {"rule_sources_define_string",
         [&](auto e) {
           return cupel_rule_sources_define_string(sources_.get(), name_, bytes,
                                                   e);
         }},
        {"inputs_add_memory",
         [&](auto e) {
           return cupel_inputs_add_memory(inputs_.get(), name_, bytes, e);
         }},
        {"scanner_scan_memory",
         [&](auto e) {
           return cupel_scanner_scan_memory(scanner_.get(), name_, bytes,
                                            nullptr, &out_report_, e);
         }},
    });
  }
}

TEST_F(ArgumentTest, Defines) {
  MustBeOk(cupel_rule_sources_define_integer, sources_.get(), View("twice"),
           int64_t{1});
  const auto define = [&](std::string_view name) {
    return [this, name](cupel_error** e) {
      return cupel_rule_sources_define_integer(sources_.get(), View(name), 1,
                                               e);
    };
  };
  CheckAll({
      {"given twice", define("twice"), CUPEL_STATUS_ALREADY_EXISTS},
      {"filename", define("filename"), CUPEL_STATUS_ALREADY_EXISTS},
      {"filepath", define("filepath"), CUPEL_STATUS_ALREADY_EXISTS},
      {"extension", define("extension"), CUPEL_STATUS_ALREADY_EXISTS},
      {"filetype", define("filetype"), CUPEL_STATUS_ALREADY_EXISTS},
      {"owner", define("owner"), CUPEL_STATUS_ALREADY_EXISTS},
      {"not an identifier", define("1st")},
      {"keyword", define("condition")},
      {"NUL in a value",
       [&](auto e) {
         return cupel_rule_sources_define_string(sources_.get(), name_, nul_,
                                                 e);
       }},
  });
}

TEST_F(ArgumentTest, Compile) {
  cupel_ruleset_options flags = CUPEL_RULESET_OPTIONS_INIT;
  flags.flags = kUnknownFlag;
  cupel_ruleset_options reserved = CUPEL_RULESET_OPTIONS_INIT;
  reserved.reserved = 1;
  cupel_ruleset_options reserved2 = CUPEL_RULESET_OPTIONS_INIT;
  reserved2.reserved2 = 1;
  cupel_ruleset_options rule_engine = CUPEL_RULESET_OPTIONS_INIT;
  rule_engine.engine = 2;
  cupel_ruleset_options negative = CUPEL_RULESET_OPTIONS_INIT;
  negative.engine = -1;
  cupel_ruleset_options cache = CUPEL_RULESET_OPTIONS_INIT;
  cache.cache_dir = no_data_;
  cupel_ruleset_options cache_nul = CUPEL_RULESET_OPTIONS_INIT;
  cache_nul.cache_dir = nul_;
  const auto with = [&](const cupel_ruleset_options* options) {
    return [this, options](cupel_error** e) {
      return cupel_ruleset_compile(engine_.get(), sources_.get(), options,
                                   &out_ruleset_, e);
    };
  };
  CheckAll({
      {"engine NULL",
       [&](auto e) {
         return cupel_ruleset_compile(nullptr, sources_.get(), nullptr,
                                      &out_ruleset_, e);
       }},
      {"engine of another kind",
       [&](auto e) {
         return cupel_ruleset_compile(Wrong<cupel_engine>(), sources_.get(),
                                      nullptr, &out_ruleset_, e);
       }},
      {"sources NULL",
       [&](auto e) {
         return cupel_ruleset_compile(engine_.get(), nullptr, nullptr,
                                      &out_ruleset_, e);
       }},
      {"flags", with(&flags)},
      {"reserved", with(&reserved)},
      {"reserved2", with(&reserved2)},
      {"unknown engine", with(&rule_engine)},
      {"negative engine", with(&negative)},
      {"cache without data", with(&cache)},
      {"cache with NUL", with(&cache_nul)},
  });
}

TEST_F(ArgumentTest, Ruleset) {
  EXPECT_EQ(cupel_ruleset_count(nullptr), 0u);
  EXPECT_EQ(cupel_ruleset_digest(nullptr).size, 0u);
  EXPECT_EQ(cupel_ruleset_from_cache(nullptr), 0);
  EXPECT_EQ(cupel_ruleset_skipped_count(nullptr), 0u);
  EXPECT_EQ(cupel_ruleset_warning_count(nullptr), 0u);
  cupel_diagnostic diagnostic{};
  diagnostic.struct_size = sizeof(diagnostic);
  EXPECT_EQ(cupel_ruleset_warning(nullptr, 0, &diagnostic),
            CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(cupel_ruleset_warning(ruleset_.get(), 0, nullptr),
            CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(cupel_ruleset_warning(ruleset_.get(), 99, &diagnostic),
            CUPEL_STATUS_OUT_OF_RANGE);
  CheckAll({
      {"json",
       [&](auto e) { return cupel_ruleset_json(nullptr, &out_buffer_, e); }},
      {"explain",
       [&](auto e) {
         return cupel_ruleset_explain(nullptr, name_, name_, name_,
                                      &out_buffer_, e);
       }},
      {"explain, rule",
       [&](auto e) {
         return cupel_ruleset_explain(ruleset_.get(), View(""), name_, name_,
                                      &out_buffer_, e);
       }},
      {"explain, bytes",
       [&](auto e) {
         const cupel_view bytes = {nullptr, 5};
         return cupel_ruleset_explain(ruleset_.get(), name_, name_, bytes,
                                      &out_buffer_, e);
       }},
      {"explain what is not there",
       [&](auto e) {
         return cupel_ruleset_explain(ruleset_.get(), View("no such rule"),
                                      name_, name_, &out_buffer_, e);
       },
       CUPEL_STATUS_NOT_FOUND},
      {"save", [&](auto e) { return cupel_ruleset_save(nullptr, name_, e); }},
      {"profile, engine",
       [&](auto e) {
         return cupel_ruleset_profile(nullptr, ruleset_.get(), inputs_.get(),
                                      nullptr, nullptr, nullptr, &out_buffer_,
                                      e);
       }},
      {"profile, ruleset",
       [&](auto e) {
         return cupel_ruleset_profile(engine_.get(), nullptr, inputs_.get(),
                                      nullptr, nullptr, nullptr, &out_buffer_,
                                      e);
       }},
      {"profile, inputs",
       [&](auto e) {
         return cupel_ruleset_profile(engine_.get(), ruleset_.get(), nullptr,
                                      nullptr, nullptr, nullptr, &out_buffer_,
                                      e);
       }},
      {"profile, cancel",
       [&](auto e) {
         return cupel_ruleset_profile(engine_.get(), ruleset_.get(),
                                      inputs_.get(), Wrong<cupel_cancel>(),
                                      nullptr, nullptr, &out_buffer_, e);
       }},
      {"profile of nothing",
       [&](auto e) {
         return cupel_ruleset_profile(engine_.get(), ruleset_.get(),
                                      inputs_.get(), nullptr, nullptr, nullptr,
                                      &out_buffer_, e);
       },
       CUPEL_STATUS_FAILED_PRECONDITION},
  });
}

TEST_F(ArgumentTest, EngineFlags) {
  cupel_engine_options flags = CUPEL_ENGINE_OPTIONS_INIT;
  flags.flags = 1;
  cupel_engine_options reserved = CUPEL_ENGINE_OPTIONS_INIT;
  reserved.reserved = 1;
  CheckAll({
      {"flags",
       [&](auto e) { return cupel_engine_new(&flags, &out_engine_, e); }},
      {"reserved",
       [&](auto e) { return cupel_engine_new(&reserved, &out_engine_, e); }},
      {"limits", [&](auto e) { return cupel_limits_fill(nullptr, e); }},
  });
}

TEST_F(ArgumentTest, MessagesNameTheFlagBits) {
  cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
  options.flags = CUPEL_SCAN_NO_DEDUP | kUnknownFlag;
  cupel_error* error = nullptr;
  ASSERT_EQ(cupel_scanner_new(engine_.get(), nullptr, &options, &out_scanner_,
                              &error),
            CUPEL_STATUS_INVALID_ARGUMENT);
  const Error owned(error);
  const std::string message = Text(cupel_error_message(error));
  EXPECT_NE(message.find("cupel_scan_options.flags"), std::string::npos);
  EXPECT_NE(message.find("0x40000000"), std::string::npos) << message;
}

TEST(NullTest, FreesAndGettersTakeNull) {
  cupel_buffer_free(nullptr);
  cupel_error_free(nullptr);
  cupel_cancel_free(nullptr);
  cupel_cancel_trigger(nullptr);
  cupel_engine_free(nullptr);
  cupel_rule_sources_free(nullptr);
  cupel_ruleset_free(nullptr);
  cupel_scanner_free(nullptr);
  cupel_inputs_free(nullptr);
  cupel_report_free(nullptr);
  EXPECT_EQ(cupel_buffer_view(nullptr).size, 0u);
  EXPECT_EQ(cupel_error_code(nullptr), CUPEL_STATUS_OK);
  EXPECT_EQ(cupel_error_message(nullptr).size, 0u);
  EXPECT_EQ(cupel_error_diagnostic_count(nullptr), 0u);
  cupel_diagnostic diagnostic{};
  diagnostic.struct_size = sizeof(diagnostic);
  EXPECT_EQ(cupel_error_diagnostic(nullptr, 0, &diagnostic),
            CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(cupel_str(nullptr).size, 0u);
}

}  // namespace
}  // namespace cupel_test
