// bytes.hpp: what bytes may be handed in as.
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "cupel/cupel.hpp"

namespace {

using cupel::Bytes;

// What std::span is in C++20.
struct Span {
  const std::byte* first;
  size_t count;
  const std::byte* data() const { return first; }
  size_t size() const { return count; }
};

template <typename T>
constexpr bool kIsBytes = std::is_convertible_v<T, Bytes>;

static_assert(kIsBytes<std::string_view> && kIsBytes<std::string>);
static_assert(kIsBytes<const char*> && kIsBytes<Span>);
static_assert(kIsBytes<std::vector<uint8_t>> &&
              kIsBytes<std::vector<std::byte>> && kIsBytes<std::vector<char>>);
static_assert(kIsBytes<std::array<unsigned char, 3>> &&
              kIsBytes<const uint8_t (&)[3]>);
static_assert(!kIsBytes<std::vector<int>> && !kIsBytes<std::vector<bool>> &&
              !kIsBytes<std::wstring> && !kIsBytes<int>);
static_assert(std::is_trivially_copyable_v<Bytes>);

// Whether Inputs::AddMemory takes a T.
template <typename T, typename = void>
constexpr bool kAddsMemory = false;
template <typename T>
constexpr bool kAddsMemory<
    T, std::void_t<decltype(std::declval<cupel::Inputs&>().AddMemory(
           "name", std::declval<T>()))>> = true;

// Bytes that are gone when the scan begins do not compile.
static_assert(!kAddsMemory<std::string>);
static_assert(!kAddsMemory<std::vector<uint8_t>>);
static_assert(!kAddsMemory<const std::string>);
static_assert(kAddsMemory<std::string&> && kAddsMemory<const std::string&>);
static_assert(kAddsMemory<std::string_view> && kAddsMemory<Bytes>);
static_assert(kAddsMemory<const char*> && kAddsMemory<Span>);

TEST(CupelHppBytesTest, CopiesNothing) {
  const std::vector<std::byte> bytes(5);
  EXPECT_EQ(Bytes(bytes).data(),
            reinterpret_cast<const uint8_t*>(bytes.data()));
  EXPECT_EQ(Bytes(bytes).size(), 5u);
  const std::string text = "a rather long text, so that it lies on the heap";
  EXPECT_EQ(Bytes(text).text().data(), text.data());
}

TEST(CupelHppBytesTest, KeepsZeros) {
  const uint8_t array[] = {1, 0, 2};
  EXPECT_EQ(Bytes(array).size(), 3u);
  EXPECT_EQ(Bytes(std::array<uint8_t, 3>{1, 0, 2}).size(), 3u);
  EXPECT_EQ(Bytes(std::string("a\0b", 3)).size(), 3u);
  EXPECT_EQ(Bytes("a\0b").size(), 1u) << "a C string ends at its zero";
  EXPECT_EQ(Bytes("a\0b", 3).size(), 3u);
}

TEST(CupelHppBytesTest, IsARange) {
  const uint8_t array[] = {1, 2, 3};
  int sum = 0;
  for (const uint8_t byte : Bytes(array)) sum += byte;
  EXPECT_EQ(sum, 6);
  EXPECT_TRUE(Bytes().empty());
  EXPECT_EQ(Bytes().begin(), Bytes().end());
}

TEST(CupelHppBytesTest, AreScannedWhateverHasThem) {
  cupel::Engine engine;
  cupel::RuleSources sources;
  sources.AddText("rules", "rule r { condition: uint8(2) == 7 }");
  cupel::Scanner scanner(engine, cupel::Ruleset(engine, sources));
  const auto matches = [&](Bytes bytes) {
    return scanner.ScanMemory("a", bytes).verdict() == cupel::Verdict::kMatched;
  };
  const std::array<uint8_t, 3> array = {0, 0, 7};
  EXPECT_TRUE(matches(array));
  EXPECT_TRUE(matches(std::vector<uint8_t>(array.begin(), array.end())));
  const std::byte raw[] = {std::byte{0}, std::byte{0}, std::byte{7}};
  EXPECT_TRUE(matches(raw));
  EXPECT_TRUE(matches(Span{raw, sizeof(raw)}));
  EXPECT_TRUE(matches(std::string("\0\0\a", 3)));
  EXPECT_TRUE(matches({raw, sizeof(raw)}));
  EXPECT_FALSE(matches({raw, 2}));
}

TEST(CupelHppBytesTest, GoThroughAQueueAndABuffer) {
  cupel::Queue queue("memory:");
  queue.Submit(R"({"id":"one","kind":"k","body":{}})");
  const std::string leased(queue.Lease().view());
  const size_t at = leased.find("\"token\":") + std::strlen("\"token\":");
  const uint64_t token = std::stoull(leased.substr(at));
  const std::vector<uint8_t> result = {0, 1, 0, 255};
  queue.Complete("one", token, "application/octet-stream", result);
  const cupel::Buffer back = queue.Result("one");
  EXPECT_EQ(std::vector<uint8_t>(back.bytes().begin(), back.bytes().end()),
            result);
}

TEST(CupelHppBytesTest, AJobGoesToBytesAndBack) {
  const cupel::Job job = cupel::Job::Parse(
      R"({"name":"report","content":"aGk=","tags":["text/plain"]})",
      cupel::JobKind::kFile);
  const cupel::Buffer bytes = job.Encode();
  EXPECT_EQ(cupel::Job::Decode(bytes.bytes()).kind(), cupel::JobKind::kFile);
}

TEST(CupelHppBytesTest, AValueIsCopiedToWhereTheHostSays) {
  cupel::EnvironmentOptions options;
  options.keys = {"PORT"};
  options.settings = R"({"PORT":"8080"})";
  const cupel::Environment environment(options);
  ASSERT_EQ(environment.size(), 1u);
  char room[5] = "....";
  environment.CopyValue(0, room, 4);
  EXPECT_STREQ(room, "8080");
  const auto small = cupel::Try([&] { environment.CopyValue(0, room, 3); });
  EXPECT_EQ(small.code(), CUPEL_STATUS_OUT_OF_RANGE);
}

}  // namespace
