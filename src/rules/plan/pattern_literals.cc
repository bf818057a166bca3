#include "rules/plan/pattern_literals.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>
#include <tuple>
#include <utility>

namespace cupel::plan {
namespace {

using ast::ByteSet;
using ast::Pattern;

// Sets of bytes are multiplied out up to this many texts: once with a small
// bound, which leaves long runs between them, and once with a larger one, for
// patterns that have nothing else.
constexpr size_t kFewTexts = 8;
constexpr size_t kManyTexts = 128;
constexpr size_t kMostTextBytes = 128;
// What more files than these have says too little.
constexpr float kTellsNothing = 0.5F;
// With what fewer files than these have, nothing better is looked for.
constexpr float kRare = 1.0F / 128;
// Of this many texts those are left out that hold another.
constexpr size_t kMostCompared = 16;
// Runs that are kept of one pattern.
constexpr size_t kMostNeeds = 12;
constexpr int kMostDepth = 200;

struct Text {
  std::string bytes;
  bool nocase = false;
  bool operator==(const Text&) const = default;
  bool operator<(const Text& other) const {
    return std::tie(bytes, nocase) < std::tie(other.bytes, other.nocase);
  }
};
using Texts = std::vector<Text>;

// What is known of every match of a pattern.
struct Parts {
  bool exact = false;       // the match is one of `first`
  Texts first;              // it begins with one of these
  Texts last;               // and ends with one of these (if not exact)
  std::vector<Need> needs;  // and has all of these beside
};

const Texts& Nothing() {
  static const Texts nothing(1);
  return nothing;
}

Parts Unknown() { return {false, Nothing(), Nothing(), {}}; }
Parts Exactly(Texts texts) { return {true, std::move(texts), {}, {}}; }

const Texts& LastOf(const Parts& parts) {
  return parts.exact ? parts.first : parts.last;
}

void Fold(std::string* bytes) {
  for (char& c : *bytes) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
}

Text Joined(const Text& a, const Text& b) {
  Text out{a.bytes + b.bytes, a.nocase || b.nocase};
  if (out.nocase) Fold(&out.bytes);
  return out;
}

void SortUnique(Texts* texts) {
  std::sort(texts->begin(), texts->end());
  texts->erase(std::unique(texts->begin(), texts->end()), texts->end());
}

// True if `shorter` is wherever `longer` is.
bool Holds(const Text& longer, const Text& shorter) {
  if (longer.nocase && !shorter.nocase) return false;
  std::string folded = longer.bytes;
  if (shorter.nocase) Fold(&folded);
  return folded.find(shorter.bytes) != std::string::npos;
}

// Whoever looks for the others finds these.
void DropHolders(Texts* texts) {
  if (texts->size() > kMostCompared) return;
  for (size_t i = 0; i < texts->size();) {
    const Text text = (*texts)[i];
    const bool holds =
        std::any_of(texts->begin(), texts->end(), [&text](const Text& other) {
          return !(other == text) && Holds(text, other);
        });
    if (holds) {
      texts->erase(texts->begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      ++i;
    }
  }
}

class Extractor {
 public:
  Extractor(size_t most_texts, bool wide)
      : most_texts_(most_texts), wide_(wide) {}

  std::vector<Need> Run(const Pattern& pattern) const {
    Parts parts = Of(pattern, 0);
    std::vector<Need> needs = std::move(parts.needs);
    Add(parts.first, &needs);
    if (!parts.exact) Add(parts.last, &needs);
    return needs;
  }

 private:
  Parts Of(const Pattern& pattern, int depth) const {
    if (depth > kMostDepth) return Unknown();
    switch (pattern.kind) {
      case Pattern::Kind::kBytes:
        return OfBytes(pattern.set);
      case Pattern::Kind::kConcat:
        return OfConcat(pattern, depth);
      case Pattern::Kind::kAlternate:
        return OfAlternate(pattern, depth);
      case Pattern::Kind::kRepeat:
        return OfRepeat(pattern, depth);
      case Pattern::Kind::kEmpty:
      case Pattern::Kind::kStart:
      case Pattern::Kind::kEnd:
      case Pattern::Kind::kWordBoundary:
      case Pattern::Kind::kNotWordBoundary:
        break;
    }
    return Exactly(Nothing());
  }

  Parts OfBytes(const ByteSet& set) const {
    Texts texts;
    if (set.none() || set.count() > 2 * most_texts_) return Unknown();
    for (size_t byte = 0; byte < set.size(); ++byte) {
      if (!set[byte]) continue;
      const bool letter = byte >= 'a' && byte <= 'z';
      const bool upper = byte >= 'A' && byte <= 'Z';
      if (upper && set[byte | 0x20]) continue;
      Text text;
      text.nocase = letter && set[byte & ~size_t{0x20}];
      text.bytes += static_cast<char>(byte);
      if (wide_) text.bytes += '\0';
      texts.push_back(std::move(text));
    }
    if (texts.size() > most_texts_) return Unknown();
    SortUnique(&texts);
    return Exactly(std::move(texts));
  }

  // False if there would be too many or too long ones.
  bool Multiply(const Texts& a, const Texts& b, Texts* out) const {
    if (a.size() * b.size() > most_texts_) return false;
    out->clear();
    for (const Text& x : a) {
      for (const Text& y : b) {
        if (x.bytes.size() + y.bytes.size() > kMostTextBytes) return false;
        out->push_back(Joined(x, y));
      }
    }
    SortUnique(out);
    return true;
  }

  // "One of the texts occurs", unless one is too short to search for.
  static void Add(Texts texts, std::vector<Need>* needs) {
    DropHolders(&texts);
    std::vector<Need> any;
    for (const Text& text : texts) {
      if (text.bytes.size() < 2) return;
      Need need;
      need.op = Need::Op::kAtom;
      need.atom = LiteralAtom(text.bytes, text.nocase);
      any.push_back(std::move(need));
    }
    needs->push_back(AnyOf(std::move(any)));
  }

  Parts OfConcat(const Pattern& pattern, int depth) const {
    Parts out = Exactly(Nothing());
    Texts joined;
    for (const Pattern& child : pattern.children) {
      Parts next = Of(child, depth + 1);
      std::move(next.needs.begin(), next.needs.end(),
                std::back_inserter(out.needs));
      const bool fits = Multiply(LastOf(out), next.first, &joined);
      if (out.exact && fits) {
        out.first = std::move(joined);
        out.exact = next.exact;
        if (!next.exact) out.last = std::move(next.last);
        continue;
      }
      if (fits && next.exact) {
        out.last = std::move(joined);
        continue;
      }
      if (fits) {
        Add(joined, &out.needs);
      } else {
        // What came until here is the beginning, which is not lost.
        if (!out.exact) Add(out.last, &out.needs);
        if (!next.exact) Add(next.first, &out.needs);
      }
      out.exact = false;
      out.last = next.exact ? std::move(next.first) : std::move(next.last);
    }
    return out;
  }

  Parts OfAlternate(const Pattern& pattern, int depth) const {
    Parts out = Exactly({});
    std::vector<Need> any;
    Texts last;
    for (const Pattern& child : pattern.children) {
      Parts next = Of(child, depth + 1);
      const Texts& end = LastOf(next);
      last.insert(last.end(), end.begin(), end.end());
      out.first.insert(out.first.end(), next.first.begin(), next.first.end());
      out.exact = out.exact && next.exact;
      std::vector<Need> needs = std::move(next.needs);
      Add(next.first, &needs);
      if (!next.exact) Add(next.last, &needs);
      any.push_back(AllOf(std::move(needs)));
    }
    if (pattern.children.empty()) return Unknown();
    SortUnique(&out.first);
    SortUnique(&last);
    const bool fits = out.first.size() <= most_texts_;
    if (out.exact && fits) return out;
    out.exact = false;
    if (!fits) out.first = Nothing();
    out.last = last.size() <= most_texts_ ? std::move(last) : Nothing();
    Need need = AnyOf(std::move(any));
    if (need.op != Need::Op::kTrue) out.needs.push_back(std::move(need));
    return out;
  }

  Parts OfRepeat(const Pattern& pattern, int depth) const {
    if (pattern.children.size() != 1) return Unknown();
    if (pattern.max == 0) return Exactly(Nothing());
    Parts once = Of(pattern.children.front(), depth + 1);
    if (once.exact && once.first == Nothing()) return once;
    if (pattern.min == 0) {
      if (pattern.max != 1 || !once.exact) return Unknown();
      once.first.push_back({});
      SortUnique(&once.first);
      if (once.first.size() <= most_texts_) return once;
      return Unknown();
    }
    if (!once.exact) return once;
    Texts texts = once.first;
    uint32_t times = 1;
    Texts more;
    while (times < pattern.min && Multiply(texts, once.first, &more)) {
      texts = std::move(more);
      ++times;
    }
    Parts out = Exactly(std::move(texts));
    if (times == pattern.max) return out;
    out.exact = false;
    out.last = out.first;
    return out;
  }

  const size_t most_texts_;
  const bool wide_;
};

size_t Atoms(const Need& need) {
  size_t atoms = need.op == Need::Op::kAtom ? 1 : 0;
  for (const Need& child : need.children) atoms += Atoms(child);
  return atoms;
}

float Chance(const Need& need, size_t corpus) {
  if (need.op == Need::Op::kAtom) return std::exp2(need.atom.chance[corpus]);
  float sum = need.op == Need::Op::kAny ? 0.0F : 1.0F;
  for (const Need& child : need.children) {
    const float chance = Chance(child, corpus);
    sum = need.op == Need::Op::kAny ? sum + chance : std::min(sum, chance);
  }
  return sum;
}

bool Same(const Need& a, const Need& b) {
  return a.op == b.op && a.atom == b.atom &&
         std::equal(a.children.begin(), a.children.end(), b.children.begin(),
                    b.children.end(), Same);
}

// Moves up to `most` of those that are rare in the corpus.
void TakeRarest(size_t corpus, size_t most, std::vector<Need>* from,
                std::vector<Need>* to) {
  std::stable_sort(from->begin(), from->end(),
                   [corpus](const Need& a, const Need& b) {
                     return Chance(a, corpus) < Chance(b, corpus);
                   });
  most += to->size();
  std::vector<Need> left;
  for (Need& need : *from) {
    const bool known =
        std::any_of(to->begin(), to->end(),
                    [&need](const Need& other) { return Same(need, other); });
    if (known) continue;
    (to->size() < most ? *to : left).push_back(std::move(need));
  }
  *from = std::move(left);
}

// Keeps those that are rare in either corpus.
void KeepRarest(std::vector<Need>* needs) {
  std::erase_if(*needs, [](const Need& need) {
    return need.op == Need::Op::kTrue || Atoms(need) > kMaxAlternatives ||
           (Chance(need, 0) > kTellsNothing && Chance(need, 1) > kTellsNothing);
  });
  std::vector<Need> kept;
  for (size_t corpus = 0; corpus < kCorpora; ++corpus) {
    TakeRarest(corpus, kMostNeeds / kCorpora, needs, &kept);
  }
  *needs = std::move(kept);
}

}  // namespace

Need LiteralsOf(const ast::Pattern& pattern, bool wide) {
  std::vector<Need> few = Extractor(kFewTexts, wide).Run(pattern);
  KeepRarest(&few);
  const bool good = std::any_of(few.begin(), few.end(), [](const Need& need) {
    return Chance(need, 0) < kRare && Chance(need, 1) < kRare;
  });
  if (!good) {
    std::vector<Need> many = Extractor(kManyTexts, wide).Run(pattern);
    KeepRarest(&many);
    for (Need& need : many) {
      const bool known =
          std::any_of(few.begin(), few.end(),
                      [&need](const Need& other) { return Same(need, other); });
      if (!known) few.push_back(std::move(need));
    }
  }
  return AllOf(std::move(few));
}

std::string RarestWindow(const std::string& bytes) {
  const std::string_view all(bytes);
  size_t best = 0;
  float least = 1;
  for (size_t at = 0; at + 4 <= all.size(); ++at) {
    const std::string_view gram = all.substr(at, 4);
    const float chance =
        GramChance(Corpus::kText, gram) + GramChance(Corpus::kBinary, gram);
    if (chance < least) {
      least = chance;
      best = at;
    }
  }
  const size_t half = kMaxLiteralBytes / 2;
  size_t begin = best > half ? best - half : 0;
  begin = std::min(begin, bytes.size() - kMaxLiteralBytes);
  return bytes.substr(begin, kMaxLiteralBytes);
}

}  // namespace cupel::plan
