#include "engine/plugin_specs.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/status.h"
#include "format/escape.h"
#include "format/json.h"
#include "plugin/rate_limit.h"
#include "plugin/table_check.h"
#include "registry/discovery.h"

namespace cupel {
namespace {

std::string NameIn(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

PluginSpec Start(const FoundPlugin& found) {
  PluginSpec spec;
  spec.code = PluginCode::kPython;
  spec.file = found.directory;
  spec.manifest =
      found.manifest_file.empty() ? "" : NameIn(found.manifest_file);
  spec.problem = found.problem;
  const PluginManifest& manifest = found.manifest;
  spec.info.id.name = manifest.id;
  spec.info.version = manifest.version.value_or("");
  spec.info.description = manifest.description.value_or("");
  spec.info.least_tier = Tier::kProcess;
  spec.info.origin =
      found.manifest_file.empty() ? found.directory : found.manifest_file;
  spec.info.hash = manifest.content_hash;
  return spec;
}

std::string JoinPath(const std::string& folder, const std::string& name) {
  return folder + (folder.ends_with('/') ? "" : "/") + name;
}

PluginSpec NativeSpec(const FoundPlugin& found) {
  PluginSpec spec = Start(found);
  if (found.native == nullptr) {
    // Only what it says of its name.
    const auto id = ParsePluginName(found.manifest.id);
    if (id.ok()) spec.info.id = *id;
    return spec;
  }
  PluginInfo info = found.native->info;
  info.origin = spec.info.origin;
  info.hash = spec.info.hash;
  if (found.native->shared_object.empty()) {
    info.least_tier = std::max(info.least_tier, Tier::kProcess);
  } else {
    spec.code = PluginCode::kObject;
    spec.unseen = true;
    spec.file = JoinPath(found.directory, found.native->shared_object);
  }
  // Read before, so it is JSON.
  if (const auto options = ParseJson(info.options, "options"); options.ok()) {
    for (const auto& [name, value] : options->items()) {
      spec.manifest_options.push_back({.name = name,
                                       .json = PrintJson(value),
                                       .origin = OptionOrigin::kManifest,
                                       .place = found.manifest_file});
    }
  }
  info.options = "{}";
  spec.info = std::move(info);
  return spec;
}

PluginSpec OpenKatSpec(const FoundPlugin& found) {
  PluginSpec spec = Start(found);
  const bool boefje = found.manifest.kind == PluginKind::kBoefje;
  spec.info.dialect = "openkat";
  spec.info.id.category =
      boefje ? PluginCategory::kWorker : PluginCategory::kNormalizer;
  spec.info.consumes = found.manifest.consumes;
  // Looking at hosts is what boefjes are for, and they have no way to ask.
  if (boefje) spec.info.needs = kNeedsNetwork;
  if (spec.problem.empty() && found.manifest.oci_image.has_value()) {
    spec.problem = fmt::format(
        "{}: it is an image of a container, which only `cupel boefje run` "
        "starts",
        EscapePrintable(found.manifest_file));
  }
  return spec;
}

// What a .stoq file says of its plugin in options that stoQ itself reads.
absl::Status ReadStoqPolicy(const StoqManifest& stoq, std::string_view file,
                            PluginInfo* info) {
  std::string min;
  std::string max;
  for (const StoqOption& option : stoq.options) {
    const auto place = [&] {
      return fmt::format("{}:{}", EscapePrintable(file), option.line);
    };
    if (option.name == "min_stoq_version") min = option.value;
    if (option.name == "max_stoq_version") max = option.value;
    if (option.name == "max_tlp" && !option.value.empty()) {
      info->max_tlp = TlpOf(option.value);
      if (!info->max_tlp.has_value()) {
        return InvalidArgument(
            "{}: max_tlp is no label: clear (or white), green, amber, "
            "amber+strict or red",
            place());
      }
    }
    if (option.name == "ratelimit" && !option.value.empty()) {
      const auto rate = ParseRate(option.value);
      if (!rate.ok()) {
        return InvalidArgument("{}: {}", place(), MessageOf(rate.status()));
      }
      info->rate_limit = option.value;
    }
  }
  const absl::Status version =
      CheckVersionRange("stoQ", min, max, kStoqVersion);
  if (version.ok()) return version;
  return MakeStatus(version.code(), "{}: {}", EscapePrintable(file),
                    MessageOf(version));
}

std::vector<PluginSpec> StoqSpecs(const FoundPlugin& found) {
  PluginSpec spec = Start(found);
  spec.info.dialect = "stoq";
  if (found.stoq != nullptr) {
    spec.info.author = found.stoq->author;
    const absl::Status policy =
        ReadStoqPolicy(*found.stoq, found.manifest_file, &spec.info);
    if (spec.problem.empty()) spec.problem = MessageOf(policy);
    for (const StoqOption& option : found.stoq->options) {
      spec.manifest_options.push_back(
          {.name = option.name,
           .json = PrintJson(Json(option.value)),
           .origin = OptionOrigin::kManifest,
           .place = fmt::format("{}:{}", found.manifest_file, option.line)});
    }
  }
  if (spec.problem.empty() && found.manifest.categories.empty()) {
    spec.problem = fmt::format(
        "{}: {}.py has no line \"from stoq.plugins import Stoq…Plugin\" that "
        "names a category",
        EscapePrintable(found.manifest_file),
        EscapePrintable(found.manifest.module));
  }
  if (found.manifest.categories.empty()) return {std::move(spec)};
  std::vector<PluginSpec> specs;
  for (const std::string& category : found.manifest.categories) {
    spec.info.id.category =
        CategoryOf(category).value_or(PluginCategory::kWorker);
    // They can do nothing without, and have no way to ask.
    const bool outside = spec.info.id.category == PluginCategory::kSource ||
                         spec.info.id.category == PluginCategory::kConnector;
    spec.info.needs = outside ? kNeedsNetwork | kNeedsFiles : 0;
    specs.push_back(spec);
  }
  return specs;
}

}  // namespace

std::vector<PluginSpec> SpecsOf(const FoundPlugin& found) {
  std::vector<PluginSpec> specs;
  switch (found.manifest.kind) {
    case PluginKind::kStoq:
      specs = StoqSpecs(found);
      break;
    case PluginKind::kNative:
      specs = {NativeSpec(found)};
      break;
    case PluginKind::kBoefje:
    case PluginKind::kNormalizer:
      specs = {OpenKatSpec(found)};
      break;
  }
  for (PluginSpec& spec : specs) {
    if (!spec.problem.empty()) continue;
    // stoQ and OpenKAT allow names that no option and no rule could name.
    if (const absl::Status name = CheckPluginName(spec.info.id.name);
        !name.ok()) {
      spec.problem = fmt::format("{}: {}", EscapePrintable(spec.info.origin),
                                 MessageOf(name));
    }
  }
  return specs;
}

PluginSpec SpecOf(const cupel_plugin_v1* table, PluginCode code,
                  const std::string& origin) {
  PluginSpec spec;
  spec.code = code;
  spec.table = table;
  if (code == PluginCode::kObject) spec.file = origin;
  auto checked = CheckTable(table, origin);
  if (checked.ok()) {
    spec.info = std::move(checked->info);
  } else {
    spec.problem = MessageOf(checked.status());
    spec.info.origin = origin;
  }
  return spec;
}

absl::Status ApplyManifest(const PluginInfo& manifest, PluginInfo* info) {
  if (manifest.id != info->id) {
    return InvalidArgument("{} is said to be {}, and its table is that of {}",
                           EscapePrintable(manifest.origin),
                           PluginNameText(manifest.id),
                           PluginNameText(info->id));
  }
  if ((info->needs & ~manifest.needs) != 0) {
    return InvalidArgument(
        "{}: its table needs {}, which \"needs\" does not tell",
        EscapePrintable(manifest.origin),
        (info->needs & ~manifest.needs & kNeedsNetwork) != 0 ? "the network"
                                                             : "files");
  }
  const auto take = [](const std::string& from, std::string* to) {
    if (!from.empty()) *to = from;
  };
  take(manifest.version, &info->version);
  take(manifest.description, &info->description);
  take(manifest.author, &info->author);
  take(manifest.rate_limit, &info->rate_limit);
  if (!manifest.consumes.empty()) info->consumes = manifest.consumes;
  for (const PluginName& name : manifest.requirements) {
    if (std::find(info->requirements.begin(), info->requirements.end(), name) ==
        info->requirements.end()) {
      info->requirements.push_back(name);
    }
  }
  if (manifest.max_tlp.has_value() &&
      (!info->max_tlp.has_value() || *manifest.max_tlp > *info->max_tlp)) {
    info->max_tlp = manifest.max_tlp;
  }
  info->needs = manifest.needs;
  info->least_tier = std::max(info->least_tier, manifest.least_tier);
  if (manifest.heartbeat_ns != 0) info->heartbeat_ns = manifest.heartbeat_ns;
  info->origin = manifest.origin;
  info->hash = manifest.hash;
  return absl::OkStatus();
}

}  // namespace cupel
