// Hash tables.
//
// Abseil's are not used: those of 20220623 do not bear an allocation that fails
// while they grow, and free then what they never had. Their hash function is:
// nobody outside the process can choose keys that collide.
#ifndef CUPEL_BASE_HASH_H_
#define CUPEL_BASE_HASH_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "absl/hash/hash.h"

namespace cupel {

template <typename Key>
struct HashOf : absl::Hash<Key> {};

// Text can be looked up without making a string of it.
template <>
struct HashOf<std::string> {
  using is_transparent = void;
  size_t operator()(std::string_view text) const {
    return absl::Hash<std::string_view>()(text);
  }
};

template <typename Key, typename Value>
using HashMap = std::unordered_map<Key, Value, HashOf<Key>, std::equal_to<>>;

template <typename Key>
using HashSet = std::unordered_set<Key, HashOf<Key>, std::equal_to<>>;

}  // namespace cupel

#endif  // CUPEL_BASE_HASH_H_
