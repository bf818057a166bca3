#include "engine/boefje_plugins.h"

#include <unistd.h>

#include <utility>

#include "base/status.h"
#include "engine/plugin_tiers.h"
#include "format/escape.h"
#include "oci/oci_plugin.h"
#include "runner/process_plugin.h"

namespace cupel {
namespace {

PluginInfo InfoOf(const PluginManifest& manifest, PluginCategory category) {
  PluginInfo info;
  info.id = {category, manifest.id};
  info.version = manifest.version.value_or("");
  info.description = manifest.description.value_or("");
  info.dialect = "openkat";
  info.least_tier = Tier::kProcess;
  info.hash = manifest.content_hash;
  return info;
}

bool HasFile(const std::string& folder, std::string_view name) {
  if (folder.empty()) return false;
  return access((folder + "/" + std::string(name)).c_str(), R_OK) == 0;
}

absl::StatusOr<std::shared_ptr<Plugin>> InProcess(
    PluginInfo info, const std::string& folder, const char* manifest,
    const PluginRunOptions& options, const AnswerLimits& answer) {
  CUPEL_RETURN_IF_ERROR(CheckPluginName(info.id.name));
  PluginHostOptions where;
  where.runner = options.runner;
  where.python_path = options.python_path;
  ProcessOptions process;
  CUPEL_ASSIGN_OR_RETURN(process.runner, FindRunnerFor(where));
  CUPEL_ASSIGN_OR_RETURN(std::string package, FindPythonPath(where));
  process.kind = CodeKind::kPython;
  process.origin = folder;
  process.manifest = manifest;
  if (!options.python.empty()) process.python = options.python;
  process.python_path.push_back(std::move(package));
  if (options.memory_bytes != 0) {
    process.limits.address_space = options.memory_bytes;
  }
  process.allow_network = options.network;
  process.answer = answer;
  info.origin = folder;
  return NewProcessPlugin(std::move(info), std::move(process));
}

absl::StatusOr<std::shared_ptr<Plugin>> InContainer(
    PluginInfo info, const PluginManifest& manifest,
    const PluginRunOptions& options) {
  oci::ContainerOptions container;
  container.program = options.oci_program;
  container.runtime = options.oci_runtime;
  container.network = options.network;
  if (options.memory_bytes != 0) {
    container.limits.memory_bytes = options.memory_bytes;
  }
  info.origin = *manifest.oci_image;
  return oci::NewOciPlugin(std::move(info), *manifest.oci_image, container);
}

}  // namespace

absl::StatusOr<std::shared_ptr<Plugin>> MakeBoefje(
    const CatalogueEntry& boefje, const PluginRunOptions& options,
    const AnswerLimits& answer) {
  const PluginManifest& manifest = boefje.manifest;
  PluginInfo info = InfoOf(manifest, PluginCategory::kWorker);
  info.needs = kNeedsNetwork;  // what a boefje looks at is out there
  const bool has_code = HasFile(boefje.directory, "main.py");
  const bool has_image =
      manifest.oci_image.has_value() && !manifest.oci_image->empty();
  const Tier tier = options.tier.value_or(
      has_code || !has_image ? Tier::kProcess : Tier::kOci);
  const std::string name = EscapePrintable(manifest.id);
  switch (tier) {
    case Tier::kBuiltin:
      return InvalidArgument("a boefje is never run in the host's process");
    case Tier::kProcess:
      if (has_code) {
        return InProcess(std::move(info), boefje.directory, "boefje.json",
                         options, answer);
      }
      return FailedPrecondition(
          "boefje '{}' has no main.py in a plugin folder{}", name,
          has_image ? "; it has an image: run it with tier oci" : "");
    case Tier::kOci:
      if (has_image) return InContainer(std::move(info), manifest, options);
      return FailedPrecondition("boefje '{}' has no oci_image", name);
  }
  return InvalidArgument("tier is none that is known");
}

absl::StatusOr<std::shared_ptr<Plugin>> MakeNormalizer(
    const FoundPlugin& normalizer, const PluginRunOptions& options,
    const AnswerLimits& answer) {
  if (options.tier.value_or(Tier::kProcess) != Tier::kProcess) {
    return InvalidArgument("a normalizer runs in a process (tier process)");
  }
  PluginRunOptions without = options;
  without.network = false;
  return InProcess(InfoOf(normalizer.manifest, PluginCategory::kNormalizer),
                   normalizer.directory, "normalizer.json", without, answer);
}

}  // namespace cupel
