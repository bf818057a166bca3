// Decompressing one stream in memory.
#ifndef CUPEL_BUILTIN_STREAM_UNPACKER_H_
#define CUPEL_BUILTIN_STREAM_UNPACKER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "archive/decoder.h"
#include "builtin/stop.h"

namespace cupel {

struct UnpackedStream {
  std::string bytes;
  uint64_t consumed = 0;  // bytes of the stream, to its end if status is OK
  bool cut = false;       // there are more bytes than were allowed
  // As Decoder::Read has it; the bytes before it are good.
  absl::Status status;
};

// Made once, used for many streams. One thread at a time.
class StreamUnpacker {
 public:
  explicit StreamUnpacker(Codec codec) : decoder_(NewDecoder(codec)) {}

  // The stream that begins with the first of `bytes`, to `most` bytes of what
  // it holds. `size` is what is known of its length (see Decoder::Reset).
  UnpackedStream Unpack(std::string_view bytes, uint64_t most,
                        const StopFn& stop = {}, uint64_t size = 0);
  // The same of a source that is not in one piece.
  UnpackedStream Unpack(Input& in, uint64_t most, const StopFn& stop,
                        uint64_t size);

 private:
  std::unique_ptr<Decoder> decoder_;
};

}  // namespace cupel

#endif  // CUPEL_BUILTIN_STREAM_UNPACKER_H_
