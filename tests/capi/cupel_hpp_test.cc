// cupel.hpp: ownership, errors, callbacks and options, over the real library.
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "cupel/cupel.hpp"

// In cupel_hpp_second_tu.cc, which includes the header as well, twice.
bool SecondTranslationUnitScans();

namespace {

constexpr std::string_view kNeedle =
    "rule needle : tag { strings: $a = \"NEEDLE\" condition: $a }";

cupel::Ruleset Compile(const cupel::Engine& engine, std::string_view text) {
  cupel::RuleSources sources;
  sources.AddText("rules", text);
  return cupel::Ruleset(engine, sources);
}

template <typename T>
constexpr bool kMovesOnly =
    !std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T> &&
    std::is_nothrow_move_constructible_v<T> &&
    std::is_nothrow_move_assignable_v<T>;

static_assert(kMovesOnly<cupel::Engine>);
static_assert(kMovesOnly<cupel::RuleSources>);
static_assert(kMovesOnly<cupel::Ruleset>);
static_assert(kMovesOnly<cupel::Scanner>);
static_assert(kMovesOnly<cupel::Inputs>);
static_assert(kMovesOnly<cupel::Report>);
static_assert(kMovesOnly<cupel::Buffer>);
static_assert(kMovesOnly<cupel::Cancel>);
static_assert(std::is_nothrow_copy_constructible_v<cupel::Error>);

TEST(CupelHppTest, ScansMemory) {
  cupel::Engine engine;
  cupel::Scanner scanner(engine, Compile(engine, kNeedle));
  const cupel::Report hit = scanner.ScanMemory("a", "hay NEEDLE hay");
  EXPECT_EQ(hit.verdict(), cupel::Verdict::kMatched);
  EXPECT_EQ(hit.coverage(), cupel::Coverage::kComplete);
  EXPECT_EQ(hit.Counts().findings, 1u);
  const cupel::Report clean = scanner.ScanMemory("b", "hay");
  EXPECT_EQ(clean.verdict(), cupel::Verdict::kClean);
}

TEST(CupelHppTest, ScannerOutlivesWhatItWasMadeFrom) {
  auto scanner = [] {
    cupel::Engine engine;
    return cupel::Scanner(engine, Compile(engine, kNeedle));
  }();
  EXPECT_EQ(scanner.ScanMemory("a", "NEEDLE").verdict(),
            cupel::Verdict::kMatched);
}

TEST(CupelHppTest, CallbacksSurviveMovingTheScanner) {
  cupel::Engine engine;
  std::vector<std::string> rules;
  cupel::ScanOptions options;
  options.finding = [&rules](const cupel::Finding& finding) {
    rules.emplace_back(finding.rule);
    EXPECT_EQ(finding.json.front(), '{');
    return true;
  };
  cupel::Scanner first(engine, Compile(engine, kNeedle), options);
  cupel::Scanner second = std::move(first);
  second.ScanMemory("a", "NEEDLE");
  EXPECT_EQ(rules, std::vector<std::string>{"needle"});
}

TEST(CupelHppTest, ThrownCallbackComesOutOfTheScan) {
  cupel::Engine engine;
  cupel::ScanOptions options;
  options.finding = [](const cupel::Finding&) -> bool {
    throw std::runtime_error("mine");
  };
  cupel::Scanner scanner(engine, Compile(engine, kNeedle), options);
  EXPECT_THROW(scanner.ScanMemory("a", "NEEDLE"), std::runtime_error);
  // And does not come out again.
  EXPECT_EQ(scanner.ScanMemory("b", "hay").verdict(), cupel::Verdict::kClean);
}

TEST(CupelHppTest, BrokenRulesThrowWithDiagnostics) {
  cupel::Engine engine;
  try {
    Compile(engine, "rule a { condition: true }\nrule bad { condition: x }");
    FAIL() << "compiled";
  } catch (const cupel::Error& error) {
    EXPECT_EQ(error.code(), CUPEL_STATUS_INVALID_ARGUMENT);
    EXPECT_FALSE(error.message().empty());
    EXPECT_EQ(error.message(), error.what());
    ASSERT_EQ(error.diagnostics().size(), 1u);
    EXPECT_EQ(error.diagnostics()[0].line, 2);
    EXPECT_EQ(error.diagnostics()[0].severity, cupel::Severity::kError);
    EXPECT_NE(error.diagnostics()[0].message.find("x"), std::string::npos);
  }
}

TEST(CupelHppTest, DefineTakesTheTypeOfItsValue) {
  cupel::Engine engine;
  cupel::RuleSources sources;
  sources.AddText("rules",
                  "rule typed { condition: b and i == -3 and f == 1.5 and "
                  "s == \"text\" and c == \"chars\" }");
  sources.Define("b", true);
  sources.Define("i", -3);
  sources.Define("f", 1.5);
  sources.Define("s", std::string("text"));
  sources.Define("c", "chars");
  cupel::Scanner scanner(engine, cupel::Ruleset(engine, sources));
  EXPECT_EQ(scanner.ScanMemory("a", "x").verdict(), cupel::Verdict::kMatched);
}

TEST(CupelHppTest, UsingWhatWasMovedFromThrows) {
  cupel::Engine engine;
  cupel::Scanner scanner(engine, Compile(engine, kNeedle));
  const cupel::Scanner taken = std::move(scanner);
  // NOLINTNEXTLINE(bugprone-use-after-move): this is what is being tested.
  EXPECT_THROW(scanner.ScanMemory("a", "x"), cupel::Error);
}

TEST(CupelHppTest, LimitsAreFilledAndHold) {
  const cupel::Limits defaults = cupel::Limits().Filled();
  EXPECT_EQ(defaults.file_time_ns, 10'000'000'000u);
  EXPECT_EQ(defaults.files, 131'072u);
  cupel::Engine engine;
  cupel::ScanOptions options;
  options.limits.file_bytes = 10;
  cupel::Scanner scanner(engine, Compile(engine, kNeedle), options);
  const cupel::Report report = scanner.ScanMemory("a", "0123456789NEEDLE");
  EXPECT_EQ(report.verdict(), cupel::Verdict::kUnknown);
  EXPECT_EQ(report.coverage(), cupel::Coverage::kPartial);
}

TEST(CupelHppTest, WriteGivesWhatRenderGives) {
  cupel::Engine engine;
  cupel::Scanner scanner(engine, Compile(engine, kNeedle));
  const cupel::Report report = scanner.ScanMemory("a", "NEEDLE");
  std::string written;
  report.Write(cupel::ReportFormat::kJson, {}, [&](std::string_view piece) {
    written += piece;
    return true;
  });
  EXPECT_EQ(written, report.Render(cupel::ReportFormat::kJson).view());
}

TEST(CupelHppTest, WriteCanBeStopped) {
  cupel::Engine engine;
  const cupel::Report report = cupel::Scanner(engine).ScanMemory("a", "x");
  try {
    report.Write(cupel::ReportFormat::kJson, {},
                 [](std::string_view) { return false; });
    FAIL() << "was not stopped";
  } catch (const cupel::Error& error) {
    EXPECT_EQ(error.code(), CUPEL_STATUS_ABORTED);
  }
  EXPECT_THROW(report.Write(cupel::ReportFormat::kJson, {},
                            [](std::string_view) -> bool {
                              throw std::runtime_error("mine");
                            }),
               std::runtime_error);
}

// The call has its result then all the same, which a leak checker looks for.
TEST(CupelHppTest, ThrownCallbackComesOutOfAPluginsRun) {
  const cupel::Plugins plugins;
  cupel::PluginInput input;
  input.bytes = "6869";
  std::string taken;
  plugins.Run("decoder:hex", input,
              [&taken](uint64_t, std::string_view, std::string_view child) {
                taken = child;
                return true;
              });
  EXPECT_EQ(taken, "hi");
  EXPECT_THROW(
      plugins.Run("decoder:hex", input,
                  [](uint64_t, std::string_view, std::string_view) -> bool {
                    throw std::runtime_error("mine");
                  }),
      std::runtime_error);
}

TEST(CupelHppTest, CancelledScanSaysSo) {
  cupel::Engine engine;
  cupel::Scanner scanner(engine, Compile(engine, kNeedle));
  cupel::Cancel cancel;
  cancel.Trigger();
  const cupel::Report report = scanner.ScanMemory("a", "NEEDLE", &cancel);
  EXPECT_NE(report.verdict(), cupel::Verdict::kClean);
  EXPECT_NE(report.coverage(), cupel::Coverage::kComplete);
}

TEST(CupelHppTest, SelectNarrowsAndRefusesWhatFitsNothing) {
  cupel::Engine engine;
  cupel::Scanner scanner(engine, Compile(engine,
                                         "rule one : a { condition: true }\n"
                                         "rule two : b { condition: true }"));
  EXPECT_THROW(scanner.Select(cupel::SelectBy::kTag, "nowhere"), cupel::Error);
  scanner.Select(cupel::SelectBy::kTag, "a", /*exclude=*/true);
  EXPECT_EQ(scanner.ScanMemory("a", "x").Counts().findings, 1u);
}

TEST(CupelHppTest, RulesetTellsAboutItself) {
  cupel::Engine engine;
  const cupel::Ruleset rules = Compile(engine, kNeedle);
  EXPECT_EQ(rules.count(), 1u);
  EXPECT_EQ(rules.digest().size(), 64u);
  EXPECT_FALSE(rules.from_cache());
  EXPECT_TRUE(rules.Warnings().empty());
  EXPECT_NE(rules.Json().view().find("needle"), std::string_view::npos);
}

TEST(CupelHppTest, TwoTranslationUnitsLinkTogether) {
  EXPECT_TRUE(SecondTranslationUnitScans());
}

}  // namespace
