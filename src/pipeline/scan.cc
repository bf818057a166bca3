#include "pipeline/scan.h"

#include <utility>

#include "base/status.h"
#include "pipeline/file_input.h"
#include "pipeline/job.h"
#include "rules/scratch.h"

namespace cupel {
namespace {

class Session final : public ScanSession {
 public:
  explicit Session(std::shared_ptr<const RuleSet> rules)
      : rules_(std::move(rules)) {}

  absl::Status AddScratches(uint32_t threads) {
    for (uint32_t i = 0; rules_ != nullptr && i < threads; ++i) {
      CUPEL_ASSIGN_OR_RETURN(std::unique_ptr<Scratch> scratch,
                             rules_->NewScratch());
      scratches_.push_back(std::move(scratch));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::unique_ptr<const Report>> Scan(
      const std::vector<ScanInput>& inputs, const ScanOptions& options,
      Cancel* cancel) override {
    Job job(rules_, options, scratches_, cancel, nullptr);
    if (options.progress) {
      for (const ScanInput& input : inputs) {
        job.AddInputBytes(MeasureInput(input, job.cancel()));
      }
    }
    InputFeeder feeder(job);
    for (const ScanInput& input : inputs) feeder.Feed(input);
    return std::unique_ptr<const Report>(job.Finish());
  }

 private:
  const std::shared_ptr<const RuleSet> rules_;
  std::vector<std::unique_ptr<Scratch>> scratches_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ScanSession>> ScanSession::New(
    std::shared_ptr<const RuleSet> rules, uint32_t threads) {
  auto session = std::make_unique<Session>(std::move(rules));
  CUPEL_RETURN_IF_ERROR(session->AddScratches(threads));
  return std::unique_ptr<ScanSession>(std::move(session));
}

}  // namespace cupel
