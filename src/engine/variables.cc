#include "engine/variables.h"

#include <unistd.h>

#include <algorithm>

#include "base/hash.h"
#include "crypto/secret.h"

namespace cupel {

Variables::~Variables() {
  for (auto& [name, value] : list_) Wipe(value.data(), value.size());
}

void Variables::Add(std::string_view name, std::string_view value) {
  // Growing would leave the short values of the old places behind.
  if (list_.size() == list_.capacity()) {
    List larger;
    larger.reserve(2 * list_.size() + 8);
    for (auto& [key, old] : list_) {
      larger.emplace_back(std::move(key), old);
      Wipe(old.data(), old.size());
    }
    list_ = std::move(larger);
  }
  list_.emplace_back(name, value);
}

void Variables::AddFromProcess(
    std::initializer_list<std::string_view> prefixes) {
  HashSet<std::string> known;
  for (const auto& [name, value] : list_) known.insert(name);
  for (char** at = environ; at != nullptr && *at != nullptr; ++at) {
    const std::string_view entry(*at);
    const size_t equals = entry.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = entry.substr(0, equals);
    const bool wanted = std::any_of(
        prefixes.begin(), prefixes.end(),
        [name](std::string_view prefix) { return name.starts_with(prefix); });
    if (wanted && known.emplace(name).second) {
      Add(name, entry.substr(equals + 1));
    }
  }
}

}  // namespace cupel
