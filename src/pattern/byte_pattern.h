// Finding every match of an expression of ours among bytes of any kind.
#ifndef CUPEL_PATTERN_BYTE_PATTERN_H_
#define CUPEL_PATTERN_BYTE_PATTERN_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"

namespace cupel {

// Immutable once compiled; any number of threads may match with it.
class BytePattern {
 public:
  struct Match {
    size_t offset = 0;
    size_t length = 0;
  };

  // In the syntax of RE2, not sensitive to case, with bytes for characters:
  // \xNN above 7f is that byte. INVALID_ARGUMENT for a broken one.
  static absl::StatusOr<BytePattern> Compile(std::string_view expression);

  BytePattern(BytePattern&&) noexcept;
  BytePattern& operator=(BytePattern&&) noexcept;
  ~BytePattern();

  // The leftmost match, as long as it can be, that lies in [from, until) of
  // `bytes`. Takes time linear in until - from.
  std::optional<Match> Find(std::string_view bytes, size_t from,
                            size_t until) const;

  // True if it matches all of `bytes`.
  bool MatchesAll(std::string_view bytes) const;

 private:
  struct Compiled;
  explicit BytePattern(std::unique_ptr<const Compiled> compiled);
  std::unique_ptr<const Compiled> compiled_;
};

}  // namespace cupel

#endif  // CUPEL_PATTERN_BYTE_PATTERN_H_
