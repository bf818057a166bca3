#include "budget/limits.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace cupel {
namespace {

TEST(Limits, EveryFieldIsListedOnce) {
  Limits limits;
  std::set<std::string> names;
  for (const LimitField& field : LimitFields()) {
    EXPECT_TRUE(names.insert(std::string(field.name)).second) << field.name;
    EXPECT_GT(limits.*field.value, 0u) << field.name;
    limits.*field.value = 7;
  }
  // A limit that somebody adds to the struct and not to the table would keep
  // its default.
  const auto* words = reinterpret_cast<const uint64_t*>(&limits);
  EXPECT_EQ(LimitFields().size(), sizeof(Limits) / sizeof(uint64_t));
  for (size_t i = 0; i < LimitFields().size(); ++i) EXPECT_EQ(words[i], 7u);
}

}  // namespace
}  // namespace cupel
