// Looking through the queue of dead jobs. A broker can't be asked what is in a
// queue, so each message is taken out at one end and put in at the other, in
// one round; as everywhere, it is acknowledged after its copy is confirmed.
#ifndef CUPEL_PLUGINS_AMQP_DEAD_JOBS_H_
#define CUPEL_PLUGINS_AMQP_DEAD_JOBS_H_

#include <cstdint>
#include <functional>

#include "absl/status/statusor.h"
#include "message.h"
#include "target.h"

namespace cupel::amqp {

// Calls `again` for each dead message, the oldest first. If it says true the
// message goes back to the jobs, with all its attempts. How many did.
// RESOURCE_EXHAUSTED if there are more than 100,000: such a round would take
// too long.
absl::StatusOr<uint64_t> SweepDeadJobs(
    const Target& target, const std::function<bool(const Message&)>& again);

}  // namespace cupel::amqp

#endif  // CUPEL_PLUGINS_AMQP_DEAD_JOBS_H_
