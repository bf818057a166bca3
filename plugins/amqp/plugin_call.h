// What source:amqp and connector:amqp have in common: cupel_call in C++.
#ifndef CUPEL_PLUGINS_AMQP_PLUGIN_CALL_H_
#define CUPEL_PLUGINS_AMQP_PLUGIN_CALL_H_

#include <charconv>
#include <cstdint>
#include <exception>
#include <new>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/status.h"
#include "cupel/plugin.h"
#include "target.h"

namespace cupel::amqp {

inline std::string_view TextOf(cupel_view view) {
  return {reinterpret_cast<const char*>(view.data), view.size};
}
inline cupel_view ViewOf(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

inline std::string Option(const cupel_call* call, const char* name) {
  return std::string(TextOf(cupel_call_option(call, name)));
}

inline absl::StatusOr<uint64_t> NumberOption(const cupel_call* call,
                                             const char* name, uint64_t least,
                                             uint64_t most) {
  const std::string text = Option(call, name);
  uint64_t out = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size() || out < least ||
      out > most) {
    return InvalidArgument("option '{}': a number from {} to {}", name, least,
                           most);
  }
  return out;
}

// The option `url`, or the file that `url_file` names: a URL may have a
// password, and options may be seen by others.
absl::StatusOr<Target> TargetOf(const cupel_call* call);

// Runs `body`; its status becomes the method's, with its message.
template <typename Body>
cupel_status EnterPlugin(cupel_call* call, Body body) noexcept {
  try {
    const absl::Status status = body();
    if (status.ok()) return CUPEL_STATUS_OK;
    return cupel_call_fail(call, static_cast<cupel_status>(status.code()),
                           std::string(MessageOf(status)).c_str());
  } catch (const std::bad_alloc&) {
    return cupel_call_fail(call, CUPEL_STATUS_RESOURCE_EXHAUSTED,
                           "out of memory");
  } catch (const std::exception& error) {
    return cupel_call_fail(call, CUPEL_STATUS_INTERNAL, error.what());
  }
}

extern const cupel_plugin_v1 kSource;
extern const cupel_plugin_v1 kConnector;

}  // namespace cupel::amqp

#endif  // CUPEL_PLUGINS_AMQP_PLUGIN_CALL_H_
