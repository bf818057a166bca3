// Finding out where a string of a rule matches.
#ifndef CUPEL_RULES_DIRECT_SEARCH_H_
#define CUPEL_RULES_DIRECT_SEARCH_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "rules/ast/ast.h"
#include "rules/direct/fixed_text.h"
#include "rules/direct/presence.h"

namespace cupel::direct {

// More matches of one string are left to libyara, which counts up to a million.
inline constexpr size_t kMostPlaces = 10'000;

// Something without which a string has no match.
struct Needed {
  enum class Op : uint8_t { kText, kAll, kAny };
  Op op = Op::kAny;
  std::vector<FixedText> text;  // one, of kText
  std::vector<Needed> parts;
};

// Immutable and thread-safe.
class Search {
 public:
  // `fixed`: the only offset at which libyara takes note of a match.
  Search(const ast::String& string, std::optional<int64_t> fixed);

  // How often a text is gone through at most; as many texts it adds.
  size_t passes() const;

  // What a file can be asked for beforehand, in one pass for all strings.
  void AddTexts(Presence* presence) const;

  // Of these, from the number `first` on.
  struct Known {
    const Presence* presence = nullptr;  // null: nothing is known
    size_t first = 0;
  };
  // Fills `places`, ascending by offset. False if only libyara can tell them.
  // Counts how often the text was gone through.
  bool Run(std::string_view text, const Known& known,
           std::vector<Place>* places, size_t* passes) const;
  // False: it matches nowhere. Goes through no text.
  bool MayMatch(const Known& known) const;

 private:
  bool RunNeeded(std::string_view text, const Known& known,
                 size_t* passes) const;
  void AddText(const ast::String& string);
  void AddHex(const ast::String& string);

  std::optional<int64_t> fixed_;
  std::vector<FixedText> forms_;  // all that it can look like, or nothing
  std::optional<Needed> needed_;  // of a string without forms
};

}  // namespace cupel::direct

#endif  // CUPEL_RULES_DIRECT_SEARCH_H_
