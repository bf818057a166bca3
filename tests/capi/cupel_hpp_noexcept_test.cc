// cupel.hpp for hosts without exceptions: see cupel_hpp_noexcept.cc. This file
// has them, so the two sorts are in one program here.
#include <gtest/gtest.h>

#include <string>

#include "cupel/cupel.hpp"

int MatchesWithoutExceptions();
std::string FailureWithoutExceptions();
std::string FirstFailureWithoutExceptions();
bool AttemptsNestWithoutExceptions();
int CallbackEndsTheScanWithoutExceptions();
void FailOutsideOfTry();

namespace {

TEST(CupelHppNoexceptTest, Scans) {
  EXPECT_EQ(MatchesWithoutExceptions(),
            static_cast<int>(cupel::Verdict::kMatched));
}

TEST(CupelHppNoexceptTest, GivesFailuresAsValues) {
  EXPECT_EQ(FailureWithoutExceptions(), "INVALID_ARGUMENT");
}

TEST(CupelHppNoexceptTest, TellsTheFirstFailure) {
  const auto same = cupel::Try([] { return cupel::Job::Parse("nonsense"); });
  ASSERT_FALSE(same);
  EXPECT_EQ(FirstFailureWithoutExceptions(), same.error().message());
}

TEST(CupelHppNoexceptTest, Nests) {
  EXPECT_TRUE(AttemptsNestWithoutExceptions());
}

TEST(CupelHppNoexceptTest, FailureInACallbackEndsTheScan) {
  EXPECT_EQ(CallbackEndsTheScanWithoutExceptions(), 1);
}

TEST(CupelHppNoexceptTest, StillThrowsWhereExceptionsAreOn) {
  EXPECT_THROW(cupel::Job::Parse("{"), cupel::Error);
}

TEST(CupelHppNoexceptDeathTest, EndsTheProcessOutsideOfTry) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(FailOutsideOfTry(), "");
}

}  // namespace
