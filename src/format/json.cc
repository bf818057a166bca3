#include "format/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/status.h"
#include "format/escape.h"
#include "format/json_fields.h"

namespace cupel {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
// Up to here, comparing with each key is quicker than hashing.
constexpr size_t kFewKeys = 16;

// "line 3, column 14", of the byte at `offset`; columns count bytes.
std::string PlaceAt(std::string_view text, size_t offset) {
  offset = std::min(offset, text.size());
  const std::string_view before = text.substr(0, offset);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const size_t newline = before.rfind('\n');
  const size_t column = newline == before.npos ? offset + 1 : offset - newline;
  return fmt::format("line {}, column {}", line, column);
}

// Where the first byte stands that is no part of UTF-8; npos if there is none.
size_t FindInvalidUtf8(std::string_view text) {
  if (IsUtf8(text)) return std::string_view::npos;
  const std::string mended = ReplaceInvalidUtf8(text);
  const auto [at, in_mended] =
      std::mismatch(text.begin(), text.end(), mended.begin(), mended.end());
  return static_cast<size_t>(at - text.begin());
}

// nlohmann's message quotes what it read last, which may be a secret. What
// stands before that quotation is fixed text.
std::string WithoutQuotation(std::string_view message) {
  constexpr std::string_view kStart = "syntax error while parsing ";
  const size_t start = message.find(kStart);
  if (start != message.npos) message.remove_prefix(start);
  message = message.substr(0, message.find("; last read:"));
  return std::string(message);
}

// Builds the document. Stops at the first thing wrong and remembers it.
class Builder {
 public:
  using number_integer_t = Json::number_integer_t;
  using number_unsigned_t = Json::number_unsigned_t;
  using number_float_t = Json::number_float_t;
  using string_t = Json::string_t;
  using binary_t = Json::binary_t;

  explicit Builder(const JsonLimits& limits) : limits_(limits) {}

  // The SAX interface; the names are nlohmann's.
  bool null() { return Add(nullptr) != nullptr; }
  bool boolean(bool value) { return Add(value) != nullptr; }
  bool number_integer(number_integer_t value) { return Add(value) != nullptr; }
  bool number_unsigned(number_unsigned_t value) {
    return Add(value) != nullptr;
  }
  bool number_float(number_float_t value, const string_t& text) {
    // nlohmann reads an integer that has no room in 64 bits as a double, and
    // a rounded id or key is worse than none.
    if (text.find_first_of(".eE") == text.npos) {
      return Fail(absl::StatusCode::kInvalidArgument,
                  "an integer beyond 64 bits, which would lose digits; write "
                  "it as a string");
    }
    return Add(value) != nullptr;
  }
  bool string(string_t& value) { return Add(std::move(value)) != nullptr; }
  bool binary(binary_t&) { return false; }  // JSON has none
  bool start_object(size_t) { return Open(Json::object()); }
  bool start_array(size_t) { return Open(Json::array()); }
  bool end_object() { return Close(); }
  bool end_array() { return Close(); }
  bool key(string_t& name);
  bool parse_error(size_t position, const std::string&,
                   const nlohmann::detail::exception& error);

  const absl::Status& status() const { return status_; }
  size_t position() const { return position_; }  // of a syntax error, or 0
  JsonPath Path() const;
  Json Take() { return std::move(root_); }

 private:
  struct Level {
    Json* container;
    std::string key;            // the current one
    HashSet<std::string> keys;  // only once there are many
  };

  bool Fail(absl::StatusCode code, std::string_view message) {
    status_ = MakeStatus(code, "{}", message);
    return false;
  }
  bool Open(Json container);
  bool Close() {
    levels_.pop_back();
    return true;
  }
  Json* Add(Json value);
  static bool HasKey(Level& level, const std::string& name);

