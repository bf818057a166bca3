// Time as queues tell it.
#ifndef CUPEL_PLUGINS_AMQP_WALL_CLOCK_H_
#define CUPEL_PLUGINS_AMQP_WALL_CLOCK_H_

#include <chrono>
#include <cstdint>

namespace cupel::amqp {

// Microseconds since 1970, UTC.
inline int64_t WallMicros() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace cupel::amqp

#endif  // CUPEL_PLUGINS_AMQP_WALL_CLOCK_H_
