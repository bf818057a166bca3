#include "link.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "stop_request.h"

namespace cupel_pg {
namespace {

constexpr auto kForever = Clock::time_point::max();
// For the answer of a server that was asked to stop.
constexpr std::chrono::seconds kGrace{2};

void IgnoreNotice(void*, const char*) {}

int Milliseconds(Clock::time_point until) {
  if (until == kForever) return -1;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
  return static_cast<int>(
      std::clamp<int64_t>(left.count(), 0, int64_t{1} << 30));
}

bool IsError(const PGresult* result) {
  switch (PQresultStatus(result)) {
    case PGRES_BAD_RESPONSE:
    case PGRES_FATAL_ERROR:
      return true;
    default:
      return false;
  }
}

// Which would wait for data for ever.
bool IsCopy(const PGresult* result) {
  switch (PQresultStatus(result)) {
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT:
    case PGRES_COPY_BOTH:
      return true;
    default:
      return false;
  }
}

// What the URL says of it is right, else the environment's, else ours.
uint32_t TimeoutOf(PGconn* connection, uint32_t otherwise_ms) {
  PQconninfoOption* const options = PQconninfo(connection);
  uint32_t timeout = otherwise_ms;
  for (const PQconninfoOption* option = options;
       option != nullptr && option->keyword != nullptr; ++option) {
    if (std::strcmp(option->keyword, "connect_timeout") == 0 &&
        option->val != nullptr) {
      const long seconds = std::strtol(option->val, nullptr, 10);
      if (seconds > 0 && seconds < 86400) {
        timeout = static_cast<uint32_t>(seconds) * 1000;
      }
    }
  }
  PQconninfoFree(options);
  return timeout;
}

}  // namespace

Link::Link() : bell_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Link::~Link() {
  connection_.reset();
  if (bell_ >= 0) close(bell_);
}

Outcome Link::Check() const {
  if (bell_ >= 0) return {};
  return {CUPEL_STATUS_RESOURCE_EXHAUSTED, "out of file descriptors"};
}

void Link::Interrupt() {
  const uint64_t one = 1;
  interrupted_.store(true);
  // It can only fail when it is full, and then it rings already.
  (void)!write(bell_, &one, sizeof(one));
}

void Link::Drain() {
  uint64_t count = 0;
  (void)!read(bell_, &count, sizeof(count));
}

Outcome Link::Poll(short events, Clock::time_point until, bool* rang) {
  return Poll(PQsocket(connection_.get()), events, until, rang);
}

Outcome Link::Poll(int socket, short events, Clock::time_point until,
                   bool* rang) {
  *rang = false;
  pollfd both[] = {{socket, events, 0}, {bell_, POLLIN, 0}};
  while (true) {
    const int ready = poll(both, 2, Milliseconds(until));
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return {CUPEL_STATUS_INTERNAL, "poll failed"};
    if (ready == 0) {
      if (Clock::now() < until) continue;
      return {CUPEL_STATUS_DEADLINE_EXCEEDED, "no answer in time"};
    }
    *rang = both[1].revents != 0;
    return {};
  }
}

Outcome Link::Connect(const std::string& url, uint32_t timeout_ms) {
  connection_.reset();
  Drain();
  // What comes before the URL it may change, what comes after it may not.
  const char* const keywords[] = {
      "fallback_application_name", "keepalives_idle",
      "keepalives_interval",       "keepalives_count",
      "tcp_user_timeout",          "dbname",
      "client_encoding",           nullptr};
  const char* const values[] = {"cupel", "30",        "10",   "3",
                                "30000", url.c_str(), "UTF8", nullptr};
  connection_.reset(PQconnectStartParams(keywords, values, 1));
  if (connection_ == nullptr) {
    return {CUPEL_STATUS_RESOURCE_EXHAUSTED, "out of memory"};
  }
  PQsetNoticeProcessor(connection_.get(), IgnoreNotice, nullptr);
  timeout_ms = TimeoutOf(connection_.get(), timeout_ms);
  const auto until = timeout_ms == 0
                         ? kForever
                         : Clock::now() + std::chrono::milliseconds(timeout_ms);
  PostgresPollingStatusType state = PGRES_POLLING_WRITING;
  while (PQstatus(connection_.get()) != CONNECTION_BAD) {
    bool rang = false;
    Outcome polled =
        Poll(state == PGRES_POLLING_READING ? POLLIN : POLLOUT, until, &rang);
    if (polled.ok() && rang) {
      Drain();
      polled = {CUPEL_STATUS_CANCELLED, "interrupted while connecting"};
    } else if (polled.code == CUPEL_STATUS_DEADLINE_EXCEEDED) {
      polled = {CUPEL_STATUS_UNAVAILABLE,
                "the server did not let us in within " +
                    std::to_string(timeout_ms) + " ms"};
    }
    if (!polled.ok()) {
      connection_.reset();
      return polled;
    }
    state = PQconnectPoll(connection_.get());
    if (state == PGRES_POLLING_OK) {
      PQsetnonblocking(connection_.get(), 1);
      return {};
    }
  }
  Outcome failed = CouldNotConnect(connection_.get());
  connection_.reset();
  return failed;
}

bool Link::StillThere() {
  if (connection_ == nullptr) return false;
  // The end comes after what was said before it, so one look is not enough.
  for (int looks = 0; looks < 100; ++looks) {
    pollfd one{PQsocket(connection_.get()), POLLIN, 0};
    if (poll(&one, 1, 0) <= 0) return true;
    if (PQconsumeInput(connection_.get()) == 0) break;
  }
  connection_.reset();
  return false;
}

Outcome Link::Lost() {
  std::string why = connection_ == nullptr
                        ? std::string()
                        : OneLine(PQerrorMessage(connection_.get()));
  connection_.reset();
  return {CUPEL_STATUS_UNAVAILABLE, "the connection to the server was lost (" +
                                        why + "); the next use connects anew"};
}

// If the server can't be told, its answer is not waited for either.
std::shared_ptr<StopRequest> Link::AskToStop() {
  return StopRequest::Send(connection_.get());
}

Outcome Link::Receive(int sent, Result* result) {
  result->reset();
  if (sent == 0) return Lost();
  Drain();
  auto until = patience_.count() == 0 ? kForever : Clock::now() + patience_;
  bool interrupted = false;
  std::shared_ptr<StopRequest> stop;
  PGconn* const connection = connection_.get();
  while (true) {
    const int unsent = PQflush(connection);
    if (unsent < 0) return Lost();
    if (unsent == 0 && PQisBusy(connection) == 0) {
      Result next(PQgetResult(connection));
      if (next == nullptr) break;
      if (IsCopy(next.get())) {
        connection_.reset();
        return {CUPEL_STATUS_INVALID_ARGUMENT, "COPY is not supported here"};
      }
      if (*result == nullptr || !IsError(result->get()))
        *result = std::move(next);
      continue;
    }
    bool rang = false;
    const Outcome polled =
        Poll(static_cast<short>(unsent > 0 ? POLLIN | POLLOUT : POLLIN), until,
             &rang);
    if (!polled.ok()) {
      connection_.reset();
      if (interrupted) return {CUPEL_STATUS_CANCELLED, "interrupted"};
      return {CUPEL_STATUS_UNAVAILABLE, "the server did not answer within " +
                                            std::to_string(patience_.count()) +
                                            " ms; the connection was given up"};
    }
    if (rang) {
      Drain();
      if (!interrupted) {
        until = std::min(until, Clock::now() + kGrace);
        stop = AskToStop();
      }
      interrupted = true;
      interrupted_.store(false);
    }
    if (PQconsumeInput(connection) == 0) return Lost();
  }
  // A connection that the server ended says so in its last result.
  if (PQstatus(connection) == CONNECTION_BAD) return Lost();
  const Outcome outcome = *result != nullptr && IsError(result->get())
                              ? OutcomeOf(result->get(), interrupted)
                              : Outcome();
  // What arrives late would stop the next statement.
  if (stop != nullptr && !stop->WaitUntil(until)) connection_.reset();
  return outcome;
}

Outcome Link::WaitForInput(Clock::time_point until) {
  bool rang = false;
  Outcome polled;
  if (!interrupted_.load()) polled = Poll(POLLIN, until, &rang);
  if (interrupted_.exchange(false)) {
    Drain();
    return {CUPEL_STATUS_CANCELLED, "interrupted"};
  }
  // It rang for somebody who was told since.
  if (rang) Drain();
  if (polled.code == CUPEL_STATUS_DEADLINE_EXCEEDED) return {};
  if (!polled.ok()) return polled;
  return PQconsumeInput(connection_.get()) == 0 ? Lost() : Outcome();
}

}  // namespace cupel_pg
