#include "oci/oci_plugin.h"

#include <poll.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "base/uuid.h"
#include "compat/openkat/boefje_api.h"
#include "compat/openkat/mime_types.h"
#include "fmt/core.h"
#include "format/escape.h"
#include "format/json_writer.h"
#include "job/any_job.h"
#include "oci/child_process.h"
#include "oci/job_network.h"
#include "oci/responder.h"

namespace cupel::oci {
namespace {

constexpr size_t kMostErrors = size_t{1} << 20;  // of standard error
constexpr size_t kLongestTold = 2000;            // of it, in a message
constexpr int kTickMs = 20;                      // well within 50 ms
constexpr uint64_t kTickNanos = 100'000'000;
constexpr uint64_t kEndNanos = 20'000'000'000;
constexpr uint64_t kNanosPerSecond = 1'000'000'000;
// So that ours is the time limit that fires, unless we are gone.
constexpr uint64_t kGraceSeconds = 10;

std::string Metadata(const std::vector<std::string>& mime_types,
                     std::string_view id) {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject().Key("mime_types").BeginArray();
  for (const std::string& type : mime_types) json.String(type);
  json.EndArray();
  if (!id.empty()) json.Key("id").String(id);
  json.EndObject();
  return text;
}

// The last of it, as what went wrong stands at the end.
std::string_view Tail(std::string_view text) {
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  if (text.size() <= kLongestTold) return text;
  return text.substr(text.size() - kLongestTold);
}

// One container, from its start to its end.
class ContainerCall {
 public:
  ContainerCall(const ContainerOptions& options, std::string image,
                const PluginRequest& request)
      : options_(options), request_(request) {
    run_.image = std::move(image);
    run_.name = "cupel-boefje-" + Uuid::Random().ToString();
  }

  absl::Status Go(job::BoefjeMeta meta, PluginAnswer* answer) {
    CUPEL_ASSIGN_OR_RETURN(program_, FindContainerProgram(options_.program));
    CUPEL_ASSIGN_OR_RETURN(network_,
                           JobNetwork::New(program_, options_, run_.name));
    api_.emplace(std::move(meta), network_->base_url());
    responder_.emplace(network_->TakeListener(), HttpLimits{},
                       [this](const HttpRequest& http) {
                         openkat::ApiReply reply =
                             api_->Handle(http.method, http.target, http.body);
                         return HttpReply{reply.status, std::move(reply.body)};
                       });
    CUPEL_RETURN_IF_ERROR(Start());
    const absl::Status waited = Wait();
    if (!waited.ok()) {
      End();
    } else if (code_ != 0) {
      // A sudden end of the program is not the container's.
      RemoveContainer(program_, run_.name);
    }
    ReadSome(errors_.reads.get(), kMostErrors, &said_);
    return Finish(waited, answer);
  }

 private:
  absl::Status Start() {
    CUPEL_ASSIGN_OR_RETURN(errors_, Pipe::New());
    run_.network = network_->arguments();
    run_.url = api_->input_url();
    if (!request_.deadline.is_never()) {
      run_.time_limit_s =
          request_.deadline.remaining() / kNanosPerSecond + kGraceSeconds;
    }
    ChildOptions child;
    child.argv = RunArguments(program_, options_, run_);
    child.environment = ProgramEnvironment();
    child.err = errors_.writes.get();
    CUPEL_ASSIGN_OR_RETURN(ChildProcess started, ChildProcess::Start(child));
    errors_.writes.Close();
    child_.emplace(std::move(started));
    return absl::OkStatus();
  }

  absl::Status Wait() {
    std::vector<pollfd> waited;
    bool speaks = true;
    while (true) {
      if (request_.cancel != nullptr && request_.cancel->triggered()) {
        return Cancelled("the boefje was cancelled");
      }
      if (request_.deadline.passed()) {
        return DeadlineExceeded(
            "the boefje did not end in time; its container was killed");
      }
      waited.clear();
      responder_->AddTo(&waited);
      const size_t sockets = waited.size();
      if (speaks) waited.push_back({errors_.reads.get(), POLLIN, 0});
      poll(waited.data(), waited.size(), kTickMs);
      responder_->Serve(waited.data(), sockets);
      if (speaks) {
        speaks = ReadSome(errors_.reads.get(), kMostErrors, &said_);
      }
      if (const auto code = child_->Poll()) {
        code_ = *code;
        return absl::OkStatus();
      }
    }
  }

