#include "pattern/byte_pattern.h"

#include <re2/re2.h>
#include <re2/stringpiece.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/status.h"

namespace cupel {
namespace {

RE2::Options Options() {
  RE2::Options options;
  options.set_log_errors(false);  // to stderr, which is the host's
  options.set_encoding(RE2::Options::EncodingLatin1);
  options.set_case_sensitive(false);
  options.set_longest_match(true);
  options.set_never_capture(true);
  return options;
}

}  // namespace

struct BytePattern::Compiled {
  explicit Compiled(std::string_view expression)
      : re2(re2::StringPiece(expression.data(), expression.size()), Options()) {
  }
  const RE2 re2;
};

BytePattern::BytePattern(std::unique_ptr<const Compiled> compiled)
    : compiled_(std::move(compiled)) {}
BytePattern::BytePattern(BytePattern&&) noexcept = default;
BytePattern& BytePattern::operator=(BytePattern&&) noexcept = default;
BytePattern::~BytePattern() = default;

absl::StatusOr<BytePattern> BytePattern::Compile(std::string_view expression) {
  auto compiled = std::make_unique<const Compiled>(expression);
  if (!compiled->re2.ok()) {
    return InvalidArgument("pattern: {}", compiled->re2.error());
  }
  return BytePattern(std::move(compiled));
}

std::optional<BytePattern::Match> BytePattern::Find(std::string_view bytes,
                                                    size_t from,
                                                    size_t until) const {
  until = std::min(until, bytes.size());
  if (from >= until) return std::nullopt;
  re2::StringPiece found;
  if (!compiled_->re2.Match({bytes.data(), bytes.size()}, from, until,
                            RE2::UNANCHORED, &found, 1)) {
    return std::nullopt;
  }
  return Match{static_cast<size_t>(found.data() - bytes.data()), found.size()};
}

bool BytePattern::MatchesAll(std::string_view bytes) const {
  return compiled_->re2.Match({bytes.data(), bytes.size()}, 0, bytes.size(),
                              RE2::ANCHOR_BOTH, nullptr, 0);
}

}  // namespace cupel
