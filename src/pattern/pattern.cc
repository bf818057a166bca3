#include "pattern/pattern.h"

#include <re2/re2.h>
#include <re2/stringpiece.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/status.h"
#include "pattern/ecma.h"

namespace cupel {
namespace {

constexpr size_t kMaxLength = 16384;
// RE2 gives two thirds of it to the program, the rest to matching.
constexpr int kMaxMemory = 1 << 20;

RE2::Options Options() {
  RE2::Options options;
  options.set_log_errors(false);  // to stderr, which is the host's
  options.set_max_mem(kMaxMemory);
  options.set_never_capture(true);
  return options;
}

absl::Status WhyNot(const RE2& re2) {
  switch (re2.error_code()) {
    case RE2::ErrorPatternTooLarge:
    case RE2::ErrorRepeatSize:
      return ResourceExhausted(
          "pattern: too large once its repetitions are multiplied out");
    case RE2::ErrorBadCharRange:
      return Unimplemented("pattern: it names a Unicode script not known here");
    default:
      return InvalidArgument("pattern: {}", re2.error());
  }
}

}  // namespace

struct Pattern::Compiled {
  explicit Compiled(const std::string& expression)
      : re2(expression, Options()) {}
  const RE2 re2;
};

Pattern::Pattern(std::unique_ptr<const Compiled> compiled)
    : compiled_(std::move(compiled)) {}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

absl::StatusOr<Pattern> Pattern::CompileEcma(std::string_view expression) {
  if (expression.size() > kMaxLength) {
    return ResourceExhausted("pattern: {} bytes long, at most {} are allowed",
                             expression.size(), kMaxLength);
  }
  CUPEL_ASSIGN_OR_RETURN(const std::string translated, EcmaToRe2(expression));
  auto compiled = std::make_unique<const Compiled>(translated);
  if (!compiled->re2.ok()) return WhyNot(compiled->re2);
  return Pattern(std::move(compiled));
}

bool Pattern::Finds(std::string_view text) const {
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()),
                           compiled_->re2);
}

size_t Pattern::size() const {
  return static_cast<size_t>(std::max(1, compiled_->re2.ProgramSize()));
}

}  // namespace cupel
