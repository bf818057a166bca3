#include "base/status.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace cupel {
namespace {

absl::StatusOr<int> Half(int n) {
  if (n % 2 != 0) return InvalidArgument("{} is odd", n);
  return n / 2;
}

absl::StatusOr<int> Quarter(int n) {
  CUPEL_ASSIGN_OR_RETURN(const int half, Half(n));
  CUPEL_ASSIGN_OR_RETURN(const int quarter, Half(half));
  return quarter;
}

absl::Status CheckEven(int n) {
  CUPEL_RETURN_IF_ERROR(Half(n).status());
  return absl::OkStatus();
}

TEST(Status, FactoriesFormatAndKeepTheCode) {
  const absl::Status status = DataLoss("'{}' ends at {}", "a.zip", 12);
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(MessageOf(status), "'a.zip' ends at 12");
}

TEST(Status, MacrosHandErrorsOn) {
  EXPECT_EQ(*Quarter(8), 2);
  EXPECT_EQ(MessageOf(Quarter(6).status()), "3 is odd");
  EXPECT_TRUE(CheckEven(2).ok());
  EXPECT_EQ(CheckEven(1).code(), absl::StatusCode::kInvalidArgument);
}

TEST(Status, ErrnoHasCodeAndWords) {
  const absl::Status status = ErrnoStatus(ENOENT, "can't open 'x'");
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(MessageOf(status), "can't open 'x': No such file or directory");
}

}  // namespace
}  // namespace cupel
