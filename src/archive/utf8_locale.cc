#include "archive/utf8_locale.h"

namespace cupel {
namespace {

locale_t Utf8Locale() {
  // Never freed: a few bytes, and other threads may be using it at exit.
  static const locale_t locale =
      newlocale(LC_CTYPE_MASK, "C.UTF-8", static_cast<locale_t>(nullptr));
  return locale;
}

}  // namespace

ScopedUtf8Locale::ScopedUtf8Locale() : before_(nullptr) {
  if (locale_t locale = Utf8Locale(); locale != nullptr) {
    before_ = uselocale(locale);
  }
}

ScopedUtf8Locale::~ScopedUtf8Locale() {
  if (before_ != nullptr) uselocale(before_);
}

}  // namespace cupel
