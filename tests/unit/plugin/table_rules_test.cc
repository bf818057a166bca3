// Tables that are wrong, or of another header than ours.
#include <gmock/gmock.h>

#include <cstddef>

#include "base/status.h"
#include "tests/unit/plugin/table_testing.h"

namespace cupel {
namespace {

using ::testing::HasSubstr;

absl::Status Check(const cupel_plugin_v1& table) {
  return NewTablePlugin(&table, "x.so", nullptr).status();
}

// The message, if the code is `code`.
std::string Refusal(absl::StatusCode code, const cupel_plugin_v1& table) {
  const absl::Status status = Check(table);
  EXPECT_EQ(status.code(), code) << status;
  return std::string(MessageOf(status));
}

TEST(TableRules, ASoundOneIsTaken) { EXPECT_TRUE(Check(WorkerTable()).ok()); }

TEST(TableRules, SizesThatCannotBe) {
  EXPECT_TRUE(absl::IsInvalidArgument(
      NewTablePlugin(nullptr, "x.so", nullptr).status()));
  cupel_plugin_v1 table = WorkerTable();
  for (const size_t size :
       {size_t{0}, size_t{16}, offsetof(cupel_plugin_v1, version),
        sizeof(table) - 1, sizeof(table) - 4}) {
    table.struct_size = size;
    EXPECT_THAT(Refusal(absl::StatusCode::kInvalidArgument, table),
                HasSubstr("must be sizeof(cupel_plugin_v1)"))
        << size;
  }
}

TEST(TableRules, AnotherAbiSaysWhatToDo) {
  cupel_plugin_v1 table = WorkerTable();
  table.abi = 2;
  EXPECT_THAT(Refusal(absl::StatusCode::kFailedPrecondition, table),
              HasSubstr("build it with the headers"));
}

TEST(TableRules, AnOlderTableEndsBeforeWhatItDoesNotKnow) {
  cupel_plugin_v1 table = WorkerTable();
  table.struct_size = offsetof(cupel_plugin_v1, extract);
  // Not part of it: must not be read.
  table.options = WorkerTable().options;
  table.normalize = reinterpret_cast<cupel_method_fn>(uintptr_t{1});
  table.heartbeat = nullptr;
  const auto plugin = NewTablePlugin(&table, "x.so", nullptr);
  ASSERT_TRUE(plugin.ok()) << plugin.status();
  table.struct_size = offsetof(cupel_plugin_v1, scan);
  EXPECT_THAT(Refusal(absl::StatusCode::kInvalidArgument, table),
              HasSubstr("without `scan`"));
}

TEST(TableRules, FlagsAndNeedsThatNobodyKnowsAreRefused) {
  cupel_plugin_v1 table = WorkerTable();
  table.flags = 1u << 9;
  EXPECT_THAT(Refusal(absl::StatusCode::kFailedPrecondition, table),
              HasSubstr("made for a newer Cupel"));
  table = WorkerTable();
  table.needs = CUPEL_NEEDS_NETWORK | 1u << 5;
  EXPECT_THAT(Refusal(absl::StatusCode::kFailedPrecondition, table),
              HasSubstr("needs 0x21"));
  table = WorkerTable();
  table.reserved = 1;
  EXPECT_FALSE(Check(table).ok());
}

TEST(TableRules, CategoriesAndTiersThatAreNone) {
  for (const int32_t category : {0, -1, 10, INT32_MAX}) {
    cupel_plugin_v1 table = WorkerTable();
    table.category = category;
    EXPECT_THAT(Refusal(absl::StatusCode::kInvalidArgument, table),
                HasSubstr("none of 1 to 9"));
  }
  cupel_plugin_v1 table = WorkerTable();
  table.least_tier = 4;
  EXPECT_THAT(Refusal(absl::StatusCode::kInvalidArgument, table),
              HasSubstr("least_tier 4"));
}

TEST(TableRules, ACategoryNeedsItsMethod) {
  constexpr const char* kMethods[] = {"ingest",   "read",  "scan",
                                      "extract",  "carve", "decode",
                                      "decorate", "save",  "normalize"};
  for (int32_t category = 1; category <= 9; ++category) {
    cupel_plugin_v1 table = WorkerTable();
    table.category = category;
    table.scan = nullptr;
    EXPECT_THAT(Refusal(absl::StatusCode::kInvalidArgument, table),
                HasSubstr(std::string("`") + kMethods[category - 1] + "`"));
  }
}

TEST(TableRules, TextsThatCannotBe) {
  cupel_plugin_v1 table = WorkerTable();
  for (const char* name :
       {static_cast<const char*>(nullptr), "", ".x", "a b", "a/b", "\xff"}) {
    table.name = name;
    EXPECT_FALSE(Check(table).ok()) << (name == nullptr ? "NULL" : name);
  }
  const auto with = [](const char* cupel_plugin_v1::* field, const char* text) {
    cupel_plugin_v1 changed = WorkerTable();
    changed.*field = text;
    return std::string(MessageOf(Check(changed)));
  };
  EXPECT_THAT(with(&cupel_plugin_v1::description, "\xff"), HasSubstr("UTF-8"));
  EXPECT_THAT(with(&cupel_plugin_v1::max_tlp, "pink"), HasSubstr("'pink'"));
  EXPECT_THAT(with(&cupel_plugin_v1::requires_plugins, "pe"),
              HasSubstr("category:name"));
  EXPECT_THAT(with(&cupel_plugin_v1::options, "[]"), HasSubstr("JSON object"));
  EXPECT_THAT(with(&cupel_plugin_v1::options, "{"), HasSubstr("options"));
  EXPECT_THAT(with(&cupel_plugin_v1::min_version, "99"), HasSubstr("needs"));
  EXPECT_THAT(with(&cupel_plugin_v1::max_version, "0.0.1"),
              HasSubstr("older than"));
  EXPECT_THAT(with(&cupel_plugin_v1::min_version, "new"),
              HasSubstr("no version"));
}

TEST(TableRules, AVersionMayBeLeftOut) {
  cupel_plugin_v1 table = WorkerTable();
  table.version = nullptr;
  const auto plugin = NewTablePlugin(&table, "x.so", nullptr);
  ASSERT_TRUE(plugin.ok());
  EXPECT_EQ((*plugin)->info().version, "");
}

}  // namespace
}  // namespace cupel
