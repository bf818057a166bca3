// What the headers before a tar header say of the member: PAX records and GNU
// long names.
#ifndef CUPEL_ARCHIVE_TAR_EXTENDED_H_
#define CUPEL_ARCHIVE_TAR_EXTENDED_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cupel {

// Longer ones are refused: no honest one is near, and they are held in memory.
inline constexpr uint64_t kMostExtendedHeader = 1u << 20;

struct TarExtended {
  std::optional<std::string> name;
  std::optional<std::string> link;
  std::optional<uint64_t> size;
  std::optional<int64_t> mtime_s;
  bool sparse = false;
  // PAX sparse format 1.0: the map stands before the data.
  bool sparse_map_in_data = false;

  // Takes what `other` has and this has not.
  void FillFrom(const TarExtended& other);
};

// Names longer than `name_bytes` are cut. False if a record is broken; what
// stood before it is in `out`. Values may contain any byte, NUL too.
bool ParsePax(std::string_view records, uint64_t name_bytes, TarExtended* out);

}  // namespace cupel

#endif  // CUPEL_ARCHIVE_TAR_EXTENDED_H_
