// Frames between a host and a plugin's process, on what protoc encoded too: the
// corpus of runner_frame_fuzz.
#include "proto/runner_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "base/status.h"

namespace cupel::wire {
namespace {

using std::string_view_literals::operator""sv;
using testing::HasSubstr;

constexpr std::string_view kCorpus =
    CUPEL_SOURCE_DIR "/tests/fuzz/corpus/runner_frame_fuzz/";

// Without the byte that says the direction.
std::string MadeByProtoc(std::string_view name) {
  std::ifstream in(std::string(kCorpus) + std::string(name), std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(in), {});
  EXPECT_FALSE(bytes.empty()) << name;
  return bytes.substr(1);
}

template <typename Kind>
Kind ToRunnerMadeByProtoc(std::string_view name) {
  const auto message = DecodeToRunner(MadeByProtoc(name));
  EXPECT_TRUE(message.ok()) << message.status();
  return std::get<Kind>(*message);
}

template <typename Kind>
Kind ToHostMadeByProtoc(std::string_view name) {
  const auto message = DecodeToHost(MadeByProtoc(name));
  EXPECT_TRUE(message.ok()) << message.status();
  return std::get<Kind>(*message);
}

TEST(RunnerCodec, ReadsWhatProtocMade) {
  const auto invoke = ToRunnerMadeByProtoc<Invoke>("invoke");
  EXPECT_EQ(invoke.id, 7U);
  EXPECT_EQ(invoke.method, 3);
  EXPECT_EQ(invoke.payload.bytes, "MZ\xff");
  EXPECT_EQ(invoke.document.in_memfd, 70000U);
  EXPECT_EQ(invoke.environment[0].second, std::string("s\0", 2));
  const auto load = ToRunnerMadeByProtoc<Load>("load");
  EXPECT_EQ(load.origin, "/x.so");
  EXPECT_EQ(load.children, 65536U);
  EXPECT_TRUE(ToRunnerMadeByProtoc<ItemTaken>("item_taken").stop);
  EXPECT_EQ(
      ToRunnerMadeByProtoc<NestedAnswer>("nested_answer").children[0].second,
      std::string("\0", 1));

  EXPECT_EQ(ToHostMadeByProtoc<Child>("child").bytes.in_memfd, 65537U);
  EXPECT_EQ(ToHostMadeByProtoc<Child>("slice").slice, (Slice{1, 2}));
  EXPECT_EQ(ToHostMadeByProtoc<Statement>("statement").weight, -5);
  const auto loaded = ToHostMadeByProtoc<Loaded>("loaded");
  ASSERT_EQ(loaded.plugins.size(), 1U);
  EXPECT_EQ(loaded.plugins[0].requirements,
            std::vector<std::string>{"worker:x"});
  EXPECT_EQ(loaded.plugins[0].dialect, "stoq");
}

TEST(RunnerCodec, WritesWhatItRead) {
  for (const auto& entry : std::filesystem::directory_iterator(kCorpus)) {
    const std::string name = entry.path().filename();
    const std::string body = MadeByProtoc(name);
    // One of the two it is.
    const auto to_runner = DecodeToRunner(body);
    const auto to_host = DecodeToHost(body);
    std::ifstream in(entry.path(), std::ios::binary);
    const bool host = in.get() == 1;
    const auto frame = host ? Encode(*to_host) : Encode(*to_runner);
    ASSERT_TRUE(frame.ok()) << name;
    EXPECT_EQ(*FrameLength(*frame), frame->size() - 4);
    if (host) {
      EXPECT_EQ(*DecodeToHost(std::string_view(*frame).substr(4)), *to_host);
    } else {
      EXPECT_EQ(*DecodeToRunner(std::string_view(*frame).substr(4)),
                *to_runner);
    }
  }
}

// A field of a length, with these contents, in kind `kind` of a frame.
std::string Field(int number, std::string_view contents) {
  std::string bytes(1, static_cast<char>(number << 3 | 2));
  return bytes.append(1, static_cast<char>(contents.size())).append(contents);
}

TEST(RunnerCodec, NamesTheFieldThatIsWrong) {
  const std::pair<std::string, std::string_view> to_host[] = {
      {"", "whose kind is missing"},
      {Field(10, ""), "done.call is missing"},
      {Field(10, "\x08\x01\x10\x63"), "done.status is 99"},
      {Field(10, "\x08\x01\x1a\x01\xff"), "done.message is no UTF-8"},
      {Field(6, "\x08\x01\x10\x00"sv), "error.code is 0"},
      {Field(7, "\x08\x09"), "log.level is 9"},
      {Field(2, "\x08\x01\x18\x01"), "child.length is missing"},
      {Field(2, "\x08\x01\x18\x01\x20\x01\x12\x02\x10\x09"),
       "both bytes and an offset"},
      {Field(3, "\x08\x01\x12\x04\x0a\x00\x10\x01"sv),
       "result.json is both in the frame and beside it"},
      {Field(1, "\x1a\x00"sv), "loaded.plugins.category is 0"},
      {"\x0a\x7f", "cut short or damaged"},
  };
  for (const auto& [bytes, why] : to_host) {
    const absl::Status status = DecodeToHost(bytes).status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << why;
    EXPECT_THAT(std::string(MessageOf(status)), HasSubstr(std::string(why)));
  }
  const std::pair<std::string, std::string_view> to_runner[] = {
      {"", "whose kind is missing"},
      {Field(2, "\x10\x01"), "invoke.id is missing"},
      {Field(2, "\x08\x01\x10\x0e"), "invoke.method is 14"},
      {Field(1, "\x18\x01"), "load.protocol is missing"},
      {Field(5, "\x08\x01\x32\x01x"), "nested_answer.child_names is missing"},
  };
  for (const auto& [bytes, why] : to_runner) {
    const absl::Status status = DecodeToRunner(bytes).status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << why;
    EXPECT_THAT(std::string(MessageOf(status)), HasSubstr(std::string(why)));
  }
  const absl::Status other = DecodeToRunner(Field(1, "\x08\x02")).status();
  EXPECT_TRUE(absl::IsUnimplemented(other));
  EXPECT_THAT(std::string(MessageOf(other)), HasSubstr("protocol 2"));
}

TEST(RunnerCodec, CountsFieldsBeforeItMakesThem) {
  // Two bytes each, and some hundred times that as messages.
  std::string plugins;
  for (int i = 0; i < 300'000; ++i) plugins += std::string("\x1a\x00", 2);
  std::string frame = "\x0a";
  for (size_t size = plugins.size(); size > 0; size >>= 7) {
    frame += static_cast<char>((size & 0x7f) | (size >= 0x80 ? 0x80 : 0));
  }
  const absl::Status status = DecodeToHost(frame + plugins).status();
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_THAT(std::string(MessageOf(status)), HasSubstr("200000 values"));
}

TEST(RunnerCodec, KeepsFramesUnderTheirLimit) {
  const ToHost long_one =
      Result{.call = 1, .json = {.bytes = std::string(kMaxFrameBytes, 'x')}};
  EXPECT_TRUE(absl::IsResourceExhausted(Encode(long_one).status()));
  EXPECT_EQ(*FrameLength(std::string_view("\0\0\0\x02", 4)), kMaxFrameBytes);
  EXPECT_TRUE(absl::IsResourceExhausted(
      FrameLength(std::string_view("\1\0\0\x02", 4)).status()));
}

TEST(RunnerCodec, WipesSecrets) {
  Invoke invoke{.environment = {{"NAME", "hunter2"}}};
  WipeSecrets(&invoke);
  EXPECT_EQ(invoke.environment[0].second, std::string(7, '\0'));
}

}  // namespace
}  // namespace cupel::wire
