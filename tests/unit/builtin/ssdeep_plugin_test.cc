// The plugin of plugins/ssdeep, loaded as a host loads it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/status.h"
#include "plugin/table_plugin.h"
#include "tests/support/archive_tools.h"

namespace cupel {
namespace {

struct Outcome {
  absl::Status status;
  PluginAnswer answer;
};

Outcome Scan(std::string_view bytes, Cancel* cancel = nullptr) {
  Outcome out;
  auto plugins = LoadSharedObject(CUPEL_PLUGIN_SSDEEP);
  out.status = plugins.status();
  if (!out.status.ok()) return out;
  EXPECT_EQ(plugins->size(), 1u);
  auto instance = plugins->front()->Activate("{}", nullptr);
  out.status = instance.status();
  if (!out.status.ok()) return out;
  PluginRequest request;
  request.method = PluginMethod::kScan;
  request.bytes = bytes;
  request.cancel = cancel;
  out.status = (*instance)->Call(request, &out.answer);
  return out;
}

TEST(SsdeepPluginTest, AgreesWithTheProgram) {
  const ToolDir dir;
  dir.Run("cp /bin/ls program; : > empty");
  dir.Write("noise", Noise(1 << 20, 12));
  for (const std::string name : {"program", "noise", "empty"}) {
    // Behind a line of titles: hash,"name".
    const std::string told =
        dir.Make("ssdeep -s -b " + name + " | tail -n 1 > out", "out");
    const Outcome out = Scan(dir.Read(name));
    EXPECT_TRUE(out.status.ok()) << MessageOf(out.status);
    EXPECT_THAT(out.answer.results,
                testing::ElementsAre("{\"ssdeep\":\"" +
                                     told.substr(0, told.find(',')) + "\"}"));
  }
}

TEST(SsdeepPluginTest, StopsWhenItIsCancelled) {
  Cancel cancel;
  cancel.Trigger();
  EXPECT_EQ(Scan("abc", &cancel).status.code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace cupel
