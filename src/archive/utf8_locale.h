// libarchive converts names (UTF-16 in 7z, cab and Joliet) to the character set
// of the current locale and drops those that do not fit: in the "C" locale, in
// which most servers run, every name that is not ASCII would be lost.
#ifndef CUPEL_ARCHIVE_UTF8_LOCALE_H_
#define CUPEL_ARCHIVE_UTF8_LOCALE_H_

#include <locale.h>

namespace cupel {

// While it lives, character conversion of the calling thread, and of no other,
// is UTF-8. The process's locale is not touched. Does nothing where the system
// has no C.UTF-8.
class ScopedUtf8Locale {
 public:
  ScopedUtf8Locale();
  ~ScopedUtf8Locale();
  ScopedUtf8Locale(const ScopedUtf8Locale&) = delete;
  ScopedUtf8Locale& operator=(const ScopedUtf8Locale&) = delete;

 private:
  locale_t before_;
};

}  // namespace cupel

#endif  // CUPEL_ARCHIVE_UTF8_LOCALE_H_
