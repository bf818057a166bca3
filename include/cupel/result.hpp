/// @file result.hpp
/// @brief Failures: thrown, or as values. Comes with cupel.hpp.
#ifndef CUPEL_RESULT_HPP_
#define CUPEL_RESULT_HPP_

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "cupel/base.h"
#include "cupel/bytes.hpp"
#include "cupel/mode.hpp"

namespace cupel {
inline namespace CUPEL_HPP_MODE {

/// How grave a Diagnostic is. Newer libraries may add values: take one you do
/// not know for the most cautious.
enum class Severity : int32_t {
  kError = 0,   ///< The rule, or its file, does not compile.
  kWarning = 1  ///< It compiles, and may be slow or mean something else.
};

/// One remark of the rule compiler.
struct Diagnostic {
  Severity severity = Severity::kError;  ///< How grave.
  int32_t line = 0;                      ///< From 1; 0: the file as a whole.
  std::string file;                      ///< As it was given or found.
  std::string rule;                      ///< Empty if not known.
  std::string message;                   ///< One line.
};

/// Why something failed: a status, one line for people, and what the rule
/// compiler said.
///
/// Threads: immutable; any number may use one. Lifetime: its own; copying never
/// throws, and needs nothing of what failed.
///
///     try {
///       cupel::Ruleset rules(engine, sources);
///     } catch (const cupel::Error& error) {
///       std::cerr << error.what() << "\n";
///     }
class Error : public std::exception {
 public:
  /// Takes `owned`, which may be null.
  Error(cupel_status code, cupel_error* owned);

  /// A CUPEL_STATUS_*, never CUPEL_STATUS_OK.
  cupel_status code() const noexcept { return code_; }
  /// One line for people, without secrets. Valid as long as this, or a copy.
  std::string_view message() const noexcept { return what(); }
  /// The same as a C string.
  const char* what() const noexcept override {
    return state_ == nullptr ? cupel_status_name(code_) : state_->text.c_str();
  }
  /// Every error of every rule file, if rules did not compile; else empty.
  const std::vector<Diagnostic>& diagnostics() const noexcept {
    static const std::vector<Diagnostic> kNone;
    return state_ == nullptr ? kNone : state_->diagnostics;
  }

 private:
  struct State {
    std::string text;
    std::vector<Diagnostic> diagnostics;
  };
  cupel_status code_;
  std::shared_ptr<const State> state_;  // null if there is only a code
};

namespace internal {

template <auto kFree>
struct Deleter {
  template <typename T>
  void operator()(T* handle) const noexcept {
    kFree(handle);
  }
};

/// Collects what `get(object, index, &diagnostic)` gives for 0 … count-1.
template <typename Get, typename Object>
std::vector<Diagnostic> Diagnostics(size_t count, Get get, Object object) {
  std::vector<Diagnostic> all;
  cupel_diagnostic from{};
  from.struct_size = sizeof(from);
  for (size_t i = 0; i < count; ++i) {
    if (get(object, i, &from) != CUPEL_STATUS_OK) break;
    all.push_back({static_cast<Severity>(from.severity), from.line,
                   std::string(Text(from.file)), std::string(Text(from.rule)),
                   std::string(Text(from.message))});
  }
  return all;
}

#if !CUPEL_HPP_EXCEPTIONS
/// The innermost Try of this thread, and its first failure.
struct Attempt {
  std::optional<Error> failure;
  Attempt* outer = nullptr;
};
inline thread_local Attempt* innermost_attempt = nullptr;
#endif

/// The one place where something fails. Comes back only without exceptions, to
/// code that goes on with empty objects until it leaves its Try.
#if CUPEL_HPP_EXCEPTIONS
[[noreturn]] inline void Raise(Error error) { throw error; }
#else
inline void Raise(Error error) noexcept {
  Attempt* const attempt = innermost_attempt;
  if (attempt == nullptr) std::terminate();
  if (!attempt->failure.has_value()) attempt->failure = std::move(error);
}
#endif

}  // namespace internal

inline Error::Error(cupel_status code, cupel_error* owned) : code_(code) {
  const std::unique_ptr<cupel_error, internal::Deleter<cupel_error_free>> free(
      owned);
  const std::string_view text = internal::Text(cupel_error_message(owned));
  if (text.empty()) return;
  auto state = std::make_shared<State>();
  state->text = text;
  state->diagnostics = internal::Diagnostics(
      cupel_error_diagnostic_count(owned), cupel_error_diagnostic, owned);
  state_ = std::move(state);
}

/// A value, or why there is none: what Try gives.
///
/// Threads and lifetime: those of the T in it.
///
///     cupel::Result<cupel::Report> report =
///         cupel::Try([&] { return scanner.ScanPath("pkg.tgz"); });
///     if (!report) return Complain(report.error().message());
///     Show(report->verdict());
template <typename T>
class [[nodiscard]] Result {
  static_assert(!std::is_reference_v<T>, "a result owns its value");

 public:
  /// What is in it.
  using value_type = T;

  /// Holds `value`.
  Result(T value)  // NOLINT(google-explicit-constructor)
      : value_(std::move(value)) {}
  /// Holds `error`.
  Result(Error error)  // NOLINT(google-explicit-constructor)
      : error_(std::move(error)) {}

  /// Whether there is a value.
  bool has_value() const noexcept { return value_.has_value(); }
  /// The same.
  explicit operator bool() const noexcept { return has_value(); }

  /// The value. Without one it throws the error; without exceptions it ends the
  /// process.
  const T& value() const& {
    Check();
    return *value_;
  }
  /// The same.
  T& value() & {
    Check();
    return *value_;
  }
  /// The value, moved out.
  T&& value() && {
    Check();
    return *std::move(value_);
  }
  /// The value. There has to be one.
  const T& operator*() const& noexcept { return *value_; }
  /// The same.
  T& operator*() & noexcept { return *value_; }
  /// The value, moved out. There has to be one.
  T&& operator*() && noexcept { return *std::move(value_); }
  /// The value. There has to be one.
  const T* operator->() const noexcept { return &*value_; }
  /// The same.
  T* operator->() noexcept { return &*value_; }

  /// The value, or `other`.
  template <typename U>
  T value_or(U&& other) const& {
    return has_value() ? *value_ : static_cast<T>(std::forward<U>(other));
  }
  /// The value, moved out, or `other`.
  template <typename U>
  T value_or(U&& other) && {
    return has_value() ? *std::move(value_)
                       : static_cast<T>(std::forward<U>(other));
  }

  /// Why there is no value. There has to be none.
  const Error& error() const noexcept { return *error_; }
  /// The status: CUPEL_STATUS_OK if there is a value.
  cupel_status code() const noexcept {
    return has_value() ? CUPEL_STATUS_OK : error_->code();
  }

 private:
  void Check() const {
    if (has_value()) return;
#if CUPEL_HPP_EXCEPTIONS
    throw Error(*error_);
#else
    std::terminate();
#endif
  }

  std::optional<T> value_;
  std::optional<Error> error_;  // if there is no value
};

/// The same for what gives nothing back.
///
///     if (cupel::Result<void> sent = cupel::Try([&] { queue.Retry(id); });
///         !sent) {
///       Complain(sent.error().message());
///     }
template <>
class [[nodiscard]] Result<void> {
 public:
  /// What is in it.
  using value_type = void;

  /// It worked.
  Result() noexcept = default;
  /// It did not.
  Result(Error error)  // NOLINT(google-explicit-constructor)
      : error_(std::move(error)) {}

  /// Whether it worked.
  bool has_value() const noexcept { return !error_.has_value(); }
  /// The same.
  explicit operator bool() const noexcept { return has_value(); }
  /// Throws the error if there is one; without exceptions it ends the process.
  void value() const {
    if (has_value()) return;
#if CUPEL_HPP_EXCEPTIONS
    throw Error(*error_);
#else
    std::terminate();
#endif
  }
  /// Why it did not work. It must not have worked.
  const Error& error() const noexcept { return *error_; }
  /// The status: CUPEL_STATUS_OK if it worked.
  cupel_status code() const noexcept {
    return has_value() ? CUPEL_STATUS_OK : error_->code();
  }

 private:
  std::optional<Error> error_;
};

/// Runs `body` and gives what it returns, or why a call of Cupel in it failed.
///
/// With exceptions only an Error becomes a result: std::bad_alloc, and what the
/// host's own code in `body` throws, come out of Try as they are.
///
/// Without exceptions (-fno-exceptions) every call that can fail has to be
/// inside a Try, else the process ends. There a call that failed comes back
/// with an empty object, and `body` goes on: calls with that object fail as
/// well, and do nothing. So put one call into each Try, or nothing after it
/// that must not happen if it failed. The first failure is the result.
///
/// Threads: any; each has attempts of its own. They may be nested.
///
///     auto rules = cupel::Try([&] { return cupel::Ruleset(engine, sources);
///     });
template <typename Body>
[[nodiscard]] auto Try(Body&& body) -> Result<std::invoke_result_t<Body>> {
  using T = std::invoke_result_t<Body>;
#if CUPEL_HPP_EXCEPTIONS
  try {
    if constexpr (std::is_void_v<T>) {
      std::forward<Body>(body)();
      return {};
    } else {
      return std::forward<Body>(body)();
    }
  } catch (const Error& error) {
    return error;
  }
#else
  internal::Attempt attempt;
  attempt.outer = std::exchange(internal::innermost_attempt, &attempt);
  if constexpr (std::is_void_v<T>) {
    std::forward<Body>(body)();
    internal::innermost_attempt = attempt.outer;
    if (attempt.failure.has_value()) return *std::move(attempt.failure);
    return {};
  } else {
    T made = std::forward<Body>(body)();
    internal::innermost_attempt = attempt.outer;
    if (attempt.failure.has_value()) return *std::move(attempt.failure);
    return made;
  }
#endif
}

/// Makes a T, or tells why not: a constructor that fails as a value.
///
///     auto scanner = cupel::TryMake<cupel::Scanner>(engine, rules);
///     if (!scanner) return Complain(scanner.error().message());
template <typename T, typename... Arguments>
[[nodiscard]] Result<T> TryMake(Arguments&&... arguments) {
  return Try([&] { return T(std::forward<Arguments>(arguments)...); });
}

}  // namespace CUPEL_HPP_MODE
}  // namespace cupel

#endif  // CUPEL_RESULT_HPP_
