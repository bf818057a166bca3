// The decoders of compressed streams, each by the magic of its format.
#include "archive_fuzz.h"
#include "payload/type.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using cupel::Container;
  const Container container =
      cupel::IdentifyType({reinterpret_cast<const char*>(data), size})
          .container;
  switch (container) {
    case Container::kGzip:
    case Container::kBzip2:
    case Container::kXz:
    case Container::kLzma:
    case Container::kZstd:
    case Container::kLz4:
      cupel::FuzzContainer(container, data, size);
      break;
    default:
      break;
  }
  return 0;
}
