// Settings of a plugin, sealed for storage.
#ifndef CUPEL_SETTINGS_SEALED_H_
#define CUPEL_SETTINGS_SEALED_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "format/json.h"
#include "schema/schema.h"
#include "settings/keyring.h"

namespace cupel {

// What a row belongs to. It is sealed in with the settings, so that a row that
// is moved to another organisation or plugin does not open.
struct SettingsOwner {
  std::string organisation;
  std::string plugin;
};

// The most that settings may take as JSON.
inline constexpr size_t kMaxSettingsBytes = size_t{1} << 20;
// The most that each id of an owner may take.
inline constexpr size_t kMaxOwnerBytes = 1024;

// The text of a row. The others are as OpenKAT writes them; kCupel is
//
//   "cupel1:" base64( 1, key id (kKeyIdBytes), crypto_box_seal( owner, JSON ) )
//
// with organisation and plugin of the owner as 8 bytes of length, big-endian,
// and their bytes. FAILED_PRECONDITION, naming what is missing, if the ring has
// no key for it; INVALID_ARGUMENT and RESOURCE_EXHAUSTED for settings that
// would not read back (settings/storable.h) or take more than
// kMaxSettingsBytes.
absl::StatusOr<std::string> SealSettings(const Json& settings,
                                         const SettingsOwner& owner,
                                         SealFormat format,
                                         const Keyring& keys);

// The other way; the format is seen by the text. Empty and "{}" are no
// settings. A plain JSON object is taken only if `allow_identity`. NOT_FOUND
// names the id of a key that is not in the ring; DATA_LOSS a row that was
// changed, or is another owner's, without telling whose; UNIMPLEMENTED one that
// a newer Cupel made; INVALID_ARGUMENT one of no known form. OpenKAT's formats
// know no owner, so its keys belong in a ring, and `allow_identity` is true,
// only until the rows are sealed anew. Messages never show a value. WipeJson of
// settings/wipe_json.h is for what comes back.
absl::StatusOr<Json> OpenSettings(std::string_view row,
                                  const SettingsOwner& owner,
                                  const Keyring& keys, bool allow_identity);

// The row in another format, or with the sealing key of today.
absl::StatusOr<std::string> ResealSettings(std::string_view row,
                                           const SettingsOwner& owner,
                                           SealFormat format,
                                           const Keyring& keys,
                                           bool allow_identity);

// Format, and for kCupel the key's id, of a row, without opening it. A row that
// is empty is kOpenKatIdentity. Errors as above.
struct SealedInfo {
  SealFormat format = SealFormat::kCupel;
  std::string key_id;
};
absl::StatusOr<SealedInfo> InspectSealed(std::string_view row);

// "<key id>:<64 hexadecimal digits>": BLAKE2b-256 with the sealing key's
// fingerprint key over the plugin's id (length, bytes) and CanonicalJson of the
// settings. Equal for equal settings of one plugin, whatever the order of their
// keys, and telling nothing without the key. Organisations are left out, so
// that equal settings of two of them are found. Another sealing key gives other
// fingerprints: rotation makes them anew. Errors as of SealSettings.
absl::StatusOr<std::string> SettingsFingerprint(const Json& settings,
                                                std::string_view plugin,
                                                const Keyring& keys);

// A copy with "***" in the place of every value, however deep and whatever is
// in it, whose key `schema` calls secret; of all values if `schema` is null.
// What is no object becomes "***".
Json MaskSettings(const Json& settings, const Schema* schema);

}  // namespace cupel

#endif  // CUPEL_SETTINGS_SEALED_H_
