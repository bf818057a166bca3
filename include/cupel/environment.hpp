/// @file environment.hpp
/// @brief environment.h for C++17. Comes with cupel.hpp.
#ifndef CUPEL_ENVIRONMENT_HPP_
#define CUPEL_ENVIRONMENT_HPP_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "cupel/base.hpp"
#include "cupel/environment.h"
#include "cupel/schema.hpp"
#include "cupel/settings.hpp"

namespace cupel {
inline namespace CUPEL_HPP_MODE {

/// Where a value came from.
enum class Origin : int32_t {
  kSettings = 0,  ///< The organisation's settings of the plugin.
  kSystem = 1,    ///< A BOEFJE_ variable of the host.
  kDefault = 2    ///< The schema's default.
};

/// What an environment is built from.
struct EnvironmentOptions {
  const Schema* schema = nullptr;           ///< Of the plugin; or
  std::string_view schema_json = {};        ///< this, or neither.
  std::vector<std::string_view> keys = {};  ///< Named beside the schema.
  std::string_view settings = {};           ///< A JSON object; empty: none.
  Fields variables = {};         ///< The host's: BOEFJE_X is offered as X.
  bool process = false;          ///< The BOEFJE_ variables of the process too.
  bool defaults = false;         ///< Those of the schema count.
  std::string_view plugin = {};  ///< What messages call it.
};

/// What a plugin gets: variables and their values.
///
/// Threads: immutable; any number may use one. Lifetime: its own; values are
/// overwritten when it goes.
///
///     cupel::EnvironmentOptions options;
///     options.schema_json = schema;
///     options.settings = settings;
///     cupel::Environment environment(options);
///     cupel::Buffer json = environment.Values();
class Environment
    : public internal::Owner<cupel_environment, cupel_environment_free> {
 public:
  /// One variable, without its value.
  struct Entry {
    std::string_view key;               ///< Without BOEFJE_.
    Origin origin = Origin::kSettings;  ///< Where its value came from.
    bool secret = false;                ///< The schema says so.
    bool converted = false;             ///< Text made into another type.
    size_t value_size = 0;              ///< Bytes.
  };

  /// Takes `owned`.
  explicit Environment(cupel_environment* owned) noexcept : Owner(owned) {}
  /// Builds one. Fails, naming keys, if what comes out does not fit the schema.
  explicit Environment(const EnvironmentOptions& options) {
    const std::vector<cupel_view> keys = internal::ToC(options.keys);
    const std::vector<cupel_field> variables = internal::ToC(options.variables);
    cupel_environment_options c = CUPEL_ENVIRONMENT_OPTIONS_INIT;
    c.flags = Flags(options.process, options.defaults);
    c.schema = options.schema == nullptr ? nullptr : options.schema->get();
    c.schema_json = View(options.schema_json);
    c.keys = keys.data();
    c.key_count = keys.size();
    c.settings = View(options.settings);
    c.variables = variables.data();
    c.variable_count = variables.size();
    c.plugin = View(options.plugin);
    Make(cupel_environment_build, &c);
  }

  /// Variables.
  size_t size() const noexcept { return cupel_environment_count(get()); }
  /// One of them; fails with CUPEL_STATUS_OUT_OF_RANGE for a wrong index.
  Entry At(size_t index) const {
    cupel_environment_entry from{};
    from.struct_size = sizeof(from);
    Do(cupel_environment_get_entry, index, &from);
    return {Text(from.key), static_cast<Origin>(from.origin),
            (from.flags & CUPEL_ENTRY_SECRET) != 0,
            (from.flags & CUPEL_ENTRY_CONVERTED) != 0,
            static_cast<size_t>(from.value_size)};
  }
  /// The value of one; a secret.
  Buffer Value(size_t index) const {
    return Buffer::Of(cupel_environment_value, get(), index);
  }
  /// Copies the value of one, without a NUL, to `to`, which has room for `size`
  /// bytes. Fails, and copies nothing, if that is too little.
  void CopyValue(size_t index, void* to, size_t size) const {
    Do(cupel_environment_copy_value, index, static_cast<uint8_t*>(to), size);
  }
  /// Whether any value came from the host's variables.
  bool uses_system() const noexcept {
    return cupel_environment_uses_system(get()) != 0;
  }
  /// Where each value came from and what was refused, as JSON without values.
  Buffer Explain() const {
    return Buffer::Of(cupel_environment_explain, get());
  }
  /// {"KEY":"value"}; secrets are "***" unless `reveal`.
  Buffer Values(bool reveal = false) const {
    return Buffer::Of(cupel_environment_values_json, get(),
                      reveal ? uint32_t{CUPEL_VALUES_REVEAL} : 0);
  }
  /// Equal for equal environments, telling nothing without the key.
  Buffer Fingerprint(const Keyring& keys) const {
    return Buffer::Of(cupel_environment_fingerprint, get(), keys.get());
  }

 private:
  friend class Registry;
  static uint32_t Flags(bool process, bool defaults) noexcept {
    return (process ? uint32_t{CUPEL_ENVIRONMENT_PROCESS} : 0) |
           (defaults ? uint32_t{CUPEL_ENVIRONMENT_DEFAULTS} : 0);
  }
};

}  // namespace CUPEL_HPP_MODE
}  // namespace cupel

#endif  // CUPEL_ENVIRONMENT_HPP_
