// OpenKAT as a source of jobs: tasks come from mula, what they need from
// katalogus, octopoes and bytes, and what they gave goes back there.
//
// mula has no leases: who has popped a task has it until it says otherwise. So
// all that was popped and is not run is given back, and a task that is running
// already is left to whoever runs it. What looks like a lease here is how often
// mula is asked whether somebody has cancelled the task.
#ifndef CUPEL_WORKER_OPENKAT_SOURCE_H_
#define CUPEL_WORKER_OPENKAT_SOURCE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "compat/openkat/plugin_book.h"
#include "http/client.h"
#include "queue/outbox.h"
#include "worker/job_source.h"
#include "worker/log.h"
#include "worker/openkat_api.h"
#include "worker/openkat_bytes.h"
#include "worker/openkat_delivery.h"
#include "worker/openkat_hydration.h"
#include "worker/openkat_katalogus.h"
#include "worker/openkat_mula.h"
#include "worker/openkat_options.h"
#include "worker/openkat_results.h"
#include "worker/openkat_spool.h"

namespace cupel::worker {

// Of one kind, boefjes or normalizers. Its orders have {"task":{…}} as body; a
// boefje's variables are the order's environment, a normalizer's raw is its
// attachment.
class OpenKatSource : public JobSource {
 public:
  // `log` may be null; it outlives the source. What the services can't take is
  // kept in `outbox`. Without a client it makes one.
  static absl::StatusOr<std::unique_ptr<OpenKatSource>> New(
      OpenKatOptions options, std::shared_ptr<queue::Outbox> outbox,
      const Log* log, std::unique_ptr<http::Client> client = nullptr);

  std::string_view name() const override { return "mula"; }
  // A pop that is under way is not cancelled (openkat_mula.h).
  absl::StatusOr<std::vector<HeldJob>> Lease(uint32_t max,
                                             Cancel* cancel) override;
  absl::Status Prepare(HeldJob& job, Cancel* cancel) override;
  absl::Status Renew(HeldJob& job, Cancel* cancel) override;
  absl::Status Finish(HeldJob& job, JobOutcome outcome,
                      Cancel* cancel) override;
  absl::Status GiveBack(HeldJob& job, Cancel* cancel) override;
  absl::StatusOr<bool> Drained() override;

  // Reads plugin folders again.
  absl::Status Reload() override { return book_->Rescan(); }

  // The boefje API over the same services; this must outlive it.
  std::unique_ptr<OpenKatApi> NewApi();

  const OpenKatOptions& options() const { return options_; }
  OpenKatSpool& spool() { return spool_; }

 private:
  OpenKatSource(OpenKatOptions options, std::unique_ptr<http::Client> client,
                std::unique_ptr<openkat::PluginBook> book,
                std::shared_ptr<queue::Outbox> outbox, const Log* log);

  absl::StatusOr<std::vector<HeldJob>> PopSome(uint32_t max, Cancel* cancel);
  std::vector<HeldJob> Grouped(PoppedTasks popped, Cancel* cancel);
  absl::Status PrepareBoefje(HeldJob& job, Cancel* cancel);
  absl::Status PrepareNormalizer(HeldJob& job, Cancel* cancel);
  // Leaves in the group who really is the same job; the others go back.
  void CheckFollowers(const HydratedBoefjeTask& leader, OpenKatJob* job,
                      Cancel* cancel);
  // Of a job that is not ours any more: they go back.
  void GiveBackFollowers(const OpenKatJob& job, Cancel* cancel);
  // A service was in trouble: the task goes back, unless that was so too often.
  // kAborted then, else `why`.
  absl::Status Postpone(HeldJob& job, const absl::Status& why, Cancel* cancel);
  void FailUnreadable(const std::vector<UnreadableTask>& tasks, Cancel* cancel);
  void TellLost(std::string_view task, const absl::Status& delivered);
  void PauseLease();
  Deadline NextLook() const;

  const OpenKatOptions options_;
  const Log* const log_;
  const std::unique_ptr<http::Client> client_;
  const std::unique_ptr<openkat::PluginBook> book_;
  MulaClient mula_;
  KatalogusClient katalogus_;
  OctopoesClient octopoes_;
  BytesClient bytes_;
  const OpenKatHydration hydration_;
  const OpenKatDeliverer deliverer_;
  OpenKatSpool spool_;

  Mutex mutex_;
  Deadline next_pop_ ABSL_GUARDED_BY(mutex_) = Deadline::After(0);
  bool was_empty_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<std::string, uint32_t> postponed_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_OPENKAT_SOURCE_H_
