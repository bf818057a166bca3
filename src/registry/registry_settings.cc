// The settings of organisations, sealed on their way into the store.
#include "base/status.h"
#include "registry/registry_errors.h"
#include "registry/registry_impl.h"

namespace cupel {
namespace {

// What stands in the place of a key's id for rows that are sealed with none of
// ours, so that a rotation finds what is not in the form that is wanted.
constexpr std::string_view kOpenKatKey = "openkat-sealbox";
constexpr std::string_view kNoKey = "openkat-identity";

constexpr size_t kIssuesTold = 10;

std::string TextOf(const JsonIssues& issues) {
  std::string text;
  size_t told = 0;
  for (const JsonIssue& issue : issues.list()) {
    if (told == kIssuesTold) break;
    if (told++ > 0) text += "; ";
    text += PathText(issue.path) + ": " + issue.message;
  }
  if (issues.count() > told) {
    text += fmt::format(" (and {} more)", issues.count() - told);
  }
  return text;
}

}  // namespace

absl::StatusOr<std::string> RegistryImpl::KeyIdOfNewRows() const {
  switch (options_.seal_format) {
    case SealFormat::kCupel:
      break;
    case SealFormat::kOpenKatNaclSealbox:
      return std::string(kOpenKatKey);
    case SealFormat::kOpenKatIdentity:
      return std::string(kNoKey);
  }
  const SettingsKey* const key = options_.keys.sealing_key();
  if (key != nullptr) return key->id;
  return FailedPrecondition(
      "there is no key to seal settings with: set CUPEL_SETTINGS_KEYS or "
      "CUPEL_SETTINGS_KEYS_FILE");
}

std::string RegistryImpl::KeyIdOf(std::string_view sealed) {
  const auto info = InspectSealed(sealed);
  if (!info.ok() || sealed.empty()) return "";
  switch (info->format) {
    case SealFormat::kCupel:
      return info->key_id;
    case SealFormat::kOpenKatNaclSealbox:
      return std::string(kOpenKatKey);
    case SealFormat::kOpenKatIdentity:
      return std::string(kNoKey);
  }
  return "";
}

std::string RegistryImpl::FingerprintOf(const Json& settings,
                                        std::string_view plugin) const {
  // Without a key of ours there are none, and equal settings are found by
  // opening them.
  if (settings.empty() || options_.keys.sealing_key() == nullptr) return "";
  auto fingerprint = SettingsFingerprint(settings, plugin, options_.keys);
  return fingerprint.ok() ? *std::move(fingerprint) : "";
}

absl::StatusOr<RegistryImpl::SealedSettings> RegistryImpl::Seal(
    const Json& settings, std::string_view organisation,
    std::string_view plugin) const {
  if (settings.is_object() && settings.empty()) return SealedSettings{};
  SealedSettings sealed;
  CUPEL_ASSIGN_OR_RETURN(sealed.key_id, KeyIdOfNewRows());
  CUPEL_ASSIGN_OR_RETURN(
      sealed.text,
      SealSettings(settings, {std::string(organisation), std::string(plugin)},
                   options_.seal_format, options_.keys));
  sealed.fingerprint = FingerprintOf(settings, plugin);
  return sealed;
}

absl::StatusOr<Json> RegistryImpl::Open(const ConfigRow& row) const {
  auto settings = OpenSettings(row.settings, {row.organisation, row.plugin},
                               options_.keys, options_.allow_identity);
  // A missing key is nothing that the one who asks has not found.
  if (absl::IsNotFound(settings.status())) {
    return FailedPrecondition("{}", MessageOf(settings.status()));
  }
  return settings;
}

absl::StatusOr<Json> RegistryImpl::Settings(std::string_view organisation,
                                            std::string_view plugin) {
  const auto row = store().Config(organisation, plugin);
  if (absl::IsNotFound(row.status())) return Json::object();
  CUPEL_RETURN_IF_ERROR(row.status());
  return Open(*row);
}

absl::Status RegistryImpl::CheckSettings(const KnownPlugin& plugin,
                                         const Json& settings) const {
  const PluginManifest& manifest = *plugin.manifest;
  if (!plugin.problem.empty()) return FailedPrecondition("{}", plugin.problem);
  if (manifest.kind == PluginKind::kNormalizer) {
    return InvalidArgument(
        "Plugin with id '{}' is a normalizer, and those have no settings",
        EscapePrintable(manifest.id));
  }
  if (!settings.is_object()) {
    return InvalidArgument("settings: expected an object, found {}",
                           JsonTypeName(settings));
  }
  if (manifest.compiled == nullptr) return absl::OkStatus();
  JsonIssues issues;
  manifest.compiled->Validate(settings, &issues);
  if (issues.empty()) return absl::OkStatus();
  return InvalidArgument(
      "Settings for plugin {} are not conform the plugin schema: {}",
      EscapePrintable(manifest.id), TextOf(issues));
}

absl::Status RegistryImpl::PutSettings(std::string_view organisation,
                                       std::string_view plugin,
                                       const Json& settings) {
  CUPEL_ASSIGN_OR_RETURN(const KnownPlugin known, Known(plugin));
  CUPEL_RETURN_IF_ERROR(CheckSettings(known, settings));
  CUPEL_ASSIGN_OR_RETURN(SealedSettings sealed,
                         Seal(settings, organisation, plugin));
  return store().Atomically([&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(ConfigRow row, ConfigToChange(organisation, known));
    row.plugin_type = PluginKindName(known.manifest->kind);
    row.settings = sealed.text;
    row.fingerprint = sealed.fingerprint;
    row.key_id = sealed.key_id;
    return store().PutConfig(row);
  });
}

absl::Status RegistryImpl::DeleteSettings(std::string_view organisation,
                                          std::string_view plugin) {
  return store().Atomically([&]() -> absl::Status {
    auto row = store().Config(organisation, plugin);
    if (absl::IsNotFound(row.status()) || (row.ok() && row->settings.empty())) {
      return NoSettings(organisation, plugin);
    }
    CUPEL_RETURN_IF_ERROR(row.status());
    row->settings.clear();
    row->fingerprint.clear();
    row->key_id.clear();
    return store().PutConfig(*row);
  });
}

}  // namespace cupel
