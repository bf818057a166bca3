// cupel_scanner: scans with one rule set, again and again.
#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "capi/arguments.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/plugin_use.h"
#include "capi/scan_options.h"
#include "cupel/cupel.h"
#include "engine/engine.h"
#include "engine/rule_choice.h"

namespace cupel::capi {

// What a running scan holds on to: a callback may free the scanner, and the
// scan ends as if nothing had happened.
struct ScannerState {
  std::shared_ptr<const Engine> engine;
  std::shared_ptr<const RuleSet> rules;  // may be null
  std::unique_ptr<ScanSession> session;
  ScanOptions options;
  AnswerCacheOptions cache;
  RuleChoice choice;
  const std::shared_ptr<Callbacks> callbacks = std::make_shared<Callbacks>();
  bool own_passwords = false;  // instead of the default list
  std::atomic<bool> busy{false};
};

namespace {

static_assert(CUPEL_SELECT_NAMESPACE ==
                  static_cast<int>(ChooseBy::kNamespace) &&
              CUPEL_SELECT_TAG == static_cast<int>(ChooseBy::kTag) &&
              CUPEL_SELECT_NAME == static_cast<int>(ChooseBy::kName) &&
              CUPEL_SELECT_META == static_cast<int>(ChooseBy::kMeta));

// A scanner to oneself. While it lives, every other use is refused instead of
// waited for, because the other one may be this very thread in a callback.
class Lease {
 public:
  static absl::StatusOr<Lease> Take(const cupel_scanner* scanner) {
    CUPEL_RETURN_IF_ERROR(CheckHandle(scanner, "scanner"));
    if (scanner->state->busy.exchange(true, std::memory_order_acquire)) {
      return FailedPrecondition(
          "scanner is busy: it is scanning, in another thread or in the one "
          "that a callback runs on; use one scanner per thread");
    }
    return Lease(scanner->state);
  }
  Lease(Lease&&) = default;
  Lease& operator=(Lease&&) = delete;
  ~Lease() {
    if (state_ != nullptr) state_->busy.store(false, std::memory_order_release);
  }

  ScannerState* operator->() const { return state_.get(); }

 private:
  explicit Lease(std::shared_ptr<ScannerState> state)
      : state_(std::move(state)) {}

  std::shared_ptr<ScannerState> state_;
};

absl::Status Ingest(ScannerState& state, cupel_view source, cupel_view options,
                    cupel_report_fn told, void* user_data, Cancel* cancel) {
  CUPEL_ASSIGN_OR_RETURN(const std::string name, NameOf(source, "source"));
  CUPEL_ASSIGN_OR_RETURN(const std::string over, TextOf(options, "options"));
  if (told == nullptr) return InvalidArgument("report is NULL");
  CUPEL_ASSIGN_OR_RETURN(const std::vector<PluginName> names,
                         ParsePluginNames(name, PluginCategory::kSource));
  if (names.size() != 1) {
    return InvalidArgument("source must name one plugin, not {}", names.size());
  }
  const absl::Status status =
      state.session->Ingest(names.front(), over, state.options, cancel,
                            [&](std::unique_ptr<const Report> report) {
                              auto handle = std::make_unique<cupel_report>();
                              handle->report = std::move(report);
                              return state.callbacks->Run([&] {
                                return told(user_data, handle.release());
                              }) == 0;
                            });
  CUPEL_RETURN_IF_ERROR(state.callbacks->TakeFailure());
  return status;
}

absl::Status Scan(cupel_scanner* scanner, const std::vector<ScanInput>& inputs,
                  const cupel_cancel* cancel, cupel_report** out) {
  CUPEL_RETURN_IF_ERROR(CheckOptionalHandle(cancel, "cancel"));
  CUPEL_ASSIGN_OR_RETURN(const Lease lease, Lease::Take(scanner));
  if (inputs.empty()) return InvalidArgument("inputs is empty: add one");
  const auto token = cancel == nullptr ? nullptr : cancel->cancel;
  auto handle = std::make_unique<cupel_report>();
  absl::StatusOr<std::unique_ptr<const Report>> report =
      lease->session->Scan(inputs, lease->options, token.get());
  CUPEL_RETURN_IF_ERROR(lease->callbacks->TakeFailure());
  CUPEL_RETURN_IF_ERROR(report.status());
  handle->report = std::move(*report);
  *out = handle.release();
  return absl::OkStatus();
}

}  // namespace
}  // namespace cupel::capi

using cupel::ScanInput;
using cupel::capi::CheckHandle;
using cupel::capi::ClearOut;
using cupel::capi::Guard;
using cupel::capi::Lease;
using cupel::capi::NameOf;

