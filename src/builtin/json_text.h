#ifndef CUPEL_BUILTIN_JSON_TEXT_H_
#define CUPEL_BUILTIN_JSON_TEXT_H_

#include <string>
#include <string_view>

#include "format/escape.h"

namespace cupel {

// A text of a hostile file, for JSON: UTF-8 as it is, so that paths of Windows
// stay readable; other bytes escaped, so that different ones stay different.
inline std::string JsonText(std::string_view raw) {
  return IsUtf8(raw) ? std::string(raw) : EscapePrintable(raw);
}

}  // namespace cupel

#endif  // CUPEL_BUILTIN_JSON_TEXT_H_
