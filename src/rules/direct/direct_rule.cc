#include "rules/direct/direct_rule.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "rules/ast/parser.h"
#include "yara/library.h"

namespace cupel::direct {

bool IsSupported() {
  static const bool supported = YaraVersion().starts_with("4.5.");
  return supported;
}

std::unique_ptr<DirectRule> DirectRule::Make(
    const RuleTexts& texts, uint32_t rule,
    const std::function<std::string_view(std::string_view)>& lasting_id,
    Facts* facts) {
  if (!IsSupported()) return nullptr;
  RuleExtract extract = texts.Extract({&rule, 1});
  if (extract.texts.size() != 1 || extract.externals != 0) return nullptr;
  RuleUnit unit;
  unit.ns = extract.texts.front().first;
  unit.files.push_back({.text = std::move(extract.texts.front().second)});
  const ast::Source source = ast::Parse(unit);
  const std::vector<ast::Rule>& rules = source.rules;
  // Whether global rules hold would have to be asked, too.
  if (!source.understood || rules.size() != extract.rules.size() ||
      extract.rules.back() != rule ||
      std::any_of(rules.begin(), rules.end(),
                  [](const ast::Rule& one) { return one.global; })) {
    return nullptr;
  }
  const Condition::Names names =
      [&](std::string_view name) -> std::optional<uint32_t> {
    for (size_t i = rules.size() - 1; i-- > 0;) {
      if (rules[i].name == name) return extract.rules[i];
    }
    return std::nullopt;
  };
  const ast::Rule& parsed = rules.back();
  auto condition = Condition::Make(parsed, unit.files.front().text, names);
  if (!condition.has_value()) return nullptr;
  std::unique_ptr<DirectRule> out(new DirectRule(*std::move(condition), facts));
  for (const FactText& fact : out->condition_.facts()) {
    out->facts_asked_.push_back(facts->Add(fact));
  }
  for (uint32_t i = 0; i < parsed.strings.size(); ++i) {
    out->strings_.emplace_back(parsed.strings[i],
                               lasting_id(parsed.strings[i].id),
                               out->condition_.FixedOffset(i));
    out->strings_.back().first_text = out->passes_;
    out->passes_ += out->strings_.back().search.passes();
  }
  return out;
}

void DirectRule::AddTexts(Presence* presence) const {
  for (const String& string : strings_) string.search.AddTexts(presence);
}

Value DirectRule::Evaluate(const File& file) {
  passes_made_ = 0;
  for (String& string : strings_) string.state = String::State::kUnseen;
  const direct::PlacesOf places = [this, &file](uint32_t string) {
    return PlacesOf(file, string);
  };
  const direct::FactOf fact = [this](uint32_t index) {
    return facts_->Of(facts_asked_[index]);
  };
  return condition_.Evaluate(file.bytes, {places, fact, file.rule});
}

DirectRule::Answer DirectRule::Run(const File& file, uint64_t max_strings,
                                   RuleMatch* match) {
  const Value value = Evaluate(file);
  if (value.state == Value::State::kUnknown) return Answer::kUnknown;
  if (!value.Holds()) return Answer::kNo;
  // The match tells of all strings, also those that did not matter.
  for (uint32_t i = 0; i < strings_.size(); ++i) {
    if (!strings_[i].is_private && PlacesOf(file, i) == nullptr) {
      return Answer::kUnknown;
    }
  }
  Tell(max_strings, match);
  return Answer::kYes;
}

const std::vector<Place>* DirectRule::PlacesOf(const File& file,
                                               uint32_t string) {
  String& of = strings_[string];
  if (of.state == String::State::kUnseen) {
    const Search::Known known = {file.known.presence,
                                 file.known.first + of.first_text};
    const bool seen = !file.stop() && of.search.Run(file.bytes, known,
                                                    &of.places, &passes_made_);
    of.state = seen ? String::State::kSeen : String::State::kUnknown;
  }
  return of.state == String::State::kSeen ? &of.places : nullptr;
}

// The first ones of all strings together. Anonymous strings share their name:
// those at the same place stay in the order of the rule.
void DirectRule::Tell(uint64_t max_strings, RuleMatch* match) const {
  match->total_strings = 0;
  match->strings.clear();
  for (const String& string : strings_) {
    if (string.is_private) continue;
    match->total_strings += string.places.size();
    const auto taken = static_cast<std::ptrdiff_t>(
        std::min<uint64_t>(string.places.size(), max_strings));
    std::for_each(string.places.begin(), string.places.begin() + taken,
                  [&](const Place& place) {
                    match->strings.push_back(
                        {string.id, place.offset, place.length, place.xor_key});
                  });
  }
  std::stable_sort(match->strings.begin(), match->strings.end(),
                   [](const StringMatch& a, const StringMatch& b) {
                     return std::tie(a.offset, a.id, a.length) <
                            std::tie(b.offset, b.id, b.length);
                   });
  if (match->strings.size() > max_strings) match->strings.resize(max_strings);
}

}  // namespace cupel::direct
