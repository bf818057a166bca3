// Structs in all the sizes that callers may have them.
#ifndef CUPEL_TESTS_CAPI_STRUCT_TESTING_H_
#define CUPEL_TESTS_CAPI_STRUCT_TESTING_H_

#include <functional>

#include "capi_test.h"

namespace cupel_test {

// A struct as a newer header would have it.
template <typename T>
struct Newer {
  T known;
  uint64_t unknown = 0;
};

template <typename T>
Newer<T> MakeNewer(const T& known, uint64_t unknown) {
  Newer<T> newer{known, unknown};
  newer.known.struct_size = sizeof(newer);
  return newer;
}

// Offers `T` in all the sizes that struct_size can claim.
template <typename T>
void CheckSizes(const T& init,
                const std::function<cupel_status(const T*)>& call) {
  for (const size_t size : {size_t{0}, size_t{1}, size_t{4}, sizeof(T) - 1,
                            sizeof(T) + 1, size_t{4104}, SIZE_MAX}) {
    // Room for whatever is read of it.
    auto copy = MakeNewer(init, 0);
    copy.known.struct_size = size;
    EXPECT_EQ(call(&copy.known), CUPEL_STATUS_INVALID_ARGUMENT) << size;
  }
  EXPECT_EQ(call(&init), CUPEL_STATUS_OK);
  T shorter = init;
  shorter.struct_size = sizeof(size_t);
  EXPECT_EQ(call(&shorter), CUPEL_STATUS_OK);
  const auto zero_tail = MakeNewer(init, 0);
  EXPECT_EQ(call(&zero_tail.known), CUPEL_STATUS_OK);
  const auto tail = MakeNewer(init, uint64_t{1} << 56);
  EXPECT_EQ(call(&tail.known), CUPEL_STATUS_UNIMPLEMENTED);
}

}  // namespace cupel_test

#endif  // CUPEL_TESTS_CAPI_STRUCT_TESTING_H_
