// Looks whether the literals that a place of a text points to are really there.
#ifndef CUPEL_PREFILTER_VERIFIER_H_
#define CUPEL_PREFILTER_VERIFIER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "prefilter/literal_image.h"
#include "prefilter/prefilter.h"

namespace cupel::prefilter {

class Verifier {
 public:
  Verifier(const LiteralTables& tables, std::string_view text,
           PrefilterHits* hits)
      : tables_(tables), text_(text), hits_(hits) {}

  // Places of a text that may have keys of one kind.
  struct Places {
    std::array<uint32_t, kBlock> keys;
    std::array<size_t, kBlock> positions;
    size_t count = 0;
  };
  // Adds the literals that have one of the keys where it is, and occur there.
  void Look(Kind kind, const Places& places);

  // True once the text has made too much work: the search is to be given up
  // with AddAll(). Rules choose the literals and files the texts, so that both
  // together can always make more than is good.
  bool exhausted() const {
    return work_ > kFreeWork + text_.size() / kBytesPerWork;
  }
  void AddAll();

 private:
  // Work is counted in units of about ten nanoseconds, as what is looked at
  // isn't in the cache: one for a literal whose check fails, and so many to
  // follow a table, to compare a literal, and one more for so many of its
  // bytes. An ordinary text makes less than a tenth of what is allowed.
  static constexpr uint64_t kFollowing = 3;
  static constexpr uint64_t kComparing = 6;
  static constexpr uint64_t kBytesCompared = 64;
  static constexpr uint64_t kFreeWork = 32768;
  static constexpr uint64_t kBytesPerWork = 4;

  void Follow(const ImageProbe& probe, uint32_t key, size_t position);
  void Visit(const ImageNode& node, size_t position);
  bool HasWord(uint32_t word, int32_t delta, size_t position) const;
  bool Occurs(const ImageEntry& entry, size_t position) const;

  const LiteralTables& tables_;
  const std::string_view text_;
  PrefilterHits* const hits_;
  uint64_t work_ = 0;
};

}  // namespace cupel::prefilter

#endif  // CUPEL_PREFILTER_VERIFIER_H_
