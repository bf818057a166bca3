// The headers of PE files: whatever they claim, reading them ends, stays in
// the file, and gives JSON.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "builtin/worker/pe.h"
#include "format/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto summary = cupel::SummarisePe(bytes);
  if (summary.ok() && !cupel::ParseJson(summary->json, "summary").ok()) abort();
  return 0;
}
