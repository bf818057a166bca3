// What a dynamic linker is told by an ELF file, and its notes.
#ifndef CUPEL_BUILTIN_ELF_DYNAMIC_H_
#define CUPEL_BUILTIN_ELF_DYNAMIC_H_

#include <string>
#include <vector>

#include "builtin/elf/image.h"

namespace cupel {

// Texts are raw.
struct ElfDynamic {
  bool present = false;
  std::vector<std::string> needed;
  std::string soname;
  std::string rpath;
  std::string runpath;
  bool bind_now = false;
  bool pie = false;  // by its flag
};

// At most 65536 entries. Adds what is wrong to `errors`.
ElfDynamic ReadElfDynamic(const ElfImage& image,
                          std::vector<std::string>* errors);

// Of the GNU note, hexadecimal; empty if there is none.
std::string ReadElfBuildId(const ElfImage& image);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_ELF_DYNAMIC_H_
