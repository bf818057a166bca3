// Times from now, as people say them to a queue.
#ifndef CUPEL_EXAMPLES_CLI_QUEUE_TIME_H_
#define CUPEL_EXAMPLES_CLI_QUEUE_TIME_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace cli {

// "90" (seconds), "500ms", "15m", "12h", "30d". Throws UsageError, which names
// `option`, for anything else and for more than ten years.
uint64_t ParseMillis(std::string_view text, std::string_view option);
uint64_t ParseSeconds(std::string_view text, std::string_view option);

// The moment so long from now: "2026-01-02T03:04:05.678Z".
std::string FromNow(uint64_t millis);

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_QUEUE_TIME_H_
