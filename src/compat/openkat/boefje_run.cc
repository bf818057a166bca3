#include "compat/openkat/boefje_run.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/status.h"
#include "compat/openkat/mime_types.h"
#include "crypto/secret.h"
#include "fmt/core.h"
#include "format/escape.h"
#include "format/json.h"
#include "job/any_job.h"

namespace cupel::openkat {
namespace {

// What a child's metadata says: of what it knows nothing, and anything may
// stand there.
struct FileNotes {
  std::vector<std::string> mime_types;
  std::string id;
};

FileNotes NotesOf(const PluginChild& child) {
  FileNotes notes;
  if (child.metadata.empty()) return notes;
  const auto metadata = ParseJson(child.metadata, "metadata");
  if (!metadata.ok() || !metadata->is_object()) return notes;
  const auto types = metadata->find("mime_types");
  if (types != metadata->end() && types->is_array()) {
    for (const Json& type : *types) {
      notes.mime_types.push_back(PythonStr(type));
    }
  }
  const auto id = metadata->find("id");
  if (id != metadata->end() && id->is_string()) {
    notes.id = id->get<std::string>();
  }
  return notes;
}

bool IsError(const std::set<std::string>& mime_types) {
  return std::any_of(
      mime_types.begin(), mime_types.end(),
      [](const std::string& type) { return type.starts_with("error/"); });
}

class Run {
 public:
  Run(Plugin& plugin, job::BoefjeMeta meta, const RunRequest& request)
      : plugin_(plugin), request_(request), answer_(request.limits) {
    outcome_.meta = std::move(meta);
  }

  absl::StatusOr<BoefjeOutcome> Go() {
    outcome_.meta.started_at = DateTime::Now();
    const absl::Status done = Call();
    outcome_.meta.ended_at = DateTime::Now();
    if (absl::IsCancelled(done)) return done;
    TakeFiles();
    TellErrors();
    if (!done.ok()) {
      Fail(std::string(MessageOf(done)));
    } else if (!answer_.fired.empty()) {
      const AnswerLimit& limit = answer_.fired.front();
      Fail(
          fmt::format("it gave more than is taken ({}: {}); what is over the "
                      "limit is lost",
                      limit.name, limit.value));
    }
    return std::move(outcome_);
  }

 private:
  absl::Status Call() {
    CUPEL_ASSIGN_OR_RETURN(
        const std::unique_ptr<PluginInstance> instance,
        plugin_.Activate("{}", request_.services, request_.cancel));
    std::string document = job::PrintModel(outcome_.meta);
    const WipeAtEnd wipe(&document);
    PluginRequest request;
    request.method = PluginMethod::kScan;
    request.document = document;
    const StringMap none;
    request.environment = outcome_.meta.environment.has_value()
                              ? &*outcome_.meta.environment
                              : &none;
    request.deadline = request_.deadline;
    request.cancel = request_.cancel;
    request.services = request_.services;
    return instance->Call(request, &answer_);
  }

  void TakeFiles() {
    for (size_t i = 0; i < answer_.children.size(); ++i) {
      PluginChild& child = answer_.children[i];
      std::vector<std::string> dropped;
      const FileNotes notes = NotesOf(child);
      RawFile file;
      file.mime_types =
          TagsOf(outcome_.meta.boefje, notes.mime_types, &dropped);
      // Only a container is told ids; nobody else chooses them.
      if (plugin_.tier() == Tier::kOci) file.id = notes.id;
      for (const std::string& type : dropped) {
        outcome_.warnings.push_back(
            fmt::format("file {}: '{}' is no MIME type and was left out", i,
                        EscapePrintable(std::string_view(type).substr(0, 80))));
      }
      if (i < answer_.cut.size() && answer_.cut[i]) {
        file.mime_types.emplace(kErrorMimeType);
        outcome_.warnings.push_back(fmt::format("file {}: cut after {} bytes",
                                                i, child.bytes.view.size()));
      }
      file.bytes = std::move(child.bytes);
      outcome_.files.push_back(std::move(file));
    }
  }

  void TellErrors() {
    for (const PluginError& error : answer_.errors) {
      outcome_.warnings.push_back(error.message);
    }
    if (answer_.errors_left_out > 0) {
      outcome_.warnings.push_back(
          fmt::format("and {} more errors", answer_.errors_left_out));
    }
  }

  void Fail(std::string problem) {
    outcome_.status = job::StatusEnum::kFailed;
    outcome_.problem = EscapePrintable(problem);
    auto& files = outcome_.files;
    if (plugin_.tier() != Tier::kOci && answer_.fired.empty()) {
      const size_t before = files.size();
      std::erase_if(
          files, [](const RawFile& file) { return !IsError(file.mime_types); });
      if (files.size() != before) {
        outcome_.warnings.push_back(
            fmt::format("{} of its files were dropped, as it failed afterwards",
                        before - files.size()));
      }
    }
    const bool told = std::any_of(
        files.begin(), files.end(),
        [](const RawFile& file) { return IsError(file.mime_types); });
    if (told) return;
    RawFile error;
    error.mime_types = DefaultMimeTypes(outcome_.meta.boefje);
    error.mime_types.emplace(kErrorMimeType);
    error.bytes = SharedBytes::Own(std::move(problem));
    files.push_back(std::move(error));
  }

  Plugin& plugin_;
  const RunRequest& request_;
  PluginAnswer answer_;
  BoefjeOutcome outcome_;
};

}  // namespace

absl::StatusOr<BoefjeOutcome> RunBoefje(Plugin& plugin, job::BoefjeMeta meta,
                                        const RunRequest& request) {
  return Run(plugin, std::move(meta), request).Go();
}

job::BoefjeMeta WithoutSecrets(job::BoefjeMeta meta) {
  if (!meta.environment.has_value()) return meta;
  for (auto& [key, value] : *meta.environment) {
    Wipe(value.data(), value.size());
    value = "***";
  }
  return meta;
}

}  // namespace cupel::openkat
