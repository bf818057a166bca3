// The smallest files that modules of rules have something to tell of.
#ifndef CUPEL_TESTS_SMALL_EXECUTABLES_H_
#define CUPEL_TESTS_SMALL_EXECUTABLES_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace cupel {

inline void PutNumber(std::string* bytes, size_t at, uint64_t value, int size) {
  for (int i = 0; i < size; ++i) {
    (*bytes)[at + static_cast<size_t>(i)] = static_cast<char>(value >> 8 * i);
  }
}

// A 64-bit program with one section and no imports.
inline std::string SmallPe() {
  std::string pe(1024, '\0');
  pe.replace(0, 2, "MZ");
  PutNumber(&pe, 0x3c, 0x80, 4);
  pe.replace(0x80, 2, "PE");
  PutNumber(&pe, 0x84, 0x8664, 2);  // machine
  PutNumber(&pe, 0x86, 1, 2);       // sections
  PutNumber(&pe, 0x94, 0xf0, 2);    // size of the optional header
  PutNumber(&pe, 0x96, 0x22, 2);    // characteristics
  PutNumber(&pe, 0x98, 0x20b, 2);   // PE32+
  PutNumber(&pe, 0xa8, 0x1000, 4);  // entry point
  PutNumber(&pe, 0xb0, 0x140000000, 8);
  PutNumber(&pe, 0xb8, 0x1000, 4);  // section alignment
  PutNumber(&pe, 0xbc, 0x200, 4);   // file alignment
  PutNumber(&pe, 0xd0, 0x2000, 4);  // size of the image
  PutNumber(&pe, 0xd4, 0x200, 4);   // size of the headers
  PutNumber(&pe, 0xdc, 3, 2);       // subsystem
  PutNumber(&pe, 0x104, 16, 4);     // data directories
  pe.replace(0x188, 5, ".text");
  PutNumber(&pe, 0x190, 0x10, 4);
  PutNumber(&pe, 0x194, 0x1000, 4);
  PutNumber(&pe, 0x198, 0x200, 4);
  PutNumber(&pe, 0x19c, 0x200, 4);
  PutNumber(&pe, 0x1ac, 0x60000020, 4);
  pe[0x200] = '\xc3';
  return pe;
}

// An executable with one segment and no sections.
inline std::string SmallElf() {
  std::string elf(0x80, '\0');
  elf.replace(0, 7,
              "\x7f"
              "ELF\2\1\1");
  PutNumber(&elf, 0x10, 2, 2);
  PutNumber(&elf, 0x12, 62, 2);
  PutNumber(&elf, 0x14, 1, 4);
  PutNumber(&elf, 0x18, 0x400078, 8);  // entry point
  PutNumber(&elf, 0x20, 0x40, 8);
  PutNumber(&elf, 0x34, 64, 2);
  PutNumber(&elf, 0x36, 56, 2);
  PutNumber(&elf, 0x38, 1, 2);
  PutNumber(&elf, 0x40, 1, 4);
  PutNumber(&elf, 0x44, 5, 4);
  PutNumber(&elf, 0x50, 0x400000, 8);
  PutNumber(&elf, 0x60, 0x80, 8);
  PutNumber(&elf, 0x68, 0x80, 8);
  return elf;
}

}  // namespace cupel

#endif  // CUPEL_TESTS_SMALL_EXECUTABLES_H_
