// Real processes for the tests of runner/: plugins of hostile.c in
// cupel-runner, and what is left of them afterwards.
#ifndef TESTS_UNIT_RUNNER_RUNNER_TESTING_H_
#define TESTS_UNIT_RUNNER_RUNNER_TESTING_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "plugin/plugin.h"
#include "runner/process_plugin.h"

namespace cupel {

class ProcessTest : public testing::Test {
 protected:
  ProcessTest();
  // No process, no folder and no descriptor may be left.
  ~ProcessTest() override;

  // Of hostile.c. `limits` are changed through options_ before.
  std::unique_ptr<PluginInstance> Activate(PluginCategory category,
                                           const std::string& name,
                                           uint32_t needs = 0);
  // Calls an instance of "worker:hostile", which is made when it is needed.
  absl::Status Scan(std::string_view bytes, PluginAnswer* answer);
  absl::Status Scan(std::string_view bytes);
  // The one result of that call.
  std::string Result(std::string_view bytes);
  // The instance still does what it should.
  void ExpectFine();

  ProcessOptions options_;
  std::filesystem::path temp_;
  std::vector<std::string> log_;
  PluginServices services_;
  PluginRequest request_;
  std::unique_ptr<PluginInstance> instance_;

 private:
  int descriptors_ = 0;
};

// Processes whose folder, of /proc, tells that they have `word` in their
// command line.
std::vector<int> ProcessesWith(const std::string& word);
int OpenDescriptors();

}  // namespace cupel

#endif  // TESTS_UNIT_RUNNER_RUNNER_TESTING_H_
