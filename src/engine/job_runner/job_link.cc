#include "engine/job_runner/job_link.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <new>
#include <thread>
#include <utility>
#include <variant>

#include "base/status.h"
#include "engine/job_runner/no_memory.h"
#include "runner/sealed_memory.h"

namespace cupel {
namespace {

[[noreturn]] void GoWithAll() {
  // Us too: the group is ours alone.
  kill(0, SIGKILL);
  _exit(1);
}

absl::StatusOr<std::string> Inside(const UniqueFd& memfd, uint64_t size) {
  return WithoutBadAlloc([&]() -> absl::StatusOr<std::string> {
    CUPEL_ASSIGN_OR_RETURN(const SharedBytes bytes,
                           MapSealed(memfd, size, size));
    return std::string(bytes.view);
  });
}

}  // namespace

absl::StatusOr<std::unique_ptr<JobLink>> JobLink::Open(UniqueFd socket) {
  UniqueFd out(fcntl(socket.get(), F_DUPFD_CLOEXEC, 4));
  if (!out.valid()) return ErrnoStatus(errno, "duplicate a descriptor");
  std::unique_ptr<JobLink> link(new JobLink(std::move(socket), std::move(out)));
  std::thread([raw = link.get()] { raw->Read(); }).detach();
  return link;
}

absl::Status JobLink::Send(pool_wire::ToSupervisor message) {
  return WithoutBadAlloc([&] { return SendNow(std::move(message)); });
}

absl::Status JobLink::SendNow(pool_wire::ToSupervisor message) {
  UniqueFd memfd;
  if (auto* const done = std::get_if<pool_wire::Done>(&message);
      done != nullptr && done->bytes.bytes.size() > wire::kMaxInlineBytes) {
    CUPEL_ASSIGN_OR_RETURN(memfd, SealedMemfd(done->bytes.bytes));
    done->bytes.in_memfd = done->bytes.bytes.size();
    done->bytes.bytes.clear();
  }
  CUPEL_ASSIGN_OR_RETURN(std::string frame, pool_wire::Encode(message));
  const MutexLock lock(out_mutex_);
  out_.Queue(std::move(frame), std::move(memfd));
  for (;;) {
    const absl::Status status = out_.Flush();
    if (status.code() == absl::StatusCode::kUnavailable) GoWithAll();
    if (!status.ok() || !out_.wants_write()) return status;
    pollfd polled = {out_.fd(), POLLOUT, 0};
    poll(&polled, 1, -1);
  }
}

absl::StatusOr<pool_wire::ToJobRunner> JobLink::ReadOne() {
  for (;;) {
    CUPEL_ASSIGN_OR_RETURN(std::optional<Frame> frame, in_.Receive());
    if (!frame.has_value()) {
      pollfd polled = {in_.fd(), POLLIN, 0};
      poll(&polled, 1, -1);
      continue;
    }
    absl::StatusOr<pool_wire::ToJobRunner> message =
        pool_wire::DecodeToJobRunner(frame->body);
    wire::WipeBytes(&frame->body);
    CUPEL_RETURN_IF_ERROR(message.status());
    wire::Blob* const blob = pool_wire::BlobInMemfd(*message);
    if ((blob != nullptr) != frame->memfd.valid()) {
      return DataLoss("a frame with a descriptor that it does not speak of");
    }
    if (blob != nullptr) {
      absl::StatusOr<std::string> bytes = Inside(frame->memfd, *blob->in_memfd);
      if (auto* const order = std::get_if<pool_wire::Order>(&*message);
          order != nullptr && Refused(*order, bytes.status())) {
        pool_wire::WipeSecrets(order);
        continue;
      }
      CUPEL_RETURN_IF_ERROR(bytes.status());
      blob->bytes = *std::move(bytes);
      blob->in_memfd.reset();
    }
    return message;
  }
}

// True if there was no memory for its bytes, and that was its answer: the next
// order may well be smaller.
bool JobLink::Refused(const pool_wire::Order& order, const absl::Status& why) {
  if (why.code() != absl::StatusCode::kResourceExhausted) return false;
  return Send(pool_wire::Failed{.number = order.number,
                                .status = static_cast<int32_t>(why.code()),
                                .message = kNoMemory})
      .ok();
}

void JobLink::Read() {
  try {
    ReadAll();
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "cupel-job-runner: %s\n", kNoMemory);
  }
  GoWithAll();
}

// Until there is nothing more to be had.
void JobLink::ReadAll() {
  for (;;) {
    absl::StatusOr<pool_wire::ToJobRunner> message = ReadOne();
    if (!message.ok()) return;
    const MutexLock lock(mutex_);
    if (const auto* const cancel = std::get_if<pool_wire::Cancel>(&*message)) {
      // It may come before its order is begun.
      cancelled_ = cancel->number;
      if (cancel_ != nullptr && number_ == cancelled_) cancel_->Trigger();
      continue;
    }
    messages_.push_back(*std::move(message));
    changed_.notify_all();
  }
}

pool_wire::ToJobRunner JobLink::Next() {
  const MutexLock lock(mutex_);
  while (messages_.empty()) changed_.wait(mutex_);
  pool_wire::ToJobRunner message = std::move(messages_.front());
  messages_.pop_front();
  return message;
}

void JobLink::Begin(uint64_t number, Cancel* cancel) {
  const MutexLock lock(mutex_);
  number_ = number;
  cancel_ = cancel;
  if (cancelled_ == number) cancel->Trigger();
}

void JobLink::End() {
  const MutexLock lock(mutex_);
  cancel_ = nullptr;
}

}  // namespace cupel
