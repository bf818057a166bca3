#include "registry/registry.h"

#include <fcntl.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>

#include "base/status.h"
#include "crypto/wipe_json.h"
#include "registry/folder.h"
#include "registry/registry_errors.h"
#include "registry/registry_impl.h"

namespace cupel {
namespace {

constexpr uint64_t kCoverBytes = uint64_t{4} << 20;
constexpr uint64_t kDescriptionBytes = uint64_t{1} << 20;

namespace fs = std::filesystem;

// Without links; nothing if it is gone or leads out of all roots. The discovery
// looks for that too, but the file is served to others, and may have been
// changed since.
std::optional<fs::path> WithinRoots(const std::string& file,
                                    const std::vector<std::string>& roots) {
  std::error_code ignored;
  fs::path real = fs::canonical(file, ignored);
  if (real.empty()) return std::nullopt;
  for (const std::string& root : roots) {
    const fs::path real_root = fs::canonical(root, ignored);
    if (real_root.empty()) continue;
    const auto [of_root, of_file] = std::mismatch(
        real_root.begin(), real_root.end(), real.begin(), real.end());
    if (of_root == real_root.end()) return real;
  }
  return std::nullopt;
}

// A file that the discovery found, as it is now; empty if it is gone.
absl::StatusOr<std::string> ReadServed(const std::string& file,
                                       const std::vector<std::string>& roots,
                                       uint64_t limit) {
  if (file.empty()) return std::string();
  const std::optional<fs::path> real = WithinRoots(file, roots);
  if (!real.has_value()) return std::string();
  const std::string directory = real->parent_path().string();
  const auto folder = OpenFolder(AT_FDCWD, directory, directory, false);
  if (absl::IsNotFound(folder.status())) return std::string();
  CUPEL_RETURN_IF_ERROR(folder.status());
  auto bytes =
      ReadSmallFileAt(folder->get(), real->filename().string(), file, limit);
  if (absl::IsNotFound(bytes.status())) return std::string();
  return bytes;
}

}  // namespace

absl::StatusOr<std::shared_ptr<Registry>> Registry::New(
    RegistryOptions options) {
  if (options.store == nullptr) {
    return InvalidArgument("a registry needs a store");
  }
  CUPEL_ASSIGN_OR_RETURN(std::shared_ptr<const LocalPlugins> local,
                         LocalPlugins::Discover(options.plugin_roots));
  return std::make_shared<RegistryImpl>(std::move(options), std::move(local));
}

RegistryImpl::RegistryImpl(RegistryOptions options,
                           std::shared_ptr<const LocalPlugins> local)
    : options_(std::move(options)), local_(std::move(local)) {}

std::shared_ptr<const LocalPlugins> RegistryImpl::local() const {
  const MutexLock lock(mutex_);
  return local_;
}

absl::Status RegistryImpl::Rescan() {
  const MutexLock one_at_a_time(scanning_);
  CUPEL_ASSIGN_OR_RETURN(std::shared_ptr<const LocalPlugins> now,
                         LocalPlugins::Discover(options_.plugin_roots));
  // The old one goes outside of the lock: it may be large.
  const MutexLock lock(mutex_);
  local_.swap(now);
  return absl::OkStatus();
}

std::vector<FoundPlugin> RegistryImpl::found() const {
  return local()->found();
}

absl::StatusOr<std::string> RegistryImpl::Cover(std::string_view id) {
  const auto snapshot = local();
  const FoundPlugin* const plugin = snapshot->Find(id);
  if (plugin == nullptr) return std::string();
  return ReadServed(plugin->cover_file, options_.plugin_roots, kCoverBytes);
}

absl::StatusOr<std::string> RegistryImpl::Description(std::string_view id) {
  const auto plugin = Known(id);
  if (absl::IsNotFound(plugin.status())) return std::string();
  CUPEL_RETURN_IF_ERROR(plugin.status());
  if (plugin->local != nullptr && !plugin->local->description_file.empty()) {
    return ReadServed(plugin->local->description_file, options_.plugin_roots,
                      kDescriptionBytes);
  }
  return plugin->manifest->description.value_or("");
}

absl::StatusOr<Environment> RegistryImpl::EnvironmentFor(
    std::string_view organisation, std::string_view plugin,
    const std::vector<std::pair<std::string, std::string>>& variables,
    bool apply_defaults) {
  if (const auto row = store().Organisation(organisation); !row.ok()) {
    return absl::IsNotFound(row.status()) ? NoOrganisation(organisation)
                                          : row.status();
  }
  CUPEL_ASSIGN_OR_RETURN(const KnownPlugin known, Known(plugin));
  if (!known.problem.empty()) return FailedPrecondition("{}", known.problem);
  EnvironmentRequest request;
  request.schema = known.manifest->compiled.get();
  request.environment_keys = known.manifest->environment_keys;
  request.variables = variables;
  request.apply_defaults = apply_defaults;
  request.plugin = known.manifest->id;
  CUPEL_ASSIGN_OR_RETURN(request.settings, Settings(organisation, plugin));
  // Moved on, so that no copy stays that nobody overwrites.
  return Environment::Build(std::move(request));
}

}  // namespace cupel
