// cupel_error: why a call failed.
#include <cstring>
#include <memory>
#include <new>

#include "base/status.h"
#include "capi/arguments.h"
#include "capi/diagnostic.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/structs.h"
#include "cupel/cupel.h"
#include "engine/printable.h"

namespace cupel::capi {
namespace {

// Fits into std::string itself: making one takes no memory from the heap.
constexpr const char* kOutOfMemoryText = "out of memory";
constexpr const char* kUnknownText = "unknown error";

// Never destroyed: threads may outlive main().
template <typename Tag>
cupel_error* StaticError(cupel_status code, const char* text) noexcept {
  alignas(cupel_error) static unsigned char storage[sizeof(cupel_error)];
  static cupel_error* const error = [&] {
    auto* made = new (storage) cupel_error;
    made->code = code;
    made->is_static = true;
    made->text = text;
    return made;
  }();
  return error;
}

}  // namespace

cupel_error* OutOfMemoryError() noexcept {
  struct Tag {};
  return StaticError<Tag>(CUPEL_STATUS_RESOURCE_EXHAUSTED, kOutOfMemoryText);
}

cupel_error* UnknownError() noexcept {
  struct Tag {};
  return StaticError<Tag>(CUPEL_STATUS_INTERNAL, kUnknownText);
}

cupel_error* NewError(const absl::Status& status,
                      std::vector<RuleDiagnostic>* diagnostics) {
  auto error = std::make_unique<cupel_error>();
  error->code = CodeOf(status);
  error->text = PrintableMessage(MessageOf(status));
  if (diagnostics != nullptr) {
    for (RuleDiagnostic& diagnostic : *diagnostics) {
      diagnostic.message = PrintableMessage(diagnostic.message);
    }
    error->diagnostics = std::move(*diagnostics);
  }
  return error.release();
}

void Callbacks::Note(const char* what) noexcept {
  State none = State::kNone;
  // The first one is told.
  if (!state_.compare_exchange_strong(none, State::kWriting)) return;
  std::strncpy(what_, what, sizeof(what_) - 1);
  state_.store(State::kThere, std::memory_order_release);
}

absl::Status Callbacks::TakeFailure() {
  if (state_.load(std::memory_order_acquire) != State::kThere) {
    return absl::OkStatus();
  }
  absl::Status failure =
      Internal("a callback threw an exception, which none may: {}", what_);
  state_.store(State::kNone);
  return failure;
}

absl::Status CopyDiagnostic(std::span<const RuleDiagnostic> list, size_t index,
                            cupel_diagnostic* out) {
  if (out == nullptr) return InvalidArgument("cupel_diagnostic: out is NULL");
  if (index >= list.size()) {
    return MakeStatus(absl::StatusCode::kOutOfRange,
                      "no diagnostic {}: there are {}", index, list.size());
  }
  const RuleDiagnostic& from = list[index];
  cupel_diagnostic to{};
  to.severity = from.severity == RuleDiagnostic::Severity::kError
                    ? CUPEL_SEVERITY_ERROR
                    : CUPEL_SEVERITY_WARNING;
  to.line = from.line;
  to.file = ToView(from.file);
  to.rule = ToView(from.rule);
  to.message = ToView(from.message);
  return CopyOut(to, out, "cupel_diagnostic");
}

}  // namespace cupel::capi

using cupel::capi::Alive;

extern "C" {

cupel_status cupel_error_code(const cupel_error* error) {
  if (error == nullptr) return CUPEL_STATUS_OK;
  return error->alive() ? error->code : CUPEL_STATUS_UNKNOWN;
}

cupel_view cupel_error_message(const cupel_error* error) {
  if (Alive(error) == nullptr) return cupel::capi::EmptyView();
  return cupel::capi::ToView(error->text);
}

void cupel_error_free(cupel_error* error) {
  if (Alive(error) == nullptr || error->is_static) return;
  cupel::capi::Free(error);
}

size_t cupel_error_diagnostic_count(const cupel_error* error) {
  return Alive(error) == nullptr ? 0 : error->diagnostics.size();
}

cupel_status cupel_error_diagnostic(const cupel_error* error, size_t index,
                                    cupel_diagnostic* out) {
  return cupel::capi::Guard(nullptr, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(cupel::capi::CheckHandle(error, "error"));
    return cupel::capi::CopyDiagnostic(error->diagnostics, index, out);
  });
}

}  // extern "C"
