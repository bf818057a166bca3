// settings.hpp: settings.h for C++17. Comes with cupel.hpp.
#ifndef CUPEL_SETTINGS_HPP_
#define CUPEL_SETTINGS_HPP_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "cupel/base.hpp"
#include "cupel/schema.hpp"
#include "cupel/settings.h"

namespace cupel {

enum class SealFormat : int32_t {
  kCupel = 0,
  kOpenKatNaclSealbox = 1,
  kOpenKatIdentity = 2
};

// The keys that settings are sealed with.
class Keyring : public internal::Owner<cupel_keyring, cupel_keyring_free> {
 public:
  Keyring() { Make(cupel_keyring_new); }

  // With the keys that variables name (settings.h); with `process`, those of
  // the process too.
  static Keyring FromVariables(const Fields& variables, bool process = false) {
    const std::vector<cupel_field> list = internal::ToC(variables);
    cupel_keyring* made = nullptr;
    internal::Call(cupel_keyring_from_environment, list.data(), list.size(),
                   Flags(process), &made);
    return Keyring(made);
  }
  static Keyring FromProcess() { return FromVariables({}, true); }
  // With those of a file that nobody but its owner may read.
  static Keyring FromFile(std::string_view path) {
    return FromVariables({{"CUPEL_SETTINGS_KEYS_FILE", path}});
  }
  // A new key as text; a secret.
  static Buffer GenerateKey() { return Buffer(cupel_keyring_generate_key); }

  // The first one seals.
  void AddKey(std::string_view text) { Do(cupel_keyring_add_key, View(text)); }
  // OpenKAT's, each base64 of 32 bytes.
  void SetOpenKat(std::string_view private_key, std::string_view public_key) {
    Do(cupel_keyring_set_openkat, View(private_key), View(public_key));
  }
  // Ids, as JSON.
  Buffer Json() const { return Buffer(cupel_keyring_json, get()); }

 private:
  friend std::optional<SealFormat> SealFormatOf(const Fields&, bool);
  explicit Keyring(cupel_keyring* owned) noexcept : Owner(owned) {}
  static uint32_t Flags(bool process) noexcept {
    return process ? uint32_t{CUPEL_VARIABLES_PROCESS} : 0;
  }
};

// What BOEFJES_ENCRYPTION_MIDDLEWARE says, if it is set.
inline std::optional<SealFormat> SealFormatOf(const Fields& variables,
                                              bool process = false) {
  const std::vector<cupel_field> list = internal::ToC(variables);
  cupel_seal_format format = CUPEL_SEAL_CUPEL;
  try {
    internal::Call(cupel_seal_format_from_environment, list.data(), list.size(),
                   Keyring::Flags(process), &format);
  } catch (const Error& error) {
    if (error.code() == CUPEL_STATUS_NOT_FOUND) return std::nullopt;
    throw;
  }
  return static_cast<SealFormat>(format);
}

// Whose settings, and of which plugin.
struct SettingsOwner {
  std::string_view organisation;
  std::string_view plugin;
};

// A JSON object as the text of a row, and the other way.
inline Buffer SealSettings(const Keyring& keys, const SettingsOwner& owner,
                           std::string_view settings,
                           SealFormat format = SealFormat::kCupel) {
  return Buffer(cupel_settings_seal, keys.get(),
                internal::View(owner.organisation),
                internal::View(owner.plugin), internal::View(settings),
                static_cast<int32_t>(format));
}
inline Buffer OpenSettings(const Keyring& keys, const SettingsOwner& owner,
                           std::string_view row, bool allow_identity = false) {
  const uint32_t flags =
      allow_identity ? uint32_t{CUPEL_SETTINGS_ALLOW_IDENTITY} : 0;
  return Buffer(cupel_settings_open, keys.get(),
                internal::View(owner.organisation),
                internal::View(owner.plugin), internal::View(row), flags);
}
// The row in another format, or with the sealing key of today.
inline Buffer ResealSettings(const Keyring& keys, const SettingsOwner& owner,
                             std::string_view row,
                             SealFormat format = SealFormat::kCupel,
                             bool allow_identity = false) {
  const uint32_t flags =
      allow_identity ? uint32_t{CUPEL_SETTINGS_ALLOW_IDENTITY} : 0;
  return Buffer(cupel_settings_reseal, keys.get(),
                internal::View(owner.organisation),
                internal::View(owner.plugin), internal::View(row),
                static_cast<int32_t>(format), flags);
}
// Format and key id, as JSON.
inline Buffer InspectSettings(std::string_view row) {
  return Buffer(cupel_settings_inspect, internal::View(row));
}
inline Buffer SettingsFingerprint(const Keyring& keys, std::string_view plugin,
                                  std::string_view settings) {
  return Buffer(cupel_settings_fingerprint, keys.get(), internal::View(plugin),
                internal::View(settings));
}
// With "***" for secrets; for all values if `schema` is null.
inline Buffer MaskSettings(std::string_view settings,
                           const Schema* schema = nullptr) {
  return Buffer(cupel_settings_mask, internal::View(settings),
                schema == nullptr ? nullptr : schema->get());
}

}  // namespace cupel

#endif  // CUPEL_SETTINGS_HPP_
