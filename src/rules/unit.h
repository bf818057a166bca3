// A source with everything it includes: what one namespace is compiled from.
#ifndef CUPEL_RULES_UNIT_H_
#define CUPEL_RULES_UNIT_H_

#include <string>
#include <string_view>
#include <vector>

#include "crypto/digest.h"
#include "rules/diagnostic.h"
#include "rules/source.h"

namespace cupel {

// libyara's own limit is 16 files on its stack.
inline constexpr size_t kMaxIncludeDepth = 15;
inline constexpr size_t kMaxPastedFiles = 4096;

// A text whose `include` directives name other texts of the unit by index
// ("3"), so that libyara never sees a path, while lines stay where they were.
struct UnitFile {
  std::string label;    // for messages
  std::string spelled;  // as the first `include` had it; empty for the top
  std::string text;
  bool is_file = false;
};

struct RuleUnit {
  std::string ns;
  std::vector<UnitFile> files;  // the first is the source itself
};

// A file that `include` reached: enough to see later whether it would still be
// reached, with the same bytes.
struct IncludedFile {
  std::string path;  // before links are resolved
  std::string real;
  Digest digest = {};
};

struct RuleUnits {
  std::vector<RuleUnit> units;
  std::vector<IncludedFile> included;
  // One for each include that failed; the directive is blanked.
  std::vector<RuleDiagnostic> errors;
};

// Reads what the sources include, within loaded.roots. Takes the texts.
RuleUnits ResolveIncludes(LoadedSources* loaded);

// True if each file is still reached by its path and has the same bytes.
bool IncludesUnchanged(const std::vector<IncludedFile>& included,
                       const std::vector<std::string>& roots);

// The text behind the name that UnitFile::text has in an `include`, or null.
const std::string* IncludedText(const RuleUnit& unit, std::string_view name);
// Index of it, or of the source itself for an empty name.
size_t UnitFileIndex(const RuleUnit& unit, std::string_view name);

// Turns [begin, end) into spaces; newlines stay.
void Blank(std::string* text, size_t begin, size_t end);

}  // namespace cupel

#endif  // CUPEL_RULES_UNIT_H_
