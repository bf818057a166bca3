// cupel_engine: what everything else is made from.
#include "engine/engine.h"

#include <memory>

#include "capi/arguments.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/structs.h"
#include "cupel/cupel.h"

extern "C" {

cupel_status cupel_engine_new(const cupel_engine_options* options,
                              cupel_engine** out, cupel_error** error) {
  return cupel::capi::Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(cupel::capi::ClearOut(out));
    cupel_engine_options o = CUPEL_ENGINE_OPTIONS_INIT;
    CUPEL_RETURN_IF_ERROR(
        cupel::capi::CopyIn(options, &o, "cupel_engine_options"));
    CUPEL_RETURN_IF_ERROR(
        cupel::capi::CheckFlags(o.flags, 0, "cupel_engine_options.flags"));
    CUPEL_RETURN_IF_ERROR(cupel::capi::CheckFlags(
        o.reserved, 0, "cupel_engine_options.reserved"));
    auto handle = std::make_unique<cupel_engine>();
    CUPEL_ASSIGN_OR_RETURN(handle->engine, cupel::Engine::New());
    *out = handle.release();
    return absl::OkStatus();
  });
}

void cupel_engine_free(cupel_engine* engine) { cupel::capi::Free(engine); }

}  // extern "C"
