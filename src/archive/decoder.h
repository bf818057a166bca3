// Decompressing one stream, whatever the method.
#ifndef CUPEL_ARCHIVE_DECODER_H_
#define CUPEL_ARCHIVE_DECODER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "archive/input.h"

namespace cupel {

enum class Codec : uint8_t {
  kGzip,     // one member, header and checksum with it
  kDeflate,  // raw
  kZlib,     // two bytes of header and a checksum around it
  kBzip2,
  kXz,
  kLzma,     // the .lzma file format
  kZipLzma,  // method 14 of zip: another header
  kZstd,     // one frame
  kLz4,      // one frame
  kLz4Legacy,
};

// Made once, used for many streams: memory of the library is kept. One thread
// at a time. Holds what the library needs and no buffers beside.
class Decoder {
 public:
  virtual ~Decoder() = default;

  // Begins a new stream. `size` is that of the decoded bytes as announced
  // elsewhere; only kZipLzma needs it.
  absl::Status Reset(uint64_t size);

  // Decodes from `in` into `buffer`: how many bytes, 0 at the end of the
  // stream, of which `in` has then consumed the last byte and no more. An error
  // comes after all bytes before it; then it stays until Reset.
  //   kDataLoss            corrupt, or `in` ends before the stream does
  //   kResourceExhausted   the stream wants more memory than is reasonable
  absl::StatusOr<size_t> Read(Input& in, char* buffer, size_t size);

 protected:
  explicit Decoder(std::string_view name) : name_(name) {}

  struct Step {
    size_t consumed = 0;
    size_t produced = 0;
    bool end = false;
  };
  // One call of the library. `bytes` is empty at the end of the input.
  virtual absl::Status Decode(std::string_view bytes, char* buffer, size_t size,
                              Step* step) = 0;
  virtual absl::Status Restart(uint64_t size) = 0;

  std::string_view name() const { return name_; }

 private:
  std::string_view name_;
  absl::Status pending_;
  bool end_ = false;
};

// What decoders may ask for, in all: 128 MiB of history, as the tools of the
// formats take without being asked, and some room around it.
inline constexpr uint64_t kMostDecoderMemory = 160u << 20;
inline constexpr int kMostWindowLog = 27;

std::unique_ptr<Decoder> NewDecoder(Codec codec);

// Each is in the file of its library.
std::unique_ptr<Decoder> NewZlibDecoder(Codec codec);
// Null without ISA-L. Where a stream is damaged, it may give some bytes more
// than zlib, and at most one less.
std::unique_ptr<Decoder> NewIsalDecoder(Codec codec);
std::unique_ptr<Decoder> NewBzip2Decoder();
std::unique_ptr<Decoder> NewLzmaDecoder(Codec codec);
std::unique_ptr<Decoder> NewZstdDecoder();
std::unique_ptr<Decoder> NewLz4Decoder();
std::unique_ptr<Decoder> NewLz4LegacyDecoder();

}  // namespace cupel

#endif  // CUPEL_ARCHIVE_DECODER_H_
