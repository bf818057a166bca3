// Bytes that may be a job record: whatever decodes prints, and encodes to bytes
// that decode to the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/status.h"
#include "job/any_job.h"
#include "proto/job_codec.h"

namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto job = cupel::Decode(bytes);
  if (!job.ok()) {
    Check(!job.status().message().empty());
    return 0;
  }
  const auto again = cupel::Encode(*job);
  Check(again.ok());
  const auto decoded = cupel::Decode(*again);
  Check(decoded.ok() && *decoded == *job);
  const std::string text = cupel::job::Print(*job);
  const auto parsed =
      cupel::job::ParseJob(text, "text", cupel::job::KindOf(*job));
  Check(parsed.ok() && *parsed == *job);
  return 0;
}
