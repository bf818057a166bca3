// Primary keys of objects: their type, a bar, and what is theirs alone.
#ifndef CUPEL_COMPAT_OPENKAT_PRIMARY_KEY_H_
#define CUPEL_COMPAT_OPENKAT_PRIMARY_KEY_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "compat/openkat/ooi_types.h"
#include "format/json.h"

namespace cupel::openkat {

// "IPPort|internet|1.1.1.1|tcp|443": the object's own "primary_key", or what
// its type makes of its fields. INVALID_ARGUMENT if it has none and its type is
// not known.
absl::StatusOr<std::string> PrimaryKeyOf(const Json& ooi);

// Whether the key has a hash of this field in place of its value.
bool KeyHoldsHash(const OoiType& type, std::string_view field);

}  // namespace cupel::openkat

#endif  // CUPEL_COMPAT_OPENKAT_PRIMARY_KEY_H_
