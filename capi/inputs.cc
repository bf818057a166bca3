// cupel_inputs: what to scan.
#include <string>
#include <utility>

#include "capi/arguments.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "cupel/cupel.h"

namespace {

using cupel::ScanInput;
using cupel::capi::CheckHandle;
using cupel::capi::Guard;
using cupel::capi::NameOf;

}  // namespace

extern "C" {

cupel_status cupel_inputs_new(cupel_inputs** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(cupel::capi::ClearOut(out));
    *out = new cupel_inputs;
    return absl::OkStatus();
  });
}

cupel_status cupel_inputs_add_path(cupel_inputs* inputs, cupel_view path,
                                   cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(CheckHandle(inputs, "inputs"));
    ScanInput input;
    CUPEL_ASSIGN_OR_RETURN(input.name, NameOf(path, "path"));
    inputs->list.push_back(std::move(input));
    return absl::OkStatus();
  });
}

cupel_status cupel_inputs_add_memory(cupel_inputs* inputs, cupel_view name,
                                     cupel_view bytes, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(CheckHandle(inputs, "inputs"));
    ScanInput input;
    input.kind = ScanInput::Kind::kMemory;
    CUPEL_ASSIGN_OR_RETURN(input.name, NameOf(name, "name"));
    CUPEL_ASSIGN_OR_RETURN(input.bytes, cupel::capi::BytesOf(bytes, "bytes"));
    inputs->list.push_back(std::move(input));
    return absl::OkStatus();
  });
}

cupel_status cupel_inputs_add_fd(cupel_inputs* inputs, cupel_view name,
                                 int32_t fd, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(CheckHandle(inputs, "inputs"));
    ScanInput input;
    input.kind = ScanInput::Kind::kDescriptor;
    CUPEL_ASSIGN_OR_RETURN(input.name, NameOf(name, "name"));
    if (fd < 0) {
      return cupel::InvalidArgument("fd is {}: no descriptor is negative", fd);
    }
    input.fd = fd;
    inputs->list.push_back(std::move(input));
    return absl::OkStatus();
  });
}

void cupel_inputs_free(cupel_inputs* inputs) { cupel::capi::Free(inputs); }

}  // extern "C"
