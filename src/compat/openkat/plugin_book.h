// The boefjes and normalizers of some plugin folders, by kind and id.
#ifndef CUPEL_COMPAT_OPENKAT_PLUGIN_BOOK_H_
#define CUPEL_COMPAT_OPENKAT_PLUGIN_BOOK_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "registry/discovery.h"
#include "registry/manifest.h"
#include "registry/registry.h"

namespace cupel::openkat {

// Of several with the same id the last one, as in OpenKAT. NOT_FOUND, naming
// the number of folders, or FAILED_PRECONDITION for one that is broken.
absl::StatusOr<FoundPlugin> PickPlugin(const std::vector<FoundPlugin>& found,
                                       PluginKind kind, std::string_view id,
                                       size_t folders);

// What is found in folders as if it came out of a catalogue.
CatalogueEntry EntryOf(FoundPlugin plugin);

// Thread-safe.
class PluginBook {
 public:
  // Fails for a folder that can't be read; what is wrong below it makes one
  // plugin broken.
  static absl::StatusOr<std::unique_ptr<PluginBook>> New(
      std::vector<std::string> folders);

  // Reads the folders again. On failure everything stays as it was.
  absl::Status Rescan();

  absl::StatusOr<FoundPlugin> Find(PluginKind kind, std::string_view id) const;
  // How many sound ones of this kind there are.
  size_t Count(PluginKind kind) const;
  size_t folders() const { return folders_.size(); }

 private:
  using Found = std::shared_ptr<const std::vector<FoundPlugin>>;

  explicit PluginBook(std::vector<std::string> folders)
      : folders_(std::move(folders)) {}
  Found found() const;

  const std::vector<std::string> folders_;
  mutable Mutex mutex_;
  Found found_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cupel::openkat

#endif  // CUPEL_COMPAT_OPENKAT_PLUGIN_BOOK_H_
