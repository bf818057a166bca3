// What libmagic says of bytes. The only folder that includes the library's
// header.
#ifndef CUPEL_MAGIC_MAGIC_H_
#define CUPEL_MAGIC_MAGIC_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace cupel {

struct MagicType {
  std::string mime;         // "text/plain"
  std::string charset;      // "us-ascii", "binary"
  std::string description;  // as file(1) has it
};

// One thread at a time; opening one reads the database, so keep it.
class Magic {
 public:
  // `database` is the path of a compiled one (magic.mgc); empty: the system's,
  // as file(1) finds it, or the one inside the library in the bundled flavour.
  // NOT_FOUND with the reason and the remedy.
  static absl::StatusOr<std::unique_ptr<Magic>> Open(
      const std::string& database);
  ~Magic();
  Magic(const Magic&) = delete;
  Magic& operator=(const Magic&) = delete;

  // Looks at the first MiB, as file(1) does.
  absl::StatusOr<MagicType> Identify(std::string_view bytes);

 private:
  struct Cookie;
  explicit Magic(std::unique_ptr<Cookie> cookie);
  absl::StatusOr<std::string> Ask(int flags, std::string_view bytes);

  std::unique_ptr<Cookie> cookie_;
};

}  // namespace cupel

#endif  // CUPEL_MAGIC_MAGIC_H_
