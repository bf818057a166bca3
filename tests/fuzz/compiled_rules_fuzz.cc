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

std::string Sealed(std::string_view body) {
  cupel::Blake2b hash;
  hash.Update(body);
  const cupel::Digest digest = hash.Finish();
  std::string out(body);
  out.append(reinterpret_cast<const char*>(digest.data()), digest.size());
  return out;
}

bool IsSealed(std::string_view bytes) {
  const size_t seal = sizeof(cupel::Digest);
  return bytes.size() >= seal &&
         Sealed(bytes.substr(0, bytes.size() - seal)) == bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (cupel::DecodeContainer(bytes, kEngine).ok() && !IsSealed(bytes)) abort();
  const std::string sealed = Sealed(bytes);
  const auto container = cupel::DecodeContainer(sealed, kEngine);
  if (!container.ok()) return 0;
  for (const cupel::ContainerPart& part : container->parts) {
    for (const uint32_t index : part.reduced_to_whole) {
      if (index >= part.rules.size()) abort();
    }
  }
  return 0;
}
