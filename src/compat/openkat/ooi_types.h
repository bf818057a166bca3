// The types of objects that octopoes knows, as far as it takes to tell a plugin
// of one: which fields they have, and which make up the primary key.
#ifndef CUPEL_COMPAT_OPENKAT_OOI_TYPES_H_
#define CUPEL_COMPAT_OPENKAT_OOI_TYPES_H_

#include <cstdint>
#include <string_view>
#include <vector>

namespace cupel::openkat {

struct OoiField {
  enum class Kind : uint8_t { kText, kInteger, kFloat, kReference };

  std::string_view name;
  Kind kind = Kind::kText;
  std::string_view target;    // of a reference: a type, or a kind of types
  std::string_view constant;  // what it always is; may be empty
};

struct OoiType {
  std::string_view name;
  std::vector<std::string_view> keys;
  std::vector<OoiField> fields;  // in octopoes' order

  const OoiField* Find(std::string_view field) const;
};

// Null if octopoes has no such type. Lives for ever.
const OoiType* FindOoiType(std::string_view name);

// What a reference to `target` may lead to: itself, or all of a kind
// ("IPAddress"). Empty for what is not known and for "OOI", which is
// everything.
std::vector<const OoiType*> ConcreteOoiTypes(std::string_view target);

}  // namespace cupel::openkat

#endif  // CUPEL_COMPAT_OPENKAT_OOI_TYPES_H_
