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
  auto needed = Translate(plan::NeedOf(string, false));
  if (needed.has_value() && Passes(*needed) > kMostNeeded) return std::nullopt;
  return needed;
}

bool MayHold(const Needed& needed, std::string_view text) {
  const auto holds = [text](const Needed& part) { return MayHold(part, text); };
  switch (needed.op) {
    case Needed::Op::kText:
      return needed.text.front().MayOccur(text);
    case Needed::Op::kAll:
      return std::all_of(needed.parts.begin(), needed.parts.end(), holds);
    case Needed::Op::kAny:
      return std::any_of(needed.parts.begin(), needed.parts.end(), holds);
  }
  return true;
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

bool Search::Run(std::string_view text, std::vector<Place>* places) const {
  places->clear();
  if (forms_.empty()) {
    return needed_.has_value() && !MayHold(*needed_, text);
  }
  for (const FixedText& form : forms_) {
    if (fixed_.has_value()) {
      if (*fixed_ >= 0) {
        form.FindAt(text, static_cast<uint64_t>(*fixed_), places);
      }
    } else if (!form.FindAll(text, kMostPlaces, places)) {
      return false;
    }
  }
  if (forms_.size() > 1) {
    std::sort(
        places->begin(), places->end(),
        [](const Place& a, const Place& b) { return a.offset < b.offset; });
  }
  return true;
}

}  // namespace cupel::direct
