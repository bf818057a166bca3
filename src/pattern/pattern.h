// Regular expressions that take time linear in the text, whatever the pattern:
// RE2. The only folder that includes re2's headers.
#ifndef CUPEL_PATTERN_PATTERN_H_
#define CUPEL_PATTERN_PATTERN_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace cupel {

// Immutable once compiled; any number of threads may match with it.
class Pattern {
 public:
  // An expression in the syntax of ECMA-262, as JSON Schema has them, as far
  // as a linear-time engine can do it: look-around and back references are
  // UNIMPLEMENTED with the place; a pattern over the limits on length and
  // compiled size is RESOURCE_EXHAUSTED; a broken one INVALID_ARGUMENT.
  static absl::StatusOr<Pattern> CompileEcma(std::string_view expression);

  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  ~Pattern();

  // Anywhere in the text, which must be UTF-8.
  bool Finds(std::string_view text) const;

  // Instructions in the compiled form: a character of text costs at most this
  // many steps, so that who has a budget can ask before.
  size_t size() const;

 private:
  struct Compiled;
  explicit Pattern(std::unique_ptr<const Compiled> compiled);
  std::unique_ptr<const Compiled> compiled_;
};

}  // namespace cupel

#endif  // CUPEL_PATTERN_PATTERN_H_