  // Takes the container from under the program, which ends then; killed while
  // it makes one, it could leave half of it behind.
  void End() {
    const Deadline give_up = Deadline::After(kEndNanos);
    do {
      RemoveContainer(program_, run_.name);
    } while (!child_->Wait(Deadline::After(kTickNanos)).has_value() &&
             !give_up.passed());
    if (child_->Poll().has_value()) return;
    child_->Kill();
    (void)child_->Wait(Deadline());
    RemoveContainer(program_, run_.name);
  }

  absl::Status Finish(const absl::Status& waited, PluginAnswer* answer) {
    // What was handed in counts, whatever happened afterwards.
    if (const auto& output = api_->output()) {
      for (const openkat::PostedFile& file : output->files) {
        PluginChild child;
        child.name = file.name;
        child.bytes = SharedBytes::Copy(file.bytes);
        child.metadata = Metadata(file.mime_types, file.id);
        CUPEL_RETURN_IF_ERROR(answer->AddChild(std::move(child)));
      }
    }
    absl::Status why = waited.ok() ? Outcome() : waited;
    if (!why.ok() && !said_.empty()) {
      PluginChild child;
      child.name = "stderr";
      child.bytes = SharedBytes::Own(std::move(said_));
      child.metadata = Metadata({std::string(openkat::kErrorMimeType)}, "");
      CUPEL_RETURN_IF_ERROR(answer->AddChild(std::move(child)));
    }
    return why;
  }

  // How a container that ended by itself did.
  absl::Status Outcome() const {
    constexpr int kProgramFailed = 125;  // podman's and docker's own
    constexpr int kKilled = 137;
    const std::string said = EscapePrintable(Tail(said_));
    if (code_ == kProgramFailed && !api_->asked()) return NotStarted(said);
    const auto& output = api_->output();
    if (output.has_value() && output->status == job::StatusEnum::kFailed) {
      return absl::UnknownError(
          "the boefje said that it failed; its files tell more");
    }
    if (code_ == kKilled) {
      return ResourceExhausted(
          "the container was killed: it needed more memory than {} bytes, or "
          "somebody killed it",
          options_.limits.memory_bytes);
    }
    if (code_ != 0) {
      return Aborted("the container ended with {}{}", code_,
                     said.empty() ? "" : ": " + said);
    }
    if (output.has_value()) return absl::OkStatus();
    return Aborted("the container ended without handing in an output{}",
                   said.empty() ? "" : ": " + said);
  }

  absl::Status NotStarted(const std::string& said) const {
    // podman: "image not known", docker: "No such image".
    if (said.find("image not known") != std::string::npos ||
        said.find("No such image") != std::string::npos) {
      return NotFound("image '{}' is not on this machine: `{} pull {}` gets it",
                      run_.image, program_.path, run_.image);
    }
    return FailedPrecondition("'{}' could not start the container: {}",
                              program_.path, said);
  }

  const ContainerOptions& options_;
  const PluginRequest& request_;
  ContainerRun run_;
  ContainerProgram program_;
  std::unique_ptr<JobNetwork> network_;
  std::optional<openkat::BoefjeApi> api_;
  std::optional<Responder> responder_;
  Pipe errors_;
  std::string said_;
  std::optional<ChildProcess> child_;
  int code_ = 0;
};

class OciInstance : public PluginInstance {
 public:
  OciInstance(std::string image, const ContainerOptions& options)
      : image_(std::move(image)), options_(options) {}

  absl::Status Call(const PluginRequest& request,
                    PluginAnswer* answer) override {
    CUPEL_ASSIGN_OR_RETURN(
        job::AnyJob parsed,
        job::ParseJob(request.document, "job", job::Kind::kBoefjeMeta));
    return ContainerCall(options_, image_, request)
        .Go(std::move(std::get<job::BoefjeMeta>(parsed)), answer);
  }

 private:
  const std::string image_;
  const ContainerOptions options_;
};

class OciPlugin : public Plugin {
 public:
  OciPlugin(PluginInfo info, std::string image, const ContainerOptions& options)
      : Plugin(std::move(info)), image_(std::move(image)), options_(options) {}

  Tier tier() const override { return Tier::kOci; }
  absl::StatusOr<std::unique_ptr<PluginInstance>> Activate(
      std::string_view, const PluginServices*, Cancel*) override {
    return std::make_unique<OciInstance>(image_, options_);
  }

 private:
  const std::string image_;
  const ContainerOptions options_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<Plugin>> NewOciPlugin(
    PluginInfo info, std::string image, const ContainerOptions& options) {
  CUPEL_RETURN_IF_ERROR(CheckImage(image));
  CUPEL_RETURN_IF_ERROR(CheckLimits(options.limits));
  return std::make_shared<OciPlugin>(std::move(info), std::move(image),
                                     options);
}

}  // namespace cupel::oci
