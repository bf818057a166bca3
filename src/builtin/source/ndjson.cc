// Jobs, a JSON object a line.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "base/status.h"
#include "builtin/call.h"
#include "builtin/files/descriptor.h"
#include "builtin/files/line_reader.h"
#include "builtin/source/deliver.h"
#include "builtin/tables.h"
#include "format/base64.h"
#include "format/escape.h"
#include "format/json.h"
#include "format/json_fields.h"

namespace cupel {
namespace {

struct NdjsonJob {
  std::string name;
  std::string path;
  std::string bytes;
  std::string metadata;
  std::string tlp;
};

absl::StatusOr<NdjsonJob> ParseJob(std::string_view line,
                                   const std::string& what) {
  CUPEL_ASSIGN_OR_RETURN(
      const Json json,
      ParseJson(line, what, {.bytes = line.size(), .depth = 64}));
  JsonIssues issues;
  JsonFields fields(json, {}, &issues);
  fields.ForbidOthers({"path", "base64", "name", "metadata", "tlp"});
  NdjsonJob job;
  const auto path = fields.OptionalString("path");
  const auto base64 = fields.OptionalString("base64");
  job.name = fields.OptionalString("name").value_or(path.value_or(""));
  job.tlp = fields.OptionalString("tlp").value_or("");
  if (fields.Has("metadata")) {
    job.metadata = PrintJson(fields.ObjectOrEmpty("metadata"));
  }
  CUPEL_RETURN_IF_ERROR(issues.ToStatus(what));
  if (path.has_value() == base64.has_value()) {
    return InvalidArgument("{}: it must have either `path` or `base64`", what);
  }
  if (path.has_value()) {
    job.path = *path;
    if (job.path.empty() || job.path.find('\0') != std::string::npos) {
      return InvalidArgument("{}: `path` is no path of a file", what);
    }
    return job;
  }
  auto bytes = Base64Decode(*base64);
  if (!bytes.has_value()) {
    return InvalidArgument(
        "{}: `base64` is no base64 with padding and without line breaks", what);
  }
  job.bytes = *std::move(bytes);
  if (job.name.empty()) job.name = what;
  return job;
}

bool IsBlank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

absl::Status IngestFrom(PluginCall& call, int fd, const std::string& shown) {
  CUPEL_ASSIGN_OR_RETURN(const int64_t most,
                         call.Integer("max_line", 2, int64_t{1} << 32));
  LineReader lines(fd, '\n', static_cast<size_t>(most),
                   [&call] { return call.cancelled(); });
  LineReader::Line line;
  while (true) {
    CUPEL_ASSIGN_OR_RETURN(const bool more, lines.Next(&line));
    if (!more) return absl::OkStatus();
    const std::string what = fmt::format("{}, line {}", shown, line.number);
    if (line.too_long) {
      call.Error(ResourceExhausted(
          "{}: it has more than {} bytes; raise `max_line`, or give a path",
          what, most));
      continue;
    }
    if (IsBlank(line.text)) continue;
    const auto job = ParseJob(line.text, what);
    if (!job.ok()) {
      call.Error(job.status());
      continue;
    }
    CUPEL_RETURN_IF_ERROR(Deliver(call, {.name = job->name,
                                         .path = job->path,
                                         .bytes = job->bytes,
                                         .metadata = job->metadata,
                                         .tlp = job->tlp}));
  }
}

absl::Status Ingest(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(const std::string path, call.Text("path"));
  if (path == "-") return IngestFrom(call, STDIN_FILENO, "standard input");
  const std::string shown = EscapePrintable(path);
  if (path.empty() || path.find('\0') != std::string::npos) {
    return call.Wrong("path", "name a file, or - for standard input");
  }
  // A pipe may wait for its writer as long as it wants to, but not in open.
  const OwnedFd file(
      open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.is_open()) {
    return ErrnoStatus(errno, fmt::format("open '{}'", shown));
  }
  return IngestFrom(call, file.get(), shown);
}

}  // namespace

const cupel_plugin_v1 kNdjsonSource = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .category = CUPEL_PLUGIN_SOURCE,
    .name = "ndjson",
    .version = "1.0",
    .description = "Takes jobs from a file or standard input, an object a line",
    .options = R"({"path": "-", "max_line": 67108864})",
    .ingest = Enter<kNdjsonSource, Ingest>};

}  // namespace cupel
