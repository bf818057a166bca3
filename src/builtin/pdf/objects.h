// The objects of a PDF file as they lie there, whatever its tables say: what a
// table leaves out, or has twice, is what an attacker puts there.
#ifndef CUPEL_BUILTIN_PDF_OBJECTS_H_
#define CUPEL_BUILTIN_PDF_OBJECTS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "builtin/pdf/lexer.h"
#include "builtin/stop.h"

namespace cupel {

// "12 0 obj … endobj".
struct PdfObject {
  uint32_t number = 0;
  uint32_t generation = 0;
  uint32_t copy = 0;  // how many objects of this number came before it
  uint64_t offset = 0;
  std::string_view text;  // behind "obj", to its stream or end
  // Only of streams: as stored, without "endstream" and the line end before it.
  std::optional<std::string_view> stream;
  std::optional<int64_t> declared_length;  // if it is not the real one
  bool no_end = false;                     // nothing says where it ends
};

struct PdfObjects {
  std::vector<PdfObject> all;          // in the order of the file
  std::map<uint32_t, size_t> last_of;  // the last object of each number
  bool more = false;  // there are more than 262144; the rest was left

  // The value, or what the object holds that it stands for.
  std::string_view Resolve(std::string_view value) const;
};

// CANCELLED only. Linear time. Borrows `bytes`.
absl::StatusOr<PdfObjects> ReadPdfObjects(std::string_view bytes,
                                          const StopFn& stop);

// True if a name Encrypt stands outside of streams.
bool IsPdfEncrypted(std::string_view bytes, const PdfObjects& objects);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_PDF_OBJECTS_H_
