// A host that is killed while it has a plugin's process, which has more:
//
//   runner_killed_host PLUGIN TEMPORARY_FOLDER
#include <signal.h>
#include <unistd.h>

#include <cstdio>

#include "runner/process_plugin.h"

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  cupel::ProcessOptions options;
  options.origin = argv[1];
  options.temp_folder = argv[2];
  cupel::PluginInfo info;
  info.id = {cupel::PluginCategory::kWorker, "hostile"};
  const auto instance =
      cupel::NewProcessPlugin(info, options)->Activate("{}", nullptr);
  cupel::PluginRequest request;
  request.bytes = "children stay";
  cupel::PluginAnswer answer;
  if (!instance.ok() || !(*instance)->Call(request, &answer).ok()) return 1;
  kill(getpid(), SIGKILL);
}
