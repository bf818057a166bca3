#include "schema/equality.h"

#include <algorithm>
#include <cmath>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/number.h"

namespace cupel {
namespace {

using Member = std::pair<std::string_view, const Json*>;

std::vector<Member> SortedMembers(const Json& object) {
  std::vector<Member> members;
  members.reserve(object.size());
  for (const auto& [key, value] : object.get_ref<const Json::object_t&>()) {
    members.emplace_back(key, &value);
  }
  std::sort(members.begin(), members.end(),
            [](const Member& a, const Member& b) { return a.first < b.first; });
  return members;
}

bool ObjectsEqual(const Json& a, const Json& b, Steps* steps) {
  if (a.size() != b.size() || !steps->Spend(a.size())) return false;
  const std::vector<Member> left = SortedMembers(a);
  const std::vector<Member> right = SortedMembers(b);
  for (size_t i = 0; i < left.size(); ++i) {
    if (left[i].first != right[i].first ||
        !JsonEqual(*left[i].second, *right[i].second, steps)) {
      return false;
    }
  }
  return true;
}

uint64_t Mix(uint64_t seed, uint64_t value) {
  uint64_t x = (seed ^ value) + 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

uint64_t HashText(std::string_view text) {
  return Mix(3, std::hash<std::string_view>()(text));
}

// Equal numbers are the same double once rounded, so it will do as a hash.
uint64_t HashNumber(const Json& value) {
  const double rounded =
      value.is_number_unsigned()  ? static_cast<double>(value.get<uint64_t>())
      : value.is_number_integer() ? static_cast<double>(value.get<int64_t>())
                                  : value.get<double>();
  return Mix(2, std::hash<double>()(rounded == 0 ? 0.0 : rounded));
}

uint64_t Hash(const Json& value, Steps* steps) {
  if (!steps->Spend(1)) return 0;
  if (value.is_null()) return Mix(0, 0);
  if (value.is_boolean()) return Mix(1, value.get<bool>() ? 1 : 0);
  if (value.is_number()) return HashNumber(value);
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    steps->Spend(text.size() / 64);
    return HashText(text);
  }
  if (value.is_array()) {
    uint64_t hash = Mix(4, value.size());
    for (const Json& element : value) hash = Mix(hash, Hash(element, steps));
    return hash;
  }
  uint64_t sum = 0;
  if (value.is_object()) {
    for (const auto& [key, member] : value.get_ref<const Json::object_t&>()) {
      sum += Mix(HashText(key), Hash(member, steps));
    }
  }
  return Mix(5, sum);
}

}  // namespace

bool JsonEqual(const Json& a, const Json& b, Steps* steps) {
  if (!steps->Spend(1)) return false;
  if (a.is_number() && b.is_number()) {
    return CompareNumbers(a, b) == std::partial_ordering::equivalent;
  }
  if (a.type() != b.type()) return false;
  if (a.is_string()) {
    const auto& left = a.get_ref<const std::string&>();
    const auto& right = b.get_ref<const std::string&>();
    return left.size() == right.size() && steps->Spend(left.size() / 64) &&
           left == right;
  }
  if (a.is_object()) return ObjectsEqual(a, b, steps);
  if (!a.is_array()) return a == b;
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!JsonEqual(a[i], b[i], steps)) return false;
  }
  return true;
}

bool AllDifferent(const Json& array, Steps* steps) {
  std::vector<std::pair<uint64_t, const Json*>> elements;
  elements.reserve(array.size());
  for (const Json& element : array) {
    elements.emplace_back(Hash(element, steps), &element);
    if (steps->exhausted()) return false;
  }
  std::sort(elements.begin(), elements.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  for (size_t i = 0; i < elements.size(); ++i) {
    for (size_t j = i + 1;
         j < elements.size() && elements[j].first == elements[i].first; ++j) {
      if (JsonEqual(*elements[i].second, *elements[j].second, steps) ||
          steps->exhausted()) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace cupel
