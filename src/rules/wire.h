// Numbers and strings in little-endian order, read with every length checked.
#ifndef CUPEL_RULES_WIRE_H_
#define CUPEL_RULES_WIRE_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace cupel {

class WireWriter {
 public:
  void U32(uint32_t value) { Bytes(value, 4); }
  void U64(uint64_t value) { Bytes(value, 8); }
  void Raw(std::string_view bytes) { out_.append(bytes); }
  void String(std::string_view bytes) {
    U64(bytes.size());
    Raw(bytes);
  }
  std::string& out() { return out_; }

 private:
  void Bytes(uint64_t value, int count) {
    for (int i = 0; i < count; ++i) {
      out_ += static_cast<char>(value >> (8 * i) & 0xFF);
    }
  }
  std::string out_;
};

// After the first read past the end ok() is false and all reads give nothing.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}

  uint32_t U32() { return static_cast<uint32_t>(Number(4)); }
  uint64_t U64() { return Number(8); }
  std::string_view Raw(uint64_t count) {
    if (!ok_ || count > rest_.size()) {
      ok_ = false;
      return {};
    }
    const std::string_view out = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return out;
  }
  std::string_view String() { return Raw(U64()); }

  // A count of items that take at least `least` bytes each: never more than
  // the bytes that are left can hold, so that it may be reserved.
  uint64_t Count(uint64_t least) {
    const uint64_t count = U64();
    if (!ok_ || count > rest_.size() / least) {
      ok_ = false;
      return 0;
    }
    return count;
  }

  bool ok() const { return ok_; }
  bool at_end() const { return ok_ && rest_.empty(); }

 private:
  uint64_t Number(size_t count) {
    uint64_t value = 0;
    const std::string_view bytes = Raw(count);
    for (size_t i = 0; i < bytes.size(); ++i) {
      value |= uint64_t{static_cast<uint8_t>(bytes[i])} << (8 * i);
    }
    return value;
  }
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace cupel

#endif  // CUPEL_RULES_WIRE_H_
