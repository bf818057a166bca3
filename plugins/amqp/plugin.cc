// The shared object cupel-plugin-amqp: source:amqp and connector:amqp.
#include <fstream>

#include "format/escape.h"
#include "plugin_call.h"

namespace cupel::amqp {
namespace {

constexpr size_t kMostUrl = 8192;

}  // namespace

absl::StatusOr<Target> TargetOf(const cupel_call* call) {
  std::string url = Option(call, "url");
  const std::string path = Option(call, "url_file");
  if (url.empty() == path.empty()) {
    return InvalidArgument(
        "option 'url': give the broker's URL, or, with `url_file` instead, a "
        "file that has it");
  }
  if (!path.empty()) {
    std::ifstream file(path, std::ios::binary);
    if (!std::getline(file, url) || url.size() > kMostUrl) {
      return InvalidArgument(
          "option 'url_file': '{}' can't be read, or has no URL in its first "
          "line",
          EscapePrintable(path));
    }
  }
  return ParseTarget(url);
}

}  // namespace cupel::amqp

CUPEL_PLUGIN_EXPORT(&cupel::amqp::kSource, &cupel::amqp::kConnector)
