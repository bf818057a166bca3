#include "magic/magic.h"

#include <magic.h>

#include <cstddef>
#include <utility>

#include "base/status.h"
#ifdef CUPEL_BUNDLED
#include "magic/bundled_database.h"
#endif

namespace cupel {
namespace {

constexpr size_t kLooked = size_t{1} << 20;
// Nothing is taken apart, no device is opened.
constexpr int kPlain = MAGIC_NO_CHECK_COMPRESS;

int Load(magic_t handle, const std::string& database) {
  if (!database.empty()) return magic_load(handle, database.c_str());
#ifdef CUPEL_BUNDLED
  const std::string_view bundled = BundledMagicDatabase();
  // It is read only, in spite of the type.
  void* buffers[] = {const_cast<char*>(bundled.data())};
  size_t sizes[] = {bundled.size()};
  return magic_load_buffers(handle, buffers, sizes, 1);
#else
  return magic_load(handle, nullptr);
#endif
}

}  // namespace

struct Magic::Cookie {
  magic_t handle = magic_open(kPlain);
  ~Cookie() {
    if (handle != nullptr) magic_close(handle);
  }
};

Magic::Magic(std::unique_ptr<Cookie> cookie) : cookie_(std::move(cookie)) {}
Magic::~Magic() = default;

absl::StatusOr<std::unique_ptr<Magic>> Magic::Open(
    const std::string& database) {
  auto cookie = std::make_unique<Cookie>();
  if (cookie->handle == nullptr) {
    return ResourceExhausted("libmagic: no memory for another cookie");
  }
  if (Load(cookie->handle, database) != 0) {
    const char* const why = magic_error(cookie->handle);
    return NotFound(
        "libmagic has no database: {}; install libmagic-mgc, or name a "
        "compiled one",
        why == nullptr ? "it does not say why" : why);
  }
  return std::unique_ptr<Magic>(new Magic(std::move(cookie)));
}

absl::StatusOr<std::string> Magic::Ask(int flags, std::string_view bytes) {
  magic_setflags(cookie_->handle, kPlain | flags);
  const char* const text =
      magic_buffer(cookie_->handle, bytes.data(), bytes.size());
  if (text != nullptr) return std::string(text);
  const char* const why = magic_error(cookie_->handle);
  return DataLoss("libmagic gave up: {}",
                  why == nullptr ? "it does not say why" : why);
}

absl::StatusOr<MagicType> Magic::Identify(std::string_view bytes) {
  bytes = bytes.substr(0, kLooked);
  if (bytes.empty()) bytes = "";  // never a null pointer
  MagicType type;
  CUPEL_ASSIGN_OR_RETURN(type.mime, Ask(MAGIC_MIME_TYPE, bytes));
  CUPEL_ASSIGN_OR_RETURN(type.charset, Ask(MAGIC_MIME_ENCODING, bytes));
  CUPEL_ASSIGN_OR_RETURN(type.description, Ask(MAGIC_NONE, bytes));
  return type;
}

}  // namespace cupel