  const JsonLimits& limits_;
  Json root_;
  std::vector<Level> levels_;
  size_t values_ = 0;
  size_t position_ = 0;
  absl::Status status_;
};

Json* Builder::Add(Json value) {
  if (++values_ > limits_.values) {
    Fail(absl::StatusCode::kResourceExhausted,
         fmt::format("more than {} values", limits_.values));
    return nullptr;
  }
  if (levels_.empty()) {
    root_ = std::move(value);
    return &root_;
  }
  Level& level = levels_.back();
  if (level.container->is_array()) {
    auto& array = level.container->get_ref<Json::array_t&>();
    return &array.emplace_back(std::move(value));
  }
  // Past ordered_map::emplace, which would look for the key once more, one by
  // one.
  using Entries = Json::object_t::Container;
  Entries& entries = level.container->get_ref<Json::object_t&>();
  return &entries.emplace_back(level.key, std::move(value)).second;
}

bool Builder::Open(Json container) {
  if (levels_.size() >= limits_.depth) {
    return Fail(
        absl::StatusCode::kResourceExhausted,
        fmt::format("more than {} arrays and objects within one another",
                    limits_.depth));
  }
  Json* const place = Add(std::move(container));
  if (place == nullptr) return false;
  levels_.push_back({place, {}, {}});
  return true;
}

bool Builder::HasKey(Level& level, const std::string& name) {
  const auto& object = level.container->get_ref<const Json::object_t&>();
  if (object.size() < kFewKeys) {
    return std::any_of(
        object.begin(), object.end(),
        [&name](const auto& entry) { return entry.first == name; });
  }
  if (level.keys.empty()) {
    for (const auto& entry : object) level.keys.insert(entry.first);
  }
  return !level.keys.insert(name).second;
}

bool Builder::key(string_t& name) {
  Level& level = levels_.back();
  const bool twice = HasKey(level, name);
  level.key = std::move(name);
  if (!twice) return true;
  return Fail(absl::StatusCode::kInvalidArgument, "this key stands here twice");
}

bool Builder::parse_error(size_t position, const std::string&,
                          const nlohmann::detail::exception& error) {
  constexpr int kOutOfRange = 406;
  position_ = position;
  return Fail(absl::StatusCode::kInvalidArgument,
              error.id == kOutOfRange ? "a number out of the range of a double"
                                      : WithoutQuotation(error.what()));
}

JsonPath Builder::Path() const {
  JsonPath path;
  for (const Level& level : levels_) {
    const bool innermost = &level == &levels_.back();
    if (level.container->is_array()) {
      // The element that is open, or the one that would have come next.
      path.emplace_back(level.container->size() - (innermost ? 0 : 1));
    } else if (!level.key.empty() || !level.container->empty()) {
      path.emplace_back(level.key);
    }
  }
  return path;
}

// Where reading stopped, as nlohmann does not say it for what Builder refuses.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, const char** furthest)
      : at_(at), furthest_(furthest) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    *furthest_ = ++at_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator old = *this;
    ++*this;
    return old;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) {
    return a.at_ == b.at_;
  }

 private:
  const char* at_;
  const char** furthest_;
};

// What can be told before any parsing.
absl::Status CheckBytes(std::string_view text, std::string_view what,
                        const JsonLimits& limits) {
  if (text.size() > limits.bytes) {
    return ResourceExhausted("{}: {} bytes of JSON, the limit is {}", what,
                             text.size(), limits.bytes);
  }
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    return InvalidArgument(
        "{}: begins with a byte order mark, which JSON does not allow; save it "
        "as UTF-8 without one",
        what);
  }
  // nlohmann takes it for the end and would pass over the rest.
  const size_t nul = text.find('\0');
  if (nul != text.npos) {
    return InvalidArgument("{}: {}: a NUL byte", what, PlaceAt(text, nul));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Json> ParseJson(std::string_view text, std::string_view what,
                               const JsonLimits& limits) {
  CUPEL_RETURN_IF_ERROR(CheckBytes(text, what, limits));
  Builder builder(limits);
  const char* const begin = text.data();
  const char* furthest = begin;
  if (Json::sax_parse(CountingIterator(begin, &furthest),
                      CountingIterator(begin + text.size(), &furthest),
                      &builder)) {
    return builder.Take();
  }
  size_t offset = static_cast<size_t>(furthest - text.data());
  if (offset > 0) --offset;  // the last byte read, not the next
  // nlohmann counts the end of the input as one more character.
  if (builder.position() > text.size()) offset = text.size();
  std::string problem(MessageOf(builder.status()));
  const size_t wrong = FindInvalidUtf8(text);
  if (builder.position() > 0 && wrong <= offset) {
    offset = wrong;
    problem = "a byte that is no UTF-8";
  }
  return MakeStatus(builder.status().code(), "{}: {}, at {}: {}", what,
                    PlaceAt(text, offset), PathText(builder.Path()), problem);
}

std::string PrintJson(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string PrintJsonIndented(const Json& value, int indent) {
  return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

std::string_view JsonTypeName(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null:
      return "null";
    case Json::value_t::object:
      return "an object";
    case Json::value_t::array:
      return "an array";
    case Json::value_t::string:
      return "a string";
    case Json::value_t::boolean:
      return "a boolean";
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
      return "an integer";
    case Json::value_t::number_float:
      return "a number";
    case Json::value_t::binary:
    case Json::value_t::discarded:
      break;
  }
  return "no JSON value";
}

}  // namespace cupel
