// Reading INI files as Python's configparser does with its defaults, for the
// files of stoQ.
#ifndef CUPEL_FORMAT_INI_H_
#define CUPEL_FORMAT_INI_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace cupel {

struct IniOption {
  std::string name;   // in lower case
  std::string value;  // as written: "%%" and "%(x)s" still stand in it
  size_t line = 0;    // counted from 1
};

struct IniSection {
  std::string name;  // as written: sections tell upper from lower case
  std::vector<IniOption> options;
  size_t line = 0;
};

struct IniLimits {
  size_t bytes = size_t{1} << 20;
  size_t options = 4096;  // in all sections
};

// A parsed document. A value type.
//
// "name = value" or "name: value" under "[section]"; lines that start with '#'
// or ';' are comments; a line indented further than its option carries the
// value on. A section or option that comes twice is an error, as is a value
// without '=' or ':'. Options of [DEFAULT] count in every section.
class IniDocument {
 public:
  // `what` names the document in errors, which have the line and never show a
  // value. INVALID_ARGUMENT for what is wrong, text that is no UTF-8 and NUL
  // bytes; RESOURCE_EXHAUSTED for what is over a limit. Unlike configparser's,
  // a byte order mark is passed over.
  static absl::StatusOr<IniDocument> Parse(std::string_view text,
                                           std::string_view what,
                                           const IniLimits& limits = {});

  // In the order of the document, [DEFAULT] too if it is there.
  const std::vector<IniSection>& sections() const { return sections_; }
  // Null if there is none.
  const IniSection* Find(std::string_view section) const;

  // The value with "%%" and "%(other)s" resolved; nothing if neither the
  // section nor [DEFAULT] has the option. INVALID_ARGUMENT with the line for a
  // '%' that is neither, a name that is not there, and names that lead to one
  // another too often.
  absl::StatusOr<std::optional<std::string>> Get(std::string_view section,
                                                 std::string_view option) const;

 private:
  const IniOption* FindOption(std::string_view section,
                              std::string_view option) const;
  absl::Status Interpolate(std::string_view section, const IniOption& option,
                           size_t depth, size_t* names, std::string* out) const;

  std::string what_;
  std::vector<IniSection> sections_;
};

}  // namespace cupel

#endif  // CUPEL_FORMAT_INI_H_
