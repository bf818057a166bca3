#include "archive/concatenated.h"

#include <limits>
#include <span>
#include <string_view>

#include "archive/little_endian.h"
#include "base/status.h"

namespace cupel {
namespace {

using namespace std::string_view_literals;

// How the streams of each format begin.
struct Start {
  Container format;
  std::string_view magic;
  Codec codec;
};

constexpr Start kStarts[] = {
    {Container::kGzip, "\x1f\x8b"sv, Codec::kGzip},
    {Container::kBzip2, "BZh"sv, Codec::kBzip2},
    {Container::kXz,
     "\xfd"
     "7zXZ\0"sv,
     Codec::kXz},
    {Container::kZstd, "\x28\xb5\x2f\xfd"sv, Codec::kZstd},
    {Container::kLz4, "\x04\x22\x4d\x18"sv, Codec::kLz4},
    {Container::kLz4, "\x02\x21\x4c\x18"sv, Codec::kLz4Legacy},
};

constexpr size_t kLongestMagic = 6;
constexpr size_t kSkippableHeader = 8;

bool IsSkippable(Container format, std::string_view bytes) {
  return (format == Container::kZstd || format == Container::kLz4) &&
         bytes.size() >= 4 && (Le32(bytes, 0) & 0xfffffff0u) == 0x184d2a50;
}

}  // namespace

absl::Status Concatenated::SkipZeros() {
  for (;;) {
    CUPEL_ASSIGN_OR_RETURN(const std::string_view bytes, input_.Peek(1));
    if (bytes.empty()) return absl::OkStatus();
    const size_t zeros = bytes.find_first_not_of('\0');
    if (zeros != std::string_view::npos) {
      input_.Consume(zeros);
      return absl::OkStatus();
    }
    input_.Consume(bytes.size());
  }
}

absl::StatusOr<bool> Concatenated::SkipFrame() {
  CUPEL_ASSIGN_OR_RETURN(const std::string_view head,
                         input_.Peek(kSkippableHeader));
  if (!IsSkippable(format_, head)) return false;
  const uint64_t begin = input_.position();
  skipped_bytes_ = true;
  if (head.size() < kSkippableHeader ||
      input_.end() - begin - kSkippableHeader < Le32(head, 4)) {
    return DataLoss("{}: cut off in the frame to be skipped at byte {}",
                    ContainerName(format_), begin);
  }
  input_.Skip(kSkippableHeader + uint64_t{Le32(head, 4)});
  any_ = true;
  return true;
}

absl::Status Concatenated::Begin() {
  // The .lzma format has no magic, so nothing can follow one.
  if (format_ == Container::kLzma) {
    if (!any_) {
      decoder_ = NewDecoder(Codec::kLzma);
      state_ = State::kInside;
      any_ = true;
      return decoder_->Reset(0);
    }
  }
  for (;;) {
    if (any_) CUPEL_RETURN_IF_ERROR(SkipZeros());
    CUPEL_ASSIGN_OR_RETURN(const bool skipped, SkipFrame());
    if (!skipped) break;
  }
  CUPEL_ASSIGN_OR_RETURN(const std::string_view head,
                         input_.Peek(kLongestMagic));
  const std::string_view start = head.substr(0, kLongestMagic);
  for (const Start& known : kStarts) {
    if (known.format != format_) continue;
    if (start.starts_with(known.magic)) {
      if (decoder_ == nullptr || codec_ != known.codec) {
        decoder_ = NewDecoder(known.codec);
        codec_ = known.codec;
      }
      state_ = State::kInside;
      any_ = true;
      return decoder_->Reset(0);
    }
    if (!start.empty() && known.magic.starts_with(start)) {
      return DataLoss("{}: cut off in a header, at byte {}",
                      ContainerName(format_), input_.position());
    }
  }
  if (!any_) {
    return DataLoss("{}: no stream begins here", ContainerName(format_));
  }
  state_ = State::kEnd;
  if (!start.empty()) trailing_ = input_.position();
  return absl::OkStatus();
}

absl::StatusOr<size_t> Concatenated::Read(char* buffer, size_t size) {
  if (size == 0) return 0;
  while (error_.ok()) {
    if (state_ == State::kEnd) return 0;
    if (state_ == State::kBetween) {
      error_ = Begin();
      continue;
    }
    absl::StatusOr<size_t> got = decoder_->Read(input_, buffer, size);
    if (!got.ok()) {
      error_ = got.status();
    } else if (*got > 0) {
      return *got;
    } else {
      state_ = State::kBetween;
    }
  }
  return error_;
}

}  // namespace cupel
