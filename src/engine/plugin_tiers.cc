#include "engine/plugin_tiers.h"

#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/status.h"
#include "format/escape.h"
#include "plugin/table_plugin.h"
#include "runner/process_plugin.h"

namespace cupel {
namespace {

constexpr std::string_view kPython = "/usr/bin/python3";

// Of the shared object, or the program, that this function is in.
std::string OwnFolder() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&OwnFolder), &info) == 0 ||
      info.dli_fname == nullptr) {
    return "";
  }
  const std::unique_ptr<char, decltype(&free)> real(
      realpath(info.dli_fname, nullptr), &free);
  if (real == nullptr) return "";
  const std::string path = real.get();
  return path.substr(0, path.rfind('/'));
}

Tier Needed(const PluginSpec& spec, const PluginHostOptions& options) {
  return std::max(spec.info.least_tier, options.min_tier);
}

absl::StatusOr<ProcessOptions> ProcessOptionsFor(
    const PluginSpec& spec, const PluginHostOptions& options) {
  ProcessOptions process;
  CUPEL_ASSIGN_OR_RETURN(process.runner, FindRunnerFor(options));
  process.allow_network = options.allow_network;
  process.allow_files = options.allow_files;
  switch (spec.code) {
    case PluginCode::kBuiltin:
      process.kind = CodeKind::kBuiltin;
      break;
    case PluginCode::kObject:
      process.kind = CodeKind::kSharedObject;
      process.origin = spec.file;
      break;
    case PluginCode::kPython: {
      process.kind = CodeKind::kPython;
      process.origin = spec.file;
      process.manifest = spec.manifest;
      process.python = options.python.empty() ? kPython : options.python;
      if (access(process.python.c_str(), X_OK) != 0) {
        return FailedPrecondition(
            "there is no Python at '{}' to run it: install python3, or say "
            "where it is",
            EscapePrintable(process.python));
      }
      CUPEL_ASSIGN_OR_RETURN(std::string path, FindPythonPath(options));
      process.python_path.push_back(std::move(path));
      break;
    }
    case PluginCode::kHost:
      return FailedPrecondition(
          "a table of the host's runs only in the host's process");
  }
  return process;
}

// A manifest's word, and the host's, over what a table says of itself.
void Adjust(const PluginSpec& spec, PluginInfo* info) {
  PluginInfo known = spec.info;
  known.reentrant = info->reentrant;
  *info = std::move(known);
}

}  // namespace

absl::StatusOr<Tier> TierOf(const PluginSpec& spec,
                            const PluginHostOptions& options) {
  const Tier needed = Needed(spec, options);
  if (needed == Tier::kOci) {
    return FailedPrecondition(
        "{} is to run in a container, and only boefjes that are an image do",
        PluginNameText(spec.info.id));
  }
  if (needed == Tier::kBuiltin && spec.code != PluginCode::kPython) {
    return Tier::kBuiltin;
  }
  if (const auto process = ProcessOptionsFor(spec, options); !process.ok()) {
    return FailedPrecondition("{} can't run in a process of its own: {}",
                              PluginNameText(spec.info.id),
                              MessageOf(process.status()));
  }
  return Tier::kProcess;
}

absl::StatusOr<std::vector<PluginSpec>> LookInto(
    const std::string& file, const PluginHostOptions& options) {
  std::vector<PluginSpec> specs;
  if (options.min_tier == Tier::kBuiltin) {
    CUPEL_ASSIGN_OR_RETURN(const auto tables, LoadTables(file));
    for (const cupel_plugin_v1* table : tables) {
      specs.push_back(SpecOf(table, PluginCode::kObject, file));
    }
    return specs;
  }
  PluginSpec ask;
  ask.code = PluginCode::kObject;
  ask.file = file;
  CUPEL_ASSIGN_OR_RETURN(const ProcessOptions process,
                         ProcessOptionsFor(ask, options));
  CUPEL_ASSIGN_OR_RETURN(std::vector<PluginInfo> infos,
                         DescribePlugins(process));
  for (PluginInfo& info : infos) {
    info.origin = file;
    PluginSpec& spec = specs.emplace_back(ask);
    spec.info = std::move(info);
  }
  return specs;
}

absl::Status Complete(PluginSpec* spec, const PluginHostOptions& options) {
  if (!spec->unseen || !spec->problem.empty()) return absl::OkStatus();
  PluginHostOptions where = options;
  where.min_tier = Needed(*spec, options);
  CUPEL_ASSIGN_OR_RETURN(std::vector<PluginSpec> seen,
                         LookInto(spec->file, where));
  for (PluginSpec& table : seen) {
    if (!table.problem.empty()) return InvalidArgument("{}", table.problem);
    if (table.info.id != spec->info.id && seen.size() > 1) continue;
    CUPEL_RETURN_IF_ERROR(ApplyManifest(spec->info, &table.info));
    spec->table = table.table;
    spec->info = std::move(table.info);
    spec->unseen = false;
    return absl::OkStatus();
  }
  return NotFound("{}: '{}' has no table of {}",
                  EscapePrintable(spec->info.origin),
                  EscapePrintable(spec->file), PluginNameText(spec->info.id));
}

absl::StatusOr<std::shared_ptr<Plugin>> MakePlugin(
    const PluginSpec& spec, const PluginHostOptions& options) {
  CUPEL_ASSIGN_OR_RETURN(const Tier tier, TierOf(spec, options));
  if (tier == Tier::kBuiltin) {
    return NewTablePlugin(spec.table, spec.info.origin, nullptr,
                          [&](PluginInfo* info) { Adjust(spec, info); });
  }
  CUPEL_ASSIGN_OR_RETURN(ProcessOptions process,
                         ProcessOptionsFor(spec, options));
  return NewProcessPlugin(spec.info, std::move(process));
}

absl::StatusOr<std::string> FindPythonPath(const PluginHostOptions& options) {
  if (!options.python_path.empty()) return options.python_path;
  if (const char* set = std::getenv("CUPEL_PYTHON_PATH");
      set != nullptr && *set != '\0') {
    return std::string(set);
  }
  const std::string own = OwnFolder();
  // lib/, lib/<machine>/, what a build makes, and a wheel's only folder.
  std::string looked;
  for (const std::string_view below :
       {"/../share/cupel/python", "/../../share/cupel/python",
        "/../bindings/python", "/../../bindings/python",
        "/../../../bindings/python", "/python"}) {
    std::string path = own + std::string(below);
    if (access((path + "/cupel/host").c_str(), R_OK) == 0) return path;
    looked += (looked.empty() ? "" : ", ") + path;
  }
  return NotFound(
      "the Python package cupel.host is not there; looked into {}: install it, "
      "or set CUPEL_PYTHON_PATH",
      EscapePrintable(looked));
}

absl::StatusOr<std::string> FindRunnerFor(const PluginHostOptions& options) {
  if (!options.runner.empty()) {
    if (access(options.runner.c_str(), X_OK) == 0) return options.runner;
    return NotFound("'{}' is no program that can be run",
                    EscapePrintable(options.runner));
  }
  if (const char* set = std::getenv("CUPEL_RUNNER");
      set != nullptr && *set != '\0') {
    if (access(set, X_OK) == 0) return std::string(set);
    return NotFound("CUPEL_RUNNER: '{}' is no program that can be run",
                    EscapePrintable(set));
  }
  return FindRunner();
}

}  // namespace cupel
