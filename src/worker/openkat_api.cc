#include "worker/openkat_api.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "base/status.h"
#include "base/uuid.h"
#include "compat/openkat/boefje_run.h"
#include "compat/openkat/mime_types.h"
#include "crypto/secret.h"
#include "fmt/core.h"
#include "format/escape.h"
#include "format/json_writer.h"
#include "job/any_job.h"
#include "worker/openkat_results.h"

namespace cupel::worker {
namespace {

using job::TaskStatus;
using openkat::ApiDetail;
using openkat::ApiReply;

constexpr std::string_view kTasks = "/api/v0/tasks/";
constexpr std::string_view kScheduler = "/api/v0/scheduler/";
constexpr uint32_t kMostPopped = 100;

bool Take(std::string_view* text, std::string_view prefix) {
  if (!text->starts_with(prefix)) return false;
  text->remove_prefix(prefix.size());
  return true;
}

ApiReply NotAllowed() { return ApiDetail(405, "Method Not Allowed"); }
ApiReply NoSuch() { return ApiDetail(404, "Not Found"); }
ApiReply Null() { return {200, "null"}; }

// A service's trouble is not the asker's fault.
ApiReply ReplyOf(const absl::Status& status) {
  if (absl::IsNotFound(status)) return ApiDetail(404, "Task not found");
  const bool trouble =
      absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
  return ApiDetail(trouble ? 503 : 500, EscapePrintable(MessageOf(status)));
}

// Overwrites a hydrated task's variables.
class WipeTask {
 public:
  explicit WipeTask(job::Task* task) : task_(task) {}
  ~WipeTask() {
    if (auto* const meta = std::get_if<job::BoefjeMeta>(&task_->data)) {
      *meta = openkat::WithoutSecrets(std::move(*meta));
    }
  }
  WipeTask(const WipeTask&) = delete;
  WipeTask& operator=(const WipeTask&) = delete;

