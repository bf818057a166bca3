#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/status.h"
#include "registry/manifest.h"

namespace cupel {
namespace {

using testing::HasSubstr;

TEST(CronTest, WhatCroniterTakes) {
  for (const char* good : {"5 0 * 8 *",
                           "* * * * *",
                           "*/15 * * * *",
                           "0-30/5 * * * *",
                           "1,2,5-7 * * * *",
                           "0 0 l * *",
                           "0 0 L * *",
                           "0 0 ? * ?",
                           "0 0 * jan,MAR-dec mon-Fri",
                           "0 0 * * 7",
                           "0 0 * * 5#2",
                           "0 0 * * fri#5",
                           "0 0 * * L5",
                           "0 0 * * L5,2#1",
                           "0 0 * * mon-fri#2",
                           "0 22-2 * * *",
                           "0 0 * nov-feb *",
                           "* * * * * 30",
                           "0 0 1 1 * 0 2030",
                           "0 0 1 1 * 0 2030-2040/2",
                           "@daily",
                           "@HOURLY",
                           "@midnight",
                           "@annually",
                           "  5 0 * 8 *  ",
                           "5\t0\t*\t8\t*",
                           "5/10 * * * *",
                           "0 0 28-l * *"}) {
    const absl::Status status = CheckCron(good);
    EXPECT_TRUE(status.ok()) << good << ": " << status;
  }
}

TEST(CronTest, WhatItDoesNot) {
  for (const char* bad : {"bad format",    "",
                          "* * * *",       "* * * * * * * *",
                          "60 * * * *",    "* 24 * * *",
                          "* * 0 * *",     "* * 32 * *",
                          "* * * 0 *",     "* * * 13 *",
                          "* * * * 8",     "-1 * * * *",
                          "1- * * * *",    "-5 * * * *",
                          "1-2-3 * * * *", "*/0 * * * *",
                          "*/x * * * *",   "1,,2 * * * *",
                          ",1 * * * *",    "? * * * *",
                          "* * * foo *",   "* * * * funday",
                          "0 0 * * 5#0",   "0 0 * * 5#6",
                          "0 0 * * #2",    "0 0 * * 5#L",
                          "0 0 * * lfri",  "0 0 * * 1-3#2",
                          "0 0 * * 1#2,5", "0 0 * * l",
                          "0 0 l-5 * *",   "0 0 l/2 * *",
                          "@reboot",       "@nonsense",
                          "1.5 * * * *",   "99999999999999999999 * * * *",
                          "* * * * * 60",  "0 0 1 1 * 0 1969",
                          "* * * * *\x01"}) {
    EXPECT_EQ(CheckCron(bad).code(), absl::StatusCode::kInvalidArgument) << bad;
  }
  EXPECT_FALSE(CheckCron(std::string(5000, '*')).ok());
}

TEST(CronTest, NamesTheField) {
  const absl::Status status = CheckCron("5 0 * 13 *");
  EXPECT_THAT(std::string(MessageOf(status)), HasSubstr("field 4 (month)"));
  EXPECT_THAT(std::string(MessageOf(status)), HasSubstr("13"));
}

}  // namespace
}  // namespace cupel
