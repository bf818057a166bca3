#include "capi/arguments.h"

#include "engine/printable.h"

namespace cupel::capi {

absl::StatusOr<std::string_view> BytesOf(cupel_view view,
                                         std::string_view name) {
  if (view.size == 0) return std::string_view();
  if (view.data == nullptr) {
    return InvalidArgument("{} has a size of {} but its data is NULL", name,
                           view.size);
  }
  if (view.size > PTRDIFF_MAX) {
    return InvalidArgument("{} has a size of {}, more than any object has",
                           name, view.size);
  }
  return std::string_view(reinterpret_cast<const char*>(view.data), view.size);
}

absl::StatusOr<std::string> NameOf(cupel_view view, std::string_view name) {
  CUPEL_ASSIGN_OR_RETURN(const std::string_view bytes, BytesOf(view, name));
  if (bytes.empty()) return InvalidArgument("{} is empty", name);
  const size_t nul = bytes.find('\0');
  if (nul != std::string_view::npos) {
    return InvalidArgument("{} holds a NUL byte at {}", name, nul);
  }
  return std::string(bytes);
}

absl::StatusOr<std::string> TextOf(cupel_view view, std::string_view name) {
  CUPEL_ASSIGN_OR_RETURN(const std::string_view bytes, BytesOf(view, name));
  if (!IsUtf8Text(bytes)) {
    return InvalidArgument("{} is no UTF-8, or holds a NUL byte", name);
  }
  return std::string(bytes);
}

absl::Status CheckFlags(uint32_t flags, uint32_t known, std::string_view name) {
  const uint32_t unknown = flags & ~known;
  if (unknown == 0) return absl::OkStatus();
  return InvalidArgument("{}: unknown bits {:#x}; this version knows {:#x}",
                         name, unknown, known);
}

}  // namespace cupel::capi
