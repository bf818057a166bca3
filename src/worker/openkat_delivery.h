// What is to be told to OpenKAT's services of a job that has ended: steps, in
// an order that leaves no task completed whose raws are not there.
#ifndef CUPEL_WORKER_OPENKAT_DELIVERY_H_
#define CUPEL_WORKER_OPENKAT_DELIVERY_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "job/output.h"
#include "job/status.h"
#include "worker/log.h"
#include "worker/openkat_bytes.h"
#include "worker/openkat_katalogus.h"
#include "worker/openkat_mula.h"

namespace cupel::worker {

struct DeliveryStep {
  enum class Kind : uint8_t {
    kBoefjeMeta,      // `body` to bytes
    kRaws,            // the delivery's files to bytes, for the meta `id`
    kOctopoes,        // `body` to `path`
    kNormalizerMeta,  // `body` to bytes, also if octopoes refused something
    kFinish,          // the task `id` gets `status` if it is running
    kSettle,          // …unless it has ended
  };
  Kind kind = Kind::kFinish;
  // Steps of one task: if one is refused, its task fails, and no other. 0 is
  // the one that ran, the others are its followers.
  uint32_t member = 0;
  std::string id;
  std::string path;
  std::string body;
  job::TaskStatus status = job::TaskStatus::kCompleted;
};

struct OpenKatDelivery {
  std::string key;  // tells it from every other: the task, and when it began
  // Whose task it is: others don't wait for it. Not printed, the spool has it.
  std::string organisation;
  job::StatusEnum status = job::StatusEnum::kCompleted;  // of the files
  std::vector<job::File> files;                          // of all members
  std::vector<DeliveryStep> steps;
  // Members of which something was refused before, and why.
  std::map<uint32_t, std::string> refused;
};

std::string PrintDelivery(const OpenKatDelivery& delivery);
absl::StatusOr<OpenKatDelivery> ParseDelivery(std::string_view text);

// How far a delivery is.
struct DeliveryProgress {
  size_t done = 0;                          // steps
  std::map<uint32_t, std::string> refused;  // as in OpenKatDelivery
};
// What is left of it, with what was refused so far.
OpenKatDelivery RestOf(const OpenKatDelivery& delivery,
                       const DeliveryProgress& progress);

// Thread-safe. What it is given must outlive it; `log` may be null.
class OpenKatDeliverer {
 public:
  OpenKatDeliverer(BytesClient* bytes, const OctopoesClient* octopoes,
                   const MulaClient* mula, const Log* log)
      : bytes_(bytes), octopoes_(octopoes), mula_(mula), log_(log) {}

  // Goes on from where `progress` is. OK once every step is done or was refused
  // for good, which is told to the log and makes the task a failed one. An
  // error: a service is in trouble (or said 403 or 500, which count as a
  // refusal from the tenth `attempt` on), and the rest is for later.
  absl::Status Run(const OpenKatDelivery& delivery, uint32_t attempt,
                   DeliveryProgress* progress, Cancel* cancel) const;

 private:
  absl::Status Do(const OpenKatDelivery& delivery, const DeliveryStep& step,
                  bool was_refused, Cancel* cancel) const;
  // Of a follower whose first step is the next one: past all of its steps, if
  // somebody has cancelled or deleted its task meanwhile.
  absl::Status SkipEnded(const OpenKatDelivery& delivery,
                         DeliveryProgress* progress, Cancel* cancel) const;
  absl::Status SetStatus(const DeliveryStep& step, bool was_refused,
                         Cancel* cancel) const;

  BytesClient* const bytes_;
  const OctopoesClient* const octopoes_;
  const MulaClient* const mula_;
  const Log* const log_;
};

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_OPENKAT_DELIVERY_H_
