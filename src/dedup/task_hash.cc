// OpenKAT's hash of the tasks in its queues.
#include <array>
#include <bit>
#include <cstdint>

#include "base/status.h"
#include "dedup/job_key.h"

namespace cupel {
namespace {

// MurmurHash3 x64-128 as its author describes it (public domain). Two lanes of
// 64 bits; blocks of 16 bytes, little-endian.
constexpr uint64_t kC1 = 0x87c37b91114253d5;
constexpr uint64_t kC2 = 0x4cf5ad432745937f;

uint64_t LittleEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = bytes.size(); i-- > 0;) {
    value = value << 8 | static_cast<uint8_t>(bytes[i]);
  }
  return value;
}

uint64_t MixFirst(uint64_t lane) { return std::rotl(lane * kC1, 31) * kC2; }
uint64_t MixSecond(uint64_t lane) { return std::rotl(lane * kC2, 33) * kC1; }

uint64_t Finalize(uint64_t hash) {
  hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccd;
  hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53;
  return hash ^ hash >> 33;
}

std::array<uint64_t, 2> Murmur3(std::string_view bytes) {
  const uint64_t size = bytes.size();
  uint64_t first = 0;
  uint64_t second = 0;
  for (; bytes.size() >= 16; bytes.remove_prefix(16)) {
    first ^= MixFirst(LittleEndian(bytes.substr(0, 8)));
    first = (std::rotl(first, 27) + second) * 5 + 0x52dce729;
    second ^= MixSecond(LittleEndian(bytes.substr(8, 8)));
    second = (std::rotl(second, 31) + first) * 5 + 0x38495ab5;
  }
  if (bytes.size() > 8) second ^= MixSecond(LittleEndian(bytes.substr(8)));
  if (!bytes.empty()) first ^= MixFirst(LittleEndian(bytes.substr(0, 8)));
  first ^= size;
  second ^= size;
  first += second;
  second += first;
  first = Finalize(first);
  second = Finalize(second);
  first += second;
  second += first;
  return {first, second};
}

}  // namespace

std::string Murmur3Hex(std::string_view bytes) {
  std::string hex;
  hex.reserve(32);
  for (uint64_t lane : Murmur3(bytes)) {
    for (int i = 0; i < 8; ++i, lane >>= 8) {
      fmt::format_to(std::back_inserter(hex), "{:02x}", lane & 0xff);
    }
  }
  return hex;
}

std::string BoefjeTaskHash(std::optional<std::string_view> input_ooi,
                           std::string_view boefje,
                           std::string_view organisation) {
  if (!input_ooi.has_value() || input_ooi->empty()) {
    return Murmur3Hex(fmt::format("{}-{}", boefje, organisation));
  }
  return Murmur3Hex(fmt::format("{}-{}-{}", *input_ooi, boefje, organisation));
}

std::string NormalizerTaskHash(std::string_view normalizer,
                               std::string_view boefje_meta_id,
                               std::string_view organisation) {
  return Murmur3Hex(
      fmt::format("{}-{}-{}", normalizer, boefje_meta_id, organisation));
}

}  // namespace cupel
