// Which of many literals and regular expressions occur in a text: one pass,
// no positions, no order. Knows nothing of rules.
#ifndef CUPEL_PREFILTER_PREFILTER_H_
#define CUPEL_PREFILTER_PREFILTER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace cupel {

struct PrefilterLiteral {
  std::string bytes;    // 2 or more
  bool nocase = false;  // ASCII letters in either case
};

// In the syntax of Hyperscan, bytes only: no flags, no groups that capture.
struct PrefilterRegex {
  std::string expression;
};

// The ids that were found; kept per thread, so that nothing is allocated or
// cleared per file beyond what was found in the one before.
class PrefilterHits {
 public:
  // All that Add will ever need is there from the beginning: it does not fail.
  explicit PrefilterHits(size_t ids) : seen_((ids + 63) / 64) {
    ids_.reserve(ids);
  }
  // In the order in which they were found first.
  const std::vector<uint32_t>& ids() const { return ids_; }
  bool Has(uint32_t id) const { return seen_[id / 64] >> (id % 64) & 1; }
  void Add(uint32_t id) {
    if (Has(id)) return;
    seen_[id / 64] |= uint64_t{1} << (id % 64);
    ids_.push_back(id);
  }
  void Clear() {
    for (const uint32_t id : ids_) seen_[id / 64] = 0;
    ids_.clear();
  }

 private:
  std::vector<uint64_t> seen_;
  std::vector<uint32_t> ids_;
};

// How often four bytes occur in ordinary files, in any unit: each byte of
// `gram` is or-ed with 0x20, the lowest one comes first in the file. Literals
// are looked for by four of their bytes, the rarest if nothing else speaks
// against them.
using PrefilterGramCost = std::function<uint32_t(uint32_t gram)>;

// Immutable and thread-safe. One block of bytes without pointers.
class Prefilter {
 public:
  // Ids are indices: literals first, then regexes. `refused` gets the indices
  // (into `regexes`) of those that can't be searched for; they are never found,
  // so the caller has to do without them. Without Hyperscan that is all.
  // `cost` may be empty. The same arguments give the same bytes.
  // kInvalidArgument for a literal that is too short, kResourceExhausted if
  // there are more of them than 32 bits count.
  static absl::StatusOr<std::string> BuildImage(
      const std::vector<PrefilterLiteral>& literals,
      const std::vector<PrefilterRegex>& regexes, const PrefilterGramCost& cost,
      std::vector<uint32_t>* refused);

  // Over bytes that BuildImage made (8-aligned), which `owner` keeps alive.
  // kDataLoss if they are not; regexes of another machine or another Hyperscan
  // are kDataLoss too. Of what is damaged, literals are harmless and regexes
  // have a CRC of Hyperscan's only: images from others must not be opened.
  static absl::StatusOr<std::shared_ptr<const Prefilter>> Open(
      std::string_view image, std::shared_ptr<const void> owner);

  // Per thread, and of this prefilter only; Hyperscan's working memory.
  class Scratch {
   public:
    virtual ~Scratch() = default;
  };

  virtual ~Prefilter() = default;
  virtual size_t ids() const = 0;
  virtual absl::StatusOr<std::unique_ptr<Scratch>> NewScratch() const = 0;
  // Adds everything that occurs. What is added in excess costs time, what is
  // missed costs answers: nothing may be. Time is linear in `bytes`, whatever
  // is in there: of a file that nearly has very many literals, all are added.
  virtual void Find(std::string_view bytes, Scratch* scratch,
                    PrefilterHits* hits) const = 0;
};

// True if regexes can be searched for; a name for reports: "avx2", "scalar".
bool PrefilterHasRegexes();
std::string_view PrefilterInstructionSet();

}  // namespace cupel

#endif  // CUPEL_PREFILTER_PREFILTER_H_
