#include "rules/plan/pattern_expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>

namespace cupel::plan {
namespace {

using ast::ByteSet;
using ast::Pattern;

constexpr size_t kMostExpressionBytes = 4096;
// States that the counts of an expression may multiply out to.
constexpr uint64_t kMostStates = 2048;
constexpr int kMostDepth = 100;
// Counts of a single set are cheap to search for, others are not.
constexpr uint32_t kMostOfSet = 512;
constexpr uint32_t kMostOfOther = 8;
// log2 of the bytes of an ordinary file.
constexpr float kFileBytes = 15;
// Independent bytes are a poor model of text: no expression is taken for rarer.
constexpr float kRarestExpression = -9;
constexpr float kInNearlyAll = -1;

bool IsBoundary(const Pattern& pattern) {
  switch (pattern.kind) {
    case Pattern::Kind::kEmpty:
    case Pattern::Kind::kStart:
    case Pattern::Kind::kEnd:
    case Pattern::Kind::kWordBoundary:
    case Pattern::Kind::kNotWordBoundary:
      return true;
    case Pattern::Kind::kBytes:
    case Pattern::Kind::kConcat:
    case Pattern::Kind::kAlternate:
    case Pattern::Kind::kRepeat:
      break;
  }
  return false;
}

bool IsSet(const Pattern& pattern) {
  return pattern.kind == Pattern::Kind::kBytes;
}

// Copies what is to be searched for: concatenations in one another become one,
// boundaries go. False if it is too large.
class Weakener {
 public:
  bool Run(const Pattern& from, Pattern* to) {
    return Copy(from, 1, 0, to) && TrimEnds(to);
  }

 private:
  bool Copy(const Pattern& from, uint64_t times, int depth, Pattern* to) {
    if (depth > kMostDepth) return false;
    *to = Pattern();
    if (IsBoundary(from)) return true;
    to->kind = from.kind;
    if (IsSet(from)) {
      to->set = from.set;
      states_ += times;
      return from.set.any() && states_ <= kMostStates;
    }
    if (from.kind == Pattern::Kind::kRepeat) {
      return CopyRepeat(from, times, depth, to);
    }
    for (const Pattern& child : from.children) {
      Pattern copy;
      if (!Copy(child, times, depth + 1, &copy)) return false;
      if (from.kind == Pattern::Kind::kConcat) {
        Append(std::move(copy), to);
      } else {
        to->children.push_back(std::move(copy));
      }
    }
    // What is empty is so at the top, not further down.
    if (std::all_of(to->children.begin(), to->children.end(), IsBoundary)) {
      *to = Pattern();
    }
    return true;
  }

  bool CopyRepeat(const Pattern& from, uint64_t times, int depth, Pattern* to) {
    if (from.children.size() != 1) return false;
    const Pattern& child = from.children.front();
    const uint32_t most =
        IsSet(child) && times == 1 ? kMostOfSet : kMostOfOther;
    to->min = std::min(from.min, most);
    to->max = from.max > most ? Pattern::kUnbounded : from.max;
    to->children.resize(1);
    if (to->max == 0) {
      *to = Pattern();
      return true;
    }
    const uint32_t count =
        to->max == Pattern::kUnbounded ? std::max(to->min, 1U) : to->max;
    times = std::min(times * count, kMostStates + 1);
    if (!Copy(child, times, depth + 1, &to->children.front())) return false;
    if (IsBoundary(to->children.front())) *to = Pattern();
    return true;
  }

  static void Append(Pattern child, Pattern* to) {
    if (IsBoundary(child)) return;
    if (child.kind == Pattern::Kind::kConcat) {
      std::move(child.children.begin(), child.children.end(),
                std::back_inserter(to->children));
    } else {
      to->children.push_back(std::move(child));
    }
  }

  // A search finds what is inside: of an optional end nothing is needed, of a
  // repeated one the least.
  static bool TrimEnds(Pattern* to) {
    if (to->kind != Pattern::Kind::kConcat) {
      return TrimRepeat(to) && !IsBoundary(*to);
    }
    while (!to->children.empty() && !TrimRepeat(&to->children.back())) {
      to->children.pop_back();
    }
    size_t skipped = 0;
    while (skipped < to->children.size() &&
           !TrimRepeat(&to->children[skipped])) {
      ++skipped;
    }
    to->children.erase(
        to->children.begin(),
        to->children.begin() + static_cast<std::ptrdiff_t>(skipped));
    return !to->children.empty();
  }

  // False if nothing is left.
  static bool TrimRepeat(Pattern* to) {
    if (to->kind != Pattern::Kind::kRepeat) return true;
    to->max = to->min;
    return to->min != 0;
  }

  uint64_t states_ = 0;
};

bool MatchesEmpty(const Pattern& pattern) {
  switch (pattern.kind) {
    case Pattern::Kind::kBytes:
      return false;
    case Pattern::Kind::kConcat:
      return std::all_of(pattern.children.begin(), pattern.children.end(),
                         MatchesEmpty);
    case Pattern::Kind::kAlternate:
      return std::any_of(pattern.children.begin(), pattern.children.end(),
                         MatchesEmpty);
    case Pattern::Kind::kRepeat:
      return pattern.min == 0 || MatchesEmpty(pattern.children.front());
    case Pattern::Kind::kEmpty:
    case Pattern::Kind::kStart:
    case Pattern::Kind::kEnd:
    case Pattern::Kind::kWordBoundary:
    case Pattern::Kind::kNotWordBoundary:
      break;
  }
  return true;
}

class Writer {
 public:
  explicit Writer(bool wide) : wide_(wide) {}

