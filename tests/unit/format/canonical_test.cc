#include "format/canonical.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "format/json.h"

namespace cupel {
namespace {

using namespace std::string_literals;

std::string Canonical(const std::string& json) {
  return CanonicalJson(*ParseJson(json, "test"));
}

TEST(CanonicalJson, KnownBytes) {
  EXPECT_EQ(Canonical("null"), "n");
  EXPECT_EQ(Canonical("true"), "t");
  EXPECT_EQ(Canonical("false"), "f");
  EXPECT_EQ(Canonical("-12"), "i\0\0\0\0\0\0\0\3-12"s);
  EXPECT_EQ(Canonical("2.5"), "d\x40\x04\0\0\0\0\0\0"s);
  EXPECT_EQ(Canonical("\"a\\u0000\""), "s\0\0\0\0\0\0\0\2a\0"s);
  EXPECT_EQ(Canonical("[[],1]"),
            "a\0\0\0\0\0\0\0\2a\0\0\0\0\0\0\0\0i\0\0\0\0\0\0\0\1\x31"s);
  EXPECT_EQ(Canonical("{\"b\":true,\"a\":{}}"),
            "o\0\0\0\0\0\0\0\2"s
            "\0\0\0\0\0\0\0\1ao\0\0\0\0\0\0\0\0"s
            "\0\0\0\0\0\0\0\1bt"s);
}

TEST(CanonicalJson, EqualNumbersAreEqual) {
  const std::vector<std::vector<std::string>> groups = {
      {"0", "0.0", "-0.0", "0e5"},
      {"1", "1.0", "1e0", "10e-1"},
      {"9007199254740993"},
      {"9007199254740992", "9007199254740992.0"},
      {"-9223372036854775808", "-9223372036854775808.0"},
      {"9223372036854775807"},
      {"9223372036854775808", "9223372036854775808.0"},
      {"18446744073709551615"},
      {"18446744073709549568", "18446744073709549568.0"},
      {"18446744073709551616.0", "1.8446744073709552e19"},
      {"-9223372036854777856.0"},
      {"0.1", "1e-1"},
      {"5e-324"},
      {"true"},
      {"\"1\""}};
  std::map<std::string, size_t> seen;
  for (size_t i = 0; i < groups.size(); ++i) {
    for (const std::string& number : groups[i]) {
      EXPECT_EQ(seen.emplace(Canonical(number), i).first->second, i) << number;
    }
  }
  EXPECT_EQ(seen.size(), groups.size());
}

TEST(CanonicalJson, OrderOfKeysDoesNotCountAndThatOfItemsDoes) {
  EXPECT_EQ(Canonical(R"({"a":{"x":1,"y":2},"b":3})"),
            Canonical(R"({"b":3,"a":{"y":2,"x":1}})"));
  EXPECT_NE(Canonical("[1,2]"), Canonical("[2,1]"));
}

TEST(CanonicalJson, BordersCannotBeShifted) {
  EXPECT_NE(Canonical(R"(["ab","c"])"), Canonical(R"(["a","bc"])"));
  EXPECT_NE(Canonical("[[1],2]"), Canonical("[[1,2]]"));
  EXPECT_NE(Canonical(R"({"a":"b"})"), Canonical(R"(["a","b"])"));
  EXPECT_NE(Canonical(R"({"a":{"b":1},"c":2})"),
            Canonical(R"({"a":{"b":1,"c":2}})"));
  // Text that looks like the encoding of something else.
  Json fake = Canonical("[]");
  EXPECT_NE(CanonicalJson(fake), Canonical("[]"));
  EXPECT_NE(CanonicalJson({fake}), CanonicalJson({Json::array()}));
}

// Small values that are often equal, and often nearly so.
Json Random(std::mt19937* random, int levels) {
  const auto pick = [random](unsigned n) { return (*random)() % n; };
  switch (pick(levels > 0 ? 8 : 6)) {
    case 0:
      return nullptr;
    case 1:
      return pick(2) == 0;
    case 2:
      return static_cast<int>(pick(3)) - 1;
    case 3:
      return static_cast<double>(pick(5)) / 2 - 1;
    case 4:
    case 5:
      return std::string(pick(3), static_cast<char>('a' + pick(2)));
    case 6: {
      Json array = Json::array();
      for (unsigned n = pick(3); n > 0; --n) {
        array.push_back(Random(random, levels - 1));
      }
      return array;
    }
    default: {
      Json object = Json::object();
      for (unsigned n = pick(3); n > 0; --n) {
        object[std::string(1, static_cast<char>('a' + pick(3)))] =
            Random(random, levels - 1);
      }
      return object;
    }
  }
}

// std::map sorts the keys, and nlohmann compares numbers by value.
nlohmann::json Sorted(const Json& value) {
  return nlohmann::json::parse(value.dump());
}

TEST(CanonicalJson, EqualBytesMeanEqualValues) {
  std::mt19937 random(20240506);
  std::vector<nlohmann::json> values;
  std::vector<std::string> bytes;
  for (int i = 0; i < 700; ++i) {
    const Json value = Random(&random, 3);
    values.push_back(Sorted(value));
    bytes.push_back(CanonicalJson(value));
  }
  size_t equal = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    for (size_t j = i + 1; j < values.size(); ++j) {
      const bool same = values[i] == values[j];
      equal += same ? 1 : 0;
      ASSERT_EQ(bytes[i] == bytes[j], same)
          << values[i].dump() << " " << values[j].dump();
    }
  }
  EXPECT_GT(equal, 1000U);
}

}  // namespace
}  // namespace cupel
