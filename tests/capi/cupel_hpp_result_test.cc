// result.hpp: failures as values, and what is left of objects that were moved.
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "cupel/cupel.hpp"

namespace {

using cupel::Result;
using cupel::Try;
using cupel::TryMake;

constexpr std::string_view kNeedle =
    "rule needle { strings: $a = \"NEEDLE\" condition: $a }";

static_assert(
    std::is_same_v<decltype(Try(std::declval<int (*)()>())), Result<int>>);
static_assert(
    std::is_same_v<decltype(Try(std::declval<void (*)()>())), Result<void>>);
static_assert(std::is_nothrow_move_constructible_v<Result<cupel::Report>>);
static_assert(!std::is_copy_constructible_v<Result<cupel::Report>>);

cupel::Result<cupel::Ruleset> Compile(const cupel::Engine& engine,
                                      std::string_view text) {
  cupel::RuleSources sources;
  sources.AddText("rules", text);
  return TryMake<cupel::Ruleset>(engine, sources);
}

TEST(CupelHppResultTest, HoldsWhatWorked) {
  cupel::Engine engine;
  const Result<cupel::Ruleset> rules = Compile(engine, kNeedle);
  ASSERT_TRUE(rules);
  EXPECT_TRUE(rules.has_value());
  EXPECT_EQ(rules.code(), CUPEL_STATUS_OK);
  EXPECT_EQ(rules->count(), 1u);
  EXPECT_EQ((*rules).count(), 1u);
  EXPECT_EQ(rules.value().count(), 1u);
}

TEST(CupelHppResultTest, HoldsWhyItDidNot) {
  cupel::Engine engine;
  const Result<cupel::Ruleset> rules = Compile(engine, "rule broken {");
  ASSERT_FALSE(rules);
  EXPECT_EQ(rules.code(), CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(rules.error().code(), CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT_FALSE(rules.error().message().empty());
  ASSERT_EQ(rules.error().diagnostics().size(), 1u);
  EXPECT_EQ(rules.error().diagnostics()[0].file, "rules");
}

TEST(CupelHppResultTest, ValueThrowsTheError) {
  const Result<cupel::Job> job = Try([] { return cupel::Job::Parse("{"); });
  try {
    static_cast<void>(job.value());
    FAIL() << "nothing was thrown";
  } catch (const cupel::Error& error) {
    EXPECT_EQ(error.code(), CUPEL_STATUS_INVALID_ARGUMENT);
    EXPECT_EQ(error.message(), job.error().message());
  }
}

TEST(CupelHppResultTest, MovesTheValueOut) {
  cupel::Engine engine;
  Result<cupel::Report> report = Try([&] {
    cupel::Scanner scanner(engine);
    return scanner.ScanMemory("a", "x");
  });
  ASSERT_TRUE(report);
  const cupel::Report taken = std::move(report).value();
  EXPECT_EQ(taken.Counts().payloads, 1u);
}

TEST(CupelHppResultTest, GivesAnotherValueInstead) {
  EXPECT_EQ(Try([] { return 7; }).value_or(1), 7);
  const auto failed =
      Try([] { return cupel::HashToken("x").view().size() / size_t{2}; });
  EXPECT_EQ(failed.value_or(size_t{0}), size_t{32});
  EXPECT_EQ(Try([] {
              return static_cast<int>(cupel::Job::Parse("").kind());
            }).value_or(-1),
            -1);
}

TEST(CupelHppResultTest, TellsWhetherAnActionWorked) {
  const auto check = [](cupel::TaskStatus to) {
    return Try(
        [to] { cupel::CheckTransition(cupel::TaskStatus::kQueued, to); });
  };
  const Result<void> legal = check(cupel::TaskStatus::kDispatched);
  EXPECT_TRUE(legal);
  EXPECT_EQ(legal.code(), CUPEL_STATUS_OK);
  EXPECT_NO_THROW(legal.value());
  const Result<void> illegal = check(cupel::TaskStatus::kCompleted);
  ASSERT_FALSE(illegal);
  EXPECT_EQ(illegal.error().code(), CUPEL_STATUS_FAILED_PRECONDITION);
  EXPECT_THROW(illegal.value(), cupel::Error);
}

TEST(CupelHppResultTest, LeavesOtherExceptionsAlone) {
  EXPECT_THROW(static_cast<void>(Try([] { throw std::runtime_error("mine"); })),
               std::runtime_error);
  cupel::Engine engine;
  cupel::ScanOptions options;
  options.finding = [](const cupel::Finding&) -> bool {
    throw std::runtime_error("mine");
  };
  const auto rules = Compile(engine, kNeedle);
  cupel::Scanner scanner(engine, *rules, options);
  EXPECT_THROW(
      static_cast<void>(Try([&] { return scanner.ScanMemory("a", "NEEDLE"); })),
      std::runtime_error);
}

TEST(CupelHppResultTest, TakesWhatACallbackFailedWith) {
  cupel::Engine engine;
  cupel::ScanOptions options;
  options.finding = [](const cupel::Finding&) {
    static_cast<void>(cupel::Schema("{\"type\":7}"));
    return true;
  };
  const auto rules = Compile(engine, kNeedle);
  cupel::Scanner scanner(engine, *rules, options);
  const auto report = Try([&] { return scanner.ScanMemory("a", "NEEDLE"); });
  ASSERT_FALSE(report);
  EXPECT_EQ(report.code(), CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT_NE(report.error().message().find("type"), std::string_view::npos);
}

TEST(CupelHppResultTest, FailsForWhatWasMoved) {
  cupel::Engine engine;
  cupel::Scanner scanner(engine);
  const cupel::Scanner taken = std::move(scanner);
  const cupel::Plugins plugins;
  // NOLINTBEGIN(bugprone-use-after-move): this is what is being tested.
  EXPECT_EQ(Try([&] { return scanner.ScanMemory("a", "x"); }).code(),
            CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(Try([&] {
              scanner.Ingest("filedir", "", [](cupel::Report) { return true; });
            }).code(),
            CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(Try([&] { scanner.UsePlugins(plugins, {}); }).code(),
            CUPEL_STATUS_INVALID_ARGUMENT);
  cupel::Report report(nullptr);
  EXPECT_EQ(report.verdict(), cupel::Verdict::kUnknown);
  EXPECT_EQ(Try([&] { return report.Counts().payloads; }).code(),
            CUPEL_STATUS_INVALID_ARGUMENT);
  cupel::Engine other = std::move(engine);
  EXPECT_EQ(TryMake<cupel::Scanner>(engine).code(),
            CUPEL_STATUS_INVALID_ARGUMENT);
  engine = std::move(other);
  EXPECT_TRUE(TryMake<cupel::Scanner>(engine));
  // NOLINTEND(bugprone-use-after-move)
}

TEST(CupelHppResultTest, AnErrorMayBeCopiedAndOutlivesItsCause) {
  cupel::Error copy = [] {
    const auto failed = Try([] { return cupel::Job::Parse("{"); });
    return failed.error();
  }();
  const cupel::Error again = copy;
  EXPECT_EQ(again.message(), copy.message());
  EXPECT_STREQ(again.what(), std::string(copy.message()).c_str());
}

TEST(CupelHppResultTest, AnErrorWithoutAnObjectHasItsCode) {
  const cupel::Error error(CUPEL_STATUS_UNAVAILABLE, nullptr);
  EXPECT_EQ(error.message(), "UNAVAILABLE");
  EXPECT_TRUE(error.diagnostics().empty());
}

TEST(CupelHppResultTest, LosesWhatALogThrows) {
  int lines = 0;
  cupel::WorkerOptions options;
  options.config = "[queue]\nurl = \"memory:\"\n";
  options.log = [&lines](cupel::LogLevel, std::string_view) {
    ++lines;
    throw std::runtime_error("mine");
  };
  const cupel::Worker worker(std::move(options));
  EXPECT_NO_THROW(worker.Drain());
  EXPECT_GE(lines, 1);
}

TEST(CupelHppResultTest, VersionsAreThoseOfTheHeaders) {
  EXPECT_EQ(cupel::Version(), uint32_t{CUPEL_VERSION_MAJOR} << 16 |
                                  uint32_t{CUPEL_VERSION_MINOR} << 8 |
                                  uint32_t{CUPEL_VERSION_PATCH});
  EXPECT_EQ(cupel::AbiVersion(), uint32_t{CUPEL_ABI_VERSION});
}

}  // namespace
