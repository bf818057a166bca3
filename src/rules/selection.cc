#include "rules/selection.h"

#include <algorithm>
#include <string_view>

#include "base/status.h"

namespace cupel {
namespace {

std::string TextOf(const MetaValue& value) {
  return std::visit([](const auto& v) { return fmt::format("{}", v); }, value);
}

bool MetaFits(const RuleInfo& rule, std::string_view pattern) {
  const size_t equals = pattern.find('=');
  const std::string_view key = pattern.substr(0, equals);
  return std::any_of(
      rule.metas.begin(), rule.metas.end(), [&](const auto& meta) {
        return meta.first == key &&
               (equals == std::string_view::npos ||
                GlobMatches(pattern.substr(equals + 1), TextOf(meta.second)));
      });
}

bool Fits(const RuleInfo& rule, std::string_view pattern) {
  const size_t colon = pattern.find(':');
  const std::string_view kind =
      colon == std::string_view::npos ? "" : pattern.substr(0, colon);
  const std::string_view rest = pattern.substr(colon + 1);  // npos + 1 is 0
  if (kind == "ns") return GlobMatches(rest, rule.ns);
  if (kind == "meta") return MetaFits(rule, rest);
  if (kind == "tag") {
    return std::any_of(
        rule.tags.begin(), rule.tags.end(),
        [rest](const std::string& tag) { return GlobMatches(rest, tag); });
  }
  return GlobMatches(rest, rule.name);
}

absl::Status CheckPattern(std::string_view pattern) {
  const size_t colon = pattern.find(':');
  if (colon != std::string_view::npos) {
    const std::string_view kind = pattern.substr(0, colon);
    if (kind != "ns" && kind != "meta" && kind != "tag" && kind != "name") {
      return InvalidArgument(
          "rule pattern '{}': '{}:' is unknown; there are name:, ns:, tag: and "
          "meta:",
          pattern, kind);
    }
  }
  if (pattern.substr(colon + 1).empty()) {
    return InvalidArgument("rule pattern '{}' is empty", pattern);
  }
  return absl::OkStatus();
}

absl::Status Mark(const std::vector<std::string>& patterns,
                  std::span<const RuleInfo> rules, bool value,
                  std::vector<bool>* selected) {
  for (const std::string& pattern : patterns) {
    CUPEL_RETURN_IF_ERROR(CheckPattern(pattern));
    bool any = false;
    for (size_t i = 0; i < rules.size(); ++i) {
      if (!Fits(rules[i], pattern)) continue;
      (*selected)[i] = value;
      any = true;
    }
    if (!any) {
      return NotFound("rule pattern '{}' fits none of the {} rules", pattern,
                      rules.size());
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Selection> Selection::Compile(const SelectionSpec& spec,
                                             std::span<const RuleInfo> rules) {
  Selection out;
  out.selected_.assign(rules.size(), spec.include.empty());
  CUPEL_RETURN_IF_ERROR(Mark(spec.include, rules, true, &out.selected_));
  CUPEL_RETURN_IF_ERROR(Mark(spec.exclude, rules, false, &out.selected_));
  out.count_ = static_cast<size_t>(
      std::count(out.selected_.begin(), out.selected_.end(), true));
  return out;
}

void Selection::Filter(std::vector<RuleMatch>* matches) const {
  std::erase_if(*matches,
                [this](const RuleMatch& m) { return !Selects(m.rule); });
}

bool GlobMatches(std::string_view pattern, std::string_view text) {
  size_t p = 0;
  size_t t = 0;
  // Where to go on when a byte does not fit: behind the last star, with one
  // byte more under it.
  size_t star = std::string_view::npos;
  size_t under_star = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      under_star = t;
    } else if (p < pattern.size() &&
               (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++under_star;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace cupel
