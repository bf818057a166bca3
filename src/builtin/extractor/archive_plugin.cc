#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "archive/archive.h"
#include "base/status.h"
#include "budget/limits.h"
#include "builtin/call.h"
#include "builtin/child_bound.h"
#include "builtin/extractor/archive_options.h"
#include "builtin/json_text.h"
#include "builtin/tables.h"
#include "format/json_writer.h"
#include "payload/byte_source.h"
#include "payload/type.h"

namespace cupel {
namespace {

constexpr size_t kChunk = size_t{64} << 10;

std::string Metadata(const Member& member) {
  static constexpr std::string_view kKinds[] = {"file", "directory", "symlink",
                                                "hardlink", "other"};
  std::string json;
  JsonWriter out(&json);
  out.BeginObject();
  out.Key("kind").String(kKinds[static_cast<size_t>(member.kind)]);
  out.Key("offset").Number(member.offset);
  if (member.mode.has_value()) out.Key("mode").Number(*member.mode);
  if (member.mtime_s.has_value()) out.Key("mtime").Number(*member.mtime_s);
  if (member.declared_size.has_value()) {
    out.Key("declared_size").Number(*member.declared_size);
  }
  out.Key("encrypted").Bool(member.encrypted);
  if (!member.link_target.empty()) {
    out.Key("link").String(JsonText(member.link_target));
  }
  out.EndObject();
  return json;
}

// Takes one container apart.
class Extraction {
 public:
  Extraction(PluginCall& call, const ArchiveExtractorOptions& options,
             const ChildBound& bound, ArchiveReader& reader)
      : call_(call),
        options_(options),
        bound_(bound),
        reader_(reader),
        buffer_(kChunk) {}

  absl::Status Run() {
    const absl::Status status = Members();
    TakeAnomalies();
    CUPEL_RETURN_IF_ERROR(call_.Result(ResultJson()));
    return status;
  }

 private:
  absl::Status Members() {
    for (;;) {
      CUPEL_RETURN_IF_ERROR(call_.CheckCancelled());
      CUPEL_ASSIGN_OR_RETURN(std::optional<Member> member, reader_.Next());
      TakeAnomalies();
      if (!member.has_value()) return absl::OkStatus();
      if (++members_ > options_.max_children) {
        return ResourceExhausted(
            "{}: more than {} members, as the option max_children says; the "
            "rest was not looked at",
            call_.plugin(), options_.max_children);
      }
      if (member->kind == MemberKind::kDirectory) continue;
      const bool file = member->kind == MemberKind::kFile;
      std::string bytes;
      absl::Status fatal;
      if (file) fatal = Read(*member, &bytes);
      const std::string metadata = Metadata(*member);
      // Links and devices have no bytes; they are listed.
      CUPEL_RETURN_IF_ERROR(call_.Child(bytes, member->raw_name,
                                        {.metadata = metadata, .scan = file}));
      CUPEL_RETURN_IF_ERROR(fatal);
    }
  }

  // What can be read of the member. Fails only where the whole must end.
  absl::Status Read(const Member& member, std::string* bytes) {
    const uint64_t most = bound_.bytes();
    bool cut = false;
    for (;;) {
      CUPEL_RETURN_IF_ERROR(call_.CheckCancelled());
      const absl::StatusOr<size_t> got =
          reader_.Read(buffer_.data(), buffer_.size());
      if (!got.ok()) {
        if (absl::IsCancelled(got.status())) return got.status();
        call_.Error(MakeStatus(got.status().code(), "{}: '{}', byte {}: {}",
                               call_.plugin(), JsonText(member.raw_name),
                               bytes->size(), MessageOf(got.status())));
        return absl::OkStatus();
      }
      if (*got == 0) return absl::OkStatus();
      produced_ += *got;
      CUPEL_RETURN_IF_ERROR(CheckRatio());
      const uint64_t kept = std::min<uint64_t>(*got, most - bytes->size());
      bytes->append(buffer_.data(), static_cast<size_t>(kept));
      if (kept == *got) continue;
      if (!std::exchange(cut, true)) {
        bound_.Tell(fmt::format("'{}'", JsonText(member.raw_name)),
                    bytes->size());
      }
      // In a zip file the next member is reached without reading this one.
      if (reader_.format() == "zip") return absl::OkStatus();
    }
  }

