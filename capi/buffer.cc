// cupel_buffer: owned bytes.
#include "capi/arguments.h"
#include "capi/handles.h"
#include "cupel/cupel.h"

using cupel::capi::Alive;

extern "C" {

cupel_view cupel_buffer_view(const cupel_buffer* buffer) {
  if (Alive(buffer) == nullptr) return cupel::capi::EmptyView();
  return cupel::capi::ToView(buffer->view());
}

void cupel_buffer_free(cupel_buffer* buffer) { cupel::capi::Free(buffer); }

}  // extern "C"
