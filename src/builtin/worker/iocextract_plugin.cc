#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "builtin/call.h"
#include "builtin/ioc/ioc_json.h"
#include "builtin/tables.h"

namespace cupel {
namespace {

// What is found in one more text is added to what was found before.
void Merge(IocFound more, IocFound* all, size_t max_count) {
  for (size_t type = 0; type < kIocTypes; ++type) {
    std::vector<Ioc>& into = all->by_type[type];
    for (Ioc& ioc : more.by_type[type]) into.push_back(std::move(ioc));
    std::sort(into.begin(), into.end());
    into.erase(std::unique(into.begin(), into.end(),
                           [](const Ioc& a, const Ioc& b) {
                             return a.value == b.value;
                           }),
               into.end());
    all->left_out[type] += more.left_out[type];
    if (into.size() > max_count) {
      all->left_out[type] += into.size() - max_count;
      into.resize(max_count);
    }
  }
}

// The texts that a reader makes of the payload.
absl::StatusOr<std::vector<std::string>> ReadFirst(PluginCall& call,
                                                   std::string_view reader) {
  std::vector<std::string> texts;
  CUPEL_RETURN_IF_ERROR(call.Nested(
      reader, call.bytes(), {},
      [&texts](bool is_child, std::string_view, std::string_view bytes) {
        if (is_child) texts.emplace_back(bytes);
      }));
  return texts;
}

absl::Status Scan(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(const IocSettings settings, ReadIocSettings(call));
  CUPEL_ASSIGN_OR_RETURN(const std::string reader, call.Text("reader"));
  const StopFn stop = [&call] { return call.cancelled(); };
  IocFound all;
  if (reader.empty()) {
    CUPEL_ASSIGN_OR_RETURN(all, FindIocs(call.bytes(), settings, stop));
  } else {
    CUPEL_ASSIGN_OR_RETURN(const std::vector<std::string> texts,
                           ReadFirst(call, reader));
    for (const std::string& text : texts) {
      CUPEL_ASSIGN_OR_RETURN(IocFound more, FindIocs(text, settings, stop));
      Merge(std::move(more), &all, settings.max_count);
    }
  }
  TellLeftOut(call, all);
  return call.Result(IocResult(all, /*offsets=*/false));
}

}  // namespace

const cupel_plugin_v1 kIocextractWorker = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_WORKER,
    .name = "iocextract",
    .version = "1.0",
    .description = "Lists hashes, addresses and names that a payload mentions",
    .options = R"({"types": "all", "max_count": 1000, "allow": {},
                   "reader": ""})",
    .scan = Enter<kIocextractWorker, Scan>};

}  // namespace cupel
