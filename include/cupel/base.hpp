/// @file base.hpp
/// @brief What all parts of cupel.hpp share. Comes with it.
#ifndef CUPEL_BASE_HPP_
#define CUPEL_BASE_HPP_

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string_view>
#include <utility>

#include "cupel/base.h"
#include "cupel/bytes.hpp"
#include "cupel/mode.hpp"
#include "cupel/result.hpp"

namespace cupel {
inline namespace CUPEL_HPP_MODE {
namespace internal {

/// Carries what a callback throws through a C call and back out of it.
class Thrown {
 public:
  /// 0 to go on, as the C interface has it.
  template <typename Function>
  int32_t Guard(Function&& function) noexcept {
#if CUPEL_HPP_EXCEPTIONS
    try {
      return function() ? 0 : 1;
    } catch (...) {
      thrown_ = std::current_exception();
      return 1;
    }
#else
    const bool go_on = function();
    // What failed in the callback ends the call as if it had been thrown.
    const Attempt* const attempt = innermost_attempt;
    const bool failed = attempt != nullptr && attempt->failure.has_value();
    return go_on && !failed ? 0 : 1;
#endif
  }
  void Rethrow() {
#if CUPEL_HPP_EXCEPTIONS
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
#endif
  }

 private:
#if CUPEL_HPP_EXCEPTIONS
  std::exception_ptr thrown_ = nullptr;
#endif
};

/// Runs what has nobody to tell that it threw: a line of a log is no reason to
/// end what is logged.
template <typename Function>
void Quietly(Function&& function) noexcept {
#if CUPEL_HPP_EXCEPTIONS
  try {
    function();
  } catch (...) {
    return;  // there is nobody to tell
  }
#else
  function();
#endif
}

/// Calls `function(arguments…, &error)` and fails if it does.
template <typename Function, typename... Arguments>
void Call(Function function, Arguments... arguments) {
  cupel_error* error = nullptr;
  const cupel_status status = function(arguments..., &error);
  if (status != CUPEL_STATUS_OK) Raise(Error(status, error));
}

/// The same for a function with callbacks, which may throw: that comes first.
template <typename Function, typename... Arguments>
void CallBack(Thrown* thrown, Function function, Arguments... arguments) {
  cupel_error* error = nullptr;
  const cupel_status status = function(arguments..., &error);
  std::unique_ptr<cupel_error, Deleter<cupel_error_free>> owned(error);
  if (thrown != nullptr) thrown->Rethrow();
  if (status != CUPEL_STATUS_OK) Raise(Error(status, owned.release()));
}

/// What the handle classes have in common: each owns one object of the C
/// interface.
template <typename T, auto kFree>
class Owner {
 public:
  /// The C object, borrowed, for calling the C interface with it; null after a
  /// move.
  T* get() const noexcept { return handle_.get(); }
  /// Hands the C object over to the caller, to be freed there.
  [[nodiscard]] T* release() noexcept { return handle_.release(); }

 protected:
  Owner() = default;
  explicit Owner(T* owned) noexcept : handle_(owned) {}

  static cupel_view View(const Bytes& bytes) noexcept {
    return internal::View(bytes);
  }
  static std::string_view Text(cupel_view view) noexcept {
    return internal::Text(view);
  }
  template <typename Function, typename... Arguments>
  void Do(Function function, Arguments... arguments) const {
    Call(function, get(), arguments...);
  }
  /// Takes what `function(arguments…, &made, &error)` makes.
  template <typename Function, typename... Arguments>
  void Make(Function function, Arguments... arguments) {
    T* made = nullptr;
    Call(function, arguments..., &made);
    handle_.reset(made);
  }

 private:
  std::unique_ptr<T, Deleter<kFree>> handle_;
};

}  // namespace internal

/// Owned bytes, immutable; overwritten when they go if they are secrets.
///
/// Threads: any number may use one. Lifetime: its own; what it was made from
/// may go.
///
///     cupel::Buffer json = rules.Json();
///     std::cout << json.view();
class Buffer : public internal::Owner<cupel_buffer, cupel_buffer_free> {
 public:
  /// Takes `owned`, which may be null: an empty one.
  explicit Buffer(cupel_buffer* owned) noexcept : Owner(owned) {}

  /// Takes what a function of the C interface makes, for functions that these
  /// classes do not have: `Buffer::Of(cupel_ruleset_json, rules.get())`.
  template <typename Function, typename... Arguments>
  static Buffer Of(Function function, Arguments... arguments) {
    Buffer buffer(nullptr);
    buffer.Make(function, arguments...);
    return buffer;
  }
  /// The same for a function with callbacks.
  template <typename Function, typename... Arguments>
  static Buffer OfCallBack(internal::Thrown* thrown, Function function,
                           Arguments... arguments) {
    Buffer buffer(nullptr);
    internal::CallBack(thrown, [&](cupel_error** error) {
      cupel_buffer* made = nullptr;
      const cupel_status status = function(arguments..., &made, error);
      // Owned now: it may be there although a callback threw.
      buffer = Buffer(made);
      return status;
    });
    return buffer;
  }

  /// The bytes as text. Valid as long as the buffer.
  std::string_view view() const noexcept {
    return Text(cupel_buffer_view(get()));
  }
  /// The same as bytes.
  Bytes bytes() const noexcept { return view(); }
};

/// A switch that ends what takes long, from any thread, within about 50 ms.
///
/// Threads: any; not to be used in a signal handler. Lifetime: its own; calls
/// that were given it keep what they need.
///
///     cupel::Cancel cancel;
///     std::thread other([&] { WaitForTheUser(); cancel.Trigger(); });
///     cupel::Report report = scanner.ScanPath("pkg.tgz", &cancel);
class Cancel : public internal::Owner<cupel_cancel, cupel_cancel_free> {
 public:
  /// One that is not triggered.
  Cancel() { Make(cupel_cancel_new); }
  /// Ends every call that was given it, running or later. No way back.
  void Trigger() const noexcept { cupel_cancel_trigger(get()); }
};

namespace internal {

inline cupel_cancel* OrNull(const Cancel* cancel) noexcept {
  return cancel == nullptr ? nullptr : cancel->get();
}

}  // namespace internal
}  // namespace CUPEL_HPP_MODE
}  // namespace cupel

#endif  // CUPEL_BASE_HPP_
