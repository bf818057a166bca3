// A queue that a driver keeps: cupel/queue_driver.h.
#ifndef CUPEL_QUEUE_DRIVER_QUEUE_H_
#define CUPEL_QUEUE_DRIVER_QUEUE_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "cupel/queue_driver.h"
#include "queue/job_queue.h"

namespace cupel::queue {

// Of amqp://… and amqps://…, by cupel-driver-amqp.so.
absl::StatusOr<std::shared_ptr<JobQueue>> OpenAmqpQueue(
    std::string_view url, const QueueOptions& options);

// The queue at `url` by this driver, which must outlive it. INVALID_ARGUMENT
// for a table that is none, or that lacks what it must have; `origin` is for
// that message.
absl::StatusOr<std::shared_ptr<JobQueue>> OpenDriverQueue(
    const cupel_queue_driver_v1* driver, std::string_view origin,
    std::string_view url, const QueueOptions& options);

// `url` with *** for the password between "://" and "@", and no query: for
// messages.
std::string UrlWithoutPassword(std::string_view url);

}  // namespace cupel::queue

#endif  // CUPEL_QUEUE_DRIVER_QUEUE_H_
