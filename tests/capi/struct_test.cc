// Structs of other versions: shorter ones, longer ones, and nonsense.
#include <cstring>
#include <functional>
#include <vector>

#include "struct_testing.h"

namespace cupel_test {
namespace {

TEST(StructTest, EngineOptions) {
  CheckSizes<cupel_engine_options>(
      CUPEL_ENGINE_OPTIONS_INIT, [](const cupel_engine_options* options) {
        cupel_engine* engine = nullptr;
        const auto status = cupel_engine_new(options, &engine, nullptr);
        cupel_engine_free(engine);
        return status;
      });
}

TEST(StructTest, RulesetOptions) {
  const auto engine = NewEngine();
  const auto sources = Make<Sources>(cupel_rule_sources_new);
  MustBeOk(cupel_rule_sources_add_text, sources.get(), View("test"),
           View(kNeedleRule));
  CheckSizes<cupel_ruleset_options>(
      CUPEL_RULESET_OPTIONS_INIT, [&](const cupel_ruleset_options* options) {
        cupel_ruleset* ruleset = nullptr;
        const auto status = cupel_ruleset_compile(engine.get(), sources.get(),
                                                  options, &ruleset, nullptr);
        cupel_ruleset_free(ruleset);
        return status;
      });
}

TEST(StructTest, ScanOptionsAndLimitsInside) {
  const auto engine = NewEngine();
  const auto call = [&](const cupel_scan_options* options) {
    cupel_scanner* scanner = nullptr;
    const auto status =
        cupel_scanner_new(engine.get(), nullptr, options, &scanner, nullptr);
    cupel_scanner_free(scanner);
    return status;
  };
  CheckSizes<cupel_scan_options>(CUPEL_SCAN_OPTIONS_INIT, call);
  CheckSizes<cupel_limits>(CUPEL_LIMITS_INIT, [&](const cupel_limits* limits) {
    cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
    options.limits = limits;
    return call(&options);
  });
}

TEST(StructTest, FieldsBeyondStructSizeAreNotRead) {
  const auto engine = NewEngine();
  cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
  options.struct_size = offsetof(cupel_scan_options, limits);
  // Would crash.
  std::memset(&options.limits, 0x5a, sizeof(options.limits));
  std::memset(&options.progress, 0x5a, sizeof(options.progress));
  const auto scanner =
      Make<Scanner>(cupel_scanner_new, engine.get(), nullptr, &options);
  ScanText(scanner, "text");
}

TEST(StructTest, LimitsFill) {
  cupel_limits limits = CUPEL_LIMITS_INIT;
  limits.depth = 3;
  limits.ratio = CUPEL_UNLIMITED;
  MustBeOk(cupel_limits_fill, &limits);
  EXPECT_EQ(limits.struct_size, sizeof(limits));
  EXPECT_EQ(limits.total_time_ns, uint64_t{3600} * 1000000000);
  EXPECT_EQ(limits.file_time_ns, uint64_t{10} * 1000000000);
  EXPECT_EQ(limits.total_bytes, uint64_t{4} << 30);
  EXPECT_EQ(limits.file_bytes, uint64_t{128} << 20);
  EXPECT_EQ(limits.ratio, CUPEL_UNLIMITED);
  EXPECT_EQ(limits.files, 131072u);
  EXPECT_EQ(limits.depth, 3u);
  EXPECT_EQ(limits.name_bytes, 4096u);
  EXPECT_EQ(limits.matches_per_rule, 1000u);
  EXPECT_EQ(limits.memory_bytes, uint64_t{1} << 30);
}

TEST(StructTest, LimitsFillWritesNoMoreThanTheCallerKnows) {
  cupel_limits limits = CUPEL_LIMITS_INIT;
  limits.struct_size = offsetof(cupel_limits, total_bytes);
  MustBeOk(cupel_limits_fill, &limits);
  EXPECT_EQ(limits.struct_size, offsetof(cupel_limits, total_bytes));
  EXPECT_NE(limits.file_time_ns, 0u);
  EXPECT_EQ(limits.total_bytes, 0u);
}

TEST(StructTest, LimitsFillSizes) {
  CheckSizes<cupel_limits>(CUPEL_LIMITS_INIT, [](const cupel_limits* limits) {
    auto copy = MakeNewer(*limits, 0);
    std::memcpy(
        &copy, limits,
        limits->struct_size == sizeof(copy) ? sizeof(copy) : sizeof(*limits));
    return cupel_limits_fill(&copy.known, nullptr);
  });
}

TEST(StructTest, OutStructs) {
  const auto engine = NewEngine();
  const auto ruleset = Compile(engine, kNeedleRule);
  const auto scanner =
      Make<Scanner>(cupel_scanner_new, engine.get(), ruleset.get(), nullptr);
  const auto report = ScanText(scanner, "a needle in it");

  auto newer = MakeNewer(cupel_report_counts{}, 77);
  MustBeOk(cupel_report_get_counts, report.get(), &newer.known);
  EXPECT_EQ(newer.known.struct_size, sizeof(newer));
  EXPECT_EQ(newer.known.payloads, 1u);
  EXPECT_EQ(newer.unknown, 0u) << "what the library does not know is zero";

  cupel_report_counts older{};
  older.struct_size = offsetof(cupel_report_counts, matched);
  older.matched = 77;
  MustBeOk(cupel_report_get_counts, report.get(), &older);
  EXPECT_EQ(older.struct_size, offsetof(cupel_report_counts, matched));
  EXPECT_EQ(older.payloads, 1u);
  EXPECT_EQ(older.matched, 77u) << "written although the caller has no such";

  for (const size_t size : {size_t{0}, size_t{7}, size_t{12}, SIZE_MAX}) {
    cupel_report_counts counts{};
    counts.struct_size = size;
    counts.payloads = 77;
    EXPECT_EQ(cupel_report_get_counts(report.get(), &counts, nullptr),
              CUPEL_STATUS_INVALID_ARGUMENT);
    EXPECT_EQ(counts.payloads, 77u) << "left as it was on failure";
  }
}

}  // namespace
}  // namespace cupel_test
