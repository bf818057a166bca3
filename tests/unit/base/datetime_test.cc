#include "base/datetime.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>

#include "base/status.h"

namespace cupel {
namespace {

struct Case {
  std::string_view text;
  std::string_view printed;
};

// Each as pydantic 2 answers.
TEST(DateTime, ReadsAndPrintsAsPydantic) {
  for (const Case& c : std::initializer_list<Case>{
           {"2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z"},
           {"2024-01-02t03:04:05z", "2024-01-02T03:04:05Z"},
           {"2024-01-02 03:04:05.000678+00:00", "2024-01-02T03:04:05.000678Z"},
           {"2024-01-02_03:04:05Z", "2024-01-02T03:04:05Z"},
           {"2024-01-02T03:04", "2024-01-02T03:04:00"},
           {"2024-01-02T03:04Z", "2024-01-02T03:04:00Z"},
           {"2024-01-02T03:04:05,5Z", "2024-01-02T03:04:05.500000Z"},
           {"2024-01-02T03:04:05.5", "2024-01-02T03:04:05.500000"},
           {"2024-01-02T03:04:05.123456789Z", "2024-01-02T03:04:05.123456Z"},
           {"2024-01-02T03:04:05.1234567890123456789012345Z",
            "2024-01-02T03:04:05.123456Z"},
           {"2024-01-02T03:04:05.000000Z", "2024-01-02T03:04:05Z"},
           {"2024-01-02T03:04:05+01:00", "2024-01-02T03:04:05+01:00"},
           {"2024-01-02T03:04:05.1+0100", "2024-01-02T03:04:05.100000+01:00"},
           {"2024-01-02T03:04:05-05:30", "2024-01-02T03:04:05-05:30"},
           {"2024-01-02T03:04:05\xe2\x88\x92"
            "01:00",
            "2024-01-02T03:04:05-01:00"},
           {"2024-01-02T03:04:05-00:00", "2024-01-02T03:04:05Z"},
           {"2024-01-02T03:04:05+23:59", "2024-01-02T03:04:05+23:59"},
           {"2024-01-02", "2024-01-02T00:00:00"},
           {"0010-10-10T10:00:00Z", "0010-10-10T10:00:00Z"},
           {"0001-01-01T00:00:00+23:00", "0001-01-01T00:00:00+23:00"},
           {"9999-12-31T23:59:59.999999-23:00",
            "9999-12-31T23:59:59.999999-23:00"},
           {"1500-01-01T00:00:00Z", "1500-01-01T00:00:00Z"},
           {"1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"},
           {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"},
           {"1704164645", "2024-01-02T03:04:05Z"},
           {"1704164645.678", "2024-01-02T03:04:05.678000Z"},
           {"1704164645.6789012", "2024-01-02T03:04:05.678901Z"},
           {"-1704164645.678", "1915-12-31T20:55:54.322000Z"},
           {"1704164645678", "2024-01-02T03:04:05.678000Z"},
           {"1704164645678.5", "2024-01-02T03:04:05.678500Z"},
           {"20000000000", "2603-10-11T11:33:20Z"},
           {"20000000001", "1970-08-20T11:33:20.001000Z"},
           {"-20000000001", "1969-05-14T12:26:39.999000Z"},
           {"+5", "1970-01-01T00:00:05Z"},
           {"00005", "1970-01-01T00:00:05Z"},
           {"5.", "1970-01-01T00:00:05Z"},
           {"-0.5", "1969-12-31T23:59:59.500000Z"},
           {"0.9999999", "1970-01-01T00:00:01Z"},
           {"253402300799999", "9999-12-31T23:59:59.999000Z"},
       }) {
    const auto time = DateTime::Parse(c.text);
    ASSERT_TRUE(time.ok()) << c.text << ": " << MessageOf(time.status());
    EXPECT_EQ(time->ToString(), c.printed) << c.text;
  }
}

TEST(DateTime, RefusesWhatPydanticRefuses) {
  for (const std::string_view text : {
           "",
           "20240102T030405Z",
           "2024-01-02T24:00:00Z",
           "2024-01-02T03:60:00Z",
           "2024-01-02T03:04:60Z",
           "2024-02-30T03:04:05Z",
           "2023-02-29T03:04:05Z",
           "2024-13-01T03:04:05Z",
           "2024-00-01T03:04:05Z",
           "2024-01-00T03:04:05Z",
           "0000-01-02T03:04:05Z",
           "2024-1-2T03:04:05Z",
           "2024-01-02T3:04:05Z",
           "2024-01-02T03Z",
           "2024-01-02T",
           "2024-01-02T03:04:05.Z",
           "2024-01-02T03:04:05 Z",
           "2024-01-02T03:04:05ZZ",
           "2024-01-02T03:04:05+01",
           "2024-01-02T03:04:05+24:00",
           "2024-01-02T03:04:05+01:60",
           "2024-01-02T03:04:05+01:00:30",
           "2024-01-02T03:04:05+",
           " 2024-01-02T03:04:05Z",
           "2024-01-02T03:04:05Z ",
           "1e9",
           " 5",
           "--5",
           "1,5",
           "+",
           ".",
           "inf",
           "nan",
           "0x10",
           "1_000",
           "999999999999999",
           "253402300800000",
           "99999999999999999999",
       }) {
    EXPECT_FALSE(DateTime::Parse(text).ok()) << text;
  }
}

TEST(DateTime, TellsNaiveFromAware) {
  EXPECT_FALSE(DateTime::Parse("2024-01-02T03:04:05")->aware);
  EXPECT_TRUE(DateTime::Parse("2024-01-02T03:04:05Z")->aware);
  EXPECT_TRUE(DateTime::Parse("5")->aware);
  EXPECT_NE(*DateTime::Parse("2024-01-02T03:04:05"),
            *DateTime::Parse("2024-01-02T03:04:05Z"));
  EXPECT_EQ(DateTime::Parse("2024-01-02T03:04:05+01:00")->micros,
            DateTime::Parse("2024-01-02T02:04:05Z")->micros);
}

TEST(DateTime, ReadsNumbers) {
  EXPECT_EQ(DateTime::FromNumber(int64_t{5})->ToString(),
            "1970-01-01T00:00:05Z");
  EXPECT_EQ(DateTime::FromNumber(1704164645.678901)->ToString(),
            "2024-01-02T03:04:05.678901Z");
  EXPECT_EQ(DateTime::FromNumber(-1.5)->ToString(),
            "1969-12-31T23:59:58.500000Z");
  EXPECT_EQ(DateTime::FromNumber(int64_t{1704164645678})->ToString(),
            "2024-01-02T03:04:05.678000Z");
  for (const double number :
       {1e20, -1e20, std::nan(""), std::numeric_limits<double>::infinity(),
        -std::numeric_limits<double>::infinity()}) {
    EXPECT_FALSE(DateTime::FromNumber(number).ok()) << number;
  }
  for (const int64_t number : {std::numeric_limits<int64_t>::max(),
                               std::numeric_limits<int64_t>::min()}) {
    EXPECT_FALSE(DateTime::FromNumber(number).ok()) << number;
  }
}

TEST(DateTime, NowIsAware) {
  const DateTime now = DateTime::Now();
  EXPECT_TRUE(now.aware);
  EXPECT_GT(now.micros, DateTime::Parse("2024-01-01T00:00:00Z")->micros);
  EXPECT_EQ(*DateTime::Parse(now.ToString()), now);
}

TEST(DateTime, WhatIsPrintedReadsBackTheSame) {
  std::mt19937_64 random(7);
  std::uniform_int_distribution<int64_t> micros(-62'135'510'400'000'000,
                                                253'402'214'400'000'000);
  std::uniform_int_distribution<int> minutes(-1439, 1439);
  for (int i = 0; i < 2000; ++i) {
    DateTime time;
    time.micros = micros(random);
    if (i % 3 == 0) time.micros -= time.micros % 1'000'000;
    time.aware = i % 2 == 0;
    if (time.aware) time.offset_seconds = minutes(random) * 60;
    const auto again = DateTime::Parse(time.ToString());
    ASSERT_TRUE(again.ok()) << time.ToString();
    EXPECT_EQ(*again, time) << time.ToString();
  }
}

}  // namespace
}  // namespace cupel
