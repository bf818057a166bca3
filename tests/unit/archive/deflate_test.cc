// Deflate by the decoder that is used, beside zlib's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>

#include "archive/decoder.h"
#include "base/status.h"

namespace cupel {
namespace {

using testing::HasSubstr;

// Gives what was asked for and no more: each piece has memory of its own, which
// is gone when the next comes.
class Pieces final : public Input {
 public:
  Pieces(std::string_view bytes, size_t most, std::mt19937* random)
      : bytes_(bytes), most_(most), random_(random) {}

  absl::StatusOr<std::string_view> Peek(size_t least) override {
    const size_t size =
        std::min(bytes_.size() - position_,
                 std::max<size_t>(least, 1 + (*random_)() % most_));
    piece_ = std::make_unique<char[]>(std::max<size_t>(size, 1));
    peeked_ = bytes_.copy(piece_.get(), size, position_);
    return std::string_view(piece_.get(), size);
  }
  void Consume(size_t bytes) override {
    ASSERT_LE(bytes, peeked_);
    position_ += bytes;
    peeked_ -= bytes;
  }
  uint64_t position() const override { return position_; }

 private:
  const std::string_view bytes_;
  const size_t most_;
  std::mt19937* const random_;
  std::unique_ptr<char[]> piece_;
  size_t peeked_ = 0;
  size_t position_ = 0;
};

struct Decoded {
  std::string bytes;
  absl::Status status;
  uint64_t consumed = 0;
};

Decoded DecodeIn(Decoder* decoder, std::string_view bytes, size_t piece,
                 size_t buffer_size, std::mt19937* random) {
  Decoded out;
  Pieces in(bytes, piece, random);
  out.status = decoder->Reset(0);
  std::string buffer(buffer_size, '\0');
  while (out.status.ok()) {
    const auto got = decoder->Read(in, buffer.data(), buffer.size());
    out.status = got.status();
    if (!got.ok() || *got == 0) break;
    out.bytes.append(buffer, 0, *got);
  }
  out.consumed = in.position();
  return out;
}

// Of text that compresses, and of bytes that don't.
std::string Content(std::mt19937* random) {
  std::string out;
  const size_t size = (*random)() % 300'000;
  while (out.size() < size) {
    if ((*random)() % 3 == 0) {
      for (int i = 0; i < 500; ++i) out += static_cast<char>((*random)());
    } else {
      out += "const x" + std::to_string((*random)() % 50) + " = require('y');";
    }
  }
  return out;
}

std::string Deflated(const std::string& bytes, int window_bits, int level) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, level, Z_DEFLATED, window_bits, 8,
                         Z_DEFAULT_STRATEGY),
            Z_OK);
  std::string out(deflateBound(&stream, bytes.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

struct Format {
  Codec codec;
  int window_bits;
};
constexpr Format kFormats[] = {{Codec::kGzip, 16 + MAX_WBITS},
                               {Codec::kZlib, MAX_WBITS},
                               {Codec::kDeflate, -MAX_WBITS}};

class DeflateTest : public testing::TestWithParam<Format> {
 protected:
  std::mt19937 random_{11};
  std::unique_ptr<Decoder> used_ = NewDecoder(GetParam().codec);
  std::unique_ptr<Decoder> zlib_ = NewZlibDecoder(GetParam().codec);
};

TEST_P(DeflateTest, AllOfAStreamAndNothingBehindIt) {
  for (int round = 0; round < 60; ++round) {
    const std::string content = Content(&random_);
    const std::string stream = Deflated(content, GetParam().window_bits,
                                        static_cast<int>(random_() % 10));
    const std::string behind = "what follows is another's";
    const size_t piece = random_() % 2 == 0 ? 20 : 70'000;
    const size_t buffer = random_() % 2 == 0 ? 300 : 65'536;
    const Decoded out = DecodeIn(used_.get(), stream + behind, piece,
                                 buffer + random_() % 50, &random_);
    ASSERT_TRUE(out.status.ok()) << out.status;
    ASSERT_TRUE(out.bytes == content) << round;
    ASSERT_EQ(out.consumed, stream.size()) << round;
  }
}

TEST_P(DeflateTest, CutOffAnywhereGivesWhatWasThere) {
  const std::string content = Content(&random_);
  const std::string stream = Deflated(content, GetParam().window_bits, 6);
  for (int round = 0; round < 100; ++round) {
    const std::string_view cut =
        std::string_view(stream).substr(0, random_() % stream.size());
    const Decoded plain = DecodeIn(zlib_.get(), cut, 50, 4096, &random_);
    const Decoded out = DecodeIn(used_.get(), cut, 50, 4096, &random_);
    ASSERT_THAT(std::string(out.status.message()), HasSubstr("cut off"));
    ASSERT_EQ(out.consumed, cut.size());
    ASSERT_TRUE(content.starts_with(out.bytes));
    ASSERT_GE(out.bytes.size() + 1, plain.bytes.size());
  }
}

// What stands before the damage is not lost, whatever the size of the pieces.
TEST_P(DeflateTest, DamageComesAfterWhatIsBeforeIt) {
  for (int round = 0; round < 200; ++round) {
    const std::string content = Content(&random_) + "end";
    std::string stream = Deflated(content, GetParam().window_bits, 6);
    stream[random_() % stream.size()] ^= static_cast<char>(1 + random_() % 255);
    const Decoded plain = DecodeIn(zlib_.get(), stream, 5000, 4096, &random_);
    const Decoded out = DecodeIn(used_.get(), stream, 5000, 4096, &random_);
    // A header may have parts that only one of them looks at.
    if (plain.status.ok()) continue;
    ASSERT_GE(out.bytes.size() + 1, plain.bytes.size()) << out.status;
    const size_t both = std::min(out.bytes.size(), plain.bytes.size());
    ASSERT_EQ(out.bytes.substr(0, both), plain.bytes.substr(0, both));
    if (!out.status.ok()) {
      ASSERT_EQ(out.status.code(), absl::StatusCode::kDataLoss);
    }
  }
}

TEST_P(DeflateTest, ADecoderIsGoodForManyStreams) {
  const std::string stream =
      Deflated("first and second", GetParam().window_bits, 6);
  EXPECT_FALSE(
      DecodeIn(used_.get(), stream.substr(0, stream.size() - 3), 9, 9, &random_)
          .status.ok());
  EXPECT_EQ(DecodeIn(used_.get(), stream, 9, 3, &random_).bytes,
            "first and second");
}

std::string NameOf(const testing::TestParamInfo<Format>& param) {
  constexpr const char* kNames[] = {"gzip", "zlib", "deflate"};
  return kNames[param.index];
}
INSTANTIATE_TEST_SUITE_P(Formats, DeflateTest, testing::ValuesIn(kFormats),
                         NameOf);

TEST(Deflate, IsaLIsUsedWhereItIs) {
#if defined(CUPEL_ISAL)
  EXPECT_NE(NewIsalDecoder(Codec::kGzip), nullptr);
#else
  EXPECT_EQ(NewIsalDecoder(Codec::kGzip), nullptr);
#endif
}

}  // namespace
}  // namespace cupel