extern "C" {

cupel_status cupel_scanner_new(const cupel_engine* engine,
                               const cupel_ruleset* ruleset,
                               const cupel_scan_options* options,
                               cupel_scanner** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_RETURN_IF_ERROR(CheckHandle(engine, "engine"));
    CUPEL_RETURN_IF_ERROR(cupel::capi::CheckOptionalHandle(ruleset, "ruleset"));
    auto state = std::make_shared<cupel::capi::ScannerState>();
    state->engine = engine->engine;
    if (ruleset != nullptr) state->rules = ruleset->rules;
    CUPEL_ASSIGN_OR_RETURN(
        state->options, cupel::capi::ScanOptionsOf(options, state->callbacks));
    CUPEL_ASSIGN_OR_RETURN(state->cache, cupel::capi::CacheOptionsOf(options));
    CUPEL_ASSIGN_OR_RETURN(
        state->session,
        state->engine->NewSession(state->rules, state->options.threads, {},
                                  state->cache));
    auto handle = std::make_unique<cupel_scanner>();
    handle->state = std::move(state);
    *out = handle.release();
    return absl::OkStatus();
  });
}

cupel_status cupel_scanner_add_password(cupel_scanner* scanner,
                                        cupel_view password,
                                        cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const Lease lease, Lease::Take(scanner));
    CUPEL_ASSIGN_OR_RETURN(std::string text, NameOf(password, "password"));
    if (!lease->own_passwords) lease->options.passwords.clear();
    lease->own_passwords = true;
    lease->options.passwords.push_back(std::move(text));
    return absl::OkStatus();
  });
}

cupel_status cupel_scanner_select(cupel_scanner* scanner, cupel_select_by by,
                                  cupel_view pattern, int32_t exclude,
                                  cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const Lease lease, Lease::Take(scanner));
    if (by < CUPEL_SELECT_NAMESPACE || by > CUPEL_SELECT_META) {
      return cupel::InvalidArgument(
          "by is {}, which this version does not know", by);
    }
    CUPEL_ASSIGN_OR_RETURN(const std::string text, NameOf(pattern, "pattern"));
    if (lease->rules == nullptr) {
      return cupel::FailedPrecondition(
          "there are no rules to select from: the scanner was made without");
    }
    CUPEL_RETURN_IF_ERROR(lease->choice.Narrow(lease->rules->rules(),
                                               static_cast<cupel::ChooseBy>(by),
                                               text, exclude != 0));
    lease->options.selected = lease->choice.chosen();
    return absl::OkStatus();
  });
}

cupel_status cupel_scanner_scan(cupel_scanner* scanner,
                                const cupel_inputs* inputs,
                                cupel_cancel* cancel, cupel_report** out,
                                cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_RETURN_IF_ERROR(CheckHandle(scanner, "scanner"));
    CUPEL_RETURN_IF_ERROR(CheckHandle(inputs, "inputs"));
    // A copy: a callback may free the list or add to it.
    const std::vector<ScanInput> list = inputs->list;
    return cupel::capi::Scan(scanner, list, cancel, out);
  });
}

cupel_status cupel_scanner_scan_path(cupel_scanner* scanner, cupel_view path,
                                     cupel_cancel* cancel, cupel_report** out,
                                     cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_RETURN_IF_ERROR(CheckHandle(scanner, "scanner"));
    std::vector<ScanInput> list(1);
    CUPEL_ASSIGN_OR_RETURN(list[0].name, NameOf(path, "path"));
    return cupel::capi::Scan(scanner, list, cancel, out);
  });
}

cupel_status cupel_scanner_scan_memory(cupel_scanner* scanner, cupel_view name,
                                       cupel_view bytes, cupel_cancel* cancel,
                                       cupel_report** out,
                                       cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_RETURN_IF_ERROR(CheckHandle(scanner, "scanner"));
    std::vector<ScanInput> list(1);
    list[0].kind = ScanInput::Kind::kMemory;
    CUPEL_ASSIGN_OR_RETURN(list[0].name, NameOf(name, "name"));
    CUPEL_ASSIGN_OR_RETURN(list[0].bytes, cupel::capi::BytesOf(bytes, "bytes"));
    return cupel::capi::Scan(scanner, list, cancel, out);
  });
}

cupel_status cupel_scanner_use_plugins(cupel_scanner* scanner,
                                       const cupel_plugin_use* use,
                                       cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const Lease lease, Lease::Take(scanner));
    if (use == nullptr) return cupel::InvalidArgument("use is NULL");
    CUPEL_ASSIGN_OR_RETURN(cupel::PluginUse plugins,
                           cupel::capi::PluginUseOf(use, lease->callbacks));
    CUPEL_ASSIGN_OR_RETURN(
        lease->session,
        lease->engine->NewSession(lease->rules, lease->options.threads,
                                  std::move(plugins), lease->cache));
    return absl::OkStatus();
  });
}

cupel_status cupel_scanner_ingest(cupel_scanner* scanner, cupel_view source,
                                  cupel_view options, cupel_report_fn report,
                                  void* user_data, cupel_cancel* cancel,
                                  cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(cupel::capi::CheckOptionalHandle(cancel, "cancel"));
    CUPEL_ASSIGN_OR_RETURN(const Lease lease, Lease::Take(scanner));
    const auto token = cancel == nullptr ? nullptr : cancel->cancel;
    return cupel::capi::Ingest(*lease.operator->(), source, options, report,
                               user_data, token.get());
  });
}

void cupel_scanner_free(cupel_scanner* scanner) { cupel::capi::Free(scanner); }

}  // extern "C"
