// Icons, dialogs, version information: the tree of resources of a PE file.
#ifndef CUPEL_BUILTIN_PE_RESOURCES_H_
#define CUPEL_BUILTIN_PE_RESOURCES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "builtin/pe/image.h"

namespace cupel {

struct PeResource {
  std::string type;  // "RT_ICON", "#77", or its name, UTF-8
  std::string name;  // "#1" or its name
  uint32_t language = 0;
  uint32_t size = 0;       // as the table has it
  std::string_view bytes;  // what of it is in the file
  uint64_t offset = 0;     // in the file, if any are
};

// At most 4096. Circles and more than the three levels that Windows makes are
// told in `errors`.
std::vector<PeResource> ReadPeResources(const PeImage& image,
                                        std::vector<std::string>* errors);

// The strings of a version resource, in the order of the file: "FileVersion",
// "1.2". At most 1024; UTF-8.
std::vector<std::pair<std::string, std::string>> ReadPeVersion(
    std::string_view resource);

// UTF-16 to UTF-8; what is none becomes U+FFFD.
std::string Utf16ToUtf8(std::string_view bytes, bool big_endian = false);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_PE_RESOURCES_H_
