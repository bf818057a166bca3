#include "compat/openkat/plugin_book.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/status.h"
#include "format/escape.h"

namespace cupel::openkat {

absl::StatusOr<FoundPlugin> PickPlugin(const std::vector<FoundPlugin>& found,
                                       PluginKind kind, std::string_view id,
                                       size_t folders) {
  const FoundPlugin* last = nullptr;
  std::string_view problem;
  for (const FoundPlugin& plugin : found) {
    if (plugin.manifest.kind != kind || plugin.manifest.id != id) continue;
    if (plugin.problem.empty()) {
      last = &plugin;
    } else {
      problem = plugin.problem;
    }
  }
  if (last != nullptr) return *last;
  if (!problem.empty()) {
    return FailedPrecondition("{} '{}' can't be run: {}", PluginKindName(kind),
                              EscapePrintable(id), problem);
  }
  return NotFound(
      "{} '{}' is in none of the {} plugin folders; `cupel plugins list` shows "
      "what a folder has",
      PluginKindName(kind), EscapePrintable(id), folders);
}

CatalogueEntry EntryOf(FoundPlugin plugin) {
  CatalogueEntry entry;
  entry.enabled = plugin.manifest.enabled;
  entry.manifest = std::move(plugin.manifest);
  entry.local = true;
  entry.directory = std::move(plugin.directory);
  entry.problem = std::move(plugin.problem);
  return entry;
}

absl::StatusOr<std::unique_ptr<PluginBook>> PluginBook::New(
    std::vector<std::string> folders) {
  std::unique_ptr<PluginBook> book(new PluginBook(std::move(folders)));
  CUPEL_RETURN_IF_ERROR(book->Rescan());
  return book;
}

absl::Status PluginBook::Rescan() {
  auto all = std::make_shared<std::vector<FoundPlugin>>();
  for (const std::string& folder : folders_) {
    CUPEL_ASSIGN_OR_RETURN(std::vector<FoundPlugin> found,
                           DiscoverPlugins(folder));
    all->insert(all->end(), std::make_move_iterator(found.begin()),
                std::make_move_iterator(found.end()));
  }
  const MutexLock lock(mutex_);
  found_ = std::move(all);
  return absl::OkStatus();
}

PluginBook::Found PluginBook::found() const {
  const MutexLock lock(mutex_);
  return found_;
}

absl::StatusOr<FoundPlugin> PluginBook::Find(PluginKind kind,
                                             std::string_view id) const {
  return PickPlugin(*found(), kind, id, folders_.size());
}

size_t PluginBook::Count(PluginKind kind) const {
  const Found all = found();
  return static_cast<size_t>(
      std::count_if(all->begin(), all->end(), [kind](const FoundPlugin& one) {
        return one.manifest.kind == kind && one.problem.empty();
      }));
}

}  // namespace cupel::openkat
