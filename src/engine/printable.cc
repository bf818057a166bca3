#include "engine/printable.h"

#include "format/escape.h"

namespace cupel {

std::string PrintableMessage(std::string_view message) {
  // Between backslashes, which EscapePrintable would double.
  std::string out;
  while (true) {
    const size_t backslash = message.find('\\');
    out += EscapePrintable(message.substr(0, backslash));
    if (backslash == std::string_view::npos) return out;
    out += '\\';
    message.remove_prefix(backslash + 1);
  }
}

bool IsUtf8Text(std::string_view bytes) {
  return bytes.find('\0') == std::string_view::npos && IsUtf8(bytes);
}

std::string PrintablePath(const Report& report, uint32_t payload) {
  return EscapePrintable(PayloadPath(report, payload));
}

}  // namespace cupel
