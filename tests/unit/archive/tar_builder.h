// Tar files that no tool makes.
#ifndef CUPEL_TESTS_UNIT_ARCHIVE_TAR_BUILDER_H_
#define CUPEL_TESTS_UNIT_ARCHIVE_TAR_BUILDER_H_

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace cupel {

struct TarEntry {
  std::string name;
  std::string content;
  char type = '0';
  std::string link;
  std::string size_field;  // instead of the content's size
  bool pad = true;
};

inline void FixTarChecksum(std::string* block) {
  block->replace(148, 8, "        ");
  unsigned sum = 0;
  for (const char c : block->substr(0, 512)) {
    sum += static_cast<unsigned char>(c);
  }
  char field[8];
  std::snprintf(field, sizeof(field), "%06o", sum);
  block->replace(148, 7, field, 7);
}

inline std::string Tar(const TarEntry& entry) {
  std::string block(512, '\0');
  const auto put = [&](size_t at, std::string_view text) {
    block.replace(at, text.size(), text);
  };
  put(0, entry.name);
  put(100, "0000644");
  char size[16];
  std::snprintf(size, sizeof(size), "%011zo", entry.content.size());
  put(124, entry.size_field.empty() ? std::string(size) : entry.size_field);
  put(136, "14524770400");
  block[156] = entry.type;
  put(157, entry.link);
  put(257, std::string_view("ustar\0"
                            "00",
                            8));
  FixTarChecksum(&block);
  block += entry.content;
  if (entry.pad) block.append((512 - block.size() % 512) % 512, '\0');
  return block;
}

inline std::string PaxRecord(std::string_view key, std::string_view value) {
  const size_t rest = key.size() + value.size() + 3;  // ' ', '=', '\n'
  size_t length = rest + 1;
  while (std::to_string(length).size() + rest != length) ++length;
  return std::to_string(length) + ' ' + std::string(key) + '=' +
         std::string(value) + '\n';
}

inline std::string TarEnd() { return std::string(1024, '\0'); }

}  // namespace cupel

#endif  // CUPEL_TESTS_UNIT_ARCHIVE_TAR_BUILDER_H_
