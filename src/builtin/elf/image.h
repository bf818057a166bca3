// The headers of an ELF file, of 32 or 64 bits, in either order of bytes.
#ifndef CUPEL_BUILTIN_ELF_IMAGE_H_
#define CUPEL_BUILTIN_ELF_IMAGE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "builtin/file_view.h"

namespace cupel {

struct ElfSection {
  std::string name;  // raw
  uint32_t type = 0;
  uint64_t flags = 0;
  uint64_t address = 0;
  uint64_t offset = 0;
  uint64_t size = 0;
  uint64_t entry_size = 0;
};

struct ElfSegment {
  uint32_t type = 0;
  uint32_t flags = 0;
  uint64_t offset = 0;
  uint64_t address = 0;
  uint64_t file_size = 0;
  uint64_t memory_size = 0;
};

// The types of sections and segments that are looked at.
inline constexpr uint32_t kElfSymbols = 2;          // SHT_SYMTAB
inline constexpr uint32_t kElfNoBits = 8;           // SHT_NOBITS
inline constexpr uint32_t kElfDynamicSymbols = 11;  // SHT_DYNSYM
inline constexpr uint32_t kElfNoteSection = 7;      // SHT_NOTE
inline constexpr uint32_t kElfLoad = 1;             // PT_LOAD
inline constexpr uint32_t kElfDynamic = 2;          // PT_DYNAMIC
inline constexpr uint32_t kElfInterpreter = 3;      // PT_INTERP
inline constexpr uint32_t kElfNote = 4;             // PT_NOTE
inline constexpr uint32_t kElfStack = 0x6474e551;   // PT_GNU_STACK
inline constexpr uint32_t kElfRelro = 0x6474e552;   // PT_GNU_RELRO

// Borrows the bytes of the file. A value type.
struct ElfImage {
  explicit ElfImage(FileView view) : file(view) {}

  FileView file;      // in the file's own order of bytes
  bool wide = false;  // 64 bits
  bool big_endian = false;
  uint8_t os_abi = 0;
  uint16_t type = 0;
  uint16_t machine = 0;
  uint64_t entry_point = 0;
  uint32_t flags = 0;
  std::vector<ElfSection> sections;  // at most 65536
  std::vector<ElfSegment> segments;  // at most 65536
  // What of it is not there or makes no sense, with its place.
  std::vector<std::string> errors;

  const ElfSegment* Segment(uint32_t type) const;  // the first; may be null
  const ElfSection* Section(std::string_view name) const;
  std::string_view Bytes(const ElfSection& section) const;
  std::string_view Bytes(const ElfSegment& segment) const;
  // The bytes at this address in memory, to the end of its segment in the file.
  std::string_view From(uint64_t address) const;
};

// INVALID_ARGUMENT for what is no ELF file; one that is damaged is read as far
// as it goes, with `errors`.
absl::StatusOr<ElfImage> ReadElf(std::string_view bytes);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_ELF_IMAGE_H_
