// What is said of the bytes of one section of a program.
#ifndef CUPEL_BUILTIN_PART_CONTENT_H_
#define CUPEL_BUILTIN_PART_CONTENT_H_

#include <cstdint>
#include <string_view>

#include "format/json_writer.h"

namespace cupel {

class PartContents {
 public:
  // Sections may lie on one another, a hundred times if somebody wants it so:
  // in all, at most twice the bytes of the file are read.
  explicit PartContents(uint64_t file_size) : left_(2 * file_size) {}

  // Writes the keys "entropy", "md5" and "sha256" of an object. False, and
  // nothing written, if that would be too much.
  bool Write(std::string_view bytes, JsonWriter* out);

 private:
  uint64_t left_;
};

// 32 hexadecimal digits, written as the value of `key`; no key where the
// process has no MD5.
void WriteMd5(std::string_view key, std::string_view bytes, JsonWriter* out);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_PART_CONTENT_H_
