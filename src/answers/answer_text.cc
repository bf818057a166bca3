#include "answers/answer_text.h"

#include <cstdint>
#include <limits>
#include <utility>

namespace cupel {
namespace {

// Seven bits a byte, the lowest first; all but the last byte have the eighth.
void PutNumber(uint64_t value, std::string* out) {
  for (; value >= 0x80; value >>= 7) {
    *out += static_cast<char>(value | 0x80);
  }
  *out += static_cast<char>(value);
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }

  uint64_t Number() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<uint8_t>(rest_.front());
      rest_.remove_prefix(1);
      value |= uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return value;
    }
    return Fail();
  }

  uint32_t Small() {
    const uint64_t value = Number();
    if (value <= std::numeric_limits<uint32_t>::max()) {
      return static_cast<uint32_t>(value);
    }
    return static_cast<uint32_t>(Fail());
  }

  // Of things that take at least `least` bytes each.
  size_t Count(size_t least) {
    const uint64_t count = Number();
    return count <= rest_.size() / least ? count : Fail();
  }

  std::string_view Text() {
    const size_t size = Count(1);
    const std::string_view text = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return text;
  }

 private:
  uint64_t Fail() {
    ok_ = false;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  bool ok_ = true;
};

// Offsets rise within a rule, so what is kept is how far.
StringMatch ReadString(Reader* in, uint64_t* offset) {
  StringMatch string;
  string.id = in->Text();
  *offset += in->Number();
  string.offset = *offset;
  string.length = in->Small();
  const uint64_t key = in->Number();
  if (key != 0) string.xor_key = static_cast<uint8_t>(key - 1);
  return string;
}

}  // namespace

std::string EncodeMatches(std::span<const RuleMatch> matches) {
  std::string out;
  for (const RuleMatch& match : matches) {
    PutNumber(match.rule, &out);
    PutNumber(match.total_strings, &out);
    PutNumber(match.strings.size(), &out);
    uint64_t offset = 0;
    for (const StringMatch& string : match.strings) {
      PutNumber(string.id.size(), &out);
      out += string.id;
      PutNumber(string.offset - offset, &out);
      offset = string.offset;
      PutNumber(string.length, &out);
      PutNumber(string.xor_key.has_value() ? *string.xor_key + 1U : 0U, &out);
    }
  }
  return out;
}

std::optional<std::vector<RuleMatch>> DecodeMatches(std::string_view bytes) {
  std::vector<RuleMatch> matches;
  Reader in(bytes);
  while (!in.at_end()) {
    RuleMatch& match = matches.emplace_back();
    match.rule = in.Small();
    match.total_strings = in.Number();
    match.strings.resize(in.Count(4));
    uint64_t offset = 0;
    for (StringMatch& string : match.strings) {
      string = ReadString(&in, &offset);
    }
  }
  if (!in.ok()) return std::nullopt;
  return matches;
}

}  // namespace cupel
