// One of every handle, and a table of calls that must fail.
#ifndef CUPEL_TESTS_CAPI_ARGUMENT_TEST_H_
#define CUPEL_TESTS_CAPI_ARGUMENT_TEST_H_

#include <functional>
#include <limits>
#include <vector>

#include "capi_test.h"

namespace cupel_test {

inline constexpr uint32_t kUnknownFlag = 1u << 30;
inline constexpr uint8_t kByte = 'x';

struct Case {
  const char* name;
  std::function<cupel_status(cupel_error**)> call;
  cupel_status want = CUPEL_STATUS_INVALID_ARGUMENT;
};

// One of everything, made in the usual way.
class ArgumentTest : public testing::Test {
 protected:
  static void CheckAll(const std::vector<Case>& cases) {
    for (const Case& c : cases) {
      SCOPED_TRACE(c.name);
      cupel_error* error = nullptr;
      EXPECT_EQ(c.call(&error), c.want);
      ASSERT_NE(error, nullptr);
      EXPECT_EQ(cupel_error_code(error), c.want);
      EXPECT_FALSE(Text(cupel_error_message(error)).empty());
      cupel_error_free(error);
      EXPECT_EQ(c.call(nullptr), c.want) << "without an error";
    }
  }

  // A handle of another kind.
  template <typename T>
  T* Wrong() {
    return reinterpret_cast<T*>(buffer_.get());
  }

  const cupel_view name_ = View("name");
  const cupel_view no_data_{nullptr, 1};
  const cupel_view huge_{&kByte, std::numeric_limits<size_t>::max()};
  const cupel_view nul_ = View(std::string_view("a\0b", 3));
  const cupel_view empty_{nullptr, 0};

  Engine engine_ = NewEngine();
  Sources sources_ = Make<Sources>(cupel_rule_sources_new);
  Ruleset ruleset_ = Compile(engine_, kNeedleRule);
  Scanner scanner_ =
      Make<Scanner>(cupel_scanner_new, engine_.get(), ruleset_.get(), nullptr);
  Inputs inputs_ = Make<Inputs>(cupel_inputs_new);
  Report report_ = ScanText(scanner_, "needle");
  Buffer buffer_ = Make<Buffer>(cupel_ruleset_json, ruleset_.get());
  cupel_rule_sources* out_sources_ = nullptr;
  cupel_ruleset* out_ruleset_ = nullptr;
  cupel_scanner* out_scanner_ = nullptr;
  cupel_inputs* out_inputs_ = nullptr;
  cupel_engine* out_engine_ = nullptr;
  cupel_report* out_report_ = nullptr;
  cupel_buffer* out_buffer_ = nullptr;
};

}  // namespace cupel_test

#endif  // CUPEL_TESTS_CAPI_ARGUMENT_TEST_H_
