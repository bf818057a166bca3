// Frames and descriptors between two ends, and what a host is told of how a
// process is to be confined.
#include "runner/channel.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "base/status.h"
#include "proto/runner_codec.h"
#include "runner/backoff.h"
#include "runner/runner_args.h"
#include "runner/sealed_memory.h"

namespace cupel {
namespace {

using testing::HasSubstr;

std::string FrameOf(std::string_view body) {
  std::string frame(4, '\0');
  for (size_t i = 0; i < 4; ++i) {
    frame[i] = static_cast<char>(body.size() >> (8 * i));
  }
  return frame.append(body);
}

class ChannelTest : public testing::Test {
 protected:
  ChannelTest() : ChannelTest(*Channel::Pair()) {}
  explicit ChannelTest(std::pair<UniqueFd, UniqueFd> ends)
      : one_(std::move(ends.first)), other_(std::move(ends.second)) {}

  Channel one_;
  Channel other_;
};

TEST_F(ChannelTest, KeepsFramesAndTheirDescriptorsTogether) {
  absl::StatusOr<UniqueFd> memfd = SealedMemfd("of the second");
  ASSERT_TRUE(memfd.ok());
  one_.Queue(FrameOf("first"));
  one_.Queue(FrameOf("second"), *std::move(memfd));
  one_.Queue(FrameOf(""));
  ASSERT_TRUE(one_.Flush().ok());
  absl::StatusOr<std::optional<Frame>> first = other_.Receive();
  ASSERT_TRUE(first.ok() && first->has_value());
  EXPECT_EQ((*first)->body, "first");
  EXPECT_FALSE((*first)->memfd.valid());
  absl::StatusOr<std::optional<Frame>> second = other_.Receive();
  ASSERT_TRUE(second.ok() && second->has_value());
  EXPECT_EQ((*second)->body, "second");
  const auto bytes = MapSealed((*second)->memfd, 13, 13);
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  EXPECT_EQ(bytes->view, "of the second");
  EXPECT_EQ(fcntl((*second)->memfd.get(), F_GETFD), FD_CLOEXEC);
  absl::StatusOr<std::optional<Frame>> third = other_.Receive();
  ASSERT_TRUE(third.ok() && third->has_value());
  EXPECT_EQ((*third)->body, "");
  EXPECT_FALSE((*other_.Receive()).has_value());
}

TEST_F(ChannelTest, ALongFrameComesInParts) {
  const std::string body(5'000'000, 'l');
  one_.Queue(FrameOf(body));
  std::optional<Frame> got;
  int rounds = 0;
  while (!got.has_value()) {
    ASSERT_TRUE(one_.Flush().ok());
    absl::StatusOr<std::optional<Frame>> frame = other_.Receive();
    ASSERT_TRUE(frame.ok());
    got = *std::move(frame);
    ++rounds;
  }
  EXPECT_GT(rounds, 1);
  EXPECT_EQ(got->body, body);
}

TEST_F(ChannelTest, TellsOfTheEnd) {
  ASSERT_EQ(send(one_.fd(), "\x05\0\0\0ab", 6, 0), 6);
  EXPECT_FALSE((*other_.Receive()).has_value());
  shutdown(one_.fd(), SHUT_WR);
  EXPECT_TRUE(absl::IsUnavailable(other_.Receive().status()));
}

TEST_F(ChannelTest, RefusesALengthThatIsTooMuch) {
  ASSERT_EQ(send(one_.fd(), "\x01\0\0\x02", 4, 0), 4);
  EXPECT_TRUE(absl::IsResourceExhausted(other_.Receive().status()));
}

TEST_F(ChannelTest, RefusesDescriptorsInTheWrongPlace) {
  ASSERT_EQ(send(one_.fd(), "\x03\0\0\0", 4, 0), 4);
  EXPECT_FALSE((*other_.Receive()).has_value());
  absl::StatusOr<UniqueFd> memfd = SealedMemfd("x");
  // Its frame would begin in the middle of the other's.
  one_.Queue("abc", *std::move(memfd));
  ASSERT_TRUE(one_.Flush().ok());
  EXPECT_THAT(std::string(MessageOf(other_.Receive().status())),
              HasSubstr("a descriptor that did not come alone"));
}

TEST(SealedMemory, RefusesWhatCouldChange) {
  UniqueFd file(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
  EXPECT_THAT(std::string(MessageOf(MapSealed(file, 1, 1).status())),
              HasSubstr("no memfd"));
  absl::StatusOr<UniqueFd> memfd = SealedMemfd("sealed");
  ASSERT_TRUE(memfd.ok());
  EXPECT_EQ(write(memfd->get(), "x", 1), -1);
  EXPECT_EQ(ftruncate(memfd->get(), 0), -1);
  EXPECT_TRUE(absl::IsDataLoss(MapSealed(*memfd, 7, 7).status()));
  EXPECT_EQ(MapSealed(*memfd, 6, 3)->view, "sea");
  absl::StatusOr<UniqueFd> empty = SealedMemfd("");
  ASSERT_TRUE(empty.ok());
  EXPECT_EQ(MapSealed(*empty, 0, 100)->view, "");
}

TEST(RunnerArgs, ComeBackAsTheyWere) {
  const RunnerArgs args{.kind = CodeKind::kPython,
                        .python = "/usr/bin/python3",
                        .temp = "/tmp/x y",
                        .address_space = 1,
                        .cpu_seconds = 2,
                        .file_size = 3,
                        .open_files = 4,
                        .processes = 5,
                        .network = true,
                        .files = true,
                        .without_landlock = true,
                        .readable = {"/a", "--network"},
                        .writable = {"/b"}};
  const auto parsed = ParseRunnerArgs(PrintRunnerArgs(args));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(*parsed, args);
}

TEST(RunnerArgs, AreRefusedIfTheyAreNone) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{},
        {"--temp"},
        {"--temp", "/t", "--nonsense"},
        {"--temp", "/t", "--processes", "many"},
        {"--temp", "/t", "--processes", "-1"},
        {"--temp", "/t", "--what", "ever"}}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseRunnerArgs(words).status()));
  }
}

TEST(Backoff, GrowsAndIsForgiven) {
  Backoff backoff;
  backoff.Died(1000);
  EXPECT_EQ(backoff.Wait(1000), 0U);
  backoff.Died(1000);
  EXPECT_EQ(backoff.Wait(1000), Backoff::kFirstNanos);
  EXPECT_EQ(backoff.Wait(1000 + 40'000'000), Backoff::kFirstNanos - 40'000'000);
  EXPECT_EQ(backoff.Wait(2'000'000'000), 0U);
  for (int i = 0; i < 100; ++i) backoff.Died(1000);
  EXPECT_EQ(backoff.Wait(1000), Backoff::kLongestNanos);
  EXPECT_FALSE(backoff.Refuses(1000));
  backoff.Succeeded();
  EXPECT_EQ(backoff.Wait(1000), 0U);
  for (int i = 0; i < Backoff::kMostFailedStarts; ++i) {
    EXPECT_FALSE(backoff.Refuses(1000));
    backoff.StartFailed(1000);
  }
  EXPECT_TRUE(backoff.Refuses(1000));
  EXPECT_FALSE(backoff.Refuses(1000 + Backoff::kRefusedNanos));
  backoff.Started();
  EXPECT_FALSE(backoff.Refuses(1000));
}

}  // namespace
}  // namespace cupel
