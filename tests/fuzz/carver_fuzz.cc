// Carvers: what they hand back lies in the payload, or in its bounds, and its
// metadata are JSON.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/status.h"
#include "builtin/carver/pe.h"
#include "builtin/carver/script.h"
#include "builtin/carver/swf.h"
#include "builtin/carver/zip.h"
#include "format/json.h"

namespace {

constexpr uint64_t kMostBytes = 1u << 20;

absl::Status Check(std::string_view payload, const cupel::Found& found) {
  if (found.offset > payload.size() ||
      found.size > payload.size() - found.offset) {
    abort();
  }
  if (found.bytes.size() > payload.size() + kMostBytes + 8) abort();
  const std::string json = "{" + found.metadata + "}";
  if (!cupel::ParseJson(json, "metadata").ok()) abort();
  return absl::OkStatus();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const cupel::TakeFound take = [&](const cupel::Found& found) {
    return Check(bytes, found);
  };
  (void)cupel::CarvePe(bytes, {}, take);
  (void)cupel::CarveSwf(bytes, [] { return kMostBytes; }, take);
  (void)cupel::CarveZip(bytes, take);
  (void)cupel::CarveScripts(bytes, {.min_length = 4}, take);
  return 0;
}
