// The keys that settings are sealed with.
#ifndef CUPEL_SETTINGS_KEYRING_H_
#define CUPEL_SETTINGS_KEYRING_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/box.h"
#include "crypto/secret.h"

namespace cupel {

// How a row is stored.
enum class SealFormat : int32_t {
  kCupel = 0,               // our own: settings/sealed.h
  kOpenKatNaclSealbox = 1,  // settings/openkat.h
  kOpenKatIdentity = 2,     // plain JSON
};
std::string_view SealFormatName(SealFormat format);
absl::StatusOr<SealFormat> SealFormatNamed(std::string_view name);

inline constexpr size_t kKeyIdBytes = 8;

// One key of ours, made of a seed of 32 random bytes: the X25519 pair is
// libsodium's crypto_box_seed_keypair of it, the fingerprint's key BLAKE2b-256
// with the seed as key over "cupel.settings.fingerprint/1". The id is the first
// kKeyIdBytes of BLAKE2b-256 over the public key, in hexadecimal.
// As text: "cupel-key-1:" and base64 of the seed.
struct SettingsKey {
  std::string id;
  BoxKeyPair box;
  Secret fingerprint_key;
  Secret seed;

  static SettingsKey Generate();
  static absl::StatusOr<SettingsKey> FromText(std::string_view text);
  Secret ToText() const;
};

// Keys to open with, and the one to seal with. Holds secrets: moved, never
// copied. Any number of threads may use one that nobody changes.
class Keyring {
 public:
  // The first key added is the one that seals. ALREADY_EXISTS for an id twice.
  absl::Status Add(SettingsKey key);
  // OpenKAT's keys, each base64 of 32 bytes. They are one pair, or the one's
  // private and the other's public key. INVALID_ARGUMENT names what is wrong.
  absl::Status SetOpenKat(std::string_view private_base64,
                          std::string_view public_base64);

  // From variables: CUPEL_SETTINGS_KEYS (texts separated by commas or white
  // space, first one seals), CUPEL_SETTINGS_KEYS_FILE (path of a file that
  // holds them, readable by its owner alone), and OpenKAT's
  // BOEFJES_KATALOGUS_PRIVATE_KEY, ..._PUBLIC_KEY or their legacy names.
  // Nothing set: an empty ring.
  static absl::StatusOr<Keyring> FromVariables(
      const std::vector<std::pair<std::string, std::string>>& variables);
  // What BOEFJES_ENCRYPTION_MIDDLEWARE (or ENCRYPTION_MIDDLEWARE) says;
  // nothing if it is not set.
  static absl::StatusOr<std::optional<SealFormat>> OpenKatFormat(
      const std::vector<std::pair<std::string, std::string>>& variables);

  const SettingsKey* sealing_key() const;  // null if there is none
  const SettingsKey* Find(std::string_view id) const;
  std::vector<std::string> ids() const;
  bool has_openkat() const { return openkat_.has_value(); }
  const BoxKeyPair* openkat() const {
    return openkat_.has_value() ? &*openkat_ : nullptr;
  }

 private:
  std::vector<SettingsKey> keys_;
  std::optional<BoxKeyPair> openkat_;
};

}  // namespace cupel

#endif  // CUPEL_SETTINGS_KEYRING_H_
