// cupel_raws, and runs of boefjes and normalizers.
#include <memory>
#include <string>
#include <utility>

#include "capi/arguments.h"
#include "capi/catalogue.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/structs.h"
#include "cupel/cupel.h"
#include "engine/boefje_runs.h"
#include "engine/environments.h"

namespace {

using cupel::capi::Callbacks;
using cupel::capi::CatalogueOf;
using cupel::capi::CheckHandle;
using cupel::capi::CheckOptionalHandle;
using cupel::capi::ClearOut;
using cupel::capi::Guard;
using cupel::capi::NameOf;
using cupel::capi::SharedCatalogue;
using cupel::capi::TextOf;

using SharedRaws = std::shared_ptr<cupel::RawArchive>;

constexpr uint32_t kRunFlags =
    CUPEL_RUN_PROCESS_VARIABLES | CUPEL_RUN_DEFAULTS | CUPEL_RUN_NO_NETWORK;

// A share of the caller's own: the handle may be freed while it is in use.
absl::StatusOr<SharedRaws> RawsOf(const cupel_raws* raws) {
  CUPEL_RETURN_IF_ERROR(CheckHandle(raws, "raws"));
  return raws->archive;
}

absl::StatusOr<cupel::RawArchiveOptions> OptionsOf(
    const cupel_raws_options* options) {
  cupel_raws_options o = CUPEL_RAWS_OPTIONS_INIT;
  CUPEL_RETURN_IF_ERROR(cupel::capi::CopyIn(options, &o, "cupel_raws_options"));
  CUPEL_RETURN_IF_ERROR(
      cupel::capi::CheckFlags(o.reserved, 0, "cupel_raws_options.reserved"));
  cupel::RawArchiveOptions to;
  if (o.database.size != 0) {
    CUPEL_ASSIGN_OR_RETURN(to.database, NameOf(o.database, "database"));
  }
  to.max_raw_bytes = o.max_raw_bytes;
  to.busy_timeout_ms = o.busy_timeout_ms;
  return to;
}

absl::Status ReadTier(cupel_tier tier, std::optional<cupel::Tier>* to) {
  if (tier == 0) return absl::OkStatus();
  if (tier < CUPEL_TIER_BUILTIN || tier > CUPEL_TIER_OCI) {
    return cupel::InvalidArgument(
        "cupel_run_options.tier is {}, which this version does not know", tier);
  }
  *to = static_cast<cupel::Tier>(tier);
  return absl::OkStatus();
}

// `callbacks` gets what the log throws.
absl::Status ReadRunOptions(const cupel_run_options& o,
                            std::shared_ptr<Callbacks> callbacks,
                            cupel::PluginRunOptions* to) {
  CUPEL_RETURN_IF_ERROR(ReadTier(o.tier, &to->tier));
  to->timeout_ms = o.timeout_ms;
  to->memory_bytes = o.memory_bytes;
  to->network = (o.flags & CUPEL_RUN_NO_NETWORK) == 0;
  CUPEL_ASSIGN_OR_RETURN(to->runner, TextOf(o.runner, "runner"));
  CUPEL_ASSIGN_OR_RETURN(to->python, TextOf(o.python, "python"));
  CUPEL_ASSIGN_OR_RETURN(to->python_path, TextOf(o.python_path, "python_path"));
  CUPEL_ASSIGN_OR_RETURN(to->oci_program, TextOf(o.oci_program, "oci_program"));
  CUPEL_ASSIGN_OR_RETURN(to->oci_runtime, TextOf(o.oci_runtime, "oci_runtime"));
  if (o.log != nullptr) {
    to->log = [log = o.log, data = o.log_data,
               callbacks = std::move(callbacks)](cupel::LogLevel level,
                                                 std::string_view text) {
      callbacks->Run([&] {
        log(data, static_cast<cupel_log_level>(level),
            cupel::capi::ToView(text));
        return 0;
      });
    };
  }
  return absl::OkStatus();
}

absl::StatusOr<cupel_run_options> RunOptionsOf(
    const cupel_run_options* options) {
  cupel_run_options o = CUPEL_RUN_OPTIONS_INIT;
  CUPEL_RETURN_IF_ERROR(cupel::capi::CopyIn(options, &o, "cupel_run_options"));
  CUPEL_RETURN_IF_ERROR(
      cupel::capi::CheckFlags(o.flags, kRunFlags, "cupel_run_options.flags"));
  return o;
}

// What every run works on: shares, so that any handle may be freed meanwhile.
struct Run {
  SharedCatalogue catalogue;
  SharedRaws raws;
  std::shared_ptr<cupel::Cancel> cancel;  // may be null
  std::shared_ptr<const cupel::JobDocument> job;
};

absl::StatusOr<Run> RunOf(cupel_registry* registry, cupel_raws* raws,
                          cupel_cancel* cancel) {
  Run run;
  CUPEL_ASSIGN_OR_RETURN(run.catalogue, CatalogueOf(registry));
  CUPEL_ASSIGN_OR_RETURN(run.raws, RawsOf(raws));
  CUPEL_RETURN_IF_ERROR(CheckOptionalHandle(cancel, "cancel"));
  if (cancel != nullptr) run.cancel = cancel->cancel;
  return run;
}

absl::Status RunBoefje(const Run& run, const cupel_run_options* options,
                       cupel::BoefjeRunOptions to, cupel_buffer** out) {
  CUPEL_ASSIGN_OR_RETURN(const cupel_run_options o, RunOptionsOf(options));
  const auto callbacks = std::make_shared<Callbacks>();
  CUPEL_RETURN_IF_ERROR(ReadRunOptions(o, callbacks, &to));
  if ((o.flags & CUPEL_RUN_PROCESS_VARIABLES) != 0) {
    cupel::AddPluginVariables(&to.variables);
  }
  to.apply_defaults = (o.flags & CUPEL_RUN_DEFAULTS) != 0;
  absl::StatusOr<std::string> json = cupel::RunBoefjeJson(
      *run.catalogue->registry, *run.raws, std::move(to), run.cancel.get());
  CUPEL_RETURN_IF_ERROR(callbacks->TakeFailure());
  CUPEL_RETURN_IF_ERROR(json.status());
  *out = new cupel_buffer(std::move(*json));
  return absl::OkStatus();
}

absl::Status RunNormalizer(const Run& run, const cupel_run_options* options,
                           cupel_view whitelist, cupel::NormalizerRunOptions to,
                           cupel_buffer** out) {
  CUPEL_ASSIGN_OR_RETURN(const cupel_run_options o, RunOptionsOf(options));
  const auto callbacks = std::make_shared<Callbacks>();
  CUPEL_RETURN_IF_ERROR(ReadRunOptions(o, callbacks, &to));
  CUPEL_ASSIGN_OR_RETURN(to.whitelist, TextOf(whitelist, "whitelist"));
  absl::StatusOr<std::string> json = cupel::RunNormalizerJson(
      *run.catalogue->registry, *run.raws, to, run.cancel.get());
  CUPEL_RETURN_IF_ERROR(callbacks->TakeFailure());
  CUPEL_RETURN_IF_ERROR(json.status());
  *out = new cupel_buffer(std::move(*json));
  return absl::OkStatus();
}

}  // namespace

