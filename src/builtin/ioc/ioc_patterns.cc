#include "builtin/ioc/ioc_patterns.h"

#include <string>
#include <utility>

namespace cupel {
namespace {

// A dot: plain, escaped, or made harmless, as in "[.]", " (dot) ".
const std::string kDot = R"((?:\\?\.| ?[\[({] ?(?:\.|dot) ?[\])}] ?))";
const std::string kAt = R"((?:@| ?[\[({] ?(?:@|at) ?[\])}] ?))";
const std::string kLabel = R"([a-z0-9_][a-z0-9_-]{0,62})";
const std::string kDomain =
    "(?:" + kLabel + kDot + ")+" + R"([a-z][a-z0-9-]{1,62})";
const std::string kColon = R"((?::|\[:\]))";
const std::string kScheme =
    R"((?:h[tx*]{2}ps?|s?f[tx]ps?|wss?|ldaps?|ssh|tcp))";
const std::string kSlashes = R"((?:://|\[://\]|\[:\]//|:\[//\]))";
// No space, quote, control character or byte above ASCII is in a URL; braces
// only around a dot.
const std::string kUrlTail =
    R"((?:[^\x00-\x20"'<>\\^`{|}\x7f-\xff]|\{(?:\.|dot)\})+)";

BytePattern Compile(const std::string& expression) {
  // They are constants: the tests compile every one of them.
  return *BytePattern::Compile(expression);
}

}  // namespace

const IocPatterns& GetIocPatterns() {
  static const auto* const patterns = new IocPatterns{
      .hash = Compile("[0-9a-f]{32,}"),
      .ipv4 = Compile("(?:[0-9]{1,3}" + kDot + "){3}[0-9]{1,3}"),
      .ipv6 = Compile("(?:[0-9a-f]{0,4}" + kColon +
                      "){2,7}[0-9a-f]{0,4}(?:" + kDot + "[0-9]{1,3}){0,3}"),
      .mac_address = Compile("[0-9a-f]{2}(?:(?:-[0-9a-f]{2}){5}|"
                             "(?::[0-9a-f]{2}){5})|"
                             R"([0-9a-f]{4}(?:\.[0-9a-f]{4}){2})"),
      .domain = Compile(kDomain),
      .email = Compile("[a-z0-9._%+-]{1,64}" + kAt + kDomain),
      .url = Compile(kScheme + kSlashes + kUrlTail),
  };
  return *patterns;
}

}  // namespace cupel
