// The table of the driver: C on one side, JobBroker on the other.
#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "cupel/queue_driver.h"
#include "dead_jobs.h"
#include "format/escape.h"
#include "job_broker.h"
#include "target.h"
#include "wall_clock.h"

namespace cupel::amqp {
namespace {

constexpr size_t kMostId = 255;
constexpr int32_t kDead = 3;  // cupel_driver_record::state
// What the broker writes on what it makes dead: "delivery_limit".
constexpr std::string_view kFirstDeathReason = "x-first-death-reason";

std::string_view TextOf(cupel_view view) {
  return {reinterpret_cast<const char*>(view.data), view.size};
}

cupel_view ViewOf(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

JobBroker& BrokerOf(void* queue) { return *static_cast<JobBroker*>(queue); }

// Runs `body`, and says what became of it in C.
template <typename Body>
cupel_status Enter(cupel_driver_why* why, Body body) noexcept {
  try {
    const absl::Status status = body();
    if (status.ok()) return CUPEL_STATUS_OK;
    return cupel_driver_fail(why, static_cast<cupel_status>(status.code()),
                             std::string(MessageOf(status)).c_str());
  } catch (const std::bad_alloc&) {
    return cupel_driver_fail(why, CUPEL_STATUS_RESOURCE_EXHAUSTED,
                             "out of memory");
  } catch (const std::exception& error) {
    return cupel_driver_fail(why, CUPEL_STATUS_INTERNAL, error.what());
  }
}

std::vector<std::string> KindsOf(const cupel_view* kinds, uint32_t count) {
  std::vector<std::string> out;
  for (uint32_t i = 0; i < count; ++i) out.emplace_back(TextOf(kinds[i]));
  return out;
}

cupel_status Open(const cupel_driver_open* options, void** queue,
                  cupel_driver_why* why) {
  return Enter(why, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const Target target,
                           ParseTarget(TextOf(options->url)));
    CUPEL_ASSIGN_OR_RETURN(
        std::unique_ptr<JobBroker> broker,
        JobBroker::Open(target, {.max_attempts = options->max_attempts,
                                 .backoff_micros = options->backoff_us,
                                 .max_backoff_micros = options->max_backoff_us,
                                 .jitter = options->jitter,
                                 .max_body_bytes = options->max_body_bytes}));
    *queue = broker.release();
    return absl::OkStatus();
  });
}

void Close(void* queue) { delete &BrokerOf(queue); }

absl::StatusOr<wire::QueueJob> JobOf(const cupel_driver_job& job) {
  if (job.dedup_key.size > 0) {
    return Unimplemented(
        "job '{}': a broker can't tell jobs with one dedup key; leave it out, "
        "or use a queue that is kept in a database",
        EscapePrintable(TextOf(job.id)));
  }
  // It is the message's id too, and AMQP has an end there.
  if (job.id.size > kMostId) {
    return InvalidArgument("job '{}…': in a broker an id has at most {} bytes",
                           EscapePrintable(TextOf(job.id).substr(0, 64)),
                           kMostId);
  }
  return wire::QueueJob{.id = std::string(TextOf(job.id)),
                        .kind = std::string(TextOf(job.kind)),
                        .organisation = std::string(TextOf(job.organisation)),
                        .body = std::string(TextOf(job.body)),
                        .priority = job.priority,
                        .max_attempts = job.max_attempts,
                        .not_before_micros = job.not_before_us,
                        .deadline_micros = job.deadline_us,
                        .submitted_micros = WallMicros()};
}

cupel_driver_job JobTo(const wire::QueueJob& job) {
  cupel_driver_job out{};
  out.struct_size = sizeof out;
  out.id = ViewOf(job.id);
  out.kind = ViewOf(job.kind);
  out.body = ViewOf(job.body);
  out.organisation = ViewOf(job.organisation);
  out.priority = job.priority;
  out.max_attempts = job.max_attempts;
  out.not_before_us = job.not_before_micros;
  out.deadline_us = job.deadline_micros;
  return out;
}

cupel_status Submit(void* queue, const cupel_driver_job* jobs, size_t count,
                    int32_t* existed, cupel_driver_why* why) {
  return Enter(why, [&]() -> absl::Status {
    std::vector<wire::QueueJob> out;
    out.reserve(count);
    for (size_t i = 0; i < count; ++i) {
      CUPEL_ASSIGN_OR_RETURN(wire::QueueJob job, JobOf(jobs[i]));
      out.push_back(std::move(job));
      existed[i] = 0;
    }
    return BrokerOf(queue).Submit(out);
  });
}

cupel_status Lease(void* queue, const cupel_driver_lease_request* request,
                   cupel_driver_take_lease_fn take, void* user_data,
                   cupel_driver_why* why) {
  return Enter(why, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(
        const std::vector<Leased> leased,
        BrokerOf(queue).Lease(TextOf(request->worker),
                              KindsOf(request->kinds, request->kind_count),
                              request->max, request->lease_us));
    for (const Leased& one : leased) {
      cupel_driver_lease out{};
      out.struct_size = sizeof out;
      out.job = JobTo(one.job);
      out.token = one.token;
      out.attempt = one.attempt;
      out.submitted_us = one.job.submitted_micros;
      out.expires_us = one.expires_micros;
      take(user_data, &out);
    }
    return absl::OkStatus();
  });
}

cupel_status Wait(void* queue, const cupel_view* kinds, uint32_t kind_count,
                  int64_t micros, cupel_driver_why* why) {
  return Enter(why, [&] {
    return BrokerOf(queue).Wait(KindsOf(kinds, kind_count), micros);
  });
}

void Wake(void* queue) { BrokerOf(queue).Wake(); }

