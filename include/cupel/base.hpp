// base.hpp: what all parts of cupel.hpp share. Comes with it.
#ifndef CUPEL_BASE_HPP_
#define CUPEL_BASE_HPP_

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cupel/base.h"

namespace cupel {

// Newer libraries may add values: take one you do not know for the most
// cautious.
enum class Severity : int32_t { kError = 0, kWarning = 1 };

// One remark of the rule compiler.
struct Diagnostic {
  Severity severity = Severity::kError;
  int32_t line = 0;  // from 1; 0: the file as a whole
  std::string file;
  std::string rule;  // empty if not known
  std::string message;
};

// Why something failed. Copying never throws.
class Error : public std::exception {
 public:
  // Takes `owned`, which may be null.
  Error(cupel_status code, cupel_error* owned);

  // A CUPEL_STATUS_*.
  cupel_status code() const noexcept { return state_->code; }
  // One line for people.
  std::string_view message() const noexcept { return state_->text; }
  const char* what() const noexcept override { return state_->text.c_str(); }
  // Every error of every rule file, if rules did not compile; else empty.
  const std::vector<Diagnostic>& diagnostics() const noexcept {
    return state_->diagnostics;
  }

 private:
  struct State {
    cupel_status code = CUPEL_STATUS_UNKNOWN;
    std::string text;
    std::vector<Diagnostic> diagnostics;
  };
  std::shared_ptr<const State> state_;
};

namespace internal {

inline cupel_view View(std::string_view text) noexcept {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}
inline std::string_view Text(cupel_view view) noexcept {
  return {reinterpret_cast<const char*>(view.data), view.size};
}

inline cupel_field Field(std::string_view name,
                         std::string_view value) noexcept {
  return {View(name), View(value)};
}

// Calls `function(arguments…, &error)` and throws if it fails.
template <typename Function, typename... Arguments>
void Call(Function function, Arguments... arguments) {
  cupel_error* error = nullptr;
  const cupel_status status = function(arguments..., &error);
  if (status != CUPEL_STATUS_OK) throw Error(status, error);
}

// Collects what `get(object, index, &diagnostic)` gives for 0 … count-1.
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

template <auto kFree>
struct Deleter {
  template <typename T>
  void operator()(T* handle) const noexcept {
    kFree(handle);
  }
};

// What the handle classes have in common.
template <typename T, auto kFree>
class Owner {
 public:
  // For calling the C interface with it; null after a move.
  T* get() const noexcept { return handle_.get(); }
  // Hands the C object over to the caller, to be freed there.
  T* release() noexcept { return handle_.release(); }

 protected:
  Owner() = default;
  explicit Owner(T* owned) noexcept : handle_(owned) {}

  static cupel_view View(std::string_view text) noexcept {
    return internal::View(text);
  }
  static std::string_view Text(cupel_view view) noexcept {
    return internal::Text(view);
  }
  template <typename Function, typename... Arguments>
  void Do(Function function, Arguments... arguments) const {
    Call(function, get(), arguments...);
  }
  // Takes what `function(arguments…, &made, &error)` makes.
  template <typename Function, typename... Arguments>
  void Make(Function function, Arguments... arguments) {
    T* made = nullptr;
    Call(function, arguments..., &made);
    handle_.reset(made);
  }

 private:
  std::unique_ptr<T, Deleter<kFree>> handle_;
};

// Carries what a callback throws through a C call and back out of it.
class Thrown {
 public:
  // 0 to go on, as the C interface has it.
  template <typename Function>
  int32_t Guard(Function&& function) noexcept {
    try {
      return function() ? 0 : 1;
    } catch (...) {
      thrown_ = std::current_exception();
      return 1;
    }
  }
  void Rethrow() {
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
  }

 private:
  std::exception_ptr thrown_ = nullptr;
};

}  // namespace internal

inline Error::Error(cupel_status code, cupel_error* owned) {
  std::unique_ptr<cupel_error, internal::Deleter<cupel_error_free>> free(owned);
  auto state = std::make_shared<State>();
  state->code = code;
  state->text = internal::Text(cupel_error_message(owned));
  if (state->text.empty()) state->text = cupel_status_name(code);
  state->diagnostics = internal::Diagnostics(
      cupel_error_diagnostic_count(owned), cupel_error_diagnostic, owned);
  state_ = std::move(state);
}

// Owned bytes, immutable; overwritten when they go if they are secrets.
class Buffer : public internal::Owner<cupel_buffer, cupel_buffer_free> {
 public:
  template <typename Function, typename... Arguments>
  explicit Buffer(Function function, Arguments... arguments) {
    Make(function, arguments...);
  }
  std::string_view view() const noexcept {
    return Text(cupel_buffer_view(get()));
  }
};

// Names and values: variables, headers. Views, which must stay valid until the
// call returns that they are handed to.
using Fields = std::vector<std::pair<std::string_view, std::string_view>>;

namespace internal {

inline std::vector<cupel_field> ToC(const Fields& fields) {
  std::vector<cupel_field> out;
  out.reserve(fields.size());
  for (const auto& [name, value] : fields) out.push_back(Field(name, value));
  return out;
}
inline std::vector<cupel_view> ToC(const std::vector<std::string_view>& list) {
  std::vector<cupel_view> out;
  out.reserve(list.size());
  for (const std::string_view text : list) out.push_back(View(text));
  return out;
}

}  // namespace internal

// Ends what takes long, from any thread. Not to be used in a signal handler.
class Cancel : public internal::Owner<cupel_cancel, cupel_cancel_free> {
 public:
  Cancel() { Make(cupel_cancel_new); }
  void Trigger() const noexcept { cupel_cancel_trigger(get()); }
};

}  // namespace cupel

#endif  // CUPEL_BASE_HPP_
