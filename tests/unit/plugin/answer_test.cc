// What a plugin hands back is checked and bounded.
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "base/status.h"
#include "plugin/plugin.h"

namespace cupel {
namespace {

PluginChild Child(std::string bytes, std::string name = "") {
  PluginChild child;
  child.bytes = SharedBytes::Own(std::move(bytes));
  child.name = std::move(name);
  return child;
}

TEST(PluginAnswerTest, BytesOfAllChildrenAreBounded) {
  AnswerLimits limits;
  limits.bytes = 10;
  PluginAnswer answer(limits);
  EXPECT_TRUE(answer.AddChild(Child("12345")).ok());
  EXPECT_EQ(answer.budget(), 5u);
  EXPECT_TRUE(absl::IsResourceExhausted(answer.AddChild(Child("123456"))));
  EXPECT_TRUE(answer.AddChild(Child("12345")).ok()) << "it still fits";
  EXPECT_EQ(answer.budget(), 0u);
  // A slice of the payload costs nothing.
  PluginChild slice = Child("1234567890");
  slice.offset = 3;
  EXPECT_TRUE(answer.AddChild(std::move(slice)).ok());
  EXPECT_EQ(answer.children.size(), 3u);
  ASSERT_EQ(answer.fired.size(), 1u) << "each limit once";
  EXPECT_EQ(answer.fired[0].name, "bytes");
  EXPECT_EQ(answer.fired[0].value, 10u);
}

TEST(PluginAnswerTest, ALongChildIsCutAndThatIsNoted) {
  AnswerLimits limits;
  limits.child_bytes = 4;
  PluginAnswer answer(limits);
  EXPECT_TRUE(answer.AddChild(Child("123456")).ok());
  EXPECT_TRUE(answer.AddChild(Child("1234")).ok());
  ASSERT_EQ(answer.children.size(), 2u);
  EXPECT_EQ(answer.children[0].bytes.view, "1234");
  EXPECT_TRUE(answer.cut[0]);
  EXPECT_FALSE(answer.cut[1]);
  EXPECT_EQ(answer.fired[0].name, "child_bytes");
}

TEST(PluginAnswerTest, NumbersAreBounded) {
  AnswerLimits limits;
  limits.children = 2;
  limits.results = 2;
  limits.errors = 2;
  limits.name_bytes = 3;
  PluginAnswer answer(limits);
  for (int i = 0; i < 4; ++i) {
    (void)answer.AddChild(Child("x", "a long name"));
    (void)answer.AddResult("1");
    answer.AddError(absl::StatusCode::kDataLoss, "it broke");
  }
  EXPECT_EQ(answer.children.size(), 2u);
  EXPECT_EQ(answer.children[0].name, "a l");
  EXPECT_EQ(answer.results.size(), 2u);
  EXPECT_EQ(answer.errors.size(), 2u);
  EXPECT_EQ(answer.errors_left_out, 2u);
  EXPECT_EQ(answer.fired.size(), 3u);
}

TEST(PluginAnswerTest, ResultsAndMetadataShareABound) {
  AnswerLimits limits;
  limits.result_bytes = 10;
  PluginAnswer answer(limits);
  PluginChild child = Child("");
  child.metadata = R"({"a":1})";
  EXPECT_TRUE(answer.AddChild(std::move(child)).ok());
  EXPECT_TRUE(absl::IsResourceExhausted(answer.AddResult("12345")));
  EXPECT_TRUE(answer.AddResult("123").ok());
  EXPECT_EQ(answer.fired[0].name, "result_bytes");
}

TEST(PluginAnswerTest, WhatIsWrongIsRefused) {
  PluginAnswer answer;
  for (const std::string_view json : {"", "{", "NaN", "\xff", "[1] 2"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(answer.AddResult(json))) << json;
  }
  const std::string deep = std::string(100000, '[') + std::string(100000, ']');
  EXPECT_FALSE(answer.AddResult(deep).ok()) << "recursive garbage";
  PluginChild child = Child("x");
  child.metadata = "[]";
  EXPECT_TRUE(absl::IsInvalidArgument(answer.AddChild(std::move(child))));
  EXPECT_TRUE(absl::IsInvalidArgument(answer.AddStatement({.name = ""})));
  EXPECT_TRUE(absl::IsInvalidArgument(answer.AddStatement({.name = "\xff"})));
  EXPECT_TRUE(absl::IsInvalidArgument(
      answer.AddStatement({.name = std::string(257, 'x')})));
  EXPECT_TRUE(
      absl::IsInvalidArgument(answer.AddStatement({.name = "x", .meta = "1"})));
  EXPECT_TRUE(absl::IsInvalidArgument(answer.AddDispatch("nonsense")));
  EXPECT_TRUE(answer.children.empty());
  EXPECT_TRUE(answer.results.empty());
  EXPECT_TRUE(answer.statements.empty());
  EXPECT_TRUE(answer.dispatches.empty());
}

TEST(PluginAnswerTest, TextsOfErrorsAndTagsBecomePrintable) {
  PluginAnswer answer;
  answer.AddError(absl::StatusCode::kUnknown,
                  "\x1b[2J\xff" + std::string(10000, 'x'));
  EXPECT_EQ(answer.errors[0].message.find('\x1b'), std::string::npos);
  EXPECT_LT(answer.errors[0].message.size(), 5000u);
  EXPECT_TRUE(answer.AddStatement({.name = "x", .tags = {"\xff", "ok"}}).ok());
  EXPECT_EQ(answer.statements[0].tags[0], "\xEF\xBF\xBD");
}

}  // namespace
}  // namespace cupel
