// Reports as files of their own, or as lines of one file.
#include <algorithm>
#include <memory>
#include <string>

#include "base/datetime.h"
#include "base/status.h"
#include "builtin/activate.h"
#include "builtin/call.h"
#include "builtin/connector/save_call.h"
#include "builtin/files/append.h"
#include "builtin/files/folder.h"
#include "builtin/files/new_file.h"
#include "builtin/files/safe_name.h"
#include "builtin/tables.h"
#include "format/json.h"

namespace cupel {
namespace {

struct FileSaver {
  Folder folder;
  std::string out;     // the file that lines go to; empty: a file each
  std::string suffix;  // of a report's file
  bool dates = false;
  bool sync = true;
};

// The part of a path before its last slash, and the one behind it.
std::pair<std::string, std::string> Cut(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {"", path};
  return {path.substr(0, std::max<size_t>(slash, 1)), path.substr(slash + 1)};
}

absl::StatusOr<std::unique_ptr<FileSaver>> MakeSaver(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(std::string directory, call.Text("directory"));
  CUPEL_ASSIGN_OR_RETURN(std::string out, call.Text("out"));
  CUPEL_ASSIGN_OR_RETURN(std::string suffix, call.Text("suffix"));
  CUPEL_ASSIGN_OR_RETURN(const bool dates, call.Bool("dates"));
  CUPEL_ASSIGN_OR_RETURN(const bool sync, call.Bool("sync"));
  if (directory.empty() == out.empty()) {
    return call.Wrong("directory",
                      "name a folder for a file each, or, with `out` instead, "
                      "a file for a line each");
  }
  if (SafeName("x" + suffix) != "x" + suffix) {
    return call.Wrong("suffix",
                      "it may have letters, digits, '.', '-' and '_' only");
  }
  if (!out.empty()) {
    std::tie(directory, out) = Cut(out);
    if (directory.empty()) directory = ".";
    if (!CheckRelative(out).ok()) return call.Wrong("out", "name a file");
  }
  CUPEL_ASSIGN_OR_RETURN(Folder folder, Folder::Open(directory, true));
  return std::make_unique<FileSaver>(FileSaver{
      std::move(folder), std::move(out), std::move(suffix), dates, sync});
}

// "2026/11/30/", in UTC.
std::string Today() {
  std::string day = DateTime::Now().ToString().substr(0, 10);
  std::replace(day.begin(), day.end(), '-', '/');
  return day + "/";
}

// The job's id, if the document is a report that has one.
std::string JobId(std::string_view document) {
  const auto report = ParseJson(document, "report");
  if (!report.ok() || !report->is_object()) return "";
  const auto job = report->find("job");
  if (job == report->end() || !job->is_object()) return "";
  const auto id = job->find("id");
  return id != job->end() && id->is_string() ? id->get<std::string>() : "";
}

std::string StemOf(const PluginCall& call) {
  if (!call.name().empty()) return SafeName(call.name());
  const std::string id =
      SavesPayload(call) ? std::string(call.sha256()) : JobId(call.document());
  return id.empty() ? "report" : SafeName(id);
}

absl::Status SaveFile(PluginCall& call, const FileSaver& saver,
                      const std::string& day) {
  CUPEL_ASSIGN_OR_RETURN(const Folder folder, saver.folder.Below(day, true));
  CUPEL_ASSIGN_OR_RETURN(NewFile file, NewFile::In(folder));
  const bool payload = SavesPayload(call);
  const std::string_view bytes = payload ? call.bytes() : call.document();
  CUPEL_RETURN_IF_ERROR(file.Write(bytes));
  if (!payload && !bytes.ends_with('\n')) {
    CUPEL_RETURN_IF_ERROR(file.Write("\n"));
  }
  if (saver.sync) CUPEL_RETURN_IF_ERROR(file.Sync());
  CUPEL_ASSIGN_OR_RETURN(
      const std::string name,
      PublishNumbered(folder, StemOf(call), payload ? "" : saver.suffix, file));
  if (saver.sync) CUPEL_RETURN_IF_ERROR(folder.Sync());
  return TellWhere(call, day + name);
}

// A document on one line. What is no JSON, as templates make it, stays as it
// is.
std::string OneLine(std::string_view document) {
  while (document.ends_with('\n')) document.remove_suffix(1);
  if (document.find('\n') != std::string_view::npos) {
    const JsonLimits limits = {
        .bytes = document.size(), .depth = 64, .values = document.size()};
    const auto json = ParseJson(document, "document", limits);
    if (json.ok()) return PrintJson(*json);
  }
  return std::string(document);
}

absl::Status SaveLine(PluginCall& call, const FileSaver& saver,
                      const std::string& day) {
  if (SavesPayload(call)) {
    return InvalidArgument(
        "{}: payloads can't be lines of '{}'; use `directory` instead of `out`",
        call.plugin(), saver.out);
  }
  CUPEL_ASSIGN_OR_RETURN(const Folder folder, saver.folder.Below(day, true));
  CUPEL_ASSIGN_OR_RETURN(
      const uint64_t offset,
      AppendLine(folder, saver.out, OneLine(call.document()), saver.sync,
                 [&call] { return call.cancelled(); }));
  return TellWhere(call, fmt::format("{}{}@{}", day, saver.out, offset));
}

absl::Status Save(PluginCall& call) {
  CUPEL_RETURN_IF_ERROR(CheckSave(call));
  const auto& saver = call.state<FileSaver>();
  const std::string day = saver.dates ? Today() : "";
  return saver.out.empty() ? SaveFile(call, saver, day)
                           : SaveLine(call, saver, day);
}

absl::Status GetFile(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(const std::string path,
                         WantedMember(call, {"conn_id", "path"}));
  CUPEL_RETURN_IF_ERROR(CheckRelative(path));
  const auto [above, name] = Cut(path);
  CUPEL_ASSIGN_OR_RETURN(const Folder folder,
                         call.state<FileSaver>().folder.Below(above, false));
  CUPEL_ASSIGN_OR_RETURN(const std::string bytes,
                         folder.Read(name, call.budget()));
  return call.Child(bytes, name);
}

}  // namespace

const cupel_plugin_v1 kFileConnector = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_CONNECTOR,
    .needs = CUPEL_NEEDS_FILES,
    .name = "file",
    .version = "1.0",
    .description = "Saves reports as files of a folder or lines of a file",
    .options = R"({"directory": "", "out": "", "dates": false,
                   "suffix": ".json", "sync": true})",
    .activate = Activate<kFileConnector, FileSaver, MakeSaver>,
    .deactivate = Deactivate<FileSaver>,
    .save = Enter<kFileConnector, Save>,
    .get_file = Enter<kFileConnector, GetFile>};

}  // namespace cupel
