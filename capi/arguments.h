// Checks of what callers hand in. Nothing of it is trusted; messages call the
// argument by the name it has in cupel.h.
#ifndef CUPEL_CAPI_ARGUMENTS_H_
#define CUPEL_CAPI_ARGUMENTS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/status.h"
#include "capi/handles.h"
#include "cupel/cupel.h"

namespace cupel::capi {

// A handle that must be there.
template <typename Handle>
absl::Status CheckHandle(const Handle* handle, std::string_view name) {
  if (handle == nullptr) return InvalidArgument("{} is NULL", name);
  if (!handle->alive()) {
    return InvalidArgument(
        "{} is no handle of that kind: it was freed, or is of another kind",
        name);
  }
  return absl::OkStatus();
}

// A handle that may be NULL.
template <typename Handle>
absl::Status CheckOptionalHandle(const Handle* handle, std::string_view name) {
  return handle == nullptr ? absl::OkStatus() : CheckHandle(handle, name);
}

// A place for a new handle, which is emptied. To be called before any other
// check, so that it is empty whatever fails.
template <typename Handle>
absl::Status ClearOut(Handle** out) {
  if (out == nullptr) return InvalidArgument("out is NULL");
  *out = nullptr;
  return absl::OkStatus();
}

// Any bytes.
absl::StatusOr<std::string_view> BytesOf(cupel_view view,
                                         std::string_view name);

// Bytes that go where C strings are used: not empty and without NUL.
absl::StatusOr<std::string> NameOf(cupel_view view, std::string_view name);

// Text, which may be empty: bytes that are UTF-8 and without NUL.
absl::StatusOr<std::string> TextOf(cupel_view view, std::string_view name);

// `count` things at `items`, which may be NULL if there are none.
template <typename Item>
absl::StatusOr<std::span<const Item>> ListOf(const Item* items, size_t count,
                                             std::string_view name) {
  if (count == 0) return std::span<const Item>();
  if (items == nullptr) {
    return InvalidArgument("{} is NULL but there are {} of them", name, count);
  }
  if (count > PTRDIFF_MAX / sizeof(Item)) {
    return InvalidArgument("{}: {} of them are more than memory holds", name,
                           count);
  }
  return std::span<const Item>(items, count);
}

// kInvalidArgument that lists the bits of `flags` that are not in `known`.
absl::Status CheckFlags(uint32_t flags, uint32_t known, std::string_view name);

inline cupel_view ToView(std::string_view bytes) noexcept {
  return {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
}

// "" with a data pointer that is not NULL: for printf("%.*s").
inline cupel_view EmptyView() noexcept { return ToView(std::string_view("")); }

}  // namespace cupel::capi

#endif  // CUPEL_CAPI_ARGUMENTS_H_