cupel_status Renew(void* queue, cupel_view id, uint64_t token, int64_t lease_us,
                   int64_t* expires_us, int32_t* cancel_wanted,
                   cupel_driver_why* why) {
  return Enter(why, [&]() -> absl::Status {
    *cancel_wanted = 0;
    CUPEL_ASSIGN_OR_RETURN(*expires_us,
                           BrokerOf(queue).Renew(TextOf(id), token, lease_us));
    return absl::OkStatus();
  });
}

cupel_status Complete(void* queue, cupel_view id, uint64_t token,
                      const cupel_driver_result* result,
                      cupel_driver_why* why) {
  return Enter(why, [&] {
    return BrokerOf(queue).Complete(
        TextOf(id), token, std::string(TextOf(result->type)),
        std::string(TextOf(result->bytes)), result->max_rss_bytes);
  });
}

cupel_status Fail(void* queue, cupel_view id, uint64_t token,
                  const cupel_driver_failure* failure, cupel_driver_why* why) {
  return Enter(why, [&] {
    return BrokerOf(queue).Fail(
        TextOf(id), token,
        {.reason = std::string(TextOf(failure->reason)),
         .last_step = std::string(TextOf(failure->last_step)),
         .signal = failure->signal,
         .max_rss_bytes = failure->max_rss_bytes,
         .retry = failure->retry != 0});
  });
}

cupel_status Release(void* queue, cupel_view id, uint64_t token, cupel_view,
                     cupel_driver_why* why) {
  return Enter(why, [&] { return BrokerOf(queue).Release(TextOf(id), token); });
}

cupel_status Stats(void* queue, cupel_driver_stats* stats,
                   cupel_driver_why* why) {
  return Enter(why, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const BrokerStats got, BrokerOf(queue).Stats());
    stats->waiting = got.waiting;
    stats->delayed = got.delayed;
    stats->leased = got.leased;
    stats->dead = got.dead;
    return absl::OkStatus();
  });
}

// What is told of a dead message: it may be no job at all.
struct DeadJob {
  wire::QueueJob job;
  uint32_t attempts = 0;
  std::string reason;
};

DeadJob DeadJobOf(const Message& message) {
  DeadJob dead;
  auto job = JobOfMessage(message, message.body.size());
  if (job.ok()) {
    dead.job = *std::move(job);
  } else {
    dead.job.id = message.message_id.empty() ? "?" : message.message_id;
  }
  dead.attempts = static_cast<uint32_t>(
      std::clamp<int64_t>(message.NumberOr(kAttempts, 0), 0, 1'000'000));
  for (const std::string_view name : {kReason, kFirstDeathReason}) {
    const std::string* const text = message.Text(name);
    if (dead.reason.empty() && text != nullptr) dead.reason = *text;
  }
  return dead;
}

cupel_status List(void* queue, const cupel_driver_list_request* request,
                  cupel_driver_take_record_fn take, void* user_data,
                  cupel_driver_why* why) {
  return Enter(why, [&]() -> absl::Status {
    if (request->state != kDead) {
      return Unimplemented(
          "only dead jobs can be listed in a broker, not those that wait or "
          "are at work (cupel queue dead)");
    }
    std::vector<DeadJob> found;
    bool after = request->after.size == 0;
    CUPEL_RETURN_IF_ERROR(
        SweepDeadJobs(BrokerOf(queue).target(), [&](const Message& message) {
          DeadJob dead = DeadJobOf(message);
          const bool wanted = after && found.size() < request->max &&
                              (request->kind.size == 0 ||
                               TextOf(request->kind) == dead.job.kind);
          after = after || TextOf(request->after) == dead.job.id;
          if (wanted) found.push_back(std::move(dead));
          return false;
        }).status());
    for (const DeadJob& dead : found) {
      cupel_driver_record record{};
      record.struct_size = sizeof record;
      record.job = JobTo(dead.job);
      record.state = kDead;
      record.attempts = dead.attempts;
      record.submitted_us = dead.job.submitted_micros;
      record.reason = ViewOf(dead.reason);
      take(user_data, &record);
    }
    return absl::OkStatus();
  });
}

cupel_status Retry(void* queue, cupel_view id, cupel_driver_why* why) {
  return Enter(why, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(
        const uint64_t moved,
        SweepDeadJobs(BrokerOf(queue).target(), [&](const Message& message) {
          // What is no job would only come back.
          return JobOfMessage(message, message.body.size()).ok() &&
                 DeadJobOf(message).job.id == TextOf(id);
        }));
    if (moved > 0) return absl::OkStatus();
    return NotFound("there is no dead job '{}' in this queue",
                    EscapePrintable(TextOf(id)));
  });
}

constexpr cupel_queue_driver_v1 kDriver = {
    .struct_size = sizeof(cupel_queue_driver_v1),
    .abi = CUPEL_QUEUE_DRIVER_ABI,
    .flags = 0,
    .name = "amqp",
    .version = "1.0",
    .description = "Jobs in quorum queues of RabbitMQ",
    .schemes = "amqp amqps",
    .open = Open,
    .close = Close,
    .submit = Submit,
    .lease = Lease,
    .wait = Wait,
    .wake = Wake,
    .renew = Renew,
    .complete = Complete,
    .fail = Fail,
    .release = Release,
    .stats = Stats,
    .get = nullptr,
    .list = List,
    .retry = Retry,
    .cancel = nullptr,
    .purge = nullptr,
    .remedy =
        "a broker hands jobs out and can't look one up; read the queues "
        "for results and for what is dead (docs/rabbitmq.md), or use a "
        "queue that is kept in a database"};

}  // namespace
}  // namespace cupel::amqp

CUPEL_QUEUE_DRIVER_EXPORT(&cupel::amqp::kDriver)
