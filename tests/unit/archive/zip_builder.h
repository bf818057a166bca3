// Zip files that no tool makes.
#ifndef CUPEL_TESTS_UNIT_ARCHIVE_ZIP_BUILDER_H_
#define CUPEL_TESTS_UNIT_ARCHIVE_ZIP_BUILDER_H_

#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cupel {

inline void PutLe(uint64_t value, int bytes, std::string* out) {
  for (int i = 0; i < bytes; ++i) {
    out->push_back(static_cast<char>(value >> (8 * i)));
  }
}

struct ZipMember {
  std::string name;
  std::string data;  // as it stands in the file
  uint16_t method = 0;
  uint16_t flags = 0;
  uint32_t crc = 0;
  uint32_t compressed_size = 0;
  uint32_t size = 0;
  uint16_t made_by = 0;
  uint32_t attributes = 0;
  std::string extra;
};

inline ZipMember Stored(std::string name, std::string data) {
  ZipMember member;
  member.crc = static_cast<uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(data.data()),
            static_cast<uInt>(data.size())));
  member.compressed_size = member.size = static_cast<uint32_t>(data.size());
  member.name = std::move(name);
  member.data = std::move(data);
  return member;
}

inline std::string ZipCommon(const ZipMember& member) {
  std::string out;
  PutLe(20, 2, &out);
  PutLe(member.flags, 2, &out);
  PutLe(member.method, 2, &out);
  PutLe(0x6000, 2, &out);  // 12:00
  PutLe(0x5821, 2, &out);  // 2024-01-01
  PutLe(member.crc, 4, &out);
  PutLe(member.compressed_size, 4, &out);
  PutLe(member.size, 4, &out);
  PutLe(member.name.size(), 2, &out);
  PutLe(member.extra.size(), 2, &out);
  return out;
}

inline std::string ZipLocal(const ZipMember& member) {
  return "PK\3\4" + ZipCommon(member) + member.name + member.extra +
         member.data;
}

inline std::string ZipCentral(const ZipMember& member, uint32_t offset) {
  std::string out = "PK\1\2";
  PutLe(member.made_by, 2, &out);
  out += ZipCommon(member);
  PutLe(0, 2, &out);  // comment
  PutLe(0, 2, &out);
  PutLe(0, 2, &out);
  PutLe(member.attributes, 4, &out);
  PutLe(offset, 4, &out);
  return out + member.name + member.extra;
}

inline std::string ZipEnd(uint32_t entries, size_t size, size_t offset,
                          std::string_view comment = "") {
  std::string out = "PK\5\6";
  PutLe(0, 4, &out);
  PutLe(entries, 2, &out);
  PutLe(entries, 2, &out);
  PutLe(size, 4, &out);
  PutLe(offset, 4, &out);
  PutLe(comment.size(), 2, &out);
  return out + std::string(comment);
}

inline std::string Zip(const std::vector<ZipMember>& members) {
  std::string locals;
  std::string directory;
  for (const ZipMember& member : members) {
    directory += ZipCentral(member, static_cast<uint32_t>(locals.size()));
    locals += ZipLocal(member);
  }
  return locals + directory +
         ZipEnd(static_cast<uint32_t>(members.size()), directory.size(),
                locals.size());
}

}  // namespace cupel

#endif  // CUPEL_TESTS_UNIT_ARCHIVE_ZIP_BUILDER_H_
