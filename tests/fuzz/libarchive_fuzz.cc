// The adapter of libarchive: what it is fed, what it gives back.
#include "archive_fuzz.h"
#include "payload/type.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using cupel::Container;
  const Container container =
      cupel::IdentifyType({reinterpret_cast<const char*>(data), size})
          .container;
  switch (container) {
    case Container::k7z:
    case Container::kCpio:
    case Container::kAr:
    case Container::kRpm:
    case Container::kCab:
    case Container::kIso:
      cupel::FuzzContainer(container, data, size);
      break;
    default:
      break;
  }
  return 0;
}
