// The examples of docs/write-a-plugin.md, loaded as anybody's shared object.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "plugin/table_plugin.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::shared_ptr<Plugin> Load(const std::string& name) {
  auto plugins = LoadSharedObject(CUPEL_EXAMPLE_PLUGINS "/" + name);
  EXPECT_TRUE(plugins.ok()) << plugins.status();
  if (!plugins.ok() || plugins->size() != 1) return nullptr;
  return plugins->front();
}

// One member of the format that examples/plugins/acme.c describes.
std::string Member(std::string_view name, std::string_view data) {
  std::string member(1, static_cast<char>(name.size()));
  for (int shift = 0; shift < 32; shift += 8) {
    member += static_cast<char>(data.size() >> shift & 0xff);
  }
  return member.append(name).append(data);
}

struct Ran {
  absl::Status status;
  PluginAnswer answer;
  std::vector<std::string> children;
};

Ran CallWith(PluginInstance& instance, PluginMethod method,
             const std::string& bytes, Cancel* cancel = nullptr) {
  Ran ran;
  PluginRequest request;
  request.method = method;
  request.bytes = bytes;
  // Somebody keeps the bytes, so slices of them may be handed out.
  request.owner = std::shared_ptr<const void>(&bytes, [](const void*) {});
  request.cancel = cancel;
  ran.status = instance.Call(request, &ran.answer);
  for (const PluginChild& child : ran.answer.children) {
    ran.children.push_back(child.name + "=" + std::string(child.bytes.view));
  }
  return ran;
}

class AcmeTest : public ::testing::Test {
 protected:
  AcmeTest() : plugin(Load("acme.so")) {
    if (plugin != nullptr) instance = *plugin->Activate("{}", nullptr);
  }
  Ran Extract(const std::string& bytes, Cancel* cancel = nullptr) {
    return CallWith(*instance, PluginMethod::kExtract, bytes, cancel);
  }

  std::shared_ptr<Plugin> plugin;
  std::unique_ptr<PluginInstance> instance;
};

TEST_F(AcmeTest, SaysWhatItIs) {
  EXPECT_EQ(PluginNameText(plugin->info().id), "extractor:acme");
  EXPECT_EQ(plugin->info().version, "1.0");
  EXPECT_THAT(plugin->info().consumes, ElementsAre("*"));
  EXPECT_TRUE(plugin->info().reentrant);
  EXPECT_EQ(plugin->tier(), Tier::kBuiltin);
}

TEST_F(AcmeTest, HandsOutItsMembersWithoutCopyingThem) {
  const std::string bytes =
      "ACME\x02" + Member("a.txt", "hello") + Member("", "") + Member("b", "x");
  const Ran ran = Extract(bytes);
  EXPECT_TRUE(ran.status.ok()) << ran.status;
  EXPECT_THAT(ran.children, ElementsAre("a.txt=hello", "=", "b=x"));
  EXPECT_EQ(ran.answer.children[0].offset, 15u);
  EXPECT_EQ(ran.answer.children[0].bytes.view.data(), bytes.data() + 15);
  EXPECT_THAT(ran.answer.results, ElementsAre(R"({"version":2,"members":3})"));
}

TEST_F(AcmeTest, PassesOverWhatIsNotItsOwn) {
  for (const char* other : {"", "ACM", "ACME", "acme\x01zzzzzzzz"}) {
    const Ran ran = Extract(other);
    EXPECT_TRUE(ran.status.ok()) << other;
    EXPECT_TRUE(ran.answer.results.empty()) << other;
  }
}

TEST_F(AcmeTest, StatesWhereItIsCutOffAndKeepsWhatCameBefore) {
  const std::string whole =
      "ACME\x01" + Member("a", "hello") + Member("b", "world");
  for (size_t size = 17; size < whole.size(); ++size) {
    const Ran ran = Extract(whole.substr(0, size));
    EXPECT_TRUE(absl::IsDataLoss(ran.status)) << size;
    EXPECT_EQ(MessageOf(ran.status), "the last member is cut off");
    EXPECT_THAT(ran.children, ElementsAre("a=hello"));
    ASSERT_EQ(ran.answer.statements.size(), 1u);
    EXPECT_EQ(ran.answer.statements[0].name, "acme.truncated");
    EXPECT_EQ(ran.answer.statements[0].offset, 16u);
    EXPECT_EQ(ran.answer.statements[0].length, size - 16);
    EXPECT_THAT(ran.answer.statements[0].tags, ElementsAre("damaged", "acme"));
  }
}

TEST_F(AcmeTest, LengthsThatLieReachNowhere) {
  for (const char* lie : {"\xff\xff\xff\xff\xff", "\x00\xff\xff\xff\xff",
                          "\xff\x00\x00\x00\x00", "\x01\xff\xff\xff\x7f"}) {
    const std::string bytes = "ACME\x01" + std::string(lie, 5) + "0123456789";
    const Ran ran = Extract(bytes);
    EXPECT_TRUE(absl::IsDataLoss(ran.status));
    EXPECT_TRUE(ran.children.empty());
  }
}

TEST_F(AcmeTest, StopsWhenItIsCancelled) {
  Cancel cancel;
  cancel.Trigger();
  EXPECT_TRUE(Extract("ACME\x01" + Member("a", "b"), &cancel).children.empty());
}

TEST(BetweenTest, CarvesWhatStandsBetweenTheMarks) {
  const auto plugin = Load("between.so");
  ASSERT_NE(plugin, nullptr);
  EXPECT_EQ(PluginNameText(plugin->info().id), "carver:between");
  auto instance = plugin->Activate(plugin->info().options, nullptr);
  ASSERT_TRUE(instance.ok()) << instance.status();
  const Ran ran =
      CallWith(**instance, PluginMethod::kCarve,
               "a<script>one</script>b<script></script><script>cut");
  EXPECT_TRUE(ran.status.ok());
  EXPECT_THAT(ran.children, ElementsAre("between=one", "between="));
  EXPECT_EQ(ran.answer.children[0].offset, 9u);
  EXPECT_TRUE(CallWith(**instance, PluginMethod::kCarve, "").children.empty());
}

TEST(BetweenTest, TakesItsMarksFromItsOptions) {
  const auto plugin = Load("between.so");
  ASSERT_NE(plugin, nullptr);
  auto instance = plugin->Activate(R"({"start":"[","end":"]"})", nullptr);
  ASSERT_TRUE(instance.ok()) << instance.status();
  const Ran ran = CallWith(**instance, PluginMethod::kCarve, "x[1]y[2]z[");
  EXPECT_THAT(ran.children, ElementsAre("between=1", "between=2"));
}

TEST(BetweenTest, WillNotBeActivatedWithoutMarks) {
  const auto plugin = Load("between.so");
  ASSERT_NE(plugin, nullptr);
  const auto instance = plugin->Activate(R"({"start":"","end":"x"})", nullptr);
  EXPECT_TRUE(absl::IsInvalidArgument(instance.status()));
  EXPECT_THAT(MessageOf(instance.status()), HasSubstr("must not be empty"));
}

}  // namespace
}  // namespace cupel
