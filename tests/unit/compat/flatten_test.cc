#include "compat/stoq/flatten.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "format/json.h"

namespace cupel {
namespace {

using ::testing::HasSubstr;

std::string Flat(std::string_view json, std::string_view delimiter = ":") {
  const auto flat = Flatten(*ParseJson(json, "test"), delimiter);
  return flat.ok() ? PrintJson(*flat) : std::string(MessageOf(flat.status()));
}

TEST(FlattenTest, JoinsKeysAndNumbersObjectsInLists) {
  EXPECT_EQ(Flat(R"({"results":[{"scan":{"str":"x"}}],"n":1})"),
            R"({"results:0:scan:str":"x","n":1})");
}

TEST(FlattenTest, ListsWithoutObjectsStay) {
  EXPECT_EQ(Flat(R"({"a":{"b":[1,[2,"x"],null],"c":[]}})"),
            R"({"a:b":[1,[2,"x"],null],"a:c":[]})");
}

TEST(FlattenTest, MixedListsAreSaidOnce) {
  EXPECT_EQ(Flat(R"({"a":[1,{"b":2},[3],[{"c":4}]]})"),
            R"({"a:0":1,"a:1:b":2,"a:2":[3],"a:3:0:c":4})");
}

TEST(FlattenTest, DelimitersOfAnyLengthLeaveNoTail) {
  EXPECT_EQ(Flat(R"({"a":{"b":{"c":1}}})", "::"), R"({"a::b::c":1})");
  EXPECT_EQ(Flat(R"({"a":{"b":1}})", " -> "), R"({"a -> b":1})");
  EXPECT_EQ(Flat(R"({"a":{"b":1}})", "\xe2\x86\x92"),
            "{\"a\xe2\x86\x92"
            "b\":1}");
}

TEST(FlattenTest, RefusesDelimitersThatCannotBe) {
  for (const std::string& bad :
       {std::string(), std::string(65, ':'), std::string("\xff")}) {
    EXPECT_TRUE(absl::IsInvalidArgument(Flatten(Json::object(), bad).status()));
  }
  EXPECT_TRUE(CheckDelimiter(std::string(64, ':')).ok());
}

TEST(FlattenTest, NothingIsLostWherePathsReadTheSame) {
  EXPECT_EQ(Flat(R"({"a:b":1,"a":{"b":2,"b:2":3},"a:b:2:2":4})"),
            R"({"a:b":1,"a:b:2":2,"a:b:2:2":3,"a:b:2:2:2":4})");
}

TEST(FlattenTest, EmptyKeysAndEmptyObjectsStay) {
  EXPECT_EQ(Flat(R"({"":{"":1},"a":{},"b":[{}]})"),
            R"({":":1,"a":{},"b:0":{}})");
}

TEST(FlattenTest, WhatHasNoKeysIsGivenBack) {
  for (const char* json : {"1", "null", "\"x\"", "[]", "{}", "[1,[2]]"}) {
    EXPECT_EQ(Flat(json), json);
  }
  EXPECT_EQ(Flat(R"([{"a":1},2])"), R"({"0:a":1,"1":2})");
}

TEST(FlattenTest, FlatIsAsItIs) {
  const std::string once = Flat(R"({"a":[{"b":[1]},{"c":{"d":{}}}]})");
  EXPECT_EQ(Flat(once), once);
}

TEST(FlattenTest, LongKeysAboveManyValuesAreBounded) {
  std::string json = "{\"" + std::string(1000, 'k') + "\":{";
  for (int i = 0; i < 1000; ++i) {
    json += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":0";
  }
  json += "}}";
  const Json nested = *ParseJson(json, "test");
  EXPECT_TRUE(Flatten(nested, ":", {.bytes = 2'000'000}).ok());
  const auto flat = Flatten(nested, ":", {.bytes = 900'000});
  EXPECT_TRUE(absl::IsResourceExhausted(flat.status()));
  EXPECT_THAT(MessageOf(flat.status()), HasSubstr("900000 bytes"));
}

TEST(FlattenTest, CountsValues) {
  const Json nested = *ParseJson("{\"a\":[1,2,3]}", "test");
  EXPECT_TRUE(Flatten(nested, ":", {.values = 5}).ok());
  const auto flat = Flatten(nested, ":", {.values = 4});
  EXPECT_TRUE(absl::IsResourceExhausted(flat.status()));
  EXPECT_THAT(MessageOf(flat.status()), HasSubstr("more than 4 values"));
}

TEST(FlattenTest, ManyEqualPathsTakeNoSquareOfTime) {
  // Every element of the list meets a key of its name.
  std::string json = "{";
  for (int i = 0; i < 50000; ++i) {
    json += "\"x:" + std::to_string(i) + "\":0,";
  }
  json += "\"x\":[{}";
  for (int i = 1; i < 50000; ++i) json += ",1";
  const auto flat = Flatten(*ParseJson(json + "]}", "test"), ":");
  ASSERT_TRUE(flat.ok());
  EXPECT_EQ(flat->size(), 100000u);
}

}  // namespace
}  // namespace cupel
