#include "compat/openkat/primary_key.h"

#include <utility>

#include "base/status.h"
#include "crypto/named_hash.h"
#include "format/escape.h"

namespace cupel::openkat {
namespace {

std::string Text(const Json& ooi, std::string_view field) {
  const auto found = ooi.find(field);
  return found == ooi.end() || found->is_null() ? std::string()
                                                : PythonStr(*found);
}

// Without the type.
std::string NaturalKey(std::string_view reference) {
  const size_t bar = reference.find('|');
  return bar == std::string_view::npos ? std::string(reference)
                                       : std::string(reference.substr(bar + 1));
}

// What the types whose keys are no plain list of fields have instead.
std::string OwnRule(const Json& ooi, std::string_view type) {
  if (type == "Finding") {
    return Text(ooi, "ooi") + "|" + NaturalKey(Text(ooi, "finding_type"));
  }
  if (type == "SoftwareInstance") {
    return Text(ooi, "ooi") + "|" + Text(ooi, "software");
  }
  if (type == "GeographicPoint") {
    return Text(ooi, "ooi") + "|" + Text(ooi, "longitude") + "|" +
           Text(ooi, "latitude");
  }
  return {};
}

}  // namespace

bool KeyHoldsHash(const OoiType& type, std::string_view field) {
  return field == "value" &&
         (type.name == "DNSTXTRecord" || type.name == "DNSSPFRecord");
}

absl::StatusOr<std::string> PrimaryKeyOf(const Json& ooi) {
  std::string given = Text(ooi, "primary_key");
  if (!given.empty()) return given;
  const std::string name = Text(ooi, "object_type");
  const OoiType* const type = FindOoiType(name);
  if (type == nullptr) {
    return InvalidArgument(
        "input: an object of type '{}' needs its primary_key",
        EscapePrintable(name));
  }
  if (std::string key = OwnRule(ooi, name); !key.empty()) {
    return name + "|" + key;
  }
  std::string key = name;
  for (const std::string_view part : type->keys) {
    const OoiField* const field = type->Find(part);
    std::string value = Text(ooi, part);
    if (KeyHoldsHash(*type, part)) {
      CUPEL_ASSIGN_OR_RETURN(value, HexHash(HashName::kSha1, value));
    } else if (field->kind == OoiField::Kind::kReference) {
      value = NaturalKey(value);
    }
    key += "|" + value;
  }
  return key;
}

}  // namespace cupel::openkat
