// What a payload is, by its leading bytes.
#ifndef CUPEL_PAYLOAD_TYPE_H_
#define CUPEL_PAYLOAD_TYPE_H_

#include <cstdint>
#include <string_view>

namespace cupel {

// What the archive readers can take apart.
enum class Container : uint8_t {
  kNone,
  kZip,
  kTar,
  kGzip,
  kBzip2,
  kXz,
  kLzma,
  kZstd,
  kLz4,
  k7z,
  kCpio,
  kAr,  // Debian packages too
  kRpm,
  kCab,
  kIso,
};

// A row of the table of known types. `name` is short and stable ("zip", "pe",
// "python"), `mime` a registered or customary media type, `yara` the value of
// the external variable `filetype` (upper case, as THOR and LOKI spell it).
struct FileType {
  std::string_view name;
  std::string_view mime;
  std::string_view yara;
  Container container = Container::kNone;
};

// Bytes that are enough for IdentifyType to know everything it can: the mark of
// an ISO image stands at 32769.
inline constexpr size_t kTypeProbeBytes = 32774;

// By content alone: the name of a payload is the word of whoever made it.
// `head` holds the first bytes, kTypeProbeBytes of them or all there are.
// Thread-safe; the result is a row of a static table.
const FileType& IdentifyType(std::string_view head);

// True if `head` begins with a tar header whose checksum is right, with or
// without a magic: old tar files have none.
bool IsTarHeader(std::string_view head);

// "zip", "tar", … for reports.
std::string_view ContainerName(Container container);

}  // namespace cupel

#endif  // CUPEL_PAYLOAD_TYPE_H_
