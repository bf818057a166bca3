// The public JSON-Schema-Test-Suite, from Debian's package. A group is either
// refused when compiling, by name in a list below, or every case of it must get
// the suite's answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>

#include "tests/unit/schema/schema_testing.h"

namespace cupel {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSuite = "/usr/share/json-schema-test-suite/tests";
constexpr std::string_view kDraft7 = "http://json-schema.org/draft-07/schema#";

// A group that is not checked, and the keyword because of which.
struct Refused {
  std::string_view file;
  std::string_view group;
  std::string_view keyword;
};

// All of them want another document, or a "$id" within a schema.
constexpr std::array kRefused = {
    Refused{"definitions.json", "valid definition", "$ref"},
    Refused{"definitions.json", "invalid definition", "$ref"},
    Refused{"ref.json", "remote ref, containing refs itself", "$ref"},
    Refused{"ref.json", "Recursive references between schemas", "$id"},
    Refused{"refRemote.json", "remote ref", "$ref"},
    Refused{"refRemote.json", "fragment within remote ref", "$ref"},
    Refused{"refRemote.json", "ref within remote ref", "$ref"},
    Refused{"refRemote.json", "base URI change", "$id"},
    Refused{"refRemote.json", "base URI change - change folder", "$id"},
    Refused{"refRemote.json", "base URI change - change folder in subschema",
            "$id"},
    Refused{"refRemote.json", "root ref in remote ref", "$ref"},
};

// In draft 4 "exclusiveMaximum" is true or false, beside a "maximum". From
// draft 6 on it is a number, and true is an error of the schema.
constexpr std::array kChangedSinceDraft4 = {
    Refused{"maximum.json", "maximum validation (explicit false exclusivity)",
            "exclusiveMaximum"},
    Refused{"maximum.json", "exclusiveMaximum validation", "exclusiveMaximum"},
    Refused{"minimum.json", "minimum validation (explicit false exclusivity)",
            "exclusiveMinimum"},
    Refused{"minimum.json", "exclusiveMinimum validation", "exclusiveMinimum"},
};

template <size_t kSize>
const Refused* FindIn(const std::array<Refused, kSize>& list,
                      std::string_view file, const Json& group) {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const Refused& r) {
        return r.file == file && group["description"] == r.group;
      });
  return found == list.end() ? nullptr : &*found;
}

struct Count {
  size_t groups = 0;
  size_t cases = 0;
  size_t refused = 0;
};

Json ReadFile(const fs::path& path) {
  std::ifstream in(path);
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  EXPECT_FALSE(text.empty()) << path << " is not there";
  // Not ParseJson(): integers of any size are part of the suite.
  return Json::parse(text, nullptr, false);
}

// With `version` as its "$schema", if that is not empty.
Json InVersion(const Json& schema, std::string_view version) {
  if (version.empty() || !schema.is_object()) return schema;
  Json copy = Json::object();
  copy["$schema"] = version;
  for (const auto& [key, value] : schema.items()) {
    if (key != "$schema") copy[key] = value;
  }
  return copy;
}

// The message names the keyword. Draft 4's "id" is none any more, so that what
// is relative to it is what cannot be had.
void ExpectRefused(const absl::Status& status, absl::StatusCode code,
                   const Refused& refused, Count* count) {
  ++count->refused;
  EXPECT_EQ(status.code(), code)
      << refused.file << ": " << refused.group << ": " << status;
  EXPECT_THAT(MessageOf(status),
              ::testing::AnyOf(::testing::HasSubstr(refused.keyword),
                               ::testing::HasSubstr("$ref")));
}

void RunGroup(const std::string& name, const Json& group,
              std::string_view version, Count* count) {
  ++count->groups;
  const auto schema = Schema::Compile(InVersion(group["schema"], version));
  if (const auto* const refused = FindIn(kRefused, name, group)) {
    ExpectRefused(schema.status(), absl::StatusCode::kUnimplemented, *refused,
                  count);
    return;
  }
  ASSERT_TRUE(schema.ok()) << name << ": " << group["description"] << ": "
                           << schema.status();
  for (const Json& test : group["tests"]) {
    ++count->cases;
    EXPECT_EQ(IssuesOf(**schema, test["data"]).empty(),
              test["valid"].get<bool>())
        << name << ": " << group["description"] << ": " << test["description"];
  }
}

Count RunFiles(std::string_view draft, std::string_view version,
               const std::set<std::string>& leave_out = {}) {
  Count count;
  const fs::path folder = fs::path(kSuite) / draft;
  EXPECT_TRUE(fs::is_directory(folder))
      << folder << ": install json-schema-test-suite";
  if (!fs::is_directory(folder)) return count;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    if (!entry.is_regular_file() || leave_out.count(name) > 0) continue;
    const Json groups = ReadFile(entry.path());
    EXPECT_TRUE(groups.is_array()) << name;
    for (const Json& group : groups) {
      const auto* const changed = FindIn(kChangedSinceDraft4, name, group);
      if (draft == "draft4" && changed != nullptr) {
        ExpectRefused(
            Schema::Compile(InVersion(group["schema"], version)).status(),
            absl::StatusCode::kInvalidArgument, *changed, &count);
        continue;
      }
      RunGroup(name, group, version, &count);
    }
  }
  return count;
}

TEST(SuiteTest, Draft7) {
  const Count count = RunFiles("draft7", kDraft7);
  EXPECT_GE(count.groups, 124u);
  EXPECT_GE(count.cases, 402u);
  EXPECT_EQ(count.refused, kRefused.size());
}

// Draft 7 added keywords to draft 6 and changed none.
TEST(SuiteTest, Draft6AsDraft7) {
  const Count count = RunFiles("draft6", kDraft7);
  EXPECT_GE(count.groups, 117u);
  EXPECT_GE(count.cases, 384u);
}

TEST(SuiteTest, Draft4AsDraft7) {
  const Count count = RunFiles("draft4", kDraft7);
  EXPECT_GE(count.groups, 80u);
  EXPECT_GE(count.cases, 287u);
}

// What 2020-12 did not change. It has no suite in Debian.
TEST(SuiteTest, Draft7As2020) {
  const Count count =
      RunFiles("draft7", "",
               {"additionalItems.json", "definitions.json", "dependencies.json",
                "items.json", "ref.json", "refRemote.json"});
  EXPECT_GE(count.groups, 89u);
  EXPECT_GE(count.cases, 329u);
  EXPECT_EQ(count.refused, 0u);
}

TEST(SuiteTest, OptionalNumbers) {
  Count count;
  for (const char* const file : {"bignum.json", "zeroTerminatedFloats.json"}) {
    const Json groups =
        ReadFile(fs::path(kSuite) / "draft7" / "optional" / file);
    for (const Json& group : groups) RunGroup(file, group, kDraft7, &count);
  }
  EXPECT_GE(count.groups, 10u);
  EXPECT_GE(count.cases, 10u);
}

}  // namespace
}  // namespace cupel
