// Plugins that are compiled in and keep something between their calls.
#ifndef CUPEL_BUILTIN_ACTIVATE_H_
#define CUPEL_BUILTIN_ACTIVATE_H_

#include <exception>
#include <memory>
#include <new>
#include <utility>

#include "absl/status/statusor.h"
#include "builtin/call.h"

namespace cupel {

// `activate` of a table, of a function that makes the state of the options:
//
//   absl::StatusOr<std::unique_ptr<Saver>> MakeSaver(PluginCall& call);
//   …, .activate = Activate<kFileConnector, Saver, MakeSaver>,
//      .deactivate = Deactivate<Saver>, …
//
// A call has it as call.state<Saver>().
template <const cupel_plugin_v1& table, typename State,
          absl::StatusOr<std::unique_ptr<State>> (*make)(PluginCall&)>
cupel_status Activate(cupel_call* call, void** state) noexcept {
  try {
    PluginCall wrapped(table, call);
    auto made = make(wrapped);
    if (!made.ok()) return wrapped.Outcome(made.status());
    *state = std::move(made)->release();
    return CUPEL_STATUS_OK;
  } catch (const std::bad_alloc&) {
    return cupel_call_fail(call, CUPEL_STATUS_RESOURCE_EXHAUSTED,
                           "out of memory");
  } catch (const std::exception& e) {
    return cupel_call_fail(call, CUPEL_STATUS_INTERNAL, e.what());
  }
}

template <typename State>
void Deactivate(void* state) noexcept {
  delete static_cast<State*>(state);
}

}  // namespace cupel

#endif  // CUPEL_BUILTIN_ACTIVATE_H_
