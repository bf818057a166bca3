#include <string>

#include "base/status.h"
#include "builtin/call.h"
#include "builtin/files/glob.h"
#include "builtin/files/walk.h"
#include "builtin/source/deliver.h"
#include "builtin/source/folder_monitor.h"
#include "builtin/tables.h"

namespace cupel {
namespace {

absl::Status Ingest(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(const std::string path, call.Text("path"));
  MonitorOptions options;
  CUPEL_ASSIGN_OR_RETURN(options.recursive, call.Bool("recursive"));
  CUPEL_ASSIGN_OR_RETURN(options.existing, call.Bool("existing"));
  CUPEL_ASSIGN_OR_RETURN(options.glob, call.Text("glob"));
  if (path.empty()) return call.Wrong("path", "name a folder");
  if (const auto good = CheckGlob(options.glob);
      !options.glob.empty() && !good.ok()) {
    return call.Wrong("glob", MessageOf(good));
  }
  CUPEL_ASSIGN_OR_RETURN(FolderMonitor monitor,
                         FolderMonitor::Open(path, options));
  return monitor.Run(
      {.file =
           [&](const std::string& relative) {
             const std::string file = Joined(path, relative);
             return Deliver(call, {.name = file, .path = file});
           },
       .error = [&](const absl::Status& why) { call.Error(why); },
       .stop = [&] { return call.cancelled(); }});
}

}  // namespace

const cupel_plugin_v1 kDirmonSource = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .category = CUPEL_PLUGIN_SOURCE,
    .name = "dirmon",
    .version = "1.0",
    .description = "Watches a folder and takes each file that comes into it",
    .options = R"({"path": "", "recursive": true, "existing": false,
                   "glob": ""})",
    .ingest = Enter<kDirmonSource, Ingest>};

}  // namespace cupel
