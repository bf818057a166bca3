// PDF files: whatever they hold, taking them apart ends, in bounds.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "builtin/extractor/pdf.h"
#include "format/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr uint64_t kMost = 1u << 18;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const cupel::PdfExtraction options{.most = [] { return kMost; },
                                     .work = kMost * 8};
  const auto summary =
      cupel::ExtractPdf(bytes, options, [&](const cupel::PdfPart& part) {
        if (part.bytes.size() > size + kMost) abort();
        if (!cupel::ParseJson(part.metadata, "metadata").ok()) abort();
        return absl::OkStatus();
      });
  (void)summary;
  return 0;
}
