// The search for literals. Inputs that begin with 'i' are the tables of an
// image: they are refused or do no harm. All others are literals and a text:
// what is found is what a plain search finds.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "prefilter/filter.h"
#include "prefilter/literal_builder.h"
#include "prefilter/literal_image.h"
#include "prefilter/literal_matcher.h"
#include "prefilter/prefilter.h"

namespace cupel::prefilter {
namespace {

void Check(bool good) {
  if (!good) abort();
}

std::string LowerCase(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 'a' - 'A');
  }
  return out;
}

// Sorted.
std::vector<uint32_t> Find(const LiteralTables& tables, std::string_view text,
                           const Variant& variant) {
  PrefilterHits hits(tables.literals.size());
  FindLiterals(tables, text, &hits, variant);
  std::vector<uint32_t> ids = hits.ids();
  std::sort(ids.begin(), ids.end());
  return ids;
}

void ReadTables(std::string_view bytes) {
  // What is new is aligned.
  const auto image = std::make_unique<char[]>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), image.get());
  const auto tables = ReadLiteralTables({image.get(), bytes.size()});
  if (!tables.ok()) return;
  std::string text = "MZ ab abc ABC eval(eval( ";
  text += std::string(100, '\0') + std::string(bytes.substr(0, 4096));
  for (const Variant& variant : Variants()) {
    (void)Find(*tables, text, variant);
  }
}

// Each literal is a byte (its size, and its highest bit for `nocase`) and its
// bytes; a size under two ends them, and the text follows.
void Search(std::string_view input) {
  std::vector<PrefilterLiteral> literals;
  while (!input.empty() && literals.size() < 64) {
    const auto head = static_cast<uint8_t>(input[0]);
    const size_t size = std::min<size_t>(head & 0x7F, input.size() - 1);
    input.remove_prefix(1);
    if (size < kLeastLiteral) break;
    literals.push_back({std::string(input.substr(0, size)), head >= 0x80});
    input.remove_prefix(size);
  }
  const auto image = BuildLiteralTables(literals, {});
  Check(image.ok());
  const auto tables = ReadLiteralTables(*image);
  Check(tables.ok());
  const std::string lower = LowerCase(input);
  std::vector<uint32_t> expected;
  for (uint32_t i = 0; i < literals.size(); ++i) {
    const PrefilterLiteral& literal = literals[i];
    if (literal.nocase
            ? lower.find(LowerCase(literal.bytes)) != std::string::npos
            : input.find(literal.bytes) != std::string_view::npos) {
      expected.push_back(i);
    }
  }
  for (const Variant& variant : Variants()) {
    const std::vector<uint32_t> found = Find(*tables, input, variant);
    // All of them are found, too, in a text that makes too much work.
    Check(found == expected || found.size() == literals.size());
  }
}

}  // namespace
}  // namespace cupel::prefilter

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (bytes.starts_with('i')) {
    cupel::prefilter::ReadTables(bytes.substr(1));
  } else {
    cupel::prefilter::Search(bytes);
  }
  return 0;
}
