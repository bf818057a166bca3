#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "prefilter/prefilter.h"
#include "tests/unit/prefilter/naive.h"

namespace cupel {
namespace {

std::vector<PrefilterLiteral> SomeLiterals() {
  std::vector<PrefilterLiteral> literals = {{"ab"}, {"ABC", true}, {"aaaaaa"}};
  for (int i = 0; i < 40; ++i) {
    literals.push_back({"eval(" + std::to_string(i * 7), i % 2 == 0});
  }
  return literals;
}

// 8-aligned, and exactly as long, for sanitizers to see what lies behind.
absl::StatusOr<std::shared_ptr<const Prefilter>> Open(
    const std::string& image) {
  const std::shared_ptr<char[]> copy(new char[image.size()]);
  std::memcpy(copy.get(), image.data(), image.size());
  return Prefilter::Open({copy.get(), image.size()}, copy);
}

void UseIt(const Prefilter& prefilter) {
  PrefilterHits hits(prefilter.ids());
  const auto scratch = prefilter.NewScratch();
  ASSERT_TRUE(scratch.ok());
  for (const char* text :
       {"", "ab", "abcABCaaaaaaaa eval(21 EVAL(273 eval(9"}) {
    prefilter.Find(text, scratch->get(), &hits);
  }
}

TEST(PrefilterImage, CutShortIsRefused) {
  const std::string image = Built(SomeLiterals()).image();
  for (size_t size = 0; size < image.size(); size += size < 8192 ? 1 : 997) {
    const auto opened = Open(image.substr(0, size));
    EXPECT_EQ(opened.status().code(), absl::StatusCode::kDataLoss) << size;
  }
  EXPECT_EQ(Open(image + "12345678").status().code(),
            absl::StatusCode::kDataLoss);
}

// Whoever keeps images has a checksum for them. Should one be wrong all the
// same, answers may be, but nothing else is harmed.
TEST(PrefilterImage, DamageIsRefusedOrHarmless) {
  const std::string image = Built(SomeLiterals()).image();
  size_t refused = 0;
  for (size_t i = 0; i < image.size() && i < 8192; ++i) {
    for (const int bit : {0, 3, 7}) {
      std::string damaged = image;
      damaged[i] = static_cast<char>(damaged[i] ^ 1 << bit);
      const auto opened = Open(damaged);
      if (opened.ok()) {
        UseIt(**opened);
      } else {
        ++refused;
        EXPECT_EQ(opened.status().code(), absl::StatusCode::kDataLoss);
      }
    }
  }
  EXPECT_GT(refused, 1000);
}

TEST(PrefilterImage, HasToBeAligned) {
  const std::string image = Built(SomeLiterals()).image();
  const auto buffer =
      std::make_shared<std::vector<uint64_t>>(image.size() / 8 + 2);
  char* const bytes = reinterpret_cast<char*>(buffer->data()) + 1;
  std::memcpy(bytes, image.data(), image.size());
  EXPECT_EQ(Prefilter::Open({bytes, image.size()}, buffer).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(PrefilterImage, IsKeptByItsOwner) {
  auto image =
      std::make_shared<const std::string>(Built(SomeLiterals()).image());
  const std::weak_ptr<const std::string> watch = image;
  auto opened = Prefilter::Open(*image, image);
  ASSERT_TRUE(opened.ok());
  image.reset();
  EXPECT_FALSE(watch.expired());
  opened->reset();
  EXPECT_TRUE(watch.expired());
}

}  // namespace
}  // namespace cupel
