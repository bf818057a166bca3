#include "json_text.h"

#include <fmt/format.h>

#include <cstddef>
#include <nlohmann/json.hpp>

#include "console.h"

namespace cli {
namespace {

using Json = nlohmann::json;  // sorts keys

constexpr size_t kDeepest = 256;

// Of the eight colours, those that can be read on black and white.
constexpr std::string_view kKey = "\x1b[34m";
constexpr std::string_view kText = "\x1b[32m";
constexpr std::string_view kOther = "\x1b[35m";
constexpr std::string_view kPlain = "\x1b[0m";

class Writer {
 public:
  explicit Writer(bool color) : color_(color) {}

  void Write(const Json& value, size_t depth) {
    if (value.is_object() && !value.empty()) {
      Begin('{');
      for (const auto& [key, member] : value.items()) {
        Line(depth + 1);
        Add(kKey, Quoted(Json(key)));
        out_ += ": ";
        Write(member, depth + 1);
      }
      End('}', depth);
    } else if (value.is_array() && !value.empty()) {
      Begin('[');
      for (const Json& element : value) {
        Line(depth + 1);
        Write(element, depth + 1);
      }
      End(']', depth);
    } else if (value.is_structured()) {
      out_ += value.is_object() ? "{}" : "[]";
    } else {
      Add(value.is_string() ? kText : kOther, Quoted(value));
    }
  }
  std::string Take() { return std::move(out_); }

 private:
  // JSON's own escapes leave more as it is than a terminal can bear.
  static std::string Quoted(const Json& value) {
    std::string text =
        value.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (!Steers(text)) return text;
    text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
    for (size_t at = 0; (at = text.find('\x7f', at)) != std::string::npos;) {
      text.replace(at, 1, "\\u007f");
    }
    return text;
  }
  // DEL, the upper control characters, and what is not seen or turns text
  // around.
  static bool Steers(std::string_view text) {
    for (size_t i = 0; i < text.size(); ++i) {
      const auto at = [&](size_t k) {
        return i + k < text.size() ? static_cast<unsigned char>(text[i + k])
                                   : 0;
      };
      if (at(0) == 0x7f || (at(0) == 0xc2 && at(1) < 0xa0) ||
          (at(0) == 0xe2 && at(1) == 0x80 && at(2) >= 0x8b && at(2) <= 0x8f) ||
          (at(0) == 0xe2 && at(1) == 0x80 && at(2) >= 0xaa && at(2) <= 0xae) ||
          (at(0) == 0xe2 && at(1) == 0x81 && at(2) >= 0xa0) ||
          (at(0) == 0xef && at(1) == 0xbb && at(2) == 0xbf)) {
        return true;
      }
    }
    return false;
  }
  void Add(std::string_view color, const std::string& text) {
    if (color_) out_ += color;
    out_ += text;
    if (color_) out_ += kPlain;
  }
  void Begin(char bracket) {
    out_ += bracket;
    first_ = true;
  }
  void Line(size_t depth) {
    if (!first_) out_ += ',';
    first_ = false;
    out_ += '\n';
    out_.append(depth * 4, ' ');
  }
  void End(char bracket, size_t depth) {
    out_ += '\n';
    out_.append(depth * 4, ' ');
    out_ += bracket;
    first_ = false;
  }

  const bool color_;
  bool first_ = true;
  std::string out_;
};

}  // namespace

std::string IndentedJson(std::string_view text, const std::string& what,
                         bool color) {
  size_t deepest = 0;
  const auto watch = [&deepest](int depth, Json::parse_event_t, Json&) {
    deepest = std::max(deepest, static_cast<size_t>(depth));
    if (deepest > kDeepest) throw UsageError("it is nested too deeply");
    return true;
  };
  try {
    Writer writer(color);
    writer.Write(Json::parse(text, watch), 0);
    return writer.Take();
  } catch (const Json::parse_error& error) {
    throw UsageError(
        fmt::format("{} is no JSON: error at byte {}", what, error.byte));
  }
}

}  // namespace cli
