/// @file schema.hpp
/// @brief schema.h for C++17. Comes with cupel.hpp.
#ifndef CUPEL_SCHEMA_HPP_
#define CUPEL_SCHEMA_HPP_

#include <string_view>

#include "cupel/base.hpp"
#include "cupel/schema.h"

namespace cupel {
inline namespace CUPEL_HPP_MODE {

/// A JSON Schema, for the settings of plugins.
///
/// Threads: immutable; any number may use one. Lifetime: its own.
///
///     cupel::Schema schema(json);
///     if (!cupel::Try([&] { schema.Validate(value); })) ...
class Schema : public internal::Owner<cupel_schema, cupel_schema_free> {
 public:
  /// Reads `json`. Fails for what is no schema, and for a keyword that is not
  /// supported.
  explicit Schema(std::string_view json) {
    Make(cupel_schema_compile, View(json));
  }

  /// Fails if `value`, a JSON text, does not fit: the Error names the first
  /// place.
  void Validate(std::string_view value) const {
    Do(cupel_schema_validate, View(value));
  }
  /// All places, as JSON.
  Buffer Check(std::string_view value) const {
    return Buffer::Of(cupel_schema_check, get(), View(value));
  }
  /// Properties, warnings and the document, as JSON.
  Buffer Json() const { return Buffer::Of(cupel_schema_json, get()); }
};

}  // namespace CUPEL_HPP_MODE
}  // namespace cupel

#endif  // CUPEL_SCHEMA_HPP_
