// A slot of a pool; for the pool's own files.
#ifndef CUPEL_WORKER_POOL_SLOT_H_
#define CUPEL_WORKER_POOL_SLOT_H_

#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "worker/pool.h"
#include "worker/slot_runner.h"
#include "worker/wake.h"

namespace cupel::worker {

// All but `runner`, which is its thread's, and `wake` is guarded by the pool's
// mutex.
struct Pool::Slot {
  Slot(size_t which, Wake to_wake) : index(which), wake(std::move(to_wake)) {}

  const size_t index;
  const Wake wake;
  std::unique_ptr<SlotRunner> runner;
  bool failed = false;  // to come up, the last time
  bool ready = false;   // could run a job
  bool idle = false;    // and waits for one
  bool woken = false;   // since it is idle
  bool reload = false;  // before anything else
  SlotStatus status;
  std::thread thread;
};

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_POOL_SLOT_H_
