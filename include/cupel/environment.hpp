// environment.hpp: environment.h for C++17. Comes with cupel.hpp.
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

enum class Origin : int32_t { kSettings = 0, kSystem = 1, kDefault = 2 };

struct EnvironmentOptions {
  const Schema* schema = nullptr;     // or
  std::string_view schema_json = {};  // this, or neither
  std::vector<std::string_view> keys = {};
  std::string_view settings = {};  // a JSON object; empty: none
  Fields variables = {};
  bool process = false;   // the BOEFJE_ variables of the process too
  bool defaults = false;  // of the schema
  std::string_view plugin = {};
};

// What a plugin gets. Immutable.
class Environment
    : public internal::Owner<cupel_environment, cupel_environment_free> {
 public:
  struct Entry {
    std::string_view key;
    Origin origin = Origin::kSettings;
    bool secret = false;
    bool converted = false;
    size_t value_size = 0;
  };

  explicit Environment(cupel_environment* owned) noexcept : Owner(owned) {}
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

  size_t size() const noexcept { return cupel_environment_count(get()); }
  // Throws for a wrong index.
  Entry At(size_t index) const {
    cupel_environment_entry from{};
    from.struct_size = sizeof(from);
    Do(cupel_environment_get_entry, index, &from);
    return {Text(from.key), static_cast<Origin>(from.origin),
            (from.flags & CUPEL_ENTRY_SECRET) != 0,
            (from.flags & CUPEL_ENTRY_CONVERTED) != 0,
            static_cast<size_t>(from.value_size)};
  }
  // A secret.
  Buffer Value(size_t index) const {
    return Buffer(cupel_environment_value, get(), index);
  }
  bool uses_system() const noexcept {
    return cupel_environment_uses_system(get()) != 0;
  }
  // Where each value came from and what was refused, as JSON without values.
  Buffer Explain() const { return Buffer(cupel_environment_explain, get()); }
  // {"KEY":"value"}; secrets are "***" unless `reveal`.
  Buffer Values(bool reveal = false) const {
    return Buffer(cupel_environment_values_json, get(),
                  reveal ? uint32_t{CUPEL_VALUES_REVEAL} : 0);
  }
  Buffer Fingerprint(const Keyring& keys) const {
    return Buffer(cupel_environment_fingerprint, get(), keys.get());
  }

 private:
  friend class Registry;
  static uint32_t Flags(bool process, bool defaults) noexcept {
    return (process ? uint32_t{CUPEL_ENVIRONMENT_PROCESS} : 0) |
           (defaults ? uint32_t{CUPEL_ENVIRONMENT_DEFAULTS} : 0);
  }
};

}  // namespace cupel

#endif  // CUPEL_ENVIRONMENT_HPP_
