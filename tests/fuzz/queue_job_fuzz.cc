// Jobs as they come from a message broker, in protobuf.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "format/escape.h"
#include "proto/queue_codec.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto job = cupel::wire::DecodeQueueJob(bytes);
  if (!job.ok()) {
    if (job.status().message().empty()) std::abort();
    return 0;
  }
  if (job->kind.empty() || !cupel::IsUtf8(job->id)) std::abort();
  // What was understood comes back as it was.
  const auto again =
      cupel::wire::DecodeQueueJob(cupel::wire::EncodeQueueJob(*job));
  if (!again.ok() || again->id != job->id || again->body != job->body ||
      again->priority != job->priority ||
      again->deadline_micros != job->deadline_micros) {
    std::abort();
  }
  return 0;
}
