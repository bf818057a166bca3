// Cases that once were answered in two ways, as cupel_differential printed
// them.
#include <gtest/gtest.h>

#include <string>

#include "tests/differential/written_case.h"

namespace cupel::differential {
namespace {

// A file shorter than what is read of it: nothing may be concluded.
TEST(RegressionTest, ReadsBeyondTheEnd) {
  WrittenCase c;
  c.Source(R"yar(
rule p_0 {
  condition:
    not (uint32(0) == 0x464c457f and filesize < 100)
}
)yar");
  c.file = {std::string("\x7f", 1), "", "", "", "", ""};
  EXPECT_EQ(c.Difference(), "");
}

}  // namespace
}  // namespace cupel::differential
