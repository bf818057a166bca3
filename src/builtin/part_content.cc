#include "builtin/part_content.h"

#include <string>

#include "builtin/byte_entropy.h"
#include "crypto/digest.h"
#include "crypto/named_hash.h"

namespace cupel {

bool PartContents::Write(std::string_view bytes, JsonWriter* out) {
  if (bytes.size() > left_) return false;
  left_ -= bytes.size();
  out->Key("entropy").Double(ByteEntropy(bytes));
  WriteMd5("md5", bytes, out);
  out->Key("sha256").String(HexDigest(Sha256(bytes)));
  return true;
}

void WriteMd5(std::string_view key, std::string_view bytes, JsonWriter* out) {
  const absl::StatusOr<std::string> hash = HexHash(HashName::kMd5, bytes);
  if (hash.ok()) out->Key(key).String(*hash);
}

}  // namespace cupel
