// Folders, child processes and calls for tests of sources and connectors.
#ifndef CUPEL_TESTS_UNIT_BUILTIN_ENDPOINT_TESTING_H_
#define CUPEL_TESTS_UNIT_BUILTIN_ENDPOINT_TESTING_H_

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "format/base64.h"
#include "plugin_testing.h"
#include "tests/support/archive_tools.h"

namespace cupel {

// The paths of all files below a folder, relative and sorted. Links are files.
inline std::vector<std::string> FilesBelow(const std::string& folder) {
  namespace fs = std::filesystem;
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_directory() && !entry.is_symlink()) continue;
    files.push_back(entry.path().lexically_relative(folder).string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Runs `body` in a child process, and gives its exit status, or 1000 and the
// signal. Before the test has started threads.
inline int InChild(const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

inline PluginRun SaveDocument(PluginUnderTest& plugin, std::string_view name,
                              std::string_view document) {
  PluginRequest request;
  request.method = PluginMethod::kSave;
  request.name = name;
  request.document = document;
  return plugin.Call("", request);
}

inline PluginRun SavePayload(PluginUnderTest& plugin, std::string_view name,
                             std::string_view bytes,
                             std::string_view metadata = "") {
  PluginRequest request;
  request.method = PluginMethod::kSave;
  request.name = name;
  request.document = metadata;
  // Says that there is a payload; who keeps it relies on its own hash.
  request.sha256 =
      "0000000000000000000000000000000000000000000000000000000000000000";
  return plugin.Call(bytes, request);
}

inline PluginRun GetFile(PluginUnderTest& plugin, std::string_view document,
                         const AnswerLimits& limits = {}) {
  PluginRequest request;
  request.method = PluginMethod::kGetFile;
  request.document = document;
  return plugin.Call("", request, limits);
}

// The conn_id of a save that went well.
inline std::string ConnId(const PluginRun& run) {
  EXPECT_TRUE(run.status.ok()) << run.Message();
  return run.status.ok() ? run.Result().value("conn_id", "") : "";
}

}  // namespace cupel

#endif  // CUPEL_TESTS_UNIT_BUILTIN_ENDPOINT_TESTING_H_
