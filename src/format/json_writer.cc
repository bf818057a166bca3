#include "format/json_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <iterator>

#include "format/ascii_run.h"
#include "format/escape.h"

namespace cupel {
namespace {

bool NeedsEscape(unsigned char c) { return c < 0x20 || c == '"' || c == '\\'; }

void AppendEscaped(std::string_view text, std::string* out) {
  size_t clean = 0;  // start of the run that needs nothing
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (!NeedsEscape(c)) continue;
    out->append(text.substr(clean, i - clean));
    clean = i + 1;
    switch (c) {
      case '"':
        out->append("\\\"");
        break;
      case '\\':
        out->append("\\\\");
        break;
      case '\n':
        out->append("\\n");
        break;
      case '\r':
        out->append("\\r");
        break;
      case '\t':
        out->append("\\t");
        break;
      default:
        fmt::format_to(std::back_inserter(*out), "\\u{:04x}", c);
    }
  }
  out->append(text.substr(clean));
}

void AppendQuoted(std::string_view text, std::string* out) {
  out->push_back('"');
  const size_t plain = PrintableRun(text, '"', '\\');
  out->append(text.substr(0, plain));
  text.remove_prefix(plain);
  if (text.empty()) {
    // As nearly all are.
  } else if (IsUtf8(text)) {
    AppendEscaped(text, out);
  } else {
    AppendEscaped(ReplaceInvalidUtf8(text), out);
  }
  out->push_back('"');
}

}  // namespace

void JsonWriter::NewLine() {
  if (style_ != Style::kIndented) return;
  out_->push_back('\n');
  out_->append(levels_.size() * 2, ' ');
}

void JsonWriter::BeforeValue() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (levels_.empty()) return;
  assert(levels_.back().array && "a value in an object needs a key");
  if (!levels_.back().empty) out_->push_back(',');
  levels_.back().empty = false;
  NewLine();
}

JsonWriter& JsonWriter::BeginObject() {
  BeforeValue();
  out_->push_back('{');
  levels_.push_back({.array = false, .empty = true});
  return *this;
}

JsonWriter& JsonWriter::BeginArray() {
  BeforeValue();
  out_->push_back('[');
  levels_.push_back({.array = true, .empty = true});
  return *this;
}

JsonWriter& JsonWriter::EndObject() {
  assert(!levels_.empty() && !levels_.back().array && !after_key_);
  const bool empty = levels_.back().empty;
  levels_.pop_back();
  if (!empty) NewLine();
  out_->push_back('}');
  return *this;
}

JsonWriter& JsonWriter::EndArray() {
  assert(!levels_.empty() && levels_.back().array);
  const bool empty = levels_.back().empty;
  levels_.pop_back();
  if (!empty) NewLine();
  out_->push_back(']');
  return *this;
}

JsonWriter& JsonWriter::Key(std::string_view key) {
  assert(!levels_.empty() && !levels_.back().array && !after_key_);
  if (!levels_.back().empty) out_->push_back(',');
  levels_.back().empty = false;
  NewLine();
  AppendQuoted(key, out_);
  out_->append(style_ == Style::kIndented ? ": " : ":");
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::String(std::string_view value) {
  BeforeValue();
  AppendQuoted(value, out_);
  return *this;
}

JsonWriter& JsonWriter::Bool(bool value) {
  BeforeValue();
  out_->append(value ? "true" : "false");
  return *this;
}

JsonWriter& JsonWriter::Null() {
  BeforeValue();
  out_->append("null");
  return *this;
}

JsonWriter& JsonWriter::Double(double value) {
  if (!std::isfinite(value)) return Null();
  BeforeValue();
  fmt::format_to(std::back_inserter(*out_), "{}", value);
  return *this;
}

JsonWriter& JsonWriter::Raw(std::string_view json) {
  BeforeValue();
  const size_t at = out_->size();
  out_->append(json);
  // In JSON these stand between values only.
  std::replace_if(
      out_->begin() + static_cast<std::ptrdiff_t>(at), out_->end(),
      [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return *this;
}

JsonWriter& JsonWriter::Signed(int64_t value) {
  BeforeValue();
  fmt::format_to(std::back_inserter(*out_), "{}", value);
  return *this;
}

JsonWriter& JsonWriter::Unsigned(uint64_t value) {
  BeforeValue();
  fmt::format_to(std::back_inserter(*out_), "{}", value);
  return *this;
}

}  // namespace cupel