  absl::Status CheckRatio() const {
    if (options_.ratio == 0 || produced_ < kRatioGraceBytes ||
        produced_ / options_.ratio <= call_.bytes().size()) {
      return absl::OkStatus();
    }
    return ResourceExhausted(
        "{}: {} bytes unpacked to more than {} times as many, as the option "
        "ratio says; the rest was not looked at",
        call_.plugin(), call_.bytes().size(), options_.ratio);
  }

  void TakeAnomalies() {
    for (Anomaly& anomaly : reader_.TakeAnomalies()) {
      anomalies_.push_back(std::move(anomaly));
    }
  }

  std::string ResultJson() const {
    std::string json;
    JsonWriter out(&json);
    out.BeginObject();
    out.Key("format").String(reader_.format());
    out.Key("members").Number(std::min(members_, options_.max_children));
    out.Key("bytes").Number(produced_);
    out.Key("anomalies").BeginArray();
    for (const Anomaly& anomaly : anomalies_) {
      out.BeginObject();
      out.Key("name").String(anomaly.name);
      out.Key("detail").String(JsonText(anomaly.detail));
      out.Key("offset").Number(anomaly.offset);
      out.EndObject();
    }
    out.EndArray().EndObject();
    return json;
  }

  PluginCall& call_;
  const ArchiveExtractorOptions& options_;
  const ChildBound& bound_;
  ArchiveReader& reader_;
  std::vector<char> buffer_;
  uint64_t members_ = 0;
  uint64_t produced_ = 0;
  std::vector<Anomaly> anomalies_;
};

absl::Status Extract(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(const ArchiveExtractorOptions options,
                         ArchiveExtractorOptions::Of(call));
  CUPEL_ASSIGN_OR_RETURN(const ChildBound bound, ChildBound::Of(call));
  const std::string_view head = call.bytes().substr(0, kTypeProbeBytes);
  const Container container = IdentifyType(head).container;
  if (container == Container::kNone) {
    return InvalidArgument(
        "{}: this is no archive that can be taken apart here: by its first "
        "bytes its type is '{}'",
        call.plugin(), IdentifyType(head).name);
  }
  ArchiveOptions archive;
  archive.passwords = options.passwords;
  const std::unique_ptr<ByteSource> source = NewMemorySource(call.bytes());
  CUPEL_ASSIGN_OR_RETURN(const std::unique_ptr<ArchiveReader> reader,
                         OpenArchive(container, *source, call.name(), archive));
  return Extraction(call, options, bound, *reader).Run();
}

}  // namespace

#define CUPEL_ARCHIVE_OPTIONS                                      \
  R"({"passwords": "infected,password", "archive_passwords": "",)" \
  R"( "max_bytes": 134217728, "max_children": 10000, "ratio": 200})"

const cupel_plugin_v1 kArchiveExtractor = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_EXTRACTOR,
    .name = "archive",
    .version = "1.0",
    .description = "Takes archives and compressed files apart",
    .options = CUPEL_ARCHIVE_OPTIONS,
    .extract = Enter<kArchiveExtractor, Extract>};

// The name that stoQ's rules have for it.
const cupel_plugin_v1 kDecompressExtractor = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_EXTRACTOR,
    .name = "decompress",
    .version = "1.0",
    .description = "The same as extractor:archive, under stoQ's name",
    .options = CUPEL_ARCHIVE_OPTIONS,
    .extract = Enter<kDecompressExtractor, Extract>};

#undef CUPEL_ARCHIVE_OPTIONS

}  // namespace cupel
