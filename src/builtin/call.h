// cupel_call for plugins that are compiled in: options with types and ranges,
// absl::Status instead of codes.
#ifndef CUPEL_BUILTIN_CALL_H_
#define CUPEL_BUILTIN_CALL_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cupel/plugin.h"
#include "format/json_fwd.h"

namespace cupel {

inline std::string_view TextOf(cupel_view view) {
  return {reinterpret_cast<const char*>(view.data), view.size};
}
inline cupel_view ViewOf(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// What goes with a child besides its bytes and its name.
struct ChildSettings {
  std::string_view metadata;  // JSON object; may be empty
  std::string_view dispatch;  // "decoder:xor, worker:pe"
  bool scan = true;
  bool save = false;
};

// One call of one plugin. Everything that it gives is borrowed until the method
// returns. On the thread of the call only, but for cancelled and Log.
class PluginCall {
 public:
  // `table` is the plugin's own: for its name in messages, and for the values
  // of options that the host left out.
  PluginCall(const cupel_plugin_v1& table, cupel_call* call)
      : table_(table), call_(call) {}
  PluginCall(const PluginCall&) = delete;
  PluginCall& operator=(const PluginCall&) = delete;

  std::string_view bytes() const { return TextOf(call_->bytes); }
  std::string_view name() const { return TextOf(call_->name); }
  std::string_view path() const { return TextOf(call_->path); }
  std::string_view type() const { return TextOf(call_->type); }
  std::string_view mime() const { return TextOf(call_->mime); }
  std::string_view sha256() const { return TextOf(call_->sha256); }
  std::string_view tlp() const { return TextOf(call_->tlp); }
  std::string_view document() const { return TextOf(call_->document); }
  uint64_t payload() const { return call_->payload; }
  uint32_t depth() const { return call_->depth; }
  cupel_call* raw() const { return call_; }

  // What `activate` stored (see Activate).
  template <typename State>
  State& state() const {
    return *static_cast<State*>(call_->state);
  }

  // "decoder:xor".
  std::string plugin() const;

  bool cancelled() const { return call_->host->cancelled(call_) != 0; }
  // CANCELLED once the method should return. For loops, every 64 KiB or so.
  absl::Status CheckCancelled() const;
  // Bytes that children may still have.
  uint64_t budget() const { return call_->host->budget(call_); }
  void Log(cupel_log_level level, std::string_view text) const {
    call_->host->log(call_, level, ViewOf(text));
  }

  // ------------------------------------------------------------- options
  // The option must stand in the table with its default. Metas of rules and
  // options of the command line are texts, so "5" is taken for 5, and "yes",
  // "True", "1" for true. INVALID_ARGUMENT names the plugin, the option and
  // what it may be.
  absl::StatusOr<int64_t> Integer(std::string_view option, int64_t least,
                                  int64_t most);
  absl::StatusOr<bool> Bool(std::string_view option);
  // Text as it is, anything else as JSON.
  absl::StatusOr<std::string> Text(std::string_view option);
  // The index of the value in `names`; in any case.
  absl::StatusOr<size_t> Choice(std::string_view option,
                                std::initializer_list<std::string_view> names);
  // An array or object, or a text that holds one.
  absl::StatusOr<Json> Document(std::string_view option);
  // INVALID_ARGUMENT: "decoder:xor: option 'key': " and `problem`.
  absl::Status Wrong(std::string_view option, std::string_view problem) const;

  // ------------------------------------------------------ handing things back
  // RESOURCE_EXHAUSTED: the host takes no more. Return it: it is not told
  // twice. Bytes that lie in bytes() are not copied.
  absl::Status Child(std::string_view bytes, std::string_view name,
                     const ChildSettings& settings = {});
  absl::Status Result(std::string_view json);
  absl::Status Statement(const cupel_statement& statement);
  absl::Status Dispatch(std::string_view plugin);
  // Sources only. CANCELLED: stop.
  absl::Status Item(const cupel_item& item);
  // Something went wrong, but what was handed back is good.
  void Error(const absl::Status& status);

  // Runs another plugin on `bytes`. NOT_FOUND if there is none.
  using Take = std::function<void(bool is_child, std::string_view name,
                                  std::string_view bytes)>;
  absl::Status Nested(std::string_view plugin, std::string_view bytes,
                      std::string_view options, const Take& take);

  // For Enter: tells the host why a method failed.
  cupel_status Outcome(const absl::Status& status);

 private:
  absl::Status FromHost(cupel_status code, std::string_view what);

  const cupel_plugin_v1& table_;
  cupel_call* const call_;
  bool full_ = false;  // the host said that it takes no more
};

// A method of a table, of a function that takes a PluginCall:
//
//   absl::Status Decode(PluginCall& call);
//   const cupel_plugin_v1 kXorDecoder = {
//       …, .decode = Enter<kXorDecoder, Decode>};
//
// The status becomes the plugin's, with its message; exceptions end here.
cupel_status EnterMethod(const cupel_plugin_v1& table, cupel_call* call,
                         absl::Status (*body)(PluginCall&)) noexcept;

template <const cupel_plugin_v1& table, absl::Status (*body)(PluginCall&)>
cupel_status Enter(cupel_call* call) noexcept {
  return EnterMethod(table, call, body);
}

}  // namespace cupel

#endif  // CUPEL_BUILTIN_CALL_H_
