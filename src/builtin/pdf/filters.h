// Undoing what a PDF stream was encoded with.
#ifndef CUPEL_BUILTIN_PDF_FILTERS_H_
#define CUPEL_BUILTIN_PDF_FILTERS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "builtin/pdf/objects.h"
#include "builtin/stop.h"
#include "builtin/stream_unpacker.h"

namespace cupel {

// Of one filter, from DecodeParms.
struct PdfFilter {
  std::string name;  // the long one: "FlateDecode"
  int predictor = 1;
  int colors = 1;
  int bits = 8;
  int columns = 1;
  int early_change = 1;  // of LZW
};

// In the order in which they are undone; at most 16.
std::vector<PdfFilter> PdfFiltersOf(const PdfDictionary& dictionary,
                                    const PdfObjects& objects);

struct PdfDecoded {
  std::string bytes;
  size_t undone = 0;  // filters; `bytes` is empty if none was
  bool cut = false;   // there are more bytes than were allowed
  absl::Status status;
};

// Made once, used for many streams. One thread at a time.
class PdfDecoder {
 public:
  // Undoes filters as long as they are known, each to `most` bytes. `*work`,
  // bytes that may be made in all, is charged; 0 left: RESOURCE_EXHAUSTED.
  // What images and fonts are compressed with (DCT, JPX, CCITT, JBIG2) and
  // Crypt end it.
  PdfDecoded Decode(std::string_view raw, const std::vector<PdfFilter>& filters,
                    uint64_t most, uint64_t* work, const StopFn& stop);

 private:
  PdfDecoded One(std::string_view raw, const PdfFilter& filter, uint64_t most,
                 const StopFn& stop);
  PdfDecoded Flate(std::string_view raw, uint64_t most, const StopFn& stop);

  StreamUnpacker zlib_{Codec::kZlib};
  StreamUnpacker deflate_{Codec::kDeflate};
};

// Each in the file of its name.
PdfDecoded DecodePdfLzw(std::string_view raw, bool early_change, uint64_t most,
                        const StopFn& stop);
// Works in place. DATA_LOSS for one that does not exist; INVALID_ARGUMENT for
// parameters that make no sense.
absl::Status UndoPdfPredictor(const PdfFilter& filter, std::string* bytes);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_PDF_FILTERS_H_
