// schema.hpp: schema.h for C++17. Comes with cupel.hpp.
#ifndef CUPEL_SCHEMA_HPP_
#define CUPEL_SCHEMA_HPP_

#include <string_view>

#include "cupel/base.hpp"
#include "cupel/schema.h"

namespace cupel {

// JSON Schema, for the settings of plugins. Immutable.
class Schema : public internal::Owner<cupel_schema, cupel_schema_free> {
 public:
  // Throws for what is no schema, and for a keyword that is not supported.
  explicit Schema(std::string_view json) {
    Make(cupel_schema_compile, View(json));
  }

  // Throws an Error that names the first place that does not fit.
  void Validate(std::string_view value) const {
    Do(cupel_schema_validate, View(value));
  }
  // All places, as JSON.
  Buffer Check(std::string_view value) const {
    return Buffer(cupel_schema_check, get(), View(value));
  }
  // Properties, warnings and the document, as JSON.
  Buffer Json() const { return Buffer(cupel_schema_json, get()); }
};

}  // namespace cupel

#endif  // CUPEL_SCHEMA_HPP_
