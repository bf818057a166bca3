// One plugin on one payload.
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "capi/arguments.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/structs.h"
#include "cupel/cupel.h"
#include "engine/plugin_run.h"
#include "engine/plugins.h"

namespace {

using cupel::PluginMethod;
using cupel::capi::BytesOf;
using cupel::capi::CheckFlags;
using cupel::capi::CheckHandle;
using cupel::capi::ClearOut;
using cupel::capi::Guard;
using cupel::capi::TextOf;

static_assert(
    CUPEL_METHOD_INGEST == static_cast<int>(PluginMethod::kIngest) &&
    CUPEL_METHOD_SCAN == static_cast<int>(PluginMethod::kScan) &&
    CUPEL_METHOD_NORMALIZE == static_cast<int>(PluginMethod::kNormalize) &&
    CUPEL_METHOD_CONNECT == static_cast<int>(PluginMethod::kConnect) &&
    CUPEL_METHOD_GET_FILE == static_cast<int>(PluginMethod::kGetFile) &&
    CUPEL_METHOD_HEARTBEAT == static_cast<int>(PluginMethod::kHeartbeat));

constexpr uint64_t kDefaultTimeout = uint64_t{600} * 1000 * 1000 * 1000;

using Variables = std::vector<std::pair<std::string, std::string>>;

absl::StatusOr<Variables> VariablesOf(const cupel_plugin_input& input) {
  CUPEL_ASSIGN_OR_RETURN(
      const std::span<const cupel_field> fields,
      cupel::capi::ListOf(input.environment, input.environment_count,
                          "environment"));
  Variables variables;
  for (const cupel_field& field : fields) {
    CUPEL_ASSIGN_OR_RETURN(
        std::string name,
        cupel::capi::NameOf(field.name, "environment's name"));
    if (name.find('=') != std::string::npos) {
      return cupel::InvalidArgument("environment: a name has a '=' in it");
    }
    CUPEL_ASSIGN_OR_RETURN(const std::string_view value,
                           BytesOf(field.value, "environment's value"));
    if (value.find('\0') != std::string_view::npos) {
      return cupel::InvalidArgument("environment: the value of {} has a NUL",
                                    name);
    }
    variables.emplace_back(std::move(name), std::string(value));
  }
  return variables;
}

absl::Status ReadInput(const cupel_plugin_input& input, cupel::PluginRun* run) {
  CUPEL_RETURN_IF_ERROR(CheckFlags(input.flags, CUPEL_PLUGIN_INPUT_BASE64,
                                   "cupel_plugin_input.flags"));
  if (input.method < CUPEL_METHOD_DEFAULT ||
      input.method > CUPEL_METHOD_HEARTBEAT) {
    return cupel::InvalidArgument("method {} is none of CUPEL_METHOD_*",
                                  input.method);
  }
  run->main_method = input.method == CUPEL_METHOD_DEFAULT;
  if (!run->main_method) run->method = static_cast<PluginMethod>(input.method);
  CUPEL_ASSIGN_OR_RETURN(run->bytes, BytesOf(input.bytes, "bytes"));
  CUPEL_ASSIGN_OR_RETURN(run->name, BytesOf(input.name, "name"));
  CUPEL_ASSIGN_OR_RETURN(run->options, TextOf(input.options, "options"));
  CUPEL_ASSIGN_OR_RETURN(run->document, BytesOf(input.document, "document"));
  CUPEL_ASSIGN_OR_RETURN(const std::string tlp, TextOf(input.tlp, "tlp"));
  if (!tlp.empty()) run->tlp = tlp;
  run->timeout_ns = input.timeout_ns == 0 ? kDefaultTimeout : input.timeout_ns;
  if (input.max_children != 0) run->limits.children = input.max_children;
  if (input.max_children_bytes != 0) {
    run->limits.bytes = input.max_children_bytes;
  }
  run->base64 = (input.flags & CUPEL_PLUGIN_INPUT_BASE64) != 0;
  return absl::OkStatus();
}

}  // namespace

extern "C" {

cupel_status cupel_plugins_run(cupel_plugins* plugins, cupel_view plugin,
                               const cupel_plugin_input* input,
                               cupel_plugin_bytes_fn take, void* user_data,
                               cupel_cancel* cancel, cupel_buffer** out,
                               cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_RETURN_IF_ERROR(CheckHandle(plugins, "plugins"));
    CUPEL_RETURN_IF_ERROR(cupel::capi::CheckOptionalHandle(cancel, "cancel"));
    if (input == nullptr) return cupel::InvalidArgument("input is NULL");
    cupel_plugin_input given = CUPEL_PLUGIN_INPUT_INIT;
    CUPEL_RETURN_IF_ERROR(
        cupel::capi::CopyIn(input, &given, "cupel_plugin_input"));
    cupel::PluginRun run;
    CUPEL_RETURN_IF_ERROR(ReadInput(given, &run));
    CUPEL_ASSIGN_OR_RETURN(run.plugin, TextOf(plugin, "plugin"));
    CUPEL_ASSIGN_OR_RETURN(const Variables variables, VariablesOf(given));
    if (given.environment != nullptr) run.environment = &variables;
    cupel::capi::Callbacks callbacks;
    cupel::PluginBytesFn sink;
    if (take != nullptr) {
      sink = [&](uint64_t index, std::string_view name,
                 std::string_view bytes) {
        return callbacks.Run([&] {
          return take(user_data, index, cupel::capi::ToView(name),
                      cupel::capi::ToView(bytes));
        }) == 0;
      };
    }
    // Shares of the run's own: callbacks may free the handles.
    const std::shared_ptr<cupel::PluginHost> host = plugins->host;
    const std::shared_ptr<cupel::Cancel> shared =
        cancel == nullptr ? nullptr : cancel->cancel;
    absl::StatusOr<std::string> json =
        cupel::RunPlugin(host->set(), run, shared.get(), sink);
    CUPEL_RETURN_IF_ERROR(callbacks.TakeFailure());
    CUPEL_RETURN_IF_ERROR(json.status());
    *out = new cupel_buffer(std::move(*json));
    return absl::OkStatus();
  });
}

}  // extern "C"
