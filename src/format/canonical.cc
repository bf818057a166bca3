#include "format/canonical.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "format/json.h"

namespace cupel {
namespace {

void PutNumber(uint64_t value, std::string* out) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    out->push_back(static_cast<char>(value >> shift));
  }
}

void PutText(char tag, std::string_view text, std::string* out) {
  out->push_back(tag);
  PutNumber(text.size(), out);
  out->append(text);
}

// A double that is one of the integers that a Json can hold is written as that
// integer. None beyond them can be equal to one.
void PutDouble(double value, std::string* out) {
  if (std::trunc(value) == value) {
    if (value >= -0x1p63 && value < 0x1p63) {
      PutText('i', fmt::format("{}", static_cast<int64_t>(value)), out);
      return;
    }
    if (value > 0 && value < 0x1p64) {
      PutText('i', fmt::format("{}", static_cast<uint64_t>(value)), out);
      return;
    }
  }
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof(bits));
  out->push_back('d');
  PutNumber(bits, out);
}

void Put(const Json& value, std::string* out);

void PutObject(const Json& value, std::string* out) {
  std::vector<std::pair<std::string_view, const Json*>> fields;
  fields.reserve(value.size());
  for (auto it = value.begin(); it != value.end(); ++it) {
    fields.emplace_back(it.key(), &it.value());
  }
  std::sort(fields.begin(), fields.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  out->push_back('o');
  PutNumber(fields.size(), out);
  for (const auto& [key, field] : fields) {
    PutNumber(key.size(), out);
    out->append(key);
    Put(*field, out);
  }
}

void Put(const Json& value, std::string* out) {
  switch (value.type()) {
    case Json::value_t::boolean:
      out->push_back(value.get<bool>() ? 't' : 'f');
      return;
    case Json::value_t::number_integer:
      return PutText('i', fmt::format("{}", value.get<int64_t>()), out);
    case Json::value_t::number_unsigned:
      return PutText('i', fmt::format("{}", value.get<uint64_t>()), out);
    case Json::value_t::number_float:
      return PutDouble(value.get<double>(), out);
    case Json::value_t::string:
      return PutText('s', value.get_ref<const std::string&>(), out);
    case Json::value_t::array:
      out->push_back('a');
      PutNumber(value.size(), out);
      for (const Json& item : value) Put(item, out);
      return;
    case Json::value_t::object:
      return PutObject(value, out);
    case Json::value_t::null:
    case Json::value_t::binary:     // in no document
    case Json::value_t::discarded:  // nor this
      break;
  }
  out->push_back('n');
}

}  // namespace

std::string CanonicalJson(const Json& value) {
  std::string out;
  Put(value, &out);
  return out;
}

}  // namespace cupel
