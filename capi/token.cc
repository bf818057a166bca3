// Bearer tokens for hosts that mount the REST API.
#include <string_view>

#include "capi/arguments.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "cupel/cupel.h"
#include "engine/tokens.h"

using cupel::capi::BytesOf;
using cupel::capi::ClearOut;
using cupel::capi::Guard;

extern "C" {

cupel_status cupel_token_generate(cupel_buffer** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    *out = new cupel_buffer(cupel::NewTokenText());
    return absl::OkStatus();
  });
}

cupel_status cupel_token_hash(cupel_view token, cupel_buffer** out,
                              cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const std::string_view text,
                           BytesOf(token, "token"));
    *out = new cupel_buffer(cupel::HashToken(text));
    return absl::OkStatus();
  });
}

cupel_status cupel_token_matches(cupel_view token, cupel_view hash,
                                 int32_t* out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    if (out == nullptr) return cupel::InvalidArgument("out is NULL");
    *out = 0;
    CUPEL_ASSIGN_OR_RETURN(const std::string_view text,
                           BytesOf(token, "token"));
    CUPEL_ASSIGN_OR_RETURN(const std::string_view kept, BytesOf(hash, "hash"));
    *out = cupel::TokenMatches(text, kept) ? 1 : 0;
    return absl::OkStatus();
  });
}

}  // extern "C"
