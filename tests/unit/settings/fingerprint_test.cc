#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/status.h"
#include "rings.h"

namespace cupel {
namespace {

using ::testing::StartsWith;

std::string PrintOf(const std::string& json, const Keyring& ring) {
  auto print = SettingsFingerprint(*ParseJson(json, "test"), "nmap", ring);
  EXPECT_TRUE(print.ok()) << print.status();
  return *std::move(print);
}

// Made with Python's hashlib from the description.
TEST(Fingerprint, KnownAnswer) {
  const auto print = SettingsFingerprint(
      *ParseJson(R"({"API_KEY":"hunter2","TOP_PORTS":250})", "test"),
      "dns-records", RingOf({kCountingKey}));
  EXPECT_EQ(*print,
            "79427074a56e3988:b1b1f54861e083f0182d0aea38b54d8340c12e79e7aa5a95d"
            "b5e519cb7578945");
}

TEST(Fingerprint, EqualForEqualSettings) {
  const Keyring ring = RingOf({NewKey()});
  const std::string print =
      PrintOf(R"({"a":1,"b":{"c":[true,null],"d":"x"}})", ring);
  EXPECT_THAT(print, StartsWith(ring.ids()[0] + ":"));
  EXPECT_EQ(print.size(), 16 + 1 + 64U);
  for (const char* same : {R"({"b":{"c":[true,null],"d":"x"},"a":1})",
                           R"({"a":1.0,"b":{"d":"x","c":[true,null]}})",
                           R"({"a":1e0,"b":{"d":"\u0078","c":[true,null]}})"}) {
    EXPECT_EQ(PrintOf(same, ring), print) << same;
  }
}

TEST(Fingerprint, DifferentForAllElse) {
  const Keyring ring = RingOf({NewKey()});
  std::set<std::string> prints;
  const std::string different[] = {"{}",
                                   R"({"a":null})",
                                   R"({"a":true})",
                                   R"({"a":false})",
                                   R"({"a":0})",
                                   R"({"a":1})",
                                   R"({"a":1.5})",
                                   R"({"a":"1"})",
                                   R"({"a":""})",
                                   R"({"a":[]})",
                                   R"({"a":[1]})",
                                   R"({"a":{}})",
                                   R"({"a":{"b":1}})",
                                   R"({"b":{"a":1}})",
                                   R"({"a":"b","c":"d"})",
                                   R"({"a":"d","c":"b"})",
                                   R"({"ab":""})",
                                   R"({"a":"b"})",
                                   "{\"a\":\"\\u00e9\"}",
                                   "{\"a\":\"e\\u0301\"}"};
  for (const std::string& json : different) {
    EXPECT_TRUE(prints.insert(PrintOf(json, ring)).second) << json;
  }
}

TEST(Fingerprint, DependsOnPluginAndKey) {
  const std::string old_key = NewKey();
  const Keyring ring = RingOf({old_key});
  const auto print = [](std::string_view plugin, const Keyring& keys) {
    return *SettingsFingerprint(ExampleSettings(), plugin, keys);
  };
  EXPECT_NE(print("nmap", ring), print("other", ring));
  const Keyring other = RingOf({NewKey(), old_key});
  EXPECT_NE(print("nmap", ring).substr(17), print("nmap", other).substr(17));
  EXPECT_TRUE(absl::IsFailedPrecondition(
      SettingsFingerprint(ExampleSettings(), "nmap", Keyring()).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(
      SettingsFingerprint(Json::array(), "nmap", ring).status()));
}

}  // namespace
}  // namespace cupel
