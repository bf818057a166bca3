// cupel_schema: JSON Schema.
#include <memory>
#include <string>
#include <utility>

#include "capi/arguments.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "cupel/cupel.h"
#include "engine/schemas.h"

using cupel::capi::BytesOf;
using cupel::capi::CheckHandle;
using cupel::capi::ClearOut;
using cupel::capi::Guard;

extern "C" {

cupel_status cupel_schema_compile(cupel_view json, cupel_schema** out,
                                  cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const std::string_view text, BytesOf(json, "json"));
    auto handle = std::make_unique<cupel_schema>();
    CUPEL_ASSIGN_OR_RETURN(handle->schema, cupel::CompileSchemaText(text));
    *out = handle.release();
    return absl::OkStatus();
  });
}

cupel_status cupel_schema_validate(const cupel_schema* schema, cupel_view value,
                                   cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(CheckHandle(schema, "schema"));
    CUPEL_ASSIGN_OR_RETURN(const std::string_view text,
                           BytesOf(value, "value"));
    return cupel::ValidateText(*schema->schema, text);
  });
}

cupel_status cupel_schema_check(const cupel_schema* schema, cupel_view value,
                                cupel_buffer** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_RETURN_IF_ERROR(CheckHandle(schema, "schema"));
    CUPEL_ASSIGN_OR_RETURN(const std::string_view text,
                           BytesOf(value, "value"));
    CUPEL_ASSIGN_OR_RETURN(std::string json,
                           cupel::CheckTextJson(*schema->schema, text));
    *out = new cupel_buffer(std::move(json));
    return absl::OkStatus();
  });
}

cupel_status cupel_schema_json(const cupel_schema* schema, cupel_buffer** out,
                               cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_RETURN_IF_ERROR(CheckHandle(schema, "schema"));
    *out = new cupel_buffer(cupel::SchemaJson(*schema->schema));
    return absl::OkStatus();
  });
}

void cupel_schema_free(cupel_schema* schema) { cupel::capi::Free(schema); }

}  // extern "C"
