// Rule text -> lexer, splitter, compiler; and what compiles, over a few bytes.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rules/rule_set.h"
#include "rules/scratch.h"
#include "rules/splitter.h"

namespace cupel {
namespace {

void Check(bool good) {
  if (!good) abort();
}

// Ranges lie inside the text, in order, and tokens inside their ranges.
void CheckSplit(std::string_view text) {
  const SplitText split = Split(text);
  uint32_t at = 0;
  for (const Token& token : split.tokens) {
    Check(token.begin >= at && token.end > token.begin &&
          token.end <= text.size());
    at = token.end;
  }
  at = 0;
  for (const RuleText& rule : split.rules) {
    Check(rule.begin >= at && rule.end >= rule.begin &&
          rule.end <= text.size());
    Check(rule.condition.end <= split.tokens.size());
    Check(rule.strings.end <= split.tokens.size());
    (void)ReferencesOf(split, rule, text);
    at = rule.end;
  }
}

// Skipping is the longer way: it goes through everything that failing does.
void CompileAndScan(const std::string& text) {
  RuleOptions options;
  options.skip_broken = true;
  const auto rules = RuleSet::Compile({{}, {{"t", text}}}, options, nullptr);
  if (!rules.ok()) return;
  auto scratch = (*rules)->NewScratch();
  Check(scratch.ok());
  for (const std::string_view bytes : {"", "MZ abc", "abc"}) {
    ScanRequest request;
    request.bytes = bytes;
    request.timeout_ns = 20'000'000;
    for (const RuleMatch& match : (*scratch)->Scan(request).matches) {
      Check(match.rule < (*rules)->rules().size());
    }
  }
}

}  // namespace
}  // namespace cupel

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data),
                         std::min<size_t>(size, 4096));
  cupel::CheckSplit(text);
  cupel::CompileAndScan(text);
  return 0;
}
