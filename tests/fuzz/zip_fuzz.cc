// Our zip reader.
#include "archive_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  cupel::FuzzContainer(cupel::Container::kZip, data, size);
  return 0;
}
