// cupel_cancel: the switch that ends scans.
#include "capi/arguments.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "cupel/cupel.h"

using cupel::capi::Alive;

extern "C" {

cupel_status cupel_cancel_new(cupel_cancel** out, cupel_error** error) {
  return cupel::capi::Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(cupel::capi::ClearOut(out));
    *out = new cupel_cancel;
    return absl::OkStatus();
  });
}

void cupel_cancel_trigger(cupel_cancel* cancel) {
  if (Alive(cancel) == nullptr) return;
  // A share of its own: what it ends may free the handle at once.
  const std::shared_ptr<cupel::Cancel> shared = cancel->cancel;
  shared->Trigger();
}

void cupel_cancel_free(cupel_cancel* cancel) { cupel::capi::Free(cancel); }

}  // extern "C"
