#include "registry/manifest.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/status.h"
#include "format/escape.h"

namespace cupel {
namespace {

constexpr size_t kIdCharacters = 64;
constexpr int64_t kHighestScanLevel = 4;

// What no other kind of plugin has: OpenKAT guesses by the number of fields
// that a model knows.
constexpr std::string_view kOnlyBoefjes[] = {
    "scan_level",    "boefje_schema", "cron",          "interval",    "run_on",
    "runnable_hash", "oci_image",     "oci_arguments", "deduplicate",
};

size_t CountCharacters(std::string_view utf8) {
  return static_cast<size_t>(std::count_if(
      utf8.begin(), utf8.end(),
      [](char c) { return (static_cast<uint8_t>(c) & 0xc0) != 0x80; }));
}

PluginKind GuessKind(const JsonFields& fields) {
  for (const std::string_view key : kOnlyBoefjes) {
    if (fields.Has(key)) return PluginKind::kBoefje;
  }
  for (const std::string_view key : {"consumes", "produces"}) {
    const Json* const list = fields.Find(key);
    if (list == nullptr || !list->is_array()) return PluginKind::kBoefje;
  }
  return PluginKind::kNormalizer;
}

PluginKind ReadKind(std::optional<PluginKind> kind, JsonFields& fields) {
  if (!fields.Has("type")) return kind.has_value() ? *kind : GuessKind(fields);
  if (!kind.has_value()) {
    return fields.Choice("type", {"boefje", "normalizer"}) == 1
               ? PluginKind::kNormalizer
               : PluginKind::kBoefje;
  }
  // Choice names what it expects.
  (void)fields.Choice("type", {PluginKindName(*kind)});
  return *kind;
}

// The first of each, in order.
std::vector<std::string> AsSet(std::vector<std::string> items) {
  HashSet<std::string> seen;
  std::vector<std::string> set;
  for (std::string& item : items) {
    if (seen.insert(item).second) set.push_back(std::move(item));
  }
  return set;
}

void ReadBase(JsonFields& fields, PluginManifest* manifest) {
  manifest->id = fields.String("id");
  const Json* const id = fields.Find("id");
  if (id != nullptr && id->is_string()) {
    const absl::Status status = CheckPluginId(manifest->id);
    if (!status.ok()) {
      fields.Issue("id", "value_error", std::string(MessageOf(status)));
    }
  }
  manifest->name = fields.String("name");
  if (HasControlCharacters(manifest->name)) {
    fields.Issue("name", "value_error", "has control characters");
  }
  manifest->version = fields.OptionalString("version");
  manifest->created = fields.OptionalDateTime("created", false);
  manifest->description = fields.OptionalString("description");
  manifest->enabled =
      fields.BoolOr("enabled", manifest->kind == PluginKind::kNormalizer);
  manifest->is_static = fields.BoolOr("static", true);
}

void ReadSchema(JsonFields& fields, PluginManifest* manifest) {
  const Json* const schema = fields.Find("boefje_schema");
  if (schema == nullptr || schema->is_null()) return;
  if (!schema->is_object()) {
    fields.Issue(
        "boefje_schema", "dict_type",
        fmt::format("expected an object, found {}", JsonTypeName(*schema)));
    return;
  }
  auto compiled = Schema::Compile(*schema);
  if (!compiled.ok()) {
    fields.Issue("boefje_schema", "value_error",
                 std::string(MessageOf(compiled.status())));
    return;
  }
  manifest->schema = *schema;
  manifest->compiled = std::move(*compiled);
}

void ReadTimes(JsonFields& fields, PluginManifest* manifest) {
  manifest->cron = fields.OptionalString("cron");
  if (manifest->cron.has_value()) {
    const absl::Status status = CheckCron(*manifest->cron);
    if (!status.ok()) {
      fields.Issue("cron", "value_error", std::string(MessageOf(status)));
    }
  }
  manifest->interval = fields.OptionalInteger("interval");
  manifest->run_on = fields.OptionalStrings("run_on");
  if (!manifest->run_on.has_value()) return;
  for (const std::string& when : *manifest->run_on) {
    if (when == "create" || when == "update") continue;
    fields.Issue("run_on", "enum", "expected 'create' or 'update' only");
    return;
  }
}

void ReadBoefje(JsonFields& fields, PluginManifest* manifest) {
  manifest->scan_level = fields.IntegerOr("scan_level", 1);
  if (manifest->scan_level < 0 || manifest->scan_level > kHighestScanLevel) {
    fields.Issue("scan_level", "value_error",
                 fmt::format("expected 0 to {}", kHighestScanLevel));
  }
  manifest->consumes = AsSet(fields.Strings("consumes"));
  manifest->produces = AsSet(fields.Strings("produces"));
  ReadSchema(fields, manifest);
  manifest->environment_keys = fields.Strings("environment_keys");
  ReadTimes(fields, manifest);
  manifest->runnable_hash = fields.OptionalString("runnable_hash");
  manifest->oci_image = fields.OptionalString("oci_image");
  manifest->oci_arguments = fields.Strings("oci_arguments");
  manifest->deduplicate = fields.BoolOr("deduplicate", true);
}

void ReadNormalizer(JsonFields& fields, PluginManifest* manifest) {
  for (const std::string_view key : {"consumes", "produces"}) {
    if (!fields.Has(key)) {
      fields.Issue(key, "missing", "expected a list of strings, found nothing");
    }
  }
  manifest->consumes = fields.Strings("consumes");
  manifest->produces = fields.Strings("produces");
}

template <typename T>
Json OrNull(const std::optional<T>& value) {
  return value.has_value() ? Json(*value) : Json();
}

}  // namespace

std::string_view PluginKindName(PluginKind kind) {
  switch (kind) {
    case PluginKind::kBoefje:
      return "boefje";
    case PluginKind::kNormalizer:
      return "normalizer";
    case PluginKind::kStoq:
      return "stoq";
    case PluginKind::kNative:
      return "cupel";
  }
  return "unknown";
}

bool HasControlCharacters(std::string_view text) {
  if (!IsUtf8(text)) return true;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<uint8_t>(text[i]);
    if (c < 0x20 || c == 0x7f) return true;
    // U+0080 to U+009F.
    if (c == 0xc2 && static_cast<uint8_t>(text[i + 1]) < 0xa0) return true;
  }
  return false;
}