extern "C" {

cupel_status cupel_raws_open(const cupel_raws_options* options,
                             cupel_raws** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const cupel::RawArchiveOptions opened,
                           OptionsOf(options));
    auto handle = std::make_unique<cupel_raws>();
    CUPEL_ASSIGN_OR_RETURN(handle->archive, cupel::RawArchive::Open(opened));
    *out = handle.release();
    return absl::OkStatus();
  });
}

void cupel_raws_free(cupel_raws* raws) { cupel::capi::Free(raws); }

cupel_status cupel_raws_list_json(cupel_raws* raws, cupel_view organisation,
                                  cupel_view job, cupel_buffer** out,
                                  cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedRaws shared, RawsOf(raws));
    cupel::RawFilter filter;
    CUPEL_ASSIGN_OR_RETURN(filter.organisation,
                           NameOf(organisation, "organisation"));
    if (job.size != 0) {
      CUPEL_ASSIGN_OR_RETURN(filter.job, NameOf(job, "job"));
    }
    CUPEL_ASSIGN_OR_RETURN(std::string json,
                           cupel::RawListJson(*shared, filter));
    *out = new cupel_buffer(std::move(json));
    return absl::OkStatus();
  });
}

cupel_status cupel_raws_meta_json(cupel_raws* raws, cupel_view id,
                                  cupel_buffer** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedRaws shared, RawsOf(raws));
    CUPEL_ASSIGN_OR_RETURN(const std::string name, NameOf(id, "id"));
    CUPEL_ASSIGN_OR_RETURN(std::string json, cupel::RawMetaJson(*shared, name));
    *out = new cupel_buffer(std::move(json));
    return absl::OkStatus();
  });
}

