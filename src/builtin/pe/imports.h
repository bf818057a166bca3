// What a PE file takes from others and offers to them.
#ifndef CUPEL_BUILTIN_PE_IMPORTS_H_
#define CUPEL_BUILTIN_PE_IMPORTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "builtin/pe/image.h"

namespace cupel {

struct PeImport {
  std::string name;  // raw; empty: by ordinal
  uint16_t ordinal = 0;
};

struct PeImportedDll {
  std::string name;  // raw
  bool delayed = false;
  std::vector<PeImport> functions;
};

struct PeExport {
  std::string name;  // raw; empty: by ordinal only
  uint32_t ordinal = 0;
  uint32_t address = 0;
  std::string forwarder;  // "NTDLL.RtlAllocateHeap"
};

struct PeExports {
  std::string dll;  // raw
  uint32_t timestamp = 0;
  std::vector<PeExport> functions;
};

// Both add what they could not read to `errors`. Bounded: at most 65536
// functions of 4096 libraries; names are cut off at 512 bytes.
std::vector<PeImportedDll> ReadPeImports(const PeImage& image,
                                         std::vector<std::string>* errors);
std::optional<PeExports> ReadPeExports(const PeImage& image,
                                       std::vector<std::string>* errors);

// The text whose MD5 is known as imphash: "kernel32.exitprocess,…", of what is
// not delayed, in the order of the file. Empty without imports. Functions by
// ordinal are written ord<n>; other tools know names for those of three old
// libraries, see ordinals.h.
std::string ImphashText(const std::vector<PeImportedDll>& imports);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_PE_IMPORTS_H_
