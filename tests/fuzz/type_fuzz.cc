// Telling types apart: every input has one, and only by its bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "payload/type.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string head(reinterpret_cast<const char*>(data), size);
  const cupel::FileType& type = cupel::IdentifyType(head);
  if (type.name.empty() || type.mime.empty() || type.yara.empty()) abort();
  if (&cupel::IdentifyType(std::string(head)) != &type) abort();
  return 0;
}
