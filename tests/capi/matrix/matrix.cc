#include "matrix/matrix.h"

#include <limits>

namespace cupel_test {
namespace {

// "options.keys" is called "keys" in messages.
std::string LastPart(const std::string& name) {
  return name.substr(name.rfind('.') + 1);
}

}  // namespace

void MatrixTest::ExpectRefused(const std::string& what, const Call& call,
                               const std::string& named, cupel_status want) {
  SCOPED_TRACE(what);
  cupel_error* error = nullptr;
  const cupel_status status = call(&error);
  const Error owned(error);
  if (status == kNoStatus) return;
  EXPECT_EQ(status, want) << Text(cupel_error_message(error));
  EXPECT_EQ(call(nullptr), want) << "without a place for the error";
  if (!has_error_) return;
  ASSERT_NE(error, nullptr);
  EXPECT_EQ(cupel_error_code(error), status);
  const std::string message = Text(cupel_error_message(error));
  EXPECT_TRUE(Contains(message, LastPart(named))) << message;
}

void MatrixTest::Views(const char* name, const Call& call, cupel_view& place) {
  const cupel_view good = place;
  const uint8_t byte = 'x';
  constexpr size_t kMost = std::numeric_limits<size_t>::max();
  for (const cupel_view bad :
       {cupel_view{nullptr, 1}, cupel_view{nullptr, kMost},
        cupel_view{&byte, kMost}, cupel_view{&byte, kMost / 2 + 1}}) {
    place = bad;
    ExpectRefused(std::string(name) + " has " + std::to_string(bad.size) +
                      " bytes" + (bad.data == nullptr ? ", and no data" : ""),
                  call, name);
  }
  place = good;
}

void MatrixTest::Flags(const char* name, const Call& call, uint32_t& place) {
  const uint32_t good = place;
  for (const uint32_t unknown : {uint32_t{1} << 30, uint32_t{1} << 31}) {
    place = good | unknown;
    ExpectRefused(std::string(name) + " has an unknown bit", call, name);
  }
  place = good;
}

void MatrixTest::Enums(const char* name, const Call& call, int32_t& place) {
  const int32_t good = place;
  for (const int32_t unknown : {-1, 1000, INT32_MIN, INT32_MAX}) {
    place = unknown;
    ExpectRefused(std::string(name) + " is " + std::to_string(unknown), call,
                  name);
  }
  place = good;
}

}  // namespace cupel_test
