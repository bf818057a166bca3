// Inside the C layer: whatever a function throws becomes a status.
#include "capi/guard.h"

#include <gtest/gtest.h>

#include <new>
#include <stdexcept>
#include <string>
#include <string_view>

namespace cupel::capi {
namespace {

std::string_view MessageText(const cupel_error* error) {
  const cupel_view view = cupel_error_message(error);
  return {reinterpret_cast<const char*>(view.data), view.size};
}

TEST(GuardTest, Ok) {
  cupel_error* error = nullptr;
  EXPECT_EQ(Guard(&error, [] { return absl::OkStatus(); }), CUPEL_STATUS_OK);
  EXPECT_EQ(error, nullptr);
}

TEST(GuardTest, EveryStatusCode) {
  for (int32_t code = 1; code <= 16; ++code) {
    cupel_error* error = nullptr;
    EXPECT_EQ(Guard(&error,
                    [code] {
                      return absl::Status(static_cast<absl::StatusCode>(code),
                                          "why");
                    }),
              code);
    EXPECT_EQ(cupel_error_code(error), code);
    EXPECT_EQ(MessageText(error), "why");
    cupel_error_free(error);
  }
}

TEST(GuardTest, OutOfMemoryIsAStaticError) {
  cupel_error* first = nullptr;
  cupel_error* second = nullptr;
  const auto body = []() -> absl::Status { throw std::bad_alloc(); };
  EXPECT_EQ(Guard(&first, body), CUPEL_STATUS_RESOURCE_EXHAUSTED);
  EXPECT_EQ(Guard(&second, body), CUPEL_STATUS_RESOURCE_EXHAUSTED);
  EXPECT_EQ(first, second);
  EXPECT_EQ(MessageText(first), "out of memory");
  EXPECT_EQ(cupel_error_code(first), CUPEL_STATUS_RESOURCE_EXHAUSTED);
  cupel_error_free(first);
  cupel_error_free(second);  // nothing happens
  EXPECT_EQ(MessageText(second), "out of memory");
  EXPECT_EQ(Guard(nullptr, body), CUPEL_STATUS_RESOURCE_EXHAUSTED);
}

TEST(GuardTest, ExceptionsOfTheStandardLibrary) {
  cupel_error* error = nullptr;
  EXPECT_EQ(
      Guard(&error,
            []() -> absl::Status { throw std::length_error("too\nbig"); }),
      CUPEL_STATUS_INTERNAL);
  EXPECT_EQ(MessageText(error), "unexpected error: too\\nbig");
  cupel_error_free(error);
}

TEST(GuardTest, AnythingElse) {
  cupel_error* error = nullptr;
  EXPECT_EQ(Guard(&error, []() -> absl::Status { throw 5; }),
            CUPEL_STATUS_INTERNAL);
  EXPECT_EQ(MessageText(error), "unknown error");
  cupel_error_free(error);
}

// One whose description needs memory of its own.
class Tricky : public std::exception {
 public:
  const char* what() const noexcept override {
    return "a text that is longer than a std::string keeps in itself";
  }
};

TEST(GuardTest, DiagnosticsMoveIntoTheError) {
  std::vector<RuleDiagnostic> diagnostics(2);
  diagnostics[0].message = "bad\x1b";
  cupel_error* error = nullptr;
  EXPECT_EQ(Guard(
                &error, [] { return absl::InvalidArgumentError("rules"); },
                &diagnostics),
            CUPEL_STATUS_INVALID_ARGUMENT);
  ASSERT_EQ(cupel_error_diagnostic_count(error), 2u);
  cupel_diagnostic diagnostic{};
  diagnostic.struct_size = sizeof(diagnostic);
  ASSERT_EQ(cupel_error_diagnostic(error, 0, &diagnostic), CUPEL_STATUS_OK);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(diagnostic.message.data),
                        diagnostic.message.size),
            "bad\\x1b");
  cupel_error_free(error);
}

TEST(GuardTest, NestedGuardsReportTheirOwn) {
  cupel_error* outer = nullptr;
  cupel_error* inner = nullptr;
  EXPECT_EQ(Guard(&outer,
                  [&]() -> absl::Status {
                    Guard(&inner, []() -> absl::Status { throw Tricky(); });
                    throw std::runtime_error("outer");
                  }),
            CUPEL_STATUS_INTERNAL);
  EXPECT_EQ(MessageText(outer), "unexpected error: outer");
  EXPECT_NE(MessageText(inner).find("longer than"), std::string_view::npos);
  cupel_error_free(outer);
  cupel_error_free(inner);
}

}  // namespace
}  // namespace cupel::capi
