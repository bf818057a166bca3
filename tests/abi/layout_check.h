// What programs rely on that are compiled against the headers of 1.0, on 64-bit
// machines: what stands in these files never changes, fields and values are
// only added behind. Compiling them is the test; it is done with short enums
// too, because a struct that depends on such a flag would fit only some of its
// users. tools/check_layouts.py sees to it that nothing of the headers is left
// out.
#ifndef CUPEL_TESTS_ABI_LAYOUT_CHECK_H_
#define CUPEL_TESTS_ABI_LAYOUT_CHECK_H_

#include <cupel/cupel.h>
#include <cupel/queue_driver.h>
#include <cupel/sql_driver.h>

#include <cstddef>

// Of a struct that begins with its size, and so may grow.
#define SIZE(type, size) static_assert(sizeof(type) >= (size), #type)
#define EXACT(type, size) static_assert(sizeof(type) == (size), #type)
#define FIELD(type, field, offset, size)                              \
  static_assert(offsetof(type, field) == (offset), #type "." #field); \
  static_assert(sizeof(type::field) == (size), #type "." #field)

#endif  // CUPEL_TESTS_ABI_LAYOUT_CHECK_H_
