#include "builtin/stream_unpacker.h"

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "payload/byte_source.h"

namespace cupel {
namespace {

constexpr size_t kFirstRoom = size_t{4} << 10;
constexpr size_t kMostRoom = size_t{1} << 20;  // at once

}  // namespace

UnpackedStream StreamUnpacker::Unpack(std::string_view bytes, uint64_t most,
                                      const StopFn& stop, uint64_t size) {
  const std::unique_ptr<ByteSource> source = NewMemorySource(bytes);
  RangeInput in(*source, nullptr);
  return Unpack(in, most, stop, size);
}

UnpackedStream StreamUnpacker::Unpack(Input& in, uint64_t most,
                                      const StopFn& stop, uint64_t size) {
  UnpackedStream out;
  const uint64_t begin = in.position();
  size_t filled = 0;
  size_t room = kFirstRoom;
  out.status = decoder_->Reset(size);
  while (out.status.ok()) {
    out.status = CheckStop(stop);
    if (!out.status.ok()) break;
    // One byte more than allowed shows whether something is cut off.
    const uint64_t wanted = std::min<uint64_t>(room, most - filled + 1);
    out.bytes.resize(filled + static_cast<size_t>(wanted));
    const absl::StatusOr<size_t> got = decoder_->Read(
        in, out.bytes.data() + filled, static_cast<size_t>(wanted));
    if (!got.ok()) {
      out.status = got.status();
      break;
    }
    if (*got == 0) break;
    filled += *got;
    if (filled > most) {
      out.cut = true;
      filled = static_cast<size_t>(most);
      break;
    }
    room = std::clamp(filled, kFirstRoom, kMostRoom);
  }
  out.bytes.resize(filled);
  out.consumed = in.position() - begin;
  return out;
}

}  // namespace cupel
