// Bytes -> the reader of our compiled files. What is not sealed must be
// refused; a sealed body that is nonsense must not crash the reader. libyara is
// never reached: it trusts what it is given.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rules/container.h"

namespace {

constexpr std::string_view kEngine = "4.5.2";

std::string_view AsView(const cupel::Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// The bytes as a head that fits: right length, right digest.
std::string Sealed(std::string_view bytes) {
  if (bytes.size() < cupel::kContainerStartBytes) return std::string(bytes);
  std::string out(bytes);
  const uint64_t length = out.size() + sizeof(cupel::Digest);
  for (int i = 0; i < 8; ++i) {
    out[cupel::kContainerStartBytes - 8 + static_cast<size_t>(i)] =
        static_cast<char>(length >> (8 * i));
  }
  cupel::Blake2b hash;
  hash.Update(out);
  out += AsView(hash.Finish());
  return out;
}

bool IsSealed(std::string_view bytes) {
  const uint64_t head = cupel::ContainerHeadBytes(bytes);
  if (head > bytes.size() || head < sizeof(cupel::Digest)) return false;
  cupel::Blake2b hash;
  hash.Update(bytes.substr(0, head - sizeof(cupel::Digest)));
  return AsView(hash.Finish()) ==
         bytes.substr(head - sizeof(cupel::Digest), sizeof(cupel::Digest));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (cupel::DecodeContainer(bytes, kEngine).ok() && !IsSealed(bytes)) abort();
  const std::string sealed = Sealed(bytes);
  // As if the blobs that it speaks of were behind it.
  (void)cupel::DecodeHead(sealed, sealed.size() + size % 4096, kEngine);
  return 0;
}