  std::string Run(const Pattern& pattern) {
    Write(pattern);
    return out_.size() <= kMostExpressionBytes ? std::move(out_)
                                               : std::string();
  }

 private:
  void Write(const Pattern& pattern) {
    if (out_.size() > kMostExpressionBytes) return;
    switch (pattern.kind) {
      case Pattern::Kind::kBytes:
        WriteSet(pattern.set);
        if (wide_) out_ += "\\x00";
        return;
      case Pattern::Kind::kConcat:
        for (const Pattern& child : pattern.children) Write(child);
        return;
      case Pattern::Kind::kAlternate:
        WriteAlternate(pattern);
        return;
      case Pattern::Kind::kRepeat:
        WriteRepeat(pattern);
        return;
      case Pattern::Kind::kEmpty:
      case Pattern::Kind::kStart:
      case Pattern::Kind::kEnd:
      case Pattern::Kind::kWordBoundary:
      case Pattern::Kind::kNotWordBoundary:
        return;
    }
  }

  void WriteSet(const ByteSet& set) {
    const bool one = set.count() == 1;
    if (!one) out_ += '[';
    for (size_t first = 0; first < set.size(); ++first) {
      if (!set[first]) continue;
      size_t last = first;
      while (last + 1 < set.size() && set[last + 1]) ++last;
      out_ += fmt::format("\\x{:02x}", first);
      if (last > first) {
        out_ += last > first + 1 ? "-" : "";
        out_ += fmt::format("\\x{:02x}", last);
      }
      first = last;
    }
    if (!one) out_ += ']';
  }

  void WriteAlternate(const Pattern& pattern) {
    bool optional = false;
    bool some = false;
    out_ += "(?:";
    for (const Pattern& child : pattern.children) {
      if (IsBoundary(child)) {
        optional = true;
        continue;
      }
      if (some) out_ += '|';
      some = true;
      Write(child);
    }
    out_ += optional ? ")?" : ")";
  }

  void WriteRepeat(const Pattern& pattern) {
    const bool simple = IsSet(pattern.children.front()) && !wide_;
    if (!simple) out_ += "(?:";
    Write(pattern.children.front());
    if (!simple) out_ += ')';
    if (pattern.max == Pattern::kUnbounded) {
      out_ += fmt::format("{{{},}}", pattern.min);
    } else if (pattern.max == pattern.min) {
      out_ += fmt::format("{{{}}}", pattern.min);
    } else {
      out_ += fmt::format("{{{},{}}}", pattern.min, pattern.max);
    }
  }

  const bool wide_;
  std::string out_;
};

// log2 of the chance that a match begins at one place.
float ChanceHere(const Pattern& pattern, Corpus corpus, bool wide) {
  float sum = 0;
  switch (pattern.kind) {
    case Pattern::Kind::kBytes:
      for (size_t byte = 0; byte < pattern.set.size(); ++byte) {
        if (!pattern.set[byte]) continue;
        sum += std::exp2(ByteChance(corpus, static_cast<uint8_t>(byte)));
      }
      return std::log2(sum) + (wide ? ByteChance(corpus, 0) : 0);
    case Pattern::Kind::kConcat:
      for (const Pattern& child : pattern.children) {
        sum += ChanceHere(child, corpus, wide);
      }
      return sum;
    case Pattern::Kind::kAlternate:
      for (const Pattern& child : pattern.children) {
        sum += std::exp2(ChanceHere(child, corpus, wide));
      }
      return std::min(std::log2(sum), 0.0F);
    case Pattern::Kind::kRepeat:
      return static_cast<float>(pattern.min) *
             ChanceHere(pattern.children.front(), corpus, wide);
    case Pattern::Kind::kEmpty:
    case Pattern::Kind::kStart:
    case Pattern::Kind::kEnd:
    case Pattern::Kind::kWordBoundary:
    case Pattern::Kind::kNotWordBoundary:
      break;
  }
  return 0;
}

}  // namespace

Need ExpressionOf(const ast::Pattern& pattern, bool wide) {
  Pattern weak;
  if (!Weakener().Run(pattern, &weak) || MatchesEmpty(weak)) return {};
  Need need;
  bool useful = false;
  for (size_t i = 0; i < kCorpora; ++i) {
    const float here = ChanceHere(weak, static_cast<Corpus>(i), wide);
    need.atom.chance[i] = std::clamp(here + kFileBytes, kRarestExpression, 0.F);
    useful = useful || need.atom.chance[i] < kInNearlyAll;
  }
  if (!useful) return {};
  need.atom.text = Writer(wide).Run(weak);
  if (need.atom.text.empty()) return {};
  need.op = Need::Op::kAtom;
  need.atom.regex = true;
  return need;
}

}  // namespace cupel::plan
