// Text that leaves the library and must not stay in memory.
#ifndef CUPEL_ENGINE_SECRET_TEXT_H_
#define CUPEL_ENGINE_SECRET_TEXT_H_

#include <cstring>
#include <string>
#include <string_view>

#include "crypto/secret.h"

namespace cupel {

// Text in locked memory, with a NUL behind it that is not counted. Move-only;
// immutable otherwise.
class SecretText {
 public:
  explicit SecretText(std::string_view text)
      : bytes_(Secret::OfSize(text.size() + 1)) {
    if (!text.empty()) std::memcpy(bytes_.data(), text.data(), text.size());
  }
  // Overwrites `text`.
  explicit SecretText(std::string&& text) : SecretText(std::string_view(text)) {
    Wipe(text.data(), text.size());
  }

  // Empty for one that was moved from.
  std::string_view view() const {
    return bytes_.view().substr(0, bytes_.empty() ? 0 : bytes_.size() - 1);
  }

 private:
  Secret bytes_;
};

}  // namespace cupel

#endif  // CUPEL_ENGINE_SECRET_TEXT_H_
