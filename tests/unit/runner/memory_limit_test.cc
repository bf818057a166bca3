// The limit of memory, which a sanitizer does not live with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/runner/runner_testing.h"

namespace cupel {
namespace {

using testing::HasSubstr;

class MemoryLimitTest : public ProcessTest {};

TEST_F(MemoryLimitTest, LeaksEndThere) {
  options_.limits.address_space = uint64_t{256} << 20;
  const absl::Status status = Scan("leak");
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  const std::string message(MessageOf(status));
  EXPECT_THAT(message, HasSubstr("died of signal 6 (Aborted) in `scan`"));
  EXPECT_THAT(message, HasSubstr(" MiB at most"));
  ExpectFine();
}

}  // namespace
}  // namespace cupel
