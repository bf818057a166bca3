#include "archive/archive.h"

#include <utility>

#include "archive/byte_stream.h"
#include "archive/libarchive_reader.h"
#include "archive/names.h"
#include "archive/stream_reader.h"
#include "archive/tar_header.h"
#include "archive/tar_reader.h"
#include "archive/zip_reader.h"
#include "base/status.h"

namespace cupel {
namespace {

std::string_view TarSuffix(Container container) {
  switch (container) {
    case Container::kGzip:
      return "tar.gz";
    case Container::kBzip2:
      return "tar.bz2";
    case Container::kXz:
      return "tar.xz";
    case Container::kLzma:
      return "tar.lzma";
    case Container::kZstd:
      return "tar.zst";
    case Container::kLz4:
      return "tar.lz4";
    default:
      return "tar";
  }
}

// "dir/notes.txt.gz" -> "notes.txt"; "x.tgz" -> "x.tar".
std::string NameInside(std::string_view name) {
  const size_t slash = name.rfind('/');
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return std::string(name);
  const std::string_view extension = name.substr(dot);
  std::string inside(name.substr(0, dot));
  if (extension == ".tgz" || extension == ".tbz2" || extension == ".txz") {
    inside += ".tar";
  }
  return inside;
}

// A tar or a single file: the first decoded block decides.
absl::StatusOr<std::unique_ptr<ArchiveReader>> OpenCompressed(
    Container container, ByteSource& source, std::string_view name,
    const ArchiveOptions& options) {
  std::unique_ptr<ByteStream> stream = NewDecodedStream(
      std::make_unique<Concatenated>(container, source, options.cancel));
  std::string head(kTarBlock, '\0');
  absl::Status error;
  absl::StatusOr<size_t> got = stream->ReadFully(head.data(), head.size());
  if (!got.ok()) error = got.status();
  head.resize(got.ok() ? *got : 0);
  if (absl::IsCancelled(error)) return error;
  if (IsTarHeader(head)) {
    return NewTarReader(TarSuffix(container), std::move(stream),
                        std::move(head), options);
  }
  Member member;
  if (container == Container::kGzip) {
    GzipHeader header = ReadGzipHeader(source, options.name_bytes);
    member.raw_name = std::move(header.name);
    member.mtime_s = header.mtime_s;
  }
  if (member.raw_name.empty()) member.raw_name = NameInside(name);
  CutName(options.name_bytes, &member.raw_name);
  return NewStreamReader(container, std::move(member), std::move(stream),
                         std::move(head), std::move(error));
}

}  // namespace

absl::StatusOr<std::unique_ptr<ArchiveReader>> OpenArchive(
    Container container, ByteSource& source, std::string_view name,
    const ArchiveOptions& options) {
  switch (container) {
    case Container::kZip:
      return NewZipReader(source, options);
    case Container::kTar:
      return NewTarReader("tar", NewPlainStream(source, options.cancel), "",
                          options);
    case Container::kGzip:
    case Container::kBzip2:
    case Container::kXz:
    case Container::kLzma:
    case Container::kZstd:
    case Container::kLz4:
      return OpenCompressed(container, source, name, options);
    case Container::k7z:
    case Container::kCpio:
    case Container::kAr:
    case Container::kRpm:
    case Container::kCab:
    case Container::kIso:
      return NewLibarchiveReader(container, source, options);
    case Container::kNone:
      break;
  }
  return InvalidArgument("'{}' is no container", name);
}

}  // namespace cupel
