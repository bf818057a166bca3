// Telling texts apart, for type.cc only.
#ifndef CUPEL_PAYLOAD_TEXT_TYPE_H_
#define CUPEL_PAYLOAD_TEXT_TYPE_H_

#include <cstdint>
#include <string_view>

namespace cupel {

enum class TextKind : uint8_t {
  kNone,
  kUtf8,
  kUtf16,
  kHtml,
  kXml,
  kJson,
  kScript,  // another interpreter than those below
  kShell,
  kPython,
  kNode,
  kPerl,
  kRuby,
  kPhp,
  kLua,
  kTcl,
  kAwk,
  kPowershell,
};

// What kind of text `head` is. Looks at the first few KiB. Thread-safe.
TextKind IdentifyText(std::string_view head);

}  // namespace cupel

#endif  // CUPEL_PAYLOAD_TEXT_TYPE_H_
