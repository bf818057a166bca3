// The headers of a PE file: what Windows looks at before it maps a program.
#ifndef CUPEL_BUILTIN_PE_IMAGE_H_
#define CUPEL_BUILTIN_PE_IMAGE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "builtin/file_view.h"

namespace cupel {

struct PeSection {
  std::string name;  // raw, without the NULs at its end
  uint32_t virtual_address = 0;
  uint32_t virtual_size = 0;
  uint32_t raw_offset = 0;
  uint32_t raw_size = 0;
  uint32_t characteristics = 0;
};

struct PeDirectory {
  uint32_t address = 0;  // relative to the image; of certificates: in the file
  uint32_t size = 0;
};

// The index of a directory in PeImage::directories.
enum class PeTable : uint8_t {
  kExports = 0,
  kImports = 1,
  kResources = 2,
  kCertificates = 4,
  kDebug = 6,
  kTls = 9,
  kDelayImports = 13,
};

// Borrows the bytes of the file. A value type.
struct PeImage {
  explicit PeImage(std::string_view bytes) : file(bytes) {}

  FileView file;
  uint32_t pe_offset = 0;
  uint16_t machine = 0;
  uint32_t timestamp = 0;
  uint16_t characteristics = 0;
  bool plus = false;  // PE32+: 64 bits
  uint32_t entry_point = 0;
  uint64_t image_base = 0;
  uint32_t section_alignment = 0;
  uint32_t file_alignment = 0;
  uint32_t image_size = 0;
  uint32_t headers_size = 0;
  uint32_t checksum = 0;
  uint16_t subsystem = 0;
  uint16_t dll_characteristics = 0;
  std::vector<PeDirectory> directories;  // at most 16
  std::vector<PeSection> sections;       // at most 96, as Windows has it
  // What of it is not there or makes no sense, with its place.
  std::vector<std::string> errors;

  PeDirectory directory(PeTable table) const;
  // Where the byte at this address stands in the file, if it stands there.
  std::optional<uint64_t> OffsetOf(uint64_t address) const;
  // The bytes from there on to the end of what is in the file of its section.
  std::string_view From(uint64_t address) const;
  // A text with a NUL at its end, which comes within `most` bytes.
  std::optional<std::string_view> TextAt(uint64_t address, uint64_t most) const;
};

// INVALID_ARGUMENT for what is no PE file; one that is damaged behind its file
// header is read as far as it goes, with `errors`.
absl::StatusOr<PeImage> ReadPe(std::string_view bytes);

// True if an image begins here that Windows could load: stricter than ReadPe,
// so that two letters in other bytes are no hit.
bool IsPlausiblePe(const PeImage& image);

// Where the image ends by its headers and sections, within the file. What
// stands behind is the overlay.
uint64_t PeImageEnd(const PeImage& image);

// What belongs to it as a file: certificates behind the image, too.
uint64_t PeFileEnd(const PeImage& image);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_PE_IMAGE_H_
