#include "prefilter/probe.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>

namespace cupel::prefilter {
namespace {

size_t Naive(const std::string& text, size_t begin, size_t end,
             const Probe& probe) {
  const auto is = [&](size_t i, const ProbedByte& byte) {
    auto seen = static_cast<uint8_t>(text[i + byte.at]);
    if (probe.differences) seen ^= static_cast<uint8_t>(text[i + byte.at + 1]);
    return (seen & byte.mask) == byte.value;
  };
  for (size_t i = begin; i < end; ++i) {
    if (is(i, probe.first) && is(i, probe.second)) return i;
  }
  return end;
}

class ProbeTest : public testing::Test {
 protected:
  // All variants, from every place on. The text has a block of its own, so that
  // an address sanitizer sees whoever reads behind it.
  static void Check(const std::string& text, size_t length,
                    const Probe& probe) {
    if (text.size() < length) return;
    const auto block = std::make_unique<char[]>(text.size());
    text.copy(block.get(), text.size());
    const size_t end = text.size() - length + 1;
    for (const ProbeVariant& variant : ProbeVariants()) {
      for (size_t begin = 0; begin <= end; ++begin) {
        ASSERT_EQ(variant.find(block.get(), begin, end, probe),
                  Naive(text, begin, end, probe))
            << variant.name << " from " << begin << " of " << text.size();
      }
    }
  }
};

TEST_F(ProbeTest, FindsTheSameWithAllInstructionSets) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::string text(random() % 140, '\0');
    for (char& c : text) c = static_cast<char>('a' + random() % 3);
    const size_t length = 2 + random() % 20;
    Probe probe;
    probe.differences = random() % 3 == 0;
    for (ProbedByte* byte : {&probe.first, &probe.second}) {
      byte->at = static_cast<uint32_t>(
          random() % (probe.differences ? length - 1 : length));
      byte->mask = probe.differences || random() % 2 == 0 ? 0xff : 0xdf;
      const auto value = static_cast<uint8_t>(
          probe.differences ? random() % 4 : 'a' + random() % 3);
      byte->value = value & byte->mask;
    }
    Check(text, length, probe);
  }
}

TEST_F(ProbeTest, BothBytesHaveToBeRight) {
  const Probe probe = {{0, 'a', 0xff}, {3, 'd', 0xff}, false};
  for (const ProbeVariant& variant : ProbeVariants()) {
    const std::string text = std::string(40, '.') + "a..x" + "b..d" + "a..d";
    EXPECT_EQ(variant.find(text.data(), 0, text.size() - 3, probe), 48u);
    EXPECT_EQ(variant.find(text.data(), 49, text.size() - 3, probe),
              text.size() - 3);
  }
}

TEST_F(ProbeTest, DifferencesAreTheSameUnderEachKey) {
  const std::string word = "Kamor";
  const Probe probe = {{0, 'K' ^ 'a', 0xff}, {3, 'o' ^ 'r', 0xff}, true};
  for (const ProbeVariant& variant : ProbeVariants()) {
    for (int key = 0; key < 256; ++key) {
      std::string text(77, '.');
      for (size_t i = 0; i < word.size(); ++i) {
        text[50 + i] = static_cast<char>(word[i] ^ key);
      }
      EXPECT_EQ(variant.find(text.data(), 0, text.size() - 4, probe), 50u);
    }
  }
}

// Otherwise the tests above compare nothing on this machine.
TEST_F(ProbeTest, TheBestIsTheLast) {
  EXPECT_EQ(ProbeVariants().front().name, "scalar");
  EXPECT_EQ(BestProbe(), ProbeVariants().back().find);
#if defined(__x86_64__)
  EXPECT_EQ(ProbeVariants().size(), __builtin_cpu_supports("avx2") ? 2u : 1u);
#endif
}

}  // namespace
}  // namespace cupel::prefilter
