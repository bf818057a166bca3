#include "archive/decoder.h"

#include "base/status.h"

namespace cupel {

absl::Status Decoder::Reset(uint64_t size) {
  end_ = false;
  pending_ = Restart(size);
  return pending_;
}

absl::StatusOr<size_t> Decoder::Read(Input& in, char* buffer, size_t size) {
  if (size == 0) return 0;
  for (;;) {
    if (!pending_.ok()) return pending_;
    if (end_) return 0;
    CUPEL_ASSIGN_OR_RETURN(const std::string_view bytes, in.Peek(8));
    Step step;
    pending_ = Decode(bytes, buffer, size, &step);
    in.Consume(step.consumed);
    end_ = step.end;
    if (pending_.ok() && !end_ && step.produced == 0 && step.consumed == 0) {
      pending_ =
          bytes.empty()
              ? DataLoss("{}: cut off: the stream ends early, at byte {}",
                         name_, in.position())
              : DataLoss("{}: corrupt at byte {}", name_, in.position());
    }
    if (step.produced > 0) return step.produced;
  }
}

std::unique_ptr<Decoder> NewDecoder(Codec codec) {
  switch (codec) {
    case Codec::kGzip:
    case Codec::kDeflate:
    case Codec::kZlib:
      if (auto faster = NewIsalDecoder(codec)) return faster;
      return NewZlibDecoder(codec);
    case Codec::kBzip2:
      return NewBzip2Decoder();
    case Codec::kXz:
    case Codec::kLzma:
    case Codec::kZipLzma:
      return NewLzmaDecoder(codec);
    case Codec::kZstd:
      return NewZstdDecoder();
    case Codec::kLz4:
      return NewLz4Decoder();
    case Codec::kLz4Legacy:
      return NewLz4LegacyDecoder();
  }
  return nullptr;
}

}  // namespace cupel
