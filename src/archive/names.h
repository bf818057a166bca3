// The limit on names, the same for all readers.
#ifndef CUPEL_ARCHIVE_NAMES_H_
#define CUPEL_ARCHIVE_NAMES_H_

#include <cstdint>
#include <string>

namespace cupel {

// To `limit` bytes plus one, as ArchiveOptions::name_bytes says.
inline void CutName(uint64_t limit, std::string* name) {
  if (name->size() > limit) name->resize(static_cast<size_t>(limit) + 1);
}

}  // namespace cupel

#endif  // CUPEL_ARCHIVE_NAMES_H_
