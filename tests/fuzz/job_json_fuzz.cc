// Job JSON: whatever is read prints, reads back the same, and encodes; whatever
// is refused has an error that fits on a screen.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/status.h"
#include "job/any_job.h"
#include "proto/job_codec.h"

namespace cupel {
namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

void CheckJob(const job::AnyJob& job) {
  const std::string text = job::Print(job);
  const auto again = job::ParseJob(text, "again", job::KindOf(job));
  Check(again.ok() && *again == job && job::Print(*again) == text);
  const auto bytes = Encode(job);
  Check(bytes.ok());
  const auto decoded = Decode(*bytes);
  Check(decoded.ok() && *decoded == job);
}

}  // namespace
}  // namespace cupel

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto detected = cupel::job::ParseJob(text, "input");
  if (detected.ok()) {
    cupel::CheckJob(*detected);
  } else {
    cupel::Check(!detected.status().message().empty());
  }
  const auto json = cupel::ParseJson(text, "input");
  if (!json.ok()) return 0;
  cupel::PythonStr(*json);
  cupel::PythonJsonDumps(*json);
  for (size_t i = 0; i < std::variant_size_v<cupel::job::AnyJob>; ++i) {
    cupel::JsonIssues issues;
    const auto job = cupel::job::ParseKind(static_cast<cupel::job::Kind>(i),
                                           *json, {}, &issues);
    if (issues.empty()) cupel::CheckJob(job);
  }
  return 0;
}
