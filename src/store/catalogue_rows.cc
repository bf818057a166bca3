#include "store/catalogue_rows.h"

#include <algorithm>
#include <cstddef>

#include "base/status.h"
#include "format/escape.h"

namespace cupel {
namespace {

constexpr size_t kIdBytes = 256;
constexpr size_t kNameBytes = 4096;
constexpr size_t kUrlBytes = 8192;
constexpr size_t kDocumentBytes = size_t{16} << 20;

absl::Status CheckText(std::string_view field, std::string_view text,
                       size_t limit) {
  if (text.size() > limit) {
    return InvalidArgument("{} has {} bytes; at most {} are kept", field,
                           text.size(), limit);
  }
  if (text.find('\0') != std::string_view::npos) {
    return InvalidArgument("{} has a NUL byte", field);
  }
  if (!IsUtf8(text)) return InvalidArgument("{} is not UTF-8", field);
  return absl::OkStatus();
}

absl::Status CheckId(std::string_view field, std::string_view id) {
  if (id.empty()) return InvalidArgument("{} is empty", field);
  return CheckText(field, id, kIdBytes);
}

// One that a path of the REST API can hold, and that is shown as what it is.
absl::Status CheckPathId(std::string_view field, std::string_view id) {
  CUPEL_RETURN_IF_ERROR(CheckId(field, id));
  const bool odd = std::any_of(id.begin(), id.end(), [](char c) {
    return c == '/' || c == '\\' || c == '\x7f' ||
           static_cast<unsigned char>(c) < ' ';
  });
  if (odd || id == "." || id == "..") {
    return InvalidArgument(
        "{} is '.' or '..', or has a slash or a control character", field);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckRow(const OrganisationRow& row) {
  CUPEL_RETURN_IF_ERROR(CheckPathId("an organisation's id", row.id));
  return CheckText("an organisation's name", row.name, kNameBytes);
}

absl::Status CheckRow(const RepositoryRow& row) {
  CUPEL_RETURN_IF_ERROR(CheckId("an organisation's id", row.organisation));
  CUPEL_RETURN_IF_ERROR(CheckPathId("a repository's id", row.id));
  CUPEL_RETURN_IF_ERROR(CheckText("a repository's name", row.name, kNameBytes));
  return CheckText("a repository's base_url", row.base_url, kUrlBytes);
}

absl::Status CheckRow(const PluginRow& row) {
  CUPEL_RETURN_IF_ERROR(CheckId("a plugin's id", row.id));
  CUPEL_RETURN_IF_ERROR(CheckId("a plugin's type", row.type));
  CUPEL_RETURN_IF_ERROR(CheckText("a plugin's name", row.name, kNameBytes));
  return CheckText("a plugin's document", row.document, kDocumentBytes);
}

absl::Status CheckRow(const ConfigRow& row) {
  CUPEL_RETURN_IF_ERROR(CheckId("an organisation's id", row.organisation));
  CUPEL_RETURN_IF_ERROR(CheckId("a plugin's id", row.plugin));
  CUPEL_RETURN_IF_ERROR(
      CheckText("a plugin's type", row.plugin_type, kIdBytes));
  CUPEL_RETURN_IF_ERROR(
      CheckText("sealed settings", row.settings, kDocumentBytes));
  CUPEL_RETURN_IF_ERROR(
      CheckText("a settings fingerprint", row.fingerprint, kIdBytes));
  return CheckText("a key id", row.key_id, kIdBytes);
}

}  // namespace cupel
