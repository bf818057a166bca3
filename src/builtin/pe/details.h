// Smaller tables of a PE file, each bounded and tolerant of damage: what can't
// be read is told in `errors`, with its place.
#ifndef CUPEL_BUILTIN_PE_DETAILS_H_
#define CUPEL_BUILTIN_PE_DETAILS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "builtin/pe/image.h"

namespace cupel {

// The header that Microsoft's linker hides between the DOS stub and the
// signature: which compilers made the objects.
struct PeRich {
  struct Tool {
    uint16_t product = 0;
    uint16_t build = 0;
    uint32_t objects = 0;
  };
  uint32_t key = 0;
  // In clear, from "DanS" on: the MD5 of it is known as the rich header's hash.
  std::string clear;
  std::vector<Tool> tools;
};
std::optional<PeRich> ReadPeRich(const PeImage& image);

struct PeDebugEntry {
  uint32_t type = 0;
  uint32_t timestamp = 0;
  std::string pdb;   // raw path, of CodeView entries
  std::string guid;  // "8-4-4-4-12", with the age behind it: "…-1"
};
std::vector<PeDebugEntry> ReadPeDebug(const PeImage& image,
                                      std::vector<std::string>* errors);

// Addresses in memory of what is called before the entry point.
std::vector<uint64_t> ReadPeTlsCallbacks(const PeImage& image,
                                         std::vector<std::string>* errors);

// Authenticode blobs, which are not checked.
struct PeCertificate {
  uint64_t offset = 0;
  uint32_t size = 0;
  uint16_t revision = 0;
  uint16_t type = 0;  // 2: PKCS#7
};
std::vector<PeCertificate> ReadPeCertificates(const PeImage& image,
                                              std::vector<std::string>* errors);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_PE_DETAILS_H_
