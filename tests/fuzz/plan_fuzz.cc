// Bytes -> plans. Two ways in, by the first byte:
//   an image of a plan into which the bytes are patched (2 bytes where, 1 byte
//   what, over and over): refused, or used without going astray;
//   rules, a zero, a file: a plan of them is made and asked.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "rules/ast/parser.h"
#include "rules/plan/plan.h"

namespace {

using cupel::plan::Plan;

constexpr std::string_view kRules = R"(
rule a { strings: $a = "some text" nocase $b = { 01 02 03 04 ?? 05 06 07 }
         condition: $a and $b and filesize < 1MB }
rule b { strings: $a = "other text" wide ascii $b = /ab[0-9]+xyz/
         condition: 1 of them or uint32(4) == 0x12345678 }
rule c { strings: $a = "key" xor(1-3) $b = "base" base64 $c = "zzzz"
         condition: 2 of them }
rule d { condition: filesize > 100 and extension == ".js" }
rule e { condition: true }
)";

struct Made {
  size_t rules = 0;
  std::shared_ptr<const Plan> plan;
};

Made Make(std::string_view text) {
  cupel::RuleUnit unit;
  unit.ns = "fuzz";
  unit.files.push_back({"fuzz", "", std::string(text), false});
  const cupel::ast::Source source = cupel::ast::Parse(unit);
  cupel::plan::PlanInput input;
  for (const cupel::ast::Rule& rule : source.rules) {
    input.rules.push_back({&rule, 0});
  }
  cupel::plan::PlanOptions options;
  options.threads = 1;
  auto plan = Plan::Build(input, options);
  // What it makes itself it must take.
  if (!plan.ok()) abort();
  return {input.rules.size(), *std::move(plan)};
}

void Use(const Plan& plan, size_t rules, std::string_view file) {
  auto scratch = plan.NewScratch();
  if (!scratch.ok()) return;
  for (const std::string_view begin : {"", "MZ", "\x01"}) {
    std::string bytes(begin);
    bytes += file;
    cupel::plan::Candidates found;
    plan.Find({bytes, nullptr}, scratch->get(), &found);
    for (const uint32_t rule : found.rules) {
      if (rule >= rules) abort();
    }
    for (const uint32_t rule : plan.always(found.file_class)) {
      if (rule >= rules) abort();
    }
    for (uint32_t rule = 0; rule < rules; ++rule) {
      plan.Explain(rule, found.file_class);
    }
  }
}

void Patch(std::string_view patches) {
  static const Made& made = *new Made(Make(kRules));
  const std::string_view image = made.plan->image();
  const auto copy = std::make_shared<std::string>(image);
  for (size_t i = 0; i + 3 <= patches.size(); i += 3) {
    // The header and what stands at the end, which is everything but tables.
    size_t at = static_cast<uint8_t>(patches[i]) |
                size_t{static_cast<uint8_t>(patches[i + 1])} << 8;
    if (at >= 1024) at = copy->size() - at % copy->size() - 1;
    (*copy)[at] = patches[i + 2];
  }
  const auto plan = Plan::Open(*copy, copy, made.rules);
  if (plan.ok()) Use(**plan, made.rules, "SOME TEXT zzzz other text ab12xyz");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (bytes.empty()) return 0;
  const std::string_view rest = bytes.substr(1);
  if (bytes[0] == 'p') {
    Patch(rest);
    return 0;
  }
  const size_t zero = rest.find('\0');
  const Made made = Make(rest.substr(0, zero));
  Use(*made.plan, made.rules,
      zero == std::string_view::npos ? "" : rest.substr(zero + 1));
  return 0;
}
