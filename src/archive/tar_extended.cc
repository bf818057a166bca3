#include "archive/tar_extended.h"

#include <charconv>
#include <system_error>

#include "archive/names.h"

namespace cupel {
namespace {

template <typename T>
std::optional<T> ParseWhole(std::string_view text) {
  T value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

// "1700000000.25": the fraction is dropped.
std::optional<int64_t> ParseTime(std::string_view text) {
  return ParseWhole<int64_t>(text.substr(0, text.find('.')));
}

std::string Name(std::string_view value, uint64_t name_bytes) {
  std::string name(value);
  CutName(name_bytes, &name);
  return name;
}

// False if the value can't be what the key promises.
bool Apply(std::string_view key, std::string_view value, uint64_t name_bytes,
           TarExtended* out) {
  if (key == "path" || key == "GNU.sparse.name") {
    out->name = Name(value, name_bytes);
  } else if (key == "linkpath") {
    out->link = Name(value, name_bytes);
  } else if (key == "size") {
    out->size = ParseWhole<uint64_t>(value);
    return out->size.has_value() && *out->size < uint64_t{1} << 62;
  } else if (key == "mtime") {
    out->mtime_s = ParseTime(value);
  } else if (key.starts_with("GNU.sparse.")) {
    out->sparse = true;
    if (key == "GNU.sparse.major" && value != "0") {
      out->sparse_map_in_data = true;
    }
  }
  return true;
}

}  // namespace

void TarExtended::FillFrom(const TarExtended& other) {
  if (!name.has_value()) name = other.name;
  if (!link.has_value()) link = other.link;
  if (!size.has_value()) size = other.size;
  if (!mtime_s.has_value()) mtime_s = other.mtime_s;
  sparse = sparse || other.sparse;
  sparse_map_in_data = sparse_map_in_data || other.sparse_map_in_data;
}

bool ParsePax(std::string_view records, uint64_t name_bytes, TarExtended* out) {
  // "<length of the whole record> <key>=<value>\n"
  while (!records.empty() && records.front() != '\0') {
    size_t length = 0;
    const auto [end, error] = std::from_chars(
        records.data(), records.data() + records.size(), length);
    if (error != std::errc()) return false;
    const auto digits = static_cast<size_t>(end - records.data());
    if (length > records.size() || length < digits + 3 ||
        records[digits] != ' ' || records[length - 1] != '\n') {
      return false;
    }
    const std::string_view record =
        records.substr(digits + 1, length - digits - 2);
    const size_t equals = record.find('=');
    if (equals == std::string_view::npos ||
        !Apply(record.substr(0, equals), record.substr(equals + 1), name_bytes,
               out)) {
      return false;
    }
    records.remove_prefix(length);
  }
  return true;
}

}  // namespace cupel
