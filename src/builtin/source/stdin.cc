// What comes on standard input: bytes, or paths.
#include <unistd.h>

#include <string>

#include "base/status.h"
#include "builtin/call.h"
#include "builtin/files/line_reader.h"
#include "builtin/source/deliver.h"
#include "builtin/tables.h"

namespace cupel {
namespace {

constexpr size_t kPathBytes = 4096;  // PATH_MAX

absl::Status IngestBytes(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(const int64_t most,
                         call.Integer("max_bytes", 1, int64_t{1} << 40));
  CUPEL_ASSIGN_OR_RETURN(const std::string name, call.Text("name"));
  constexpr size_t kChunk = size_t{256} << 10;
  std::string bytes;
  while (true) {
    const size_t before = bytes.size();
    if (before > static_cast<size_t>(most)) {
      return ResourceExhausted(
          "standard input has more than {} bytes; raise `max_bytes`, or put "
          "them into a file",
          most);
    }
    bytes.resize(before + kChunk);
    CUPEL_ASSIGN_OR_RETURN(const size_t got,
                           ReadSome(STDIN_FILENO, bytes.data() + before, kChunk,
                                    [&call] { return call.cancelled(); }));
    bytes.resize(before + got);
    if (got == 0) break;
  }
  return Deliver(call, {.name = name, .bytes = bytes});
}

absl::Status IngestPaths(PluginCall& call, char end) {
  LineReader lines(STDIN_FILENO, end, kPathBytes,
                   [&call] { return call.cancelled(); });
  LineReader::Line line;
  while (true) {
    CUPEL_ASSIGN_OR_RETURN(const bool more, lines.Next(&line));
    if (!more) return absl::OkStatus();
    if (line.too_long || line.text.find('\0') != std::string_view::npos) {
      call.Error(InvalidArgument("standard input, line {}: no path {}",
                                 line.number,
                                 line.too_long ? "is that long"
                                               : "has a NUL byte; with NUL "
                                                 "between paths, set `nul`"));
      continue;
    }
    if (line.text.empty()) continue;
    CUPEL_RETURN_IF_ERROR(
        Deliver(call, {.name = line.text, .path = line.text}));
  }
}

absl::Status Ingest(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(const bool lines, call.Bool("lines"));
  CUPEL_ASSIGN_OR_RETURN(const bool nul, call.Bool("nul"));
  if (lines && nul) return call.Wrong("nul", "it excludes `lines`");
  if (lines || nul) return IngestPaths(call, nul ? '\0' : '\n');
  return IngestBytes(call);
}

}  // namespace

const cupel_plugin_v1 kStdinSource = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .category = CUPEL_PLUGIN_SOURCE,
    .name = "stdin",
    .version = "1.0",
    .description = "Takes standard input as one payload, or as a list of paths",
    .options = R"({"lines": false, "nul": false, "name": "stdin",
                   "max_bytes": 268435456})",
    .ingest = Enter<kStdinSource, Ingest>};

}  // namespace cupel
