// Writes JSON straight into a string: no tree, no copies, keys in the order
// they are written.
#ifndef CUPEL_FORMAT_JSON_WRITER_H_
#define CUPEL_FORMAT_JSON_WRITER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace cupel {

// JsonWriter w(&out);
// w.BeginObject();
// w.Key("size").Number(12);
// w.EndObject();
//
// Strings must be UTF-8: what is not is replaced by U+FFFD, so that the output
// is JSON whatever comes in; whoever needs the bytes writes them as base64
// beside. Misnesting is a programming error and is asserted.
class JsonWriter {
 public:
  enum class Style : uint8_t { kCompact, kIndented };
  explicit JsonWriter(std::string* out, Style style = Style::kCompact)
      : out_(out), style_(style) {}

  JsonWriter& BeginObject();
  JsonWriter& EndObject();
  JsonWriter& BeginArray();
  JsonWriter& EndArray();
  JsonWriter& Key(std::string_view key);
  JsonWriter& String(std::string_view value);
  JsonWriter& Bool(bool value);
  JsonWriter& Null();
  JsonWriter& Double(double value);  // no NaN, no infinity: null instead
  // One value, as JSON already. Its line feeds become spaces, so that a
  // document that is written compactly is one line whatever it is made of.
  JsonWriter& Raw(std::string_view json);
  template <typename T>
    requires std::is_integral_v<T>
  JsonWriter& Number(T value) {
    if constexpr (std::is_signed_v<T>) {
      return Signed(value);
    } else {
      return Unsigned(value);
    }
  }

 private:
  struct Level {
    bool array;
    bool empty;
  };
  JsonWriter& Signed(int64_t value);
  JsonWriter& Unsigned(uint64_t value);
  void BeforeValue();
  void NewLine();

  std::string* out_;
  Style style_;
  bool after_key_ = false;
  std::vector<Level> levels_;
};

}  // namespace cupel

#endif  // CUPEL_FORMAT_JSON_WRITER_H_
