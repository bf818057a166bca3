// The one way out of the library: what a function of the C interface did
// becomes a cupel_status and, if the caller wants to know why, a cupel_error.
//
// This file holds the only try/catch of the C layer, for what we call and for
// what calls us back. Do not end threads that
// are inside Cupel with pthread_cancel: glibc unwinds them with an exception
// that must not be stopped, and here all are.
#ifndef CUPEL_CAPI_GUARD_H_
#define CUPEL_CAPI_GUARD_H_

#include <atomic>
#include <cstdint>
#include <exception>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "cupel/cupel.h"
#include "engine/engine.h"

namespace cupel::capi {

// An error object for a status that is not OK; takes what is in `diagnostics`
// (may be null). May throw std::bad_alloc.
cupel_error* NewError(const absl::Status& status,
                      std::vector<RuleDiagnostic>* diagnostics);

// "out of memory", and "unexpected exception" with no room to say which: static
// objects, which cupel_error_free leaves alone.
cupel_error* OutOfMemoryError() noexcept;
cupel_error* UnknownError() noexcept;

inline cupel_status CodeOf(const absl::Status& status) noexcept {
  return static_cast<cupel_status>(status.code());
}

// Must be called while an exception is handled.
inline cupel_status ReportException(cupel_error** error) noexcept {
  try {
    try {
      throw;
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception& e) {
      const absl::Status status =
          absl::InternalError(std::string("unexpected error: ") + e.what());
      if (error != nullptr) *error = NewError(status, nullptr);
      return CodeOf(status);
    }
  } catch (const std::bad_alloc&) {
    if (error != nullptr) *error = OutOfMemoryError();
    return CUPEL_STATUS_RESOURCE_EXHAUSTED;
  } catch (...) {
    if (error != nullptr) *error = UnknownError();
    return CUPEL_STATUS_INTERNAL;
  }
}

// Runs `body`, which returns an absl::Status. Every function that returns a
// cupel_status has exactly one Guard around everything it does.
template <typename Body>
cupel_status Guard(
    cupel_error** error, Body&& body,
    std::vector<RuleDiagnostic>* diagnostics = nullptr) noexcept {
  try {
    const absl::Status status = std::forward<Body>(body)();
    if (status.ok()) return CUPEL_STATUS_OK;
    if (error != nullptr) *error = NewError(status, diagnostics);
    return CodeOf(status);
  } catch (...) {
    return ReportException(error);
  }
}

// Stands between the library and the caller's callbacks. They must not throw;
// one that does all the same is stopped here, before it meets C code or comes
// to the end of a thread, and the call that it belongs to fails with what it
// threw. Any thread; outlives the callbacks.
class Callbacks {
 public:
  // What `call` returns; not 0, which ends things, if it throws.
  template <typename Call>
  int32_t Run(Call&& call) noexcept {
    try {
      return std::forward<Call>(call)();
    } catch (const std::exception& e) {
      Note(e.what());
    } catch (...) {
      Note("something that is no std::exception");
    }
    return 1;
  }

  // kInternal if a callback threw since the last time.
  absl::Status TakeFailure();

 private:
  void Note(const char* what) noexcept;

  enum class State : uint8_t { kNone, kWriting, kThere };
  std::atomic<State> state_{State::kNone};
  char what_[256] = "";  // no memory is asked for: it may be that there is none
};

}  // namespace cupel::capi

#endif  // CUPEL_CAPI_GUARD_H_
