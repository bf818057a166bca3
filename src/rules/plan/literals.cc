#include "rules/plan/literals.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "rules/plan/base64_forms.h"
#include "rules/plan/pattern_expression.h"
#include "rules/plan/pattern_literals.h"

namespace cupel::plan {
namespace {

// A window of this many bytes is searched for in each of its variants.
constexpr size_t kXorWindow = 8;
// If the literals of a pattern are at least this rare (see frequency.h), no
// expression is looked at.
constexpr float kRareEnough = -7;

std::string Wide(std::string_view bytes) {
  std::string out;
  out.reserve(2 * bytes.size());
  for (const char c : bytes) {
    out += c;
    out += '\0';
  }
  return out;
}

Need LiteralNeed(std::string bytes, bool nocase) {
  Need need;
  if (bytes.size() < 2) return need;
  need.op = Need::Op::kAtom;
  need.atom = LiteralAtom(std::move(bytes), nocase);
  return need;
}

// How many files have one of the variants, for choosing between windows.
float VariantsChance(std::string_view window, const ast::String& string) {
  float sum = 0;
  std::string variant(window);
  for (unsigned key = string.xor_min; key <= string.xor_max; ++key) {
    for (size_t i = 0; i < window.size(); ++i) {
      variant[i] = static_cast<char>(static_cast<uint8_t>(window[i]) ^ key);
    }
    sum += std::exp2(LiteralChance(Corpus::kText, variant)) +
           std::exp2(LiteralChance(Corpus::kBinary, variant));
  }
  return sum;
}

Need XorNeed(std::string_view bytes, const ast::String& string) {
  bytes = bytes.substr(0, kMaxLiteralBytes);
  const size_t length = std::min(bytes.size(), kXorWindow);
  size_t best = 0;
  float least = std::numeric_limits<float>::infinity();
  for (size_t at = 0; at + length <= bytes.size(); ++at) {
    const float chance = VariantsChance(bytes.substr(at, length), string);
    if (chance < least) {
      least = chance;
      best = at;
    }
  }
  std::vector<Need> variants;
  for (unsigned key = string.xor_min; key <= string.xor_max; ++key) {
    std::string variant(bytes.substr(best, length));
    for (char& c : variant) {
      c = static_cast<char>(static_cast<uint8_t>(c) ^ key);
    }
    variants.push_back(LiteralNeed(std::move(variant), false));
  }
  return AnyOf(std::move(variants));
}

Need TextNeed(const ast::String& string) {
  // Both, if what is neither is meant to be the former.
  const bool wide = string.wide;
  const bool ascii = string.ascii || !wide;
  std::vector<std::string> forms;
  if (ascii) forms.push_back(string.bytes);
  if (wide) forms.push_back(Wide(string.bytes));
  if (string.base64 || string.base64wide) {
    forms = Base64Forms(forms, string);
  }
  std::vector<Need> needs;
  for (std::string& form : forms) {
    needs.push_back(string.has_xor
                        ? XorNeed(form, string)
                        : LiteralNeed(std::move(form), string.nocase));
  }
  return AnyOf(std::move(needs));
}

// The chance in the corpus where it is less rare; 0 if nothing is needed.
float WorstChance(const Need& need) {
  switch (need.op) {
    case Need::Op::kTrue:
      return 0;
    case Need::Op::kAtom:
      return *std::max_element(need.atom.chance.begin(),
                               need.atom.chance.end());
    case Need::Op::kAll: {
      float least = 0;
      for (const Need& child : need.children) {
        least = std::min(least, WorstChance(child));
      }
      return least;
    }
    case Need::Op::kAny: {
      float sum = 0;
      for (const Need& child : need.children) {
        sum += std::exp2(WorstChance(child));
      }
      return std::min(std::log2(sum), 0.0F);
    }
  }
  return 0;
}

Need PatternNeed(const ast::String& string, bool wide, bool regexes) {
  Need need = LiteralsOf(string.pattern, wide);
  if (!regexes || WorstChance(need) <= kRareEnough) return need;
  Need expression = ExpressionOf(string.pattern, wide);
  std::vector<Need> both;
  both.push_back(std::move(need));
  both.push_back(std::move(expression));
  return AllOf(std::move(both));
}

Need Join(Need::Op op, std::vector<Need> needs) {
  if (needs.size() == 1) return std::move(needs.front());
  Need need;
  need.op = op;
  for (Need& child : needs) {
    if (child.op == op) {
      std::move(child.children.begin(), child.children.end(),
                std::back_inserter(need.children));
    } else {
      need.children.push_back(std::move(child));
    }
  }
  return need;
}

}  // namespace

Need AllOf(std::vector<Need> needs) {
  std::erase_if(needs,
                [](const Need& need) { return need.op == Need::Op::kTrue; });
  if (needs.empty()) return {};
  return Join(Need::Op::kAll, std::move(needs));
}

Need AnyOf(std::vector<Need> needs) {
  const bool nothing =
      needs.empty() ||
      std::any_of(needs.begin(), needs.end(),
                  [](const Need& need) { return need.op == Need::Op::kTrue; });
  if (nothing) return {};
  return Join(Need::Op::kAny, std::move(needs));
}

Atom LiteralAtom(std::string bytes, bool nocase) {
  if (nocase) {
    for (char& c : bytes) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
    }
  }
  if (bytes.size() > kMaxLiteralBytes) {
    bytes = RarestWindow(bytes);
  }
  Atom atom;
  atom.nocase = nocase && std::any_of(bytes.begin(), bytes.end(), [](char c) {
                  return c >= 'a' && c <= 'z';
                });
  for (size_t i = 0; i < kCorpora; ++i) {
    atom.chance[i] = LiteralChance(static_cast<Corpus>(i), bytes);
  }
  atom.text = std::move(bytes);
  return atom;
}

Need NeedOf(const ast::String& string, bool regexes) {
  if (!string.understood) return {};
  if (string.kind == ast::String::Kind::kText) return TextNeed(string);
  std::vector<Need> forms;
  if (string.ascii || !string.wide) {
    forms.push_back(PatternNeed(string, false, regexes));
  }
  if (string.wide) forms.push_back(PatternNeed(string, true, regexes));
  return AnyOf(std::move(forms));
}

}  // namespace cupel::plan