cupel_status cupel_raws_bytes(cupel_raws* raws, cupel_view id,
                              cupel_buffer** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedRaws shared, RawsOf(raws));
    CUPEL_ASSIGN_OR_RETURN(const std::string name, NameOf(id, "id"));
    CUPEL_ASSIGN_OR_RETURN(const cupel::RawRow row, shared->Find(name));
    CUPEL_ASSIGN_OR_RETURN(std::string bytes, shared->Bytes(row));
    *out = new cupel_buffer(std::move(bytes));
    return absl::OkStatus();
  });
}

cupel_status cupel_boefje_run(cupel_registry* registry, cupel_raws* raws,
                              cupel_view organisation, cupel_view boefje,
                              cupel_view input,
                              const cupel_run_options* options,
                              cupel_cancel* cancel, cupel_buffer** out,
                              cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const Run run, RunOf(registry, raws, cancel));
    cupel::BoefjeRunOptions to;
    CUPEL_ASSIGN_OR_RETURN(to.organisation,
                           NameOf(organisation, "organisation"));
    CUPEL_ASSIGN_OR_RETURN(to.boefje, NameOf(boefje, "boefje"));
    CUPEL_ASSIGN_OR_RETURN(to.input, TextOf(input, "input"));
    return RunBoefje(run, options, std::move(to), out);
  });
}

cupel_status cupel_boefje_run_job(cupel_registry* registry, cupel_raws* raws,
                                  const cupel_job* job,
                                  const cupel_run_options* options,
                                  cupel_cancel* cancel, cupel_buffer** out,
                                  cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(Run run, RunOf(registry, raws, cancel));
    CUPEL_RETURN_IF_ERROR(CheckHandle(job, "job"));
    run.job = job->job;
    cupel::BoefjeRunOptions to;
    to.job = run.job.get();
    return RunBoefje(run, options, std::move(to), out);
  });
}

cupel_status cupel_normalizer_run(cupel_registry* registry, cupel_raws* raws,
                                  cupel_view normalizer, cupel_view raw,
                                  cupel_view whitelist,
                                  const cupel_run_options* options,
                                  cupel_cancel* cancel, cupel_buffer** out,
                                  cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const Run run, RunOf(registry, raws, cancel));
    cupel::NormalizerRunOptions to;
    CUPEL_ASSIGN_OR_RETURN(to.normalizer, NameOf(normalizer, "normalizer"));
    CUPEL_ASSIGN_OR_RETURN(to.raw, NameOf(raw, "raw"));
    return RunNormalizer(run, options, whitelist, std::move(to), out);
  });
}

cupel_status cupel_normalizer_run_job(cupel_registry* registry,
                                      cupel_raws* raws, const cupel_job* job,
                                      cupel_view whitelist,
                                      const cupel_run_options* options,
                                      cupel_cancel* cancel, cupel_buffer** out,
                                      cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(Run run, RunOf(registry, raws, cancel));
    CUPEL_RETURN_IF_ERROR(CheckHandle(job, "job"));
    run.job = job->job;
    cupel::NormalizerRunOptions to;
    to.job = run.job.get();
    return RunNormalizer(run, options, whitelist, std::move(to), out);
  });
}

}  // extern "C"
