#include "naive_match.h"

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

namespace cupel::ast {
namespace {

using Places = std::vector<bool>;  // of a text: between which bytes we may be

class Matcher {
 public:
  explicit Matcher(std::string_view text) : text_(text) {}

  // Where a stretch that fits can end, if it starts at one of `from`.
  Places Ends(const Pattern& pattern, const Places& from) const {
    switch (pattern.kind) {
      case Pattern::Kind::kEmpty:
        return from;
      case Pattern::Kind::kBytes: {
        Places out(from.size(), false);
        for (size_t i = 0; i < text_.size(); ++i) {
          const auto byte = static_cast<unsigned char>(text_[i]);
          if (from[i] && pattern.set.test(byte)) out[i + 1] = true;
        }
        return out;
      }
      case Pattern::Kind::kConcat: {
        Places out = from;
        for (const Pattern& child : pattern.children) out = Ends(child, out);
        return out;
      }
      case Pattern::Kind::kAlternate: {
        Places out(from.size(), false);
        for (const Pattern& child : pattern.children) {
          Add(Ends(child, from), &out);
        }
        return out;
      }
      case Pattern::Kind::kRepeat:
        return Repeated(pattern, from);
      default:
        return Where(pattern.kind, from);
    }
  }

 private:
  static bool Add(const Places& places, Places* to) {
    bool more = false;
    for (size_t i = 0; i < places.size(); ++i) {
      if (!places[i] || (*to)[i]) continue;
      (*to)[i] = more = true;
    }
    return more;
  }

  Places Repeated(const Pattern& pattern, const Places& from) const {
    const Pattern& child = pattern.children[0];
    Places out = from;
    for (uint32_t i = 0; i < pattern.min; ++i) {
      Places next = Ends(child, out);
      if (next == out) break;
      out = std::move(next);
    }
    Places last = out;
    for (uint32_t i = pattern.min; i < pattern.max; ++i) {
      last = Ends(child, last);
      if (!Add(last, &out)) break;
    }
    return out;
  }

  bool IsWord(size_t i) const {
    return i < text_.size() &&
           (isalnum(static_cast<unsigned char>(text_[i])) != 0 ||
            text_[i] == '_');
  }

  Places Where(Pattern::Kind kind, const Places& from) const {
    Places out = from;
    for (size_t i = 0; i < out.size(); ++i) {
      const bool boundary = (i > 0 && IsWord(i - 1)) != IsWord(i);
      bool holds = false;
      if (kind == Pattern::Kind::kStart) holds = i == 0;
      if (kind == Pattern::Kind::kEnd) holds = i == text_.size();
      if (kind == Pattern::Kind::kWordBoundary) holds = boundary;
      if (kind == Pattern::Kind::kNotWordBoundary) holds = !boundary;
      if (!holds) out[i] = false;
    }
    return out;
  }

  const std::string_view text_;
};

}  // namespace

bool Occurs(const Pattern& pattern, std::string_view text) {
  const Matcher matcher(text);
  Places from(text.size() + 1, true);
  from[text.size()] = false;
  const Places ends = matcher.Ends(pattern, from);
  return std::find(ends.begin(), ends.end(), true) != ends.end();
}

}  // namespace cupel::ast
