#include "archive/stream_reader.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "archive/little_endian.h"
#include "base/status.h"

namespace cupel {
namespace {

class StreamReader final : public ArchiveReader {
 public:
  StreamReader(Container container, Member member,
               std::unique_ptr<ByteStream> stream, std::string head,
               absl::Status head_error)
      : container_(container),
        member_(std::move(member)),
        stream_(std::move(stream)),
        head_(std::move(head)),
        head_error_(std::move(head_error)) {}

  absl::StatusOr<std::optional<Member>> Next() override {
    if (!begun_) {
      begun_ = true;
      return std::optional<Member>(std::move(member_));
    }
    return std::optional<Member>();
  }

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    if (!begun_ || size == 0) return 0;
    if (at_ < head_.size()) {
      const size_t got = std::min(size, head_.size() - at_);
      std::memcpy(buffer, head_.data() + at_, got);
      at_ += got;
      return got;
    }
    if (!head_error_.ok()) return head_error_;
    CUPEL_ASSIGN_OR_RETURN(const size_t got, stream_->Read(buffer, size));
    if (got == 0) NoteEnd();
    return got;
  }

  std::string_view format() const override { return ContainerName(container_); }

  bool wrapper() const override {
    return !stream_->compressed()->skipped_bytes();
  }

 private:
  void NoteEnd() {
    if (std::exchange(end_noted_, true)) return;
    if (const auto at = stream_->compressed()->trailing(); at.has_value()) {
      AddAnomaly("trailing_data",
                 fmt::format("what begins at byte {} is no {} stream", *at,
                             ContainerName(container_)),
                 *at);
    }
  }

  const Container container_;
  Member member_;
  std::unique_ptr<ByteStream> stream_;
  std::string head_;
  absl::Status head_error_;
  size_t at_ = 0;
  bool begun_ = false;
  bool end_noted_ = false;
};

}  // namespace

GzipHeader ReadGzipHeader(ByteSource& source, uint64_t name_bytes) {
  constexpr unsigned kExtra = 4;
  constexpr unsigned kName = 8;
  constexpr size_t kFixed = 10;
  GzipHeader header;
  RangeInput input(source, nullptr);
  absl::StatusOr<std::string_view> bytes = input.Peek(kFixed + 2);
  if (!bytes.ok() || bytes->size() < kFixed + 2) return header;
  const auto flags = static_cast<unsigned char>((*bytes)[3]);
  if (const uint32_t time = Le32(*bytes, 4); time != 0) header.mtime_s = time;
  if ((flags & kName) == 0) return header;
  input.Skip(kFixed + ((flags & kExtra) != 0 ? 2u + Le16(*bytes, kFixed) : 0u));
  const size_t most = static_cast<size_t>(
      std::min<uint64_t>(name_bytes, Input::kMostPeek - 1) + 1);
  bytes = input.Peek(most);
  if (!bytes.ok()) return header;
  const std::string_view text = bytes->substr(0, most);
  header.name = text.substr(0, text.find('\0'));
  return header;
}

std::unique_ptr<ArchiveReader> NewStreamReader(
    Container container, Member member, std::unique_ptr<ByteStream> stream,
    std::string head, absl::Status head_error) {
  return std::make_unique<StreamReader>(container, std::move(member),
                                        std::move(stream), std::move(head),
                                        std::move(head_error));
}

}  // namespace cupel
