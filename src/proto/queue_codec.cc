#include "proto/queue_codec.h"

#include <limits>

#include "base/status.h"
#include "cupel/v1/queue.pb.h"
#include "format/escape.h"

namespace cupel::wire {
namespace {

constexpr uint32_t kVersion = 1;

}  // namespace

std::string EncodeQueueJob(const QueueJob& job) {
  v1::QueueJob out;
  out.set_version(kVersion);
  out.set_id(job.id);
  out.set_kind(job.kind);
  out.set_organisation(job.organisation);
  out.set_body_json(job.body);
  if (job.priority != 0) out.set_priority(job.priority);
  if (job.max_attempts != 0) out.set_max_attempts(job.max_attempts);
  if (job.not_before_micros != 0) {
    out.set_not_before_micros(job.not_before_micros);
  }
  if (job.deadline_micros != 0) out.set_deadline_micros(job.deadline_micros);
  if (job.submitted_micros != 0) out.set_submitted_micros(job.submitted_micros);
  return out.SerializeAsString();
}

absl::StatusOr<QueueJob> DecodeQueueJob(std::string_view bytes) {
  if (bytes.size() > size_t{std::numeric_limits<int32_t>::max()}) {
    return ResourceExhausted("a job of {} bytes: protobuf has an end at 2 GiB",
                             bytes.size());
  }
  v1::QueueJob in;
  // No field holds a message or repeats, so what this takes is bounded by the
  // bytes.
  if (!in.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return DataLoss("a job that is no cupel.v1.QueueJob, or cut short");
  }
  if (!in.has_version()) {
    return DataLoss("a job that says no version: it is no cupel.v1.QueueJob");
  }
  if (in.version() > kVersion) {
    return Unimplemented(
        "a job of version {}: this library reads version {}; use a newer one",
        in.version(), kVersion);
  }
  const std::pair<const char*, const std::string*> texts[] = {
      {"id", &in.id()},
      {"kind", &in.kind()},
      {"organisation", &in.organisation()},
      {"body_json", &in.body_json()}};
  for (const auto& [name, text] : texts) {
    if (!IsUtf8(*text)) {
      return DataLoss("a job whose field {} is no UTF-8", name);
    }
  }
  if (in.kind().empty()) return DataLoss("a job that has no kind");
  return QueueJob{.id = in.id(),
                  .kind = in.kind(),
                  .organisation = in.organisation(),
                  .body = in.body_json(),
                  .priority = in.priority(),
                  .max_attempts = in.max_attempts(),
                  .not_before_micros = in.not_before_micros(),
                  .deadline_micros = in.deadline_micros(),
                  .submitted_micros = in.submitted_micros()};
}

}  // namespace cupel::wire
