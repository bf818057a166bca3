#ifndef CUPEL_BUILTIN_EXTRACTOR_ARCHIVE_OPTIONS_H_
#define CUPEL_BUILTIN_EXTRACTOR_ARCHIVE_OPTIONS_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "builtin/call.h"

namespace cupel {

// Options of extractor:archive; they stand in docs/plugins.md.
struct ArchiveExtractorOptions {
  std::vector<std::string> passwords;
  uint64_t max_children = 0;
  uint64_t ratio = 0;

  static absl::StatusOr<ArchiveExtractorOptions> Of(PluginCall& call) {
    ArchiveExtractorOptions options;
    // Those of a rule are more likely to fit.
    for (const char* name : {"archive_passwords", "passwords"}) {
      CUPEL_ASSIGN_OR_RETURN(const std::string text, call.Text(name));
      options.AddPasswords(text);
    }
    CUPEL_ASSIGN_OR_RETURN(const int64_t most,
                           call.Integer("max_children", 1, 1'000'000));
    CUPEL_ASSIGN_OR_RETURN(const int64_t ratio,
                           call.Integer("ratio", 0, 1'000'000'000));
    options.max_children = static_cast<uint64_t>(most);
    options.ratio = static_cast<uint64_t>(ratio);
    return options;
  }

 private:
  // Between commas. A lone "-" is how stoQ writes "none".
  void AddPasswords(std::string_view text) {
    while (!text.empty()) {
      const size_t comma = std::min(text.find(','), text.size());
      const std::string_view one = text.substr(0, comma);
      if (!one.empty() && one != "-") passwords.emplace_back(one);
      text.remove_prefix(std::min(comma + 1, text.size()));
    }
  }
};

}  // namespace cupel

#endif  // CUPEL_BUILTIN_EXTRACTOR_ARCHIVE_OPTIONS_H_
