#include "stop_request.h"

#include <pthread.h>

#include <atomic>

namespace cupel_pg {
namespace {

// Each of those that are stuck has a thread and a socket.
constexpr int kMostUnderWay = 32;
std::atomic<int> under_way{0};

}  // namespace

std::shared_ptr<StopRequest> StopRequest::Send(PGconn* connection) {
  auto request = std::make_shared<StopRequest>();
  request->cancel_.reset(PQgetCancel(connection));
  if (request->cancel_ == nullptr) return nullptr;
  if (under_way.fetch_add(1) >= kMostUnderWay) {
    under_way.fetch_sub(1);
    return nullptr;
  }
  auto owned = std::make_unique<std::shared_ptr<StopRequest>>(request);
  pthread_t thread;
  // Not std::thread, which throws when there are no more.
  if (pthread_create(&thread, nullptr, Run, owned.get()) != 0) {
    under_way.fetch_sub(1);
    return nullptr;
  }
  (void)owned.release();  // the thread's
  pthread_detach(thread);
  return request;
}

void* StopRequest::Run(void* given) {
  const std::unique_ptr<std::shared_ptr<StopRequest>> owned(
      static_cast<std::shared_ptr<StopRequest>*>(given));
  StopRequest& request = **owned;
  char error[256];
  (void)PQcancel(request.cancel_.get(), error, sizeof(error));
  request.cancel_.reset();
  under_way.fetch_sub(1);
  const std::lock_guard<std::mutex> lock(request.mutex_);
  request.over_ = true;
  request.changed_.notify_all();
  return nullptr;
}

bool StopRequest::WaitUntil(std::chrono::steady_clock::time_point until) {
  std::unique_lock<std::mutex> lock(mutex_);
  return changed_.wait_until(lock, until, [this] { return over_; });
}

}  // namespace cupel_pg
