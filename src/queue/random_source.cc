#include "queue/random_source.h"

#include <memory>
#include <random>

#include "base/mutex.h"

namespace cupel::queue {
namespace {

struct State {
  Mutex mutex;
  std::mt19937_64 engine ABSL_GUARDED_BY(mutex){std::random_device{}()};
};

}  // namespace

std::function<double()> RandomSource() {
  return [state = std::make_shared<State>()] {
    const MutexLock lock(state->mutex);
    return static_cast<double>(state->engine() >> 11) * 0x1.0p-53;
  };
}

}  // namespace cupel::queue