 private:
  job::Task* task_;
};

uint32_t LimitOf(std::string_view query) {
  uint32_t limit = 1;
  const size_t at = query.find("limit=");
  if (at == std::string_view::npos) return limit;
  const std::string_view digits = query.substr(at + 6);
  std::from_chars(digits.data(), digits.data() + digits.size(), limit);
  return std::clamp(limit, 1u, kMostPopped);
}

// bytes wants an offset; mula's own times may have none, and are UTC.
DateTime Aware(DateTime time) {
  time.aware = true;
  return time;
}

}  // namespace

ApiReply OpenKatApi::Handle(std::string_view method, std::string_view target,
                            std::string_view body, Cancel* cancel) const {
  const size_t mark = std::min(target.find('?'), target.size());
  std::string_view path = target.substr(0, mark);
  const std::string_view query = target.substr(mark);
  if (path == "/healthz") {
    return method == "GET" ? ApiReply{200, "\"OK\""} : NotAllowed();
  }
  if (Take(&path, kTasks)) return Task(method, path, body, cancel);
  if (Take(&path, kScheduler)) {
    return Scheduler(method, path, query, body, cancel);
  }
  return NoSuch();
}

ApiReply OpenKatApi::Task(std::string_view method, std::string_view id,
                          std::string_view body, Cancel* cancel) const {
  if (method != "GET" && method != "POST") return NotAllowed();
  const auto uuid = Uuid::Parse(id);
  if (!uuid.ok()) return ApiDetail(422, "the id of a task is a UUID");
  auto task = services_.mula->Get(uuid->ToString(), cancel);
  if (!task.ok()) return ReplyOf(task.status());
  if (task->status != TaskStatus::kRunning) {
    return ApiDetail(403, "Task does not have status running");
  }
  if (!std::holds_alternative<job::BoefjeMeta>(task->data)) {
    return ApiDetail(404, "Task not found");
  }
  if (method == "GET") return Input(*std::move(task), cancel);
  return Output(*std::move(task), body, cancel);
}

ApiReply OpenKatApi::Input(job::Task task, Cancel* cancel) const {
  auto hydrated = services_.hydration->Hydrate(
      std::get<job::BoefjeMeta>(task.data), cancel);
  if (!hydrated.ok()) return ReplyOf(hydrated.status());
  job::BoefjeInput input;
  const WipeTask wipe(&input.task);
  input.output_url = fmt::format("{}{}{}", services_.options->boefjes_api,
                                 kTasks, task.id.ToString());
  input.task = std::move(task);
  input.task.data = std::move(hydrated->meta);
  return {200, job::PrintModel(input)};
}

ApiReply OpenKatApi::Output(job::Task task, std::string_view body,
                            Cancel* cancel) const {
  ApiReply refusal;
  auto output = openkat::ReadPostedOutput(body, &refusal);
  if (!output.has_value()) return refusal;
  auto hydrated = services_.hydration->Hydrate(
      std::get<job::BoefjeMeta>(task.data), cancel);
  OpenKatJob job;
  job.meta = hydrated.ok() ? std::move(hydrated->meta)
                           : std::get<job::BoefjeMeta>(task.data);
  if (!services_.options->upstream_metas) {
    job.meta = openkat::WithoutSecrets(std::move(job.meta));
  }
  job.task = std::move(task);
  job.started = Aware(job.task.modified_at);
  OpenKatDelivery delivery =
      PostedDelivery(job, *std::move(output), DateTime::Now());
  // The asker is told what bytes calls its files, so this is tried here first.
  ApiReply reply{200, "{}"};
  absl::Status saved =
      services_.bytes->SaveBoefjeMeta(delivery.steps.front().body, cancel);
  if (saved.ok() && !delivery.files.empty()) {
    const auto ids = services_.bytes->SaveRaws(
        job.meta.id.ToString(), delivery.status, delivery.files, cancel);
    saved = ids.status();
    if (ids.ok()) reply.body = PrintJson(*ids);
  }
  if (saved.ok()) {
    delivery.steps.erase(delivery.steps.begin(), delivery.steps.end() - 1);
  }
  const absl::Status told = services_.spool->Deliver(delivery, cancel);
  return told.ok() ? reply : ReplyOf(told);
}

ApiReply OpenKatApi::Scheduler(std::string_view method, std::string_view path,
                               std::string_view query, std::string_view body,
                               Cancel* cancel) const {
  if (Take(&path, "tasks/")) {
    const auto id = Uuid::Parse(path);
    if (!id.ok()) return ApiDetail(422, "the id of a task is a UUID");
    if (method != "GET" && method != "PATCH") return NotAllowed();
    const auto reply = services_.mula->Pass(method, "/tasks/" + id->ToString(),
                                            std::string(body), cancel);
    if (!reply.ok()) return ReplyOf(reply.status());
    if (method == "PATCH" && reply->status == 200) return Null();
    return {reply->status, reply->body};
  }
  const size_t slash = std::min(path.find('/'), path.size());
  const std::string_view queue = path.substr(0, slash);
  const std::string_view what = path.substr(slash);
  if (queue != "boefje" && queue != "normalizer") return NoSuch();
  if (what != "/pop" && what != "/push") return NoSuch();
  if (method != "POST") return NotAllowed();
  return what == "/pop" ? Pop(queue, query, body, cancel) : Push(body, cancel);
}

ApiReply OpenKatApi::Pop(std::string_view queue, std::string_view query,
                         std::string_view body, Cancel* cancel) const {
  // A group's tasks could only be told apart by who hands them out together.
  const uint32_t limit = queue == "boefje" ? 1 : LimitOf(query);
  const auto answer = services_.mula->PassPop(
      fmt::format("/schedulers/{}/pop?limit={}", queue, limit),
      std::string(body));
  if (!answer.ok()) return ReplyOf(answer.status());
  if (answer->status != 200) return {answer->status, answer->body};
  const auto json = services_.mula->service().JsonOf(*answer, "pop");
  if (!json.ok()) return ReplyOf(json.status());
  auto popped = ReadPopped(*json);
  if (!popped.ok()) return ReplyOf(popped.status());
  ApiReply reply;
  JsonWriter out(&reply.body);
  out.BeginArray();
  for (PoppedTask& one : popped->tasks) {
    const WipeTask wipe(&one.task);
    if (const auto* const meta = std::get_if<job::BoefjeMeta>(&one.task.data)) {
      auto hydrated = services_.hydration->Hydrate(*meta, cancel);
      if (!hydrated.ok()) {
        Settle(one.task, hydrated.status(), cancel);
        continue;
      }
      one.task.data = std::move(hydrated->meta);
    }
    job::Write(one.task, &out);
  }
  out.EndArray();
  return reply;
}

void OpenKatApi::Settle(const job::Task& task, const absl::Status& why,
                        Cancel* cancel) const {
  OpenKatJob job;
  job.task = task;
  job.started = DateTime::Now();
  job.meta = std::get<job::BoefjeMeta>(task.data);
  OpenKatDelivery delivery;
  const bool not_its_fault = absl::IsUnavailable(why) ||
                             absl::IsInternal(why) || absl::IsCancelled(why) ||
                             absl::IsDeadlineExceeded(why);
  if (not_its_fault) {
    delivery = GiveBackDelivery(job);
  } else {
    JobOutcome outcome;
    outcome.reason = std::string(MessageOf(why));
    std::vector<std::string> warnings;
    delivery = BoefjeDelivery(job, outcome, &warnings);
    delivery.steps.back().kind = DeliveryStep::Kind::kSettle;
  }
  const absl::Status told = services_.spool->Deliver(delivery, cancel);
  if (services_.log == nullptr) return;
  services_.log->Warning("task can't be run", task.id.ToString(),
                         {{"reason", std::string(MessageOf(why))}});
  if (!told.ok()) {
    services_.log->Error("status lost", task.id.ToString(),
                         {{"reason", std::string(MessageOf(told))}});
  }
}

// Whoever pushes a task wants to give it back. mula refuses what OpenKAT's own
// worker sends for it, and takes this.
ApiReply OpenKatApi::Push(std::string_view body, Cancel* cancel) const {
  const auto json = ParseJson(body, "body");
  if (!json.ok()) return ApiDetail(422, MessageOf(json.status()));
  JsonIssues issues;
  const job::Task task = job::ParseTask(*json, {}, &issues);
  if (!issues.empty()) {
    return ApiDetail(422, MessageOf(issues.ToStatus("body")));
  }
  const absl::Status done = services_.mula->SetStatus(
      task.id.ToString(), TaskStatus::kQueued, cancel);
  return done.ok() ? Null() : ReplyOf(done);
}

}  // namespace cupel::worker
