// Handles may be freed in any order, and handles given back are the caller's
// alone.
#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <numeric>
#include <thread>
#include <vector>

#include "capi_test.h"

namespace cupel_test {
namespace {

// Everything that one scan needs, freed in every order, with a scan by whatever
// scanner is still there after each step.
TEST(LifetimeTest, AnyOrderOfFreeing) {
  std::array<int, 5> order;
  std::iota(order.begin(), order.end(), 0);
  do {
    auto engine = NewEngine();
    auto sources = Make<Sources>(cupel_rule_sources_new);
    MustBeOk(cupel_rule_sources_add_text, sources.get(), View("test"),
             View(kNeedleRule));
    auto ruleset = Make<Ruleset>(cupel_ruleset_compile, engine.get(),
                                 sources.get(), nullptr);
    auto scanner =
        Make<Scanner>(cupel_scanner_new, engine.get(), ruleset.get(), nullptr);
    auto report = ScanText(scanner, "needle");
    const std::array<std::function<void()>, 5> frees = {
        [&] { engine.reset(); }, [&] { sources.reset(); },
        [&] { ruleset.reset(); }, [&] { scanner.reset(); },
        [&] { report.reset(); }};
    for (const int step : order) {
      frees[step]();
      if (scanner != nullptr) {
        const auto later = ScanText(scanner, "needle");
        EXPECT_EQ(cupel_report_verdict(later.get()), CUPEL_VERDICT_MATCHED);
      }
      if (report != nullptr) {
        EXPECT_EQ(JsonOf(report)["findings"].size(), 1u);
      }
    }
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(LifetimeTest, BufferOutlivesWhatItCameFrom) {
  auto engine = NewEngine();
  auto ruleset = Compile(engine, kNeedleRule);
  const auto json = Make<Buffer>(cupel_ruleset_json, ruleset.get());
  ruleset.reset();
  engine.reset();
  const cupel_view view = cupel_buffer_view(json.get());
  EXPECT_NE(Text(view).find("Needle"), std::string::npos);
  EXPECT_EQ(view.data[view.size], 0) << "a NUL follows";
}

TEST(LifetimeTest, CopiesOfTextsAndNames) {
  const auto engine = NewEngine();
  const auto sources = Make<Sources>(cupel_rule_sources_new);
  const auto inputs = Make<Inputs>(cupel_inputs_new);
  const std::string bytes = "a needle";
  {
    std::string name = "test";
    std::string text(kNeedleRule);
    std::string input = "input";
    MustBeOk(cupel_rule_sources_add_text, sources.get(), View(name),
             View(text));
    MustBeOk(cupel_inputs_add_memory, inputs.get(), View(input), View(bytes));
    std::fill(name.begin(), name.end(), '!');
    std::fill(text.begin(), text.end(), '!');
    std::fill(input.begin(), input.end(), '!');
  }
  const auto ruleset = Make<Ruleset>(cupel_ruleset_compile, engine.get(),
                                     sources.get(), nullptr);
  const auto scanner =
      Make<Scanner>(cupel_scanner_new, engine.get(), ruleset.get(), nullptr);
  const auto report =
      Make<Report>(cupel_scanner_scan, scanner.get(), inputs.get(), nullptr);
  const auto json = JsonOf(report);
  EXPECT_EQ(json["payloads"][0]["path"], "input");
  EXPECT_EQ(json["findings"][0]["namespace"], "test");
}

TEST(LifetimeTest, OptionsAreCopied) {
  const auto engine = NewEngine();
  Scanner scanner;
  {
    cupel_limits limits = CUPEL_LIMITS_INIT;
    limits.file_bytes = 4;
    cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
    options.limits = &limits;
    scanner = Make<Scanner>(cupel_scanner_new, engine.get(), nullptr, &options);
    limits.file_bytes = CUPEL_UNLIMITED;
  }
  const auto json = JsonOf(ScanText(scanner, "longer than four"));
  EXPECT_EQ(json["limits"]["file_bytes"], 4);
}

TEST(LifetimeTest, SourcesAndInputsAreUsedAgain) {
  const auto engine = NewEngine();
  const auto sources = Make<Sources>(cupel_rule_sources_new);
  MustBeOk(cupel_rule_sources_add_text, sources.get(), View("one"),
           View(kNeedleRule));
  const auto first = Make<Ruleset>(cupel_ruleset_compile, engine.get(),
                                   sources.get(), nullptr);
  MustBeOk(cupel_rule_sources_add_text, sources.get(), View("two"),
           View(kNeedleRule));
  const auto second = Make<Ruleset>(cupel_ruleset_compile, engine.get(),
                                    sources.get(), nullptr);
  EXPECT_EQ(cupel_ruleset_count(first.get()), 1u);
  EXPECT_EQ(cupel_ruleset_count(second.get()), 2u);

  const auto scanner =
      Make<Scanner>(cupel_scanner_new, engine.get(), second.get(), nullptr);
  const auto inputs = Make<Inputs>(cupel_inputs_new);
  for (size_t count = 1; count < 4; ++count) {
    MustBeOk(cupel_inputs_add_memory, inputs.get(), View("input"),
             View("text"));
    const auto report =
        Make<Report>(cupel_scanner_scan, scanner.get(), inputs.get(), nullptr);
    EXPECT_EQ(JsonOf(report)["payloads"].size(), count);
  }
}

TEST(LifetimeTest, ErrorsMoveBetweenThreads) {
  cupel_error* error = nullptr;
  std::thread([&error] {
    EXPECT_EQ(cupel_engine_new(nullptr, nullptr, &error),
              CUPEL_STATUS_INVALID_ARGUMENT);
  }).join();
  EXPECT_EQ(Text(cupel_error_message(error)), "out is NULL");
  std::thread([error] { cupel_error_free(error); }).join();
}

TEST(LifetimeTest, OneRulesetManyScanners) {
  const auto engine = NewEngine();
  const auto ruleset = Compile(engine, kNeedleRule);
  std::vector<std::thread> threads;
  std::array<int32_t, 4> verdicts{};
  for (int32_t& verdict : verdicts) {
    threads.emplace_back([&] {
      const auto scanner = Make<Scanner>(cupel_scanner_new, engine.get(),
                                         ruleset.get(), nullptr);
      for (int i = 0; i < 20; ++i) {
        verdict = cupel_report_verdict(ScanText(scanner, "needle").get());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const int32_t verdict : verdicts) {
    EXPECT_EQ(verdict, CUPEL_VERDICT_MATCHED);
  }
}

}  // namespace
}  // namespace cupel_test
