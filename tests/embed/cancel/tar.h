// Just enough of tar to have something to unpack.
#ifndef CUPEL_TESTS_EMBED_CANCEL_TAR_H_
#define CUPEL_TESTS_EMBED_CANCEL_TAR_H_

#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

namespace cancel_host {

inline constexpr size_t kTarBlock = 512;

inline void AddToTar(std::string_view name, std::string_view bytes,
                     std::string* tar) {
  char header[kTarBlock] = {};
  std::snprintf(header, 100, "%.*s", static_cast<int>(name.size()),
                name.data());
  std::snprintf(header + 100, 8, "%07o", 0644);
  std::snprintf(header + 108, 8, "%07o", 0);
  std::snprintf(header + 116, 8, "%07o", 0);
  std::snprintf(header + 124, 12, "%011zo", bytes.size());
  std::snprintf(header + 136, 12, "%011o", 0);
  std::memset(header + 148, ' ', 8);  // what the checksum is while it is made
  header[156] = '0';
  std::memcpy(header + 257, "ustar\00000", 8);
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  std::snprintf(header + 148, 8, "%06o", sum);
  tar->append(header, sizeof(header));
  tar->append(bytes);
  tar->append((kTarBlock - bytes.size() % kTarBlock) % kTarBlock, '\0');
}

inline void EndTar(std::string* tar) { tar->append(2 * kTarBlock, '\0'); }

}  // namespace cancel_host

#endif  // CUPEL_TESTS_EMBED_CANCEL_TAR_H_
