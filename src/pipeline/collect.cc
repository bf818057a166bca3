#include "pipeline/collect.h"

#include "base/status.h"
#include "pipeline/file_input.h"
#include "pipeline/job.h"

namespace cupel {

absl::Status CollectPayloads(
    const std::vector<ScanInput>& inputs, const ScanOptions& options,
    Cancel* cancel,
    const std::function<void(const PayloadRecord&, std::string_view bytes)>&
        visit) {
  std::vector<ScanThread> no_threads;
  Job job(nullptr, nullptr, nullptr, options, no_threads, cancel, visit);
  InputFeeder feeder(job);
  for (const ScanInput& input : inputs) feeder.Feed(input);
  if (job.cancel().triggered()) return Cancelled("collecting was cancelled");
  return absl::OkStatus();
}

}  // namespace cupel
