// Jobs that people hand to a queue, and what is kept of them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/queue_documents.h"
#include "queue/new_job.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  cupel::queue::QueueOptions options;
  options.max_body_bytes = 4096;
  const auto jobs = cupel::ParseQueueDocuments(text, options.max_body_bytes);
  if (!jobs.ok()) {
    if (jobs.status().message().empty()) std::abort();
    return 0;
  }
  if (jobs->empty()) std::abort();
  for (const auto& job : *jobs) {
    // Whether or not it is kept, its body is an object again.
    const absl::Status kept = cupel::queue::CheckNewJob(job, options);
    if (job.body.empty() || job.body.front() != '{') std::abort();
    if (kept.ok() && !cupel::queue::SameContent(job, job)) std::abort();
  }
  return 0;
}
