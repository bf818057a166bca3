// cupel_ruleset: compiled rules.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "capi/arguments.h"
#include "capi/diagnostic.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/structs.h"
#include "cupel/cupel.h"
#include "engine/engine.h"
#include "engine/explain.h"

namespace {

using cupel::capi::Alive;
using cupel::capi::CheckHandle;
using cupel::capi::ClearOut;
using cupel::capi::Guard;

constexpr uint32_t kKnownFlags =
    CUPEL_RULES_SKIP_BROKEN | CUPEL_RULES_ALLOW_FOREIGN_COMPILED |
    CUPEL_RULES_NO_PARTITION | CUPEL_RULES_LOAD_ALL;

absl::Status ApplyOptions(const cupel_ruleset_options* options,
                          cupel::RuleOptions* to) {
  cupel_ruleset_options o = CUPEL_RULESET_OPTIONS_INIT;
  CUPEL_RETURN_IF_ERROR(
      cupel::capi::CopyIn(options, &o, "cupel_ruleset_options"));
  CUPEL_RETURN_IF_ERROR(cupel::capi::CheckFlags(o.flags, kKnownFlags,
                                                "cupel_ruleset_options.flags"));
  CUPEL_RETURN_IF_ERROR(
      cupel::capi::CheckFlags(o.reserved, 0, "cupel_ruleset_options.reserved"));
  to->skip_broken = (o.flags & CUPEL_RULES_SKIP_BROKEN) != 0;
  to->allow_foreign_compiled =
      (o.flags & CUPEL_RULES_ALLOW_FOREIGN_COMPILED) != 0;
  CUPEL_RETURN_IF_ERROR(cupel::capi::CheckFlags(
      o.reserved2, 0, "cupel_ruleset_options.reserved2"));
  if (o.engine < CUPEL_RULE_ENGINE_CUPEL ||
      o.engine > CUPEL_RULE_ENGINE_LIBYARA) {
    return cupel::InvalidArgument(
        "cupel_ruleset_options.engine is {}, which this version does not know",
        o.engine);
  }
  to->engine = (o.flags & CUPEL_RULES_NO_PARTITION) != 0
                   ? cupel::RuleEngine::kLibyara
                   : static_cast<cupel::RuleEngine>(o.engine);
  to->load_all = (o.flags & CUPEL_RULES_LOAD_ALL) != 0;
  if (o.cache_dir.size != 0) {
    CUPEL_ASSIGN_OR_RETURN(
        to->cache_dir,
        cupel::capi::NameOf(o.cache_dir, "cupel_ruleset_options.cache_dir"));
  }
  return absl::OkStatus();
}

// What a profile tells while it is made.
int32_t TellPasses(cupel_progress_fn progress, void* user_data,
                   int64_t started_ns, uint64_t done, uint64_t total) {
  cupel_progress now{};
  now.struct_size = sizeof(now);
  now.elapsed_ns = static_cast<uint64_t>(cupel::MonotonicNanos() - started_ns);
  now.input_bytes = total;
  now.input_bytes_done = done;
  now.current = cupel::capi::EmptyView();
  return progress(user_data, &now);
}

}  // namespace

extern "C" {

cupel_status cupel_ruleset_compile(const cupel_engine* engine,
                                   const cupel_rule_sources* sources,
                                   const cupel_ruleset_options* options,
                                   cupel_ruleset** out, cupel_error** error) {
  std::vector<cupel::RuleDiagnostic> diagnostics;
  return Guard(
      error,
      [&]() -> absl::Status {
        CUPEL_RETURN_IF_ERROR(ClearOut(out));
        CUPEL_RETURN_IF_ERROR(CheckHandle(engine, "engine"));
        CUPEL_RETURN_IF_ERROR(CheckHandle(sources, "sources"));
        cupel::RuleOptions rule_options = sources->options;
        CUPEL_RETURN_IF_ERROR(ApplyOptions(options, &rule_options));
        auto handle = std::make_unique<cupel_ruleset>();
        CUPEL_ASSIGN_OR_RETURN(
            handle->rules, engine->engine->CompileRules(
                               sources->sources, rule_options, &diagnostics));
        *out = handle.release();
        return absl::OkStatus();
      },
      &diagnostics);
}

size_t cupel_ruleset_count(const cupel_ruleset* ruleset) {
  return Alive(ruleset) == nullptr ? 0 : ruleset->rules->rules().size();
}

cupel_view cupel_ruleset_digest(const cupel_ruleset* ruleset) {
  if (Alive(ruleset) == nullptr) return cupel::capi::EmptyView();
  return cupel::capi::ToView(ruleset->rules->digest());
}

size_t cupel_ruleset_skipped_count(const cupel_ruleset* ruleset) {
  return Alive(ruleset) == nullptr ? 0 : ruleset->rules->skipped().size();
}

int32_t cupel_ruleset_from_cache(const cupel_ruleset* ruleset) {
  return Alive(ruleset) != nullptr && ruleset->rules->from_cache() ? 1 : 0;
}

size_t cupel_ruleset_warning_count(const cupel_ruleset* ruleset) {
  return Alive(ruleset) == nullptr ? 0 : ruleset->rules->warnings().size();
}

cupel_status cupel_ruleset_warning(const cupel_ruleset* ruleset, size_t index,
                                   cupel_diagnostic* out) {
  return Guard(nullptr, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(CheckHandle(ruleset, "ruleset"));
    return cupel::capi::CopyDiagnostic(ruleset->rules->warnings(), index, out);
  });
}