absl::Status CheckPluginId(std::string_view id) {
  const auto wrong = [id](std::string_view why) {
    return InvalidArgument("the id '{}' {}",
                           EscapePrintable(id.substr(0, kIdCharacters)), why);
  };
  if (id.empty()) return InvalidArgument("the id is empty");
  if (HasControlCharacters(id)) {
    return wrong("has control characters or is not UTF-8");
  }
  if (id.find_first_of("/\\") != std::string_view::npos || id == "." ||
      id.find("..") != std::string_view::npos) {
    return wrong("could be taken for a path: no '/', '\\' or '..' in ids");
  }
  if (CountCharacters(id) > kIdCharacters) {
    return wrong("is longer than 64 characters");
  }
  return absl::OkStatus();
}

PluginManifest ReadManifest(const Json& document,
                            std::optional<PluginKind> kind,
                            JsonIssues* issues) {
  JsonFields fields(document, {}, issues);
  PluginManifest manifest;
  if (!document.is_object()) {
    manifest.kind = kind.value_or(PluginKind::kBoefje);
    return manifest;
  }
  manifest.kind = ReadKind(kind, fields);
  ReadBase(fields, &manifest);
  if (manifest.kind == PluginKind::kNormalizer) {
    ReadNormalizer(fields, &manifest);
  } else {
    ReadBoefje(fields, &manifest);
  }
  return manifest;
}

Json PrintManifest(const PluginManifest& manifest, bool enabled) {
  Json out = Json::object();
  out["id"] = manifest.id;
  out["name"] = manifest.name;
  out["version"] = OrNull(manifest.version);
  out["created"] =
      manifest.created ? Json(manifest.created->ToString()) : Json();
  out["description"] = OrNull(manifest.description);
  out["enabled"] = enabled;
  out["static"] = manifest.is_static;
  out["type"] = std::string(PluginKindName(manifest.kind));
  if (!IsOpenKatKind(manifest.kind)) {
    out["categories"] = manifest.categories;
    out["module"] = manifest.module;
    return out;
  }
  const bool boefje = manifest.kind == PluginKind::kBoefje;
  if (boefje) out["scan_level"] = manifest.scan_level;
  out["consumes"] = manifest.consumes;
  out["produces"] = manifest.produces;
  if (!boefje) return out;
  out["boefje_schema"] = manifest.schema;
  out["cron"] = OrNull(manifest.cron);
  out["interval"] = OrNull(manifest.interval);
  out["run_on"] = OrNull(manifest.run_on);
  out["runnable_hash"] = OrNull(manifest.runnable_hash);
  out["oci_image"] = OrNull(manifest.oci_image);
  out["oci_arguments"] = manifest.oci_arguments;
  out["deduplicate"] = manifest.deduplicate;
  return out;
}

}  // namespace cupel
