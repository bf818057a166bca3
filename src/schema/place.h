// Where in a document a recursive walk is, at the cost of one pointer a step.
#ifndef CUPEL_SCHEMA_PLACE_H_
#define CUPEL_SCHEMA_PLACE_H_

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "format/json_fields.h"

namespace cupel {

// A step down from `up`, which it must not outlive; the root has no `up`.
struct Place {
  const Place* up = nullptr;
  std::string_view key = {};
  size_t index = 0;
  bool is_index = false;

  Place Key(std::string_view name) const { return {this, name, 0, false}; }
  Place Index(size_t i) const { return {this, {}, i, true}; }

  JsonPath Path() const {
    JsonPath path;
    for (const Place* p = this; p->up != nullptr; p = p->up) {
      if (p->is_index) {
        path.emplace_back(p->index);
      } else {
        path.emplace_back(std::string(p->key));
      }
    }
    std::reverse(path.begin(), path.end());
    return path;
  }
};

}  // namespace cupel

#endif  // CUPEL_SCHEMA_PLACE_H_
