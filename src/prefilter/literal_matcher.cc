#include "prefilter/literal_matcher.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "prefilter/verifier.h"

namespace cupel::prefilter {
namespace {

// One pass over a text, for literals of one kind.
class Pass {
 public:
  Pass(const LiteralTables& tables, Kind kind, const Variant& variant,
       std::string_view text, Verifier* verifier)
      : form_(kForms[kind]),
        kind_(kind),
        table_(tables.filters[kind].data()),
        block_(variant.blocks[kind]),
        text_(text),
        verifier_(verifier) {}

  // False if the search was given up.
  bool Run();

 private:
  bool LookAt(uint64_t bits, size_t block, const char* bytes);
  size_t PassOverRun(size_t position) const;

  const KeyForm& form_;
  const Kind kind_;
  const uint32_t* const table_;
  const BlockFunction block_;
  const std::string_view text_;
  Verifier* const verifier_;
  size_t resume_ = 0;  // places before this one are passed over
};

// Nothing occurs whose key is inside a run, not where it begins or ends: see
// IsSeenInRuns(). The first place that is looked at in the run of which there
// is a key at `position` -> the next one to look at.
size_t Pass::PassOverRun(size_t position) const {
  const char byte = text_[position];
  for (size_t i = 1; i < form_.bytes; ++i) {
    if (position + i >= text_.size() || text_[position + i] != byte) {
      return position + 1;
    }
  }
  size_t end = position + form_.bytes;
  while (end < text_.size() && text_[end] == byte) ++end;
  return std::max(position + 1, end - form_.bytes);
}

// `bytes` are those of the text from `block` on.
bool Pass::LookAt(uint64_t bits, size_t block, const char* bytes) {
  if (bits == 0) return true;
  Verifier::Places places;
  for (; bits != 0; bits &= bits - 1) {
    const auto at = static_cast<size_t>(std::countr_zero(bits));
    const size_t position = block + at;
    if (position < resume_) continue;
    if (position >= text_.size()) break;
    places.keys[places.count] = KeyOf(form_, Load32(bytes + at));
    places.positions[places.count++] = position;
    resume_ = PassOverRun(position);
  }
  verifier_->Look(kind_, places);
  return !verifier_->exhausted();
}

bool Pass::Run() {
  size_t block = 0;
  while (text_.size() - block >= kBlock + kBlockReadsBehind) {
    const char* const bytes = text_.data() + block;
    if (!LookAt(block_(table_, bytes), block, bytes)) return false;
    block = std::max(block + kBlock, resume_ / kBlock * kBlock);
  }
  // What is left, with zeros behind it.
  char rest[2 * kBlock + kBlockReadsBehind] = {};
  text_.copy(rest, text_.size() - block, block);
  for (size_t i = 0; block + i < text_.size(); i += kBlock) {
    if (!LookAt(block_(table_, rest + i), block + i, rest + i)) return false;
  }
  return true;
}

}  // namespace

void FindLiterals(const LiteralTables& tables, std::string_view text,
                  PrefilterHits* hits, const Variant& variant) {
  Verifier verifier(tables, text, hits);
  for (const Kind kind : {kGram, kTriple, kPair}) {
    if (tables.filters[kind].empty()) continue;
    if (!Pass(tables, kind, variant, text, &verifier).Run()) {
      verifier.AddAll();
      return;
    }
  }
}

}  // namespace cupel::prefilter
