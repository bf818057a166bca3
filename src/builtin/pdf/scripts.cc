#include "builtin/pdf/scripts.h"

#include <algorithm>

namespace cupel {
namespace {

constexpr size_t kMostScripts = 65536;
constexpr size_t kMostBytes = size_t{64} << 20;

}  // namespace

void PdfScripts::Look(uint32_t object, std::string_view text) {
  PdfLexer lexer(text);
  PdfToken token = lexer.Next();
  while (token.kind != PdfTokenKind::kEnd) {
    const bool script =
        token.kind == PdfTokenKind::kName && PdfName(token.text) == "JS";
    token = lexer.Next();
    if (!script || scripts_.size() >= kMostScripts ||
        references_.size() >= kMostScripts || bytes_ >= kMostBytes) {
      continue;
    }
    if (token.kind == PdfTokenKind::kString) {
      scripts_.emplace_back(object, PdfString(token.text));
      bytes_ += scripts_.back().second.size();
    } else if (const auto number = PdfInteger(token.text)) {
      if (*number >= 0 && *number <= 0xffffffff) {
        references_.push_back(static_cast<uint32_t>(*number));
      }
    }
  }
}

void PdfScripts::LookInObjectStream(std::string_view bytes, int64_t count,
                                    int64_t first) {
  if (first < 0 || static_cast<uint64_t>(first) > bytes.size()) first = 0;
  const std::string_view head = bytes.substr(0, static_cast<size_t>(first));
  const std::string_view body = bytes.substr(static_cast<size_t>(first));
  PdfLexer lexer(head);
  std::vector<std::pair<uint32_t, size_t>> places;
  while (static_cast<int64_t>(places.size()) < count) {
    const auto number = PdfInteger(lexer.Next().text);
    const auto offset = PdfInteger(lexer.Next().text);
    if (!number.has_value() || !offset.has_value() || *number < 0 ||
        *offset < 0 || static_cast<uint64_t>(*offset) > body.size()) {
      break;
    }
    places.emplace_back(static_cast<uint32_t>(*number),
                        static_cast<size_t>(*offset));
  }
  // In the order of the body, so that each byte belongs to one object only.
  std::sort(places.begin(), places.end(),
            [](const auto& a, const auto& b) { return a.second < b.second; });
  if (places.empty()) places.emplace_back(0, 0);
  for (size_t i = 0; i < places.size(); ++i) {
    const size_t begin = i == 0 ? 0 : places[i].second;
    const size_t end =
        i + 1 < places.size() ? places[i + 1].second : body.size();
    const std::string_view text = body.substr(begin, end - begin);
    Look(places[i].first, text);
    PdfLexer object(text);
    const PdfToken token = object.Next();
    if (token.kind == PdfTokenKind::kString && bytes_ < kMostBytes) {
      std::string& held = strings_[places[i].first];
      held = PdfString(token.text);
      bytes_ += held.size();
    }
  }
}

std::vector<std::pair<uint32_t, std::string>> PdfScripts::Take(
    const PdfObjects& objects) {
  std::sort(references_.begin(), references_.end());
  references_.erase(std::unique(references_.begin(), references_.end()),
                    references_.end());
  for (const uint32_t number : references_) {
    if (const auto held = strings_.find(number); held != strings_.end()) {
      scripts_.emplace_back(number, held->second);
    }
    const auto found = objects.last_of.find(number);
    if (found == objects.last_of.end()) continue;
    PdfLexer lexer(objects.all[found->second].text);
    const PdfToken token = lexer.Next();
    if (token.kind == PdfTokenKind::kString) {
      scripts_.emplace_back(number, PdfString(token.text));
    }
  }
  return std::move(scripts_);
}

}  // namespace cupel