cupel_status cupel_ruleset_json(const cupel_ruleset* ruleset,
                                cupel_buffer** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_RETURN_IF_ERROR(CheckHandle(ruleset, "ruleset"));
    *out = new cupel_buffer(cupel::RuleSetJson(*ruleset->rules));
    return absl::OkStatus();
  });
}

cupel_status cupel_ruleset_explain(const cupel_ruleset* ruleset,
                                   cupel_view rule, cupel_view path,
                                   cupel_view bytes, cupel_buffer** out,
                                   cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_RETURN_IF_ERROR(CheckHandle(ruleset, "ruleset"));
    CUPEL_ASSIGN_OR_RETURN(const std::string name,
                           cupel::capi::NameOf(rule, "rule"));
    cupel::FileToExplain file;
    CUPEL_ASSIGN_OR_RETURN(file.path, cupel::capi::BytesOf(path, "path"));
    CUPEL_ASSIGN_OR_RETURN(file.bytes, cupel::capi::BytesOf(bytes, "bytes"));
    CUPEL_ASSIGN_OR_RETURN(
        std::string json,
        cupel::ExplainJson(ruleset->rules, name,
                           bytes.data == nullptr ? nullptr : &file));
    *out = new cupel_buffer(std::move(json));
    return absl::OkStatus();
  });
}

cupel_status cupel_ruleset_save(const cupel_ruleset* ruleset, cupel_view path,
                                cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(CheckHandle(ruleset, "ruleset"));
    CUPEL_ASSIGN_OR_RETURN(const std::string name,
                           cupel::capi::NameOf(path, "path"));
    return ruleset->rules->Save(name);
  });
}

cupel_status cupel_ruleset_profile(const cupel_engine* engine,
                                   const cupel_ruleset* ruleset,
                                   const cupel_inputs* inputs,
                                   cupel_cancel* cancel,
                                   cupel_progress_fn progress, void* user_data,
                                   cupel_buffer** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_RETURN_IF_ERROR(CheckHandle(engine, "engine"));
    CUPEL_RETURN_IF_ERROR(CheckHandle(ruleset, "ruleset"));
    CUPEL_RETURN_IF_ERROR(CheckHandle(inputs, "inputs"));
    CUPEL_RETURN_IF_ERROR(cupel::capi::CheckOptionalHandle(cancel, "cancel"));
    // Shares and copies: the callback may free every handle.
    const auto shared_engine = engine->engine;
    const auto rules = ruleset->rules;
    const auto list = inputs->list;
    const auto token = cancel == nullptr ? nullptr : cancel->cancel;
    cupel::capi::Callbacks callbacks;
    std::function<bool(uint64_t, uint64_t)> tell;
    if (progress != nullptr) {
      const int64_t started_ns = cupel::MonotonicNanos();
      tell = [=, &callbacks](uint64_t done, uint64_t total) {
        return callbacks.Run([&] {
          return TellPasses(progress, user_data, started_ns, done, total);
        }) == 0;
      };
    }
    absl::StatusOr<std::string> json =
        shared_engine->ProfileRules(*rules, list, token.get(), tell);
    CUPEL_RETURN_IF_ERROR(callbacks.TakeFailure());
    CUPEL_RETURN_IF_ERROR(json.status());
    *out = new cupel_buffer(std::move(*json));
    return absl::OkStatus();
  });
}

void cupel_ruleset_free(cupel_ruleset* ruleset) { cupel::capi::Free(ruleset); }

}  // extern "C"
