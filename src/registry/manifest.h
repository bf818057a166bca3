// The plugins of the catalogue: OpenKAT's boefjes and normalizers, and as far
// as their manifests go stoQ's plugins and our own.
#ifndef CUPEL_REGISTRY_MANIFEST_H_
#define CUPEL_REGISTRY_MANIFEST_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/datetime.h"
#include "format/json.h"
#include "format/json_fields.h"
#include "schema/schema.h"

namespace cupel {

enum class PluginKind : int32_t {
  kBoefje = 0,
  kNormalizer = 1,
  kStoq = 2,
  kNative = 3,  // plugin.json
};
// boefje, normalizer, stoq, cupel
std::string_view PluginKindName(PluginKind kind);
// One that OpenKAT has.
inline bool IsOpenKatKind(PluginKind kind) {
  return kind == PluginKind::kBoefje || kind == PluginKind::kNormalizer;
}

// One plugin, as OpenKAT's catalogue models it (shared/reference, 2.2). Fields
// of the other kinds keep their defaults. A value type.
struct PluginManifest {
  PluginKind kind = PluginKind::kBoefje;
  std::string id;
  std::string name;
  std::optional<std::string> version;
  std::optional<DateTime> created;
  std::optional<std::string> description;
  bool enabled = false;
  bool is_static = true;
  std::vector<std::string> consumes;
  std::vector<std::string> produces;
  // Boefjes.
  int64_t scan_level = 1;
  Json schema;                             // null if it has none
  std::shared_ptr<const Schema> compiled;  // null if it has none
  std::vector<std::string> environment_keys;
  std::optional<std::string> cron;
  std::optional<int64_t> interval;  // minutes
  std::optional<std::vector<std::string>> run_on;
  std::optional<std::string> runnable_hash;
  std::optional<std::string> oci_image;
  std::vector<std::string> oci_arguments;
  bool deduplicate = true;
  // stoQ and native: the categories it is in, and its code's file name.
  std::vector<std::string> categories;
  std::string module;
  // Not of the wire: SHA-256 over names and contents.
  std::string content_hash;
};

// A plugin object of the API or a boefje.json / normalizer.json. The kind is
// `kind`, of which a "type" must not say otherwise; if `kind` is nothing it is
// the "type", or, without one, guessed as OpenKAT does: a normalizer has lists
// "consumes" and "produces" and nothing that only boefjes have. "bit" is an
// issue (enum).
//
// As OpenKAT: unknown keys are ignored, the items of a boefje's "consumes" and
// "produces" are a set (here: in the order in which they first came), those of
// a normalizer are a list. Stricter than OpenKAT, which takes them and fails
// later: ids (CheckPluginId), control characters in names, scan levels other
// than 0 to 4. "environment_keys", which OpenKAT's model no longer has, is
// read but not printed.
//
// Everything that is wrong goes to `issues`.
PluginManifest ReadManifest(const Json& document,
                            std::optional<PluginKind> kind, JsonIssues* issues);

// INVALID_ARGUMENT for an id that could be taken for a path or shown as what it
// is not: empty, longer than 64 characters, "." or with "..", with '/', '\\', a
// control character or a NUL, or no UTF-8.
absl::Status CheckPluginId(std::string_view id);

// True for C0, C1 and DEL, and what is no UTF-8.
bool HasControlCharacters(std::string_view text);

// As OpenKAT prints it, keys in its order; `enabled` as given. A stoQ plugin,
// which OpenKAT has not, gets its fields in the same manner.
Json PrintManifest(const PluginManifest& manifest, bool enabled);

// "5 0 * 8 *": the five fields of cron, or six (with seconds at the end), or
// seven (and years), with names, ranges (wrapping too), steps, lists, L, 5#2
// and L5, and @daily and its like, as croniter takes them. Not taken: 0 as
// the end of a range of days or months, croniter's H and R, which mean another
// time for everybody, and W, which only its newest versions know.
// INVALID_ARGUMENT says which field is wrong.
absl::Status CheckCron(std::string_view expression);

}  // namespace cupel

#endif  // CUPEL_REGISTRY_MANIFEST_H_
