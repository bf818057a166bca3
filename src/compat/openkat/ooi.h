// An object of octopoes', as a boefje is told of it: arguments["input"].
#ifndef CUPEL_COMPAT_OPENKAT_OOI_H_
#define CUPEL_COMPAT_OPENKAT_OOI_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "format/json.h"

namespace cupel::openkat {

struct OoiInput {
  std::string reference;  // its primary key
  Json input;             // an object
};

// `text` is a reference ("Hostname|internet|example.com"), or an object as
// octopoes' JSON has it. A reference tells what the primary key holds, and
// nothing else: all other fields are "None". INVALID_ARGUMENT for what is
// neither, and for a reference with fewer parts than its type's key has.
absl::StatusOr<OoiInput> ReadOoi(std::string_view text);

// As octopoes hands objects to boefjes: references become what their keys say
// ({"network":{"name":"internet"},"name":"example.com"}), numbers and booleans
// stay, null is "None", all else is what Python's str() makes of it. Keys in
// the order of the type's fields; what the type does not have comes last. Of a
// type that octopoes does not have, every field is taken as it is.
Json SerialiseOoi(const Json& ooi, std::string_view primary_key);

// What a reference says of what it leads to. {"primary_key","object_type"} if
// its type is not known, or has a key that can't be taken apart.
Json TokensOfReference(std::string_view reference);

}  // namespace cupel::openkat

#endif  // CUPEL_COMPAT_OPENKAT_OOI_H_
