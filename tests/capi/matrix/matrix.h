// The bad values of every type that the C interface has, and what must come of
// them: an error that names the argument, empty handles, and no crash. The
// tests themselves are generated (generate.py).
#ifndef CUPEL_TESTS_CAPI_MATRIX_MATRIX_H_
#define CUPEL_TESTS_CAPI_MATRIX_MATRIX_H_

#include <cstring>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "capi_test.h"
#include "matrix/goods.h"

namespace cupel_test {

using Call = std::function<cupel_status(cupel_error**)>;

// What a function without a status stands for.
inline constexpr cupel_status kNoStatus = -1;

class MatrixTest : public testing::Test, protected Goods {
 protected:
  // -- what is expected

  // That `call` fails as it must, with and without a place for the error.
  void ExpectRefused(const std::string& what, const Call& call,
                     const std::string& named,
                     cupel_status want = CUPEL_STATUS_INVALID_ARGUMENT);

  // An out handle before the call, which must not be there after it.
  template <typename T>
  static T* Bogus(T** place) {
    return reinterpret_cast<T*>(place);
  }
  template <typename T>
  static void ExpectCleared(T** out, T* made) {
    if (out != nullptr) EXPECT_EQ(made, nullptr) << "an out handle was left";
  }

  // -- the bad values

  template <typename T>
  void Null(const char* name, const Call& call, T& place) {
    const T good = std::exchange(place, nullptr);
    ExpectRefused(std::string(name) + " is NULL", call, name);
    place = good;
  }

  // Of another kind, freed, and NULL unless that is allowed.
  template <typename T>
  void Handles(const char* name, const Call& call, T*& place, bool optional) {
    T* const good = place;
    if (!optional) Null(name, call, place);
    place = reinterpret_cast<T*>(Other<std::remove_const_t<T>>());
    ExpectRefused(std::string(name) + " is of another kind", call, name);
    place = Freed<std::remove_const_t<T>>();
    ExpectRefused(std::string(name) + " was freed", call, name);
    place = good;
  }

  // Bytes that are not there, or more than there can be.
  void Views(const char* name, const Call& call, cupel_view& place);

  // `count` of what is not there, or of what is there but can't be so many; and
  // a bad one among them.
  template <typename T>
  void Lists(const char* name, const Call& call, const T*& place,
             size_t& count) {
    const T* const good = place;
    place = nullptr;
    for (const size_t many : {size_t{1}, SIZE_MAX}) {
      count = many;
      ExpectRefused(std::string(name) + " is NULL", call, name);
    }
    place = good;
    for (const size_t many : {SIZE_MAX, SIZE_MAX / sizeof(T) + 1}) {
      count = many;
      ExpectRefused(std::string(name) + " is too many", call, name);
    }
    T bad = *good;
    place = &bad;
    count = 1;
    for (cupel_view* view : ViewsOf(&bad)) {
      const cupel_view before = std::exchange(*view, {nullptr, 1});
      ExpectRefused(std::string(name) + " has one without data", call, "");
      *view = before;
    }
    place = good;
  }

  // Sizes that no struct ever had, and one that is newer and uses it.
  template <typename T, typename Place>
  void Structs(const char* name, const Call& call, Place& place) {
    struct Newer {
      T known;
      uint64_t unknown;
    };
    const Place good = place;
    Newer copy{*place, uint64_t{1} << 56};
    place = &copy.known;
    for (const size_t size :
         {size_t{0}, size_t{1}, size_t{7}, sizeof(T) - 1, sizeof(T) + 1,
          size_t{4104}, SIZE_MAX / 2, SIZE_MAX}) {
      copy.known.struct_size = size;
      ExpectRefused(
          std::string(name) + " has struct_size " + std::to_string(size), call,
          "struct_size");
    }
    copy.known.struct_size = sizeof(copy);
    if (std::is_const_v<std::remove_pointer_t<Place>>) {
      ExpectRefused(std::string(name) + " is newer", call, "",
                    CUPEL_STATUS_UNIMPLEMENTED);
    }
    place = good;
  }
  template <typename T, typename Place>
  void Inner(const char* name, const Call& call, Place& place) {
    const T inner = Good<T>();
    place = &inner;
    Structs<T>(name, call, place);
    place = nullptr;
  }

  void Flags(const char* name, const Call& call, uint32_t& place);
  template <typename T>
  void Reserved(const char* name, const Call& call, T& place) {
    const T good = std::exchange(place, 1);
    ExpectRefused(std::string(name) + " is not 0", call, name);
    place = good;
  }
  void Enums(const char* name, const Call& call, int32_t& place);

  // NULL, another kind and what was freed before are left alone.
  template <typename T>
  void Frees(void (*free)(T*)) {
    free(nullptr);
    free(reinterpret_cast<T*>(Other<T>()));
    ExpectOthersAlive();
    free(Freed<T>());
  }

  bool has_error_ = true;  // the function has a place for one
};

}  // namespace cupel_test

#endif  // CUPEL_TESTS_CAPI_MATRIX_MATRIX_H_
