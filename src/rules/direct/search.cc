#include "rules/direct/search.h"

#include <algorithm>
#include <utility>

#include "rules/plan/literals.h"

namespace cupel::direct {
namespace {

// A text with fewer bytes has too few differences to be found by.
constexpr size_t kLeastXorBytes = 3;
constexpr size_t kMostTextBytes = 1024;
// Where more would have to be looked for, libyara is no slower.
constexpr size_t kMostNeeded = 16;

// What the plan needs of a string, as texts. Nullopt: it can't be told.
std::optional<Needed> Translate(const plan::Need& need) {
  Needed out;
  switch (need.op) {
    case plan::Need::Op::kTrue:
      return std::nullopt;
    case plan::Need::Op::kAtom:
      if (need.atom.regex) return std::nullopt;
      out.op = Needed::Op::kText;
      out.text.emplace_back(TextBytes(need.atom.text, need.atom.nocase, false),
                            Borders::kAny, std::nullopt);
      return out;
    case plan::Need::Op::kAll:
      out.op = Needed::Op::kAll;
      break;
    case plan::Need::Op::kAny:
      out.op = Needed::Op::kAny;
      break;
  }
  for (const plan::Need& child : need.children) {
    std::optional<Needed> part = Translate(child);
    if (part.has_value()) {
      out.parts.push_back(*std::move(part));
    } else if (out.op == Needed::Op::kAny) {
      return std::nullopt;
    }
  }
  if (out.parts.empty()) return std::nullopt;
  return out;
}

size_t Passes(const Needed& needed) {
  size_t passes = needed.text.size();
  for (const Needed& part : needed.parts) passes += Passes(part);
  return passes;
}

std::optional<Needed> NeededFor(const ast::String& string) {
  // One text for each key: too many.
  if (string.has_xor) return std::nullopt;
  auto needed = Translate(plan::NeedOf(string, false));
  if (needed.has_value() && Passes(*needed) > kMostNeeded) return std::nullopt;
  return needed;
}

void AddTextsOf(const Needed& needed, Presence* presence) {
  for (const FixedText& text : needed.text) presence->Add(text);
  for (const Needed& part : needed.parts) AddTextsOf(part, presence);
}

// Asks `text_may_be(text, number)` for the texts, of which `*number` is the
// first one's; counts on.
template <typename MayBe>
bool MayHold(const Needed& needed, const MayBe& text_may_be, size_t* number) {
  if (needed.op == Needed::Op::kText) {
    return text_may_be(needed.text.front(), (*number)++);
  }
  const bool all = needed.op == Needed::Op::kAll;
  bool holds = all;
  for (const Needed& part : needed.parts) {
    if (holds != all) {
      *number += Passes(part);  // decided
      continue;
    }
    holds = MayHold(part, text_may_be, number);
  }
  return holds;
}

using State = Presence::State;

State StateOf(const Search::Known& known, size_t text) {
  return known.presence == nullptr ? State::kUnknown
                                   : known.presence->state(known.first + text);
}

}  // namespace

Search::Search(const ast::String& string, std::optional<int64_t> fixed)
    : fixed_(fixed) {
  if (string.understood) {
    AddText(string);
    AddHex(string);
  }
  if (forms_.empty()) needed_ = NeededFor(string);
}

void Search::AddText(const ast::String& string) {
  const std::string& text = string.bytes;
  if (string.kind != ast::String::Kind::kText || text.empty() ||
      text.size() > kMostTextBytes || string.base64 || string.base64wide) {
    return;
  }
  std::optional<FixedText::XorKeys> keys;
  if (string.has_xor) {
    // What libyara does where the wide form is xor-ed is a science of its own.
    if (string.wide || text.size() < kLeastXorBytes) return;
    keys = {string.xor_min, string.xor_max};
  }
  // Where both forms match at one offset, libyara takes one of them.
  if (string.ascii && string.wide && (text.size() == 1 || text[1] == '\0')) {
    return;
  }
  if (string.ascii) {
    forms_.emplace_back(TextBytes(text, string.nocase, false),
                        string.fullword ? Borders::kWord : Borders::kAny, keys);
  }
  if (string.wide) {
    forms_.emplace_back(TextBytes(text, string.nocase, true),
                        string.fullword ? Borders::kWideWord : Borders::kAny,
                        std::nullopt);
  }
}

void Search::AddHex(const ast::String& string) {
  if (string.kind != ast::String::Kind::kHex) return;
  auto bytes = HexBytes(string.pattern);
  if (bytes.has_value()) {
    forms_.emplace_back(*std::move(bytes), Borders::kAny, std::nullopt);
  }
}

size_t Search::passes() const {
  if (fixed_.has_value()) return 0;
  return needed_.has_value() ? Passes(*needed_) : forms_.size();
}

void Search::AddTexts(Presence* presence) const {
  if (fixed_.has_value()) return;
  if (needed_.has_value()) return AddTextsOf(*needed_, presence);
  for (const FixedText& form : forms_) presence->Add(form);
}

bool Search::MayMatch(const Known& known) const {
  if (fixed_.has_value()) return true;
  size_t number = 0;
  if (forms_.empty()) {
    return !needed_.has_value() ||
           MayHold(
               *needed_,
               [&](const FixedText& /*text*/, size_t at) {
                 return StateOf(known, at) != State::kAbsent;
               },
               &number);
  }
  return std::any_of(forms_.begin(), forms_.end(), [&](const FixedText&) {
    return StateOf(known, number++) != State::kAbsent;
  });
}

bool Search::RunNeeded(std::string_view text, const Known& known,
                       size_t* passes) const {
  size_t number = 0;
  return needed_.has_value() && !MayHold(
                                    *needed_,
                                    [&](const FixedText& one, size_t at) {
                                      const State state = StateOf(known, at);
                                      if (state != State::kUnknown)
                                        return state == State::kPresent;
                                      ++*passes;
                                      return one.MayOccur(text);
                                    },
                                    &number);
}

bool Search::Run(std::string_view text, const Known& known,
                 std::vector<Place>* places, size_t* passes) const {
  places->clear();
  if (forms_.empty()) return RunNeeded(text, known, passes);
  size_t number = 0;
  for (const FixedText& form : forms_) {
    if (fixed_.has_value()) {
      if (*fixed_ >= 0) {
        form.FindAt(text, static_cast<uint64_t>(*fixed_), places);
      }
      continue;
    }
    if (StateOf(known, number++) == State::kAbsent) continue;
    ++*passes;
    if (!form.FindAll(text, kMostPlaces, places)) return false;
  }
  if (forms_.size() > 1) {
    std::sort(
        places->begin(), places->end(),
        [](const Place& a, const Place& b) { return a.offset < b.offset; });
  }
  return true;
}

}  // namespace cupel::direct
