#include "selftest_inputs.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>

namespace cli {
namespace {

constexpr size_t kTarBlock = 512;

std::array<uint32_t, 256> MakeCrcTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) {
      value = (value & 1) != 0 ? (value >> 1) ^ 0xedb88320u : value >> 1;
    }
    table[i] = value;
  }
  return table;
}

uint32_t CrcStep(uint32_t crc, uint8_t byte) {
  static const std::array<uint32_t, 256> table = MakeCrcTable();
  return (crc >> 8) ^ table[(crc ^ byte) & 0xff];
}

uint32_t Crc(std::string_view bytes) {
  uint32_t crc = 0xffffffffu;
  for (const char c : bytes) crc = CrcStep(crc, static_cast<uint8_t>(c));
  return ~crc;
}

std::string Little(uint64_t value, size_t bytes) {
  std::string out;
  for (size_t i = 0; i < bytes; ++i) {
    out += static_cast<char>(value >> (8 * i) & 0xff);
  }
  return out;
}

// Bits in the order of deflate: the first in the lowest place.
class BitWriter {
 public:
  void Bits(uint32_t value, int count) {
    for (int i = 0; i < count; ++i) Bit((value >> i) & 1);
  }
  // Huffman codes go the other way round.
  void Code(uint32_t value, int count) {
    for (int i = count - 1; i >= 0; --i) Bit((value >> i) & 1);
  }
  std::string Finish() {
    while (used_ != 0) Bit(0);
    return bytes_;
  }

 private:
  void Bit(uint32_t bit) {
    byte_ |= static_cast<uint8_t>(bit << used_);
    if (++used_ < 8) return;
    bytes_ += static_cast<char>(byte_);
    byte_ = 0;
    used_ = 0;
  }
  std::string bytes_;
  uint8_t byte_ = 0;
  int used_ = 0;
};

// The cipher of PKZIP 2.0.
class ZipCipher {
 public:
  explicit ZipCipher(std::string_view password) {
    for (const char c : password) Update(static_cast<uint8_t>(c));
  }
  char Encrypt(char plain) {
    const uint32_t t = (key2_ | 2) & 0xffff;
    const auto mask = static_cast<uint8_t>((t * (t ^ 1)) >> 8);
    Update(static_cast<uint8_t>(plain));
    return static_cast<char>(static_cast<uint8_t>(plain) ^ mask);
  }

 private:
  void Update(uint8_t byte) {
    key0_ = CrcStep(key0_, byte);
    key1_ = (key1_ + (key0_ & 0xff)) * 134775813u + 1;
    key2_ = CrcStep(key2_, static_cast<uint8_t>(key1_ >> 24));
  }
  uint32_t key0_ = 0x12345678u;
  uint32_t key1_ = 0x23456789u;
  uint32_t key2_ = 0x34567890u;
};

}  // namespace

TarMaker& TarMaker::Add(std::string_view name, std::string_view content) {
  std::string header(kTarBlock, '\0');
  const auto put = [&](size_t offset, std::string_view text) {
    header.replace(offset, text.size(), text);
  };
  put(0, name.substr(0, 100));
  put(100, "0000644");
  put(108, "0000000");
  put(116, "0000000");
  put(124, fmt::format("{:011o}", content.size()));
  put(136, "00000000000");
  put(148, "        ");
  put(156, "0");
  put(257, "ustar");
  put(263, "00");
  uint32_t sum = 0;
  for (const char c : header) sum += static_cast<uint8_t>(c);
  put(148, fmt::format("{:06o}", sum));
  header[154] = '\0';
  bytes_ += header;
  bytes_ += content;
  bytes_.append((kTarBlock - content.size() % kTarBlock) % kTarBlock, '\0');
  return *this;
}

std::string TarMaker::Finish() const {
  return bytes_ + std::string(2 * kTarBlock, '\0');
}

std::string NestedTar(size_t depth, std::string_view content) {
  std::string inner(content);
  for (size_t i = 0; i < depth; ++i) {
    const std::string name = i == 0 ? "file" : fmt::format("level{}.tar", i);
    inner = TarMaker().Add(name, inner).Finish();
  }
  return inner;
}

std::string GzipOfZeros(size_t size) {
  BitWriter bits;
  bits.Bits(1, 1);  // the last block
  bits.Bits(1, 2);  // fixed codes
  // A zero, then copies of 258 bytes from one byte back, then single zeros.
  constexpr uint32_t kZero = 0x30;
  size_t left = size;
  if (left > 0) {
    bits.Code(kZero, 8);
    --left;
  }
  for (; left >= 258; left -= 258) {
    bits.Code(0xc5, 8);  // symbol 285: length 258
    bits.Code(0, 5);     // distance 1
  }
  for (; left > 0; --left) bits.Code(kZero, 8);
  bits.Code(0, 7);  // end of block
  std::string out("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
  out += bits.Finish();
  uint32_t crc = 0xffffffffu;
  for (size_t i = 0; i < size; ++i) crc = CrcStep(crc, 0);
  return out + Little(~crc, 4) + Little(size, 4);
}

std::string EncryptedZip(std::string_view name, std::string_view content,
                         std::string_view password) {
  const uint32_t crc = Crc(content);
  ZipCipher cipher(password);
  // Twelve bytes come first; the last one lets a reader check the password.
  std::string plain = "salt-of-zip";
  plain += static_cast<char>(crc >> 24);
  plain += content;
  std::string data;
  for (const char c : plain) data += cipher.Encrypt(c);

  // Version 2.0, flag "encrypted", stored, midnight of 1980-01-01.
  const std::string common =
      Little(20, 2) + Little(1, 2) + Little(0, 2) + Little(0, 2) +
      Little(33, 2) + Little(crc, 4) + Little(data.size(), 4) +
      Little(content.size(), 4) + Little(name.size(), 2) + Little(0, 2);
  std::string out = "PK\x03\x04" + common;
  out += name;
  out += data;
  const size_t central = out.size();
  out += "PK\x01\x02" + Little(20, 2) + common + Little(0, 2) + Little(0, 2) +
         Little(0, 2) + Little(0, 4) + Little(0, 4);
  out += name;
  const size_t central_size = out.size() - central;
  return out + "PK\x05\x06" + Little(0, 4) + Little(1, 2) + Little(1, 2) +
         Little(central_size, 4) + Little(central, 4) + Little(0, 2);
}

}  // namespace cli
