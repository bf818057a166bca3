// Random choices that are the same on every machine for the same seed.
#ifndef CUPEL_TESTS_DIFFERENTIAL_DRAW_H_
#define CUPEL_TESTS_DIFFERENTIAL_DRAW_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace cupel::differential {

// Takes its first choices from bytes that a fuzzer gave, if there are any, and
// the others from a generator that they seed.
class Draw {
 public:
  explicit Draw(uint64_t seed) : state_(seed) {}
  Draw(const uint8_t* data, size_t size)
      : state_(size), data_(data), left_(size) {}

  // In [0, n); n is at least 1.
  uint32_t Below(uint32_t n) {
    if (left_ == 0) return static_cast<uint32_t>(Next() >> 11) % n;
    uint32_t value = 0;
    for (uint32_t range = n; range > 1 && left_ != 0; range >>= 8) {
      value = value << 8 | *data_;
      state_ = state_ * 31 + *data_++;
      --left_;
    }
    return value % n;
  }
  // In [low, high].
  int64_t Between(int64_t low, int64_t high) {
    return low + Below(static_cast<uint32_t>(high - low + 1));
  }
  bool Chance(uint32_t percent) { return Below(100) < percent; }

  template <typename T>
  const T& Pick(const std::vector<T>& from) {
    return from[Below(static_cast<uint32_t>(from.size()))];
  }
  std::string Pick(std::initializer_list<const char*> from) {
    return from.begin()[Below(static_cast<uint32_t>(from.size()))];
  }
  // An index, as often as its weight says.
  size_t Weighted(std::initializer_list<uint32_t> weights) {
    uint32_t sum = 0;
    for (const uint32_t weight : weights) sum += weight;
    uint32_t at = Below(sum);
    size_t index = 0;
    for (const uint32_t weight : weights) {
      if (at < weight) break;
      at -= weight;
      ++index;
    }
    return index;
  }
  char Byte() { return static_cast<char>(Below(256)); }
  std::string Bytes(size_t size) {
    std::string out(size, '\0');
    for (char& c : out) c = Byte();
    return out;
  }
  // Characters out of an alphabet.
  std::string From(std::string_view alphabet, size_t size) {
    std::string out(size, '\0');
    for (char& c : out) {
      c = alphabet[Below(static_cast<uint32_t>(alphabet.size()))];
    }
    return out;
  }

 private:
  uint64_t Next() {  // splitmix64
    uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }

  uint64_t state_;
  const uint8_t* data_ = nullptr;
  size_t left_ = 0;
};

}  // namespace cupel::differential

#endif  // CUPEL_TESTS_DIFFERENTIAL_DRAW_H_
