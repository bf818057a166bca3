#include "registry/posted_plugins.h"

#include <utility>

#include "base/status.h"
#include "format/escape.h"

namespace cupel {
namespace {

// Plugins come and go; what went is forgotten when there is this much of it.
constexpr size_t kMostKnown = 100000;

absl::StatusOr<PluginManifest> ReadDocument(const PluginRow& row) {
  const std::string what = fmt::format("plugin '{}'", EscapePrintable(row.id));
  const std::optional<PluginKind> kind = KindNamed(row.type);
  if (!kind.has_value()) {
    return DataLoss("{}: the database has it as no kind of plugin", what);
  }
  auto document = ParseJson(row.document, what);
  if (!document.ok()) {
    return DataLoss("{}", MessageOf(document.status()));
  }
  JsonIssues issues;
  PluginManifest manifest = ReadManifest(*document, kind, &issues);
  if (!issues.empty()) {
    return DataLoss("{}", MessageOf(issues.ToStatus(what)));
  }
  manifest.id = row.id;
  manifest.is_static = false;
  return manifest;
}

}  // namespace

std::optional<PluginKind> KindNamed(std::string_view name) {
  for (const PluginKind kind : {PluginKind::kBoefje, PluginKind::kNormalizer,
                                PluginKind::kStoq, PluginKind::kNative}) {
    if (name == PluginKindName(kind)) return kind;
  }
  return std::nullopt;
}

// OpenKAT's API does not print the variables that a manifest names, but they
// count.
Json DocumentOf(const PluginManifest& manifest) {
  Json document = PrintManifest(manifest, manifest.enabled);
  if (!manifest.environment_keys.empty()) {
    document["environment_keys"] = manifest.environment_keys;
  }
  return document;
}

absl::StatusOr<PluginRow> PostedRow(PluginManifest manifest) {
  if (!IsOpenKatKind(manifest.kind)) {
    return InvalidArgument(
        "only boefjes and normalizers can be posted; others are found");
  }
  manifest.is_static = false;
  return PluginRow{manifest.id, std::string(PluginKindName(manifest.kind)),
                   manifest.name, PrintJson(DocumentOf(manifest)), false};
}

absl::StatusOr<std::shared_ptr<const PluginManifest>> PostedPlugins::Read(
    const PluginRow& row) {
  {
    const MutexLock lock(mutex_);
    const auto it = known_.find(row.id);
    // A document need not name its kind; the row does.
    if (it != known_.end() && it->second.document == row.document &&
        PluginKindName(it->second.manifest->kind) == row.type) {
      return it->second.manifest;
    }
  }
  CUPEL_ASSIGN_OR_RETURN(PluginManifest read, ReadDocument(row));
  auto manifest = std::make_shared<const PluginManifest>(std::move(read));
  const MutexLock lock(mutex_);
  if (known_.size() >= kMostKnown) known_.clear();
  known_[row.id] = {row.document, manifest};
  return manifest;
}

}  // namespace cupel
