#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "archive/concatenated.h"
#include "base/status.h"
#include "builtin/call.h"
#include "builtin/child_bound.h"
#include "builtin/stream_unpacker.h"
#include "builtin/tables.h"
#include "format/json_writer.h"
#include "payload/byte_source.h"
#include "payload/type.h"

namespace cupel {
namespace {

// What the option `format` may be, in this order; those without a header that
// tells them apart have to be named.
enum Format : size_t {
  kAuto,
  kGzip,
  kXz,
  kZstd,
  kBzip2,
  kLz4,
  kLzma,
  kZlib,
  kDeflate,
};
constexpr std::string_view kNames[] = {
    "auto", "gzip", "xz", "zstd", "bzip2", "lz4", "lzma", "zlib", "deflate"};

Container ContainerOf(size_t format) {
  switch (format) {
    case kGzip:
      return Container::kGzip;
    case kXz:
      return Container::kXz;
    case kZstd:
      return Container::kZstd;
    case kBzip2:
      return Container::kBzip2;
    case kLz4:
      return Container::kLz4;
    case kLzma:
      return Container::kLzma;
    default:
      return Container::kNone;
  }
}

bool IsZlibHeader(std::string_view bytes) {
  if (bytes.size() < 2) return false;
  const auto method = static_cast<uint8_t>(bytes[0]);
  const auto flags = static_cast<uint8_t>(bytes[1]);
  return (method & 0x0f) == 8 && method <= 0x78 &&
         (method << 8 | flags) % 31 == 0;
}

absl::StatusOr<size_t> Detect(PluginCall& call, std::string_view bytes) {
  const Container container =
      IdentifyType(bytes.substr(0, kTypeProbeBytes)).container;
  for (size_t format = kGzip; format <= kLzma; ++format) {
    if (ContainerOf(format) == container) return format;
  }
  if (IsZlibHeader(bytes)) return kZlib;
  return InvalidArgument(
      "{}: no compressed stream that has a header begins at byte {}; for a "
      "bare one set the option format to zlib, deflate or lzma",
      call.plugin(), call.bytes().size() - bytes.size());
}

// All streams that stand behind each other, as the tools of the formats do.
UnpackedStream UnpackAll(PluginCall& call, Container container,
                         std::string_view bytes, uint64_t most) {
  const std::unique_ptr<ByteSource> source = NewMemorySource(bytes);
  Concatenated streams(container, *source, nullptr);
  UnpackedStream out;
  std::string buffer(size_t{64} << 10, '\0');
  for (;;) {
    out.status = call.CheckCancelled();
    if (!out.status.ok()) return out;
    const absl::StatusOr<size_t> got =
        streams.Read(buffer.data(), buffer.size());
    if (!got.ok()) {
      out.status = got.status();
      return out;
    }
    if (*got == 0) break;
    const auto kept =
        static_cast<size_t>(std::min<uint64_t>(*got, most - out.bytes.size()));
    out.bytes.append(buffer.data(), kept);
    if (kept < *got) {
      out.cut = true;
      return out;
    }
  }
  out.consumed = streams.trailing().value_or(bytes.size());
  return out;
}

absl::Status HandBack(PluginCall& call, size_t format, uint64_t offset,
                      uint64_t available, const UnpackedStream& stream) {
  std::string metadata;
  JsonWriter(&metadata)
      .BeginObject()
      .Key("format")
      .String(kNames[format])
      .Key("offset")
      .Number(offset)
      .EndObject();
  if (!stream.bytes.empty() || stream.status.ok()) {
    CUPEL_RETURN_IF_ERROR(
        call.Child(stream.bytes, kNames[format], {.metadata = metadata}));
  }
  if (!stream.status.ok()) {
    return MakeStatus(stream.status.code(), "{}: {}, after {} bytes in clear",
                      call.plugin(), MessageOf(stream.status),
                      stream.bytes.size());
  }
  if (stream.cut || stream.consumed >= available) return absl::OkStatus();
  // What stands behind the stream is no part of it, but it is there.
  return call.Child(call.bytes().substr(offset + stream.consumed), "trailing");
}

absl::Status Extract(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(
      size_t format, call.Choice("format", {kNames[0], kNames[1], kNames[2],
                                            kNames[3], kNames[4], kNames[5],
                                            kNames[6], kNames[7], kNames[8]}));
  CUPEL_ASSIGN_OR_RETURN(const int64_t at,
                         call.Integer("offset", 0, int64_t{1} << 60));
  CUPEL_ASSIGN_OR_RETURN(const ChildBound bound, ChildBound::Of(call));
  const auto offset = static_cast<uint64_t>(at);
  if (offset >= call.bytes().size()) {
    return call.Wrong("offset", fmt::format("the payload has only {} bytes",
                                            call.bytes().size()));
  }
  const std::string_view bytes = call.bytes().substr(offset);
  if (format == kAuto) {
    CUPEL_ASSIGN_OR_RETURN(format, Detect(call, bytes));
  }
  const Container container = ContainerOf(format);
  const uint64_t most = bound.bytes();
  UnpackedStream stream;
  if (container != Container::kNone) {
    stream = UnpackAll(call, container, bytes, most);
  } else {
    StreamUnpacker unpacker(format == kZlib ? Codec::kZlib : Codec::kDeflate);
    stream = unpacker.Unpack(bytes, most, [&call] { return call.cancelled(); });
  }
  if (stream.cut) {
    bound.Tell(fmt::format("the stream at byte {}", offset),
               stream.bytes.size());
  }
  return HandBack(call, format, offset, bytes.size(), stream);
}

}  // namespace

const cupel_plugin_v1 kStreamExtractor = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_EXTRACTOR,
    .name = "stream",
    .version = "1.0",
    .description = "Decompresses one stream, at any offset",
    .options = R"({"format": "auto", "offset": 0, "max_bytes": 134217728})",
    .extract = Enter<kStreamExtractor, Extract>};

}  // namespace cupel
