// The BOEFJE_ filter: which variables a plugin gets, with which values, and
// where each came from.
#ifndef CUPEL_ENVIRONMENT_ENVIRONMENT_H_
#define CUPEL_ENVIRONMENT_ENVIRONMENT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/digest.h"
#include "crypto/secret.h"
#include "format/json.h"
#include "schema/schema.h"

namespace cupel {

// Where a value came from.
enum class EnvironmentOrigin : int32_t {
  kSettings = 0,  // the organisation's settings of the plugin
  kSystem = 1,    // a BOEFJE_ variable of the host
  kDefault = 2,   // the schema's default (only if asked for)
};
std::string_view OriginName(EnvironmentOrigin origin);

// A variable that was offered and not taken.
enum class RefusalReason : int32_t {
  kNotNamed = 0,       // the manifest names no such variable
  kOverridden = 1,     // a BOEFJE_ variable that a setting stands before
  kUnconvertible = 2,  // text that is no value of the schema's type
  kNoSchema = 3,       // the plugin has no schema, so it gets nothing
  kUnsafe = 4,  // a NUL or no UTF-8 in the value, or no name of a variable
};
std::string_view ReasonName(RefusalReason reason);

struct EnvironmentRequest {
  // May be null: then only `environment_keys` may be taken, as text.
  const Schema* schema = nullptr;
  // Those that the schema has no property for are taken as text, outside of
  // what is held against the schema, and are hidden like secrets.
  std::vector<std::string> environment_keys;
  // The settings of the organisation, an object; null for none.
  Json settings;
  // The host's variables, "NAME", "value". Only those with BOEFJE_ count.
  std::vector<std::pair<std::string, std::string>> variables;
  bool apply_defaults = false;
  std::string plugin;  // for messages
};

struct EnvironmentEntry {
  std::string key;
  EnvironmentOrigin origin = EnvironmentOrigin::kSettings;
  bool secret = false;     // the schema says so, or has no word on it
  bool converted = false;  // text made into the schema's type
  Secret value;            // as the plugin gets it, Python's str()
};

struct EnvironmentRefusal {
  std::string key;  // without BOEFJE_
  EnvironmentOrigin offered_by = EnvironmentOrigin::kSettings;
  RefusalReason reason = RefusalReason::kNotNamed;
};

// What a plugin gets. Holds secrets; move-only.
class Environment {
 public:
  // INVALID_ARGUMENT, naming the keys and never a value, if the outcome does
  // not satisfy the schema.
  static absl::StatusOr<Environment> Build(EnvironmentRequest request);

  // In the order of the schema's properties.
  const std::vector<EnvironmentEntry>& entries() const { return entries_; }
  const std::vector<EnvironmentRefusal>& refusals() const { return refusals_; }
  // Of all that is in it, keys in code-point order: for dedup. Needs a secret
  // key, so that it tells nothing about the values.
  Digest Fingerprint(const Secret& key) const;
  // Whether any entry came from the host's variables.
  bool uses_system() const;

  // {"entries":[{"key","origin","secret","converted"}],"refused":[{"key",
  // "offered_by","reason"}]}: never a value.
  Json Explain() const;
  // {"KEY":"value"}: the plugin's; with `mask`, secret ones are "***".
  Json Values(bool mask) const;

 private:
  std::vector<EnvironmentEntry> entries_;
  std::vector<EnvironmentRefusal> refusals_;
};

}  // namespace cupel

#endif  // CUPEL_ENVIRONMENT_ENVIRONMENT_H_
