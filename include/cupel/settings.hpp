/// @file settings.hpp
/// @brief settings.h for C++17. Comes with cupel.hpp.
#ifndef CUPEL_SETTINGS_HPP_
#define CUPEL_SETTINGS_HPP_

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "cupel/base.hpp"
#include "cupel/schema.hpp"
#include "cupel/settings.h"

namespace cupel {
inline namespace CUPEL_HPP_MODE {

/// How a row of settings is stored.
enum class SealFormat : int32_t {
  kCupel = 0,               ///< A sealed box, bound to organisation and plugin.
  kOpenKatNaclSealbox = 1,  ///< OpenKAT's, bit for bit.
  kOpenKatIdentity = 2      ///< Plain JSON.
};

/// The keys that settings are sealed with, of which the first one seals.
///
/// Threads: one at a time while keys are added; then any number. Lifetime: its
/// own; a Registry has a copy.
///
///     cupel::Keyring keys = cupel::Keyring::FromProcess();
///     cupel::Buffer row = cupel::SealSettings(keys, {"acme", "shodan"}, json);
class Keyring : public internal::Owner<cupel_keyring, cupel_keyring_free> {
 public:
  /// An empty one.
  Keyring() { Make(cupel_keyring_new); }

  /// With the keys that variables name (cupel_keyring_from_environment); with
  /// `process`, those of the process too.
  static Keyring FromVariables(const Fields& variables, bool process = false) {
    const std::vector<cupel_field> list = internal::ToC(variables);
    cupel_keyring* made = nullptr;
    internal::Call(cupel_keyring_from_environment, list.data(), list.size(),
                   Flags(process), &made);
    return Keyring(made);
  }
  /// With those that the process's variables name.
  static Keyring FromProcess() { return FromVariables({}, true); }
  /// With those of a file that nobody but its owner may read.
  static Keyring FromFile(std::string_view path) {
    return FromVariables({{"CUPEL_SETTINGS_KEYS_FILE", path}});
  }
  /// A new key as text; a secret.
  static Buffer GenerateKey() { return Buffer::Of(cupel_keyring_generate_key); }

  /// Adds a key, as GenerateKey makes it.
  void AddKey(std::string_view text) { Do(cupel_keyring_add_key, View(text)); }
  /// Sets OpenKAT's, each base64 of 32 bytes.
  void SetOpenKat(std::string_view private_key, std::string_view public_key) {
    Do(cupel_keyring_set_openkat, View(private_key), View(public_key));
  }
  /// Ids, as JSON.
  Buffer Json() const { return Buffer::Of(cupel_keyring_json, get()); }

 private:
  friend std::optional<SealFormat> SealFormatOf(const Fields&, bool);
  explicit Keyring(cupel_keyring* owned) noexcept : Owner(owned) {}
  static uint32_t Flags(bool process) noexcept {
    return process ? uint32_t{CUPEL_VARIABLES_PROCESS} : 0;
  }
};

/// What BOEFJES_ENCRYPTION_MIDDLEWARE says, if it is set.
inline std::optional<SealFormat> SealFormatOf(const Fields& variables,
                                              bool process = false) {
  const std::vector<cupel_field> list = internal::ToC(variables);
  cupel_seal_format format = CUPEL_SEAL_CUPEL;
  cupel_error* error = nullptr;
  const cupel_status status = cupel_seal_format_from_environment(
      list.data(), list.size(), Keyring::Flags(process), &format, &error);
  if (status == CUPEL_STATUS_OK) return static_cast<SealFormat>(format);
  Error why(status, error);
  if (status != CUPEL_STATUS_NOT_FOUND) internal::Raise(std::move(why));
  return std::nullopt;
}

/// Whose settings, and of which plugin.
struct SettingsOwner {
  std::string_view organisation;  ///< Its id.
  std::string_view plugin;        ///< Its id.
};

/// A JSON object as the text of a row.
inline Buffer SealSettings(const Keyring& keys, const SettingsOwner& owner,
                           std::string_view settings,
                           SealFormat format = SealFormat::kCupel) {
  return Buffer::Of(cupel_settings_seal, keys.get(),
                    internal::View(owner.organisation),
                    internal::View(owner.plugin), internal::View(settings),
                    static_cast<int32_t>(format));
}
/// The other way; a secret.
inline Buffer OpenSettings(const Keyring& keys, const SettingsOwner& owner,
                           std::string_view row, bool allow_identity = false) {
  const uint32_t flags =
      allow_identity ? uint32_t{CUPEL_SETTINGS_ALLOW_IDENTITY} : 0;
  return Buffer::Of(cupel_settings_open, keys.get(),
                    internal::View(owner.organisation),
                    internal::View(owner.plugin), internal::View(row), flags);
}
/// The row in another format, or with the sealing key of today.
inline Buffer ResealSettings(const Keyring& keys, const SettingsOwner& owner,
                             std::string_view row,
                             SealFormat format = SealFormat::kCupel,
                             bool allow_identity = false) {
  const uint32_t flags =
      allow_identity ? uint32_t{CUPEL_SETTINGS_ALLOW_IDENTITY} : 0;
  return Buffer::Of(cupel_settings_reseal, keys.get(),
                    internal::View(owner.organisation),
                    internal::View(owner.plugin), internal::View(row),
                    static_cast<int32_t>(format), flags);
}
/// Format and key id of a row, as JSON.
inline Buffer InspectSettings(std::string_view row) {
  return Buffer::Of(cupel_settings_inspect, internal::View(row));
}
/// Equal for equal settings of one plugin, telling nothing without the key.
inline Buffer SettingsFingerprint(const Keyring& keys, std::string_view plugin,
                                  std::string_view settings) {
  return Buffer::Of(cupel_settings_fingerprint, keys.get(),
                    internal::View(plugin), internal::View(settings));
}
/// With "***" for secrets; for all values if `schema` is null.
inline Buffer MaskSettings(std::string_view settings,
                           const Schema* schema = nullptr) {
  return Buffer::Of(cupel_settings_mask, internal::View(settings),
                    schema == nullptr ? nullptr : schema->get());
}

}  // namespace CUPEL_HPP_MODE
}  // namespace cupel

#endif  // CUPEL_SETTINGS_HPP_
