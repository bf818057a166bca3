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
  const std::vector<std::unique_ptr<Scratch>> no_scratches;
  Job job(nullptr, options, no_scratches, cancel, visit);
  InputFeeder feeder(job);
  for (const ScanInput& input : inputs) feeder.Feed(input);
  if (job.cancel().triggered()) return Cancelled("collecting was cancelled");
  return absl::OkStatus();
}

}  // namespace cupel
