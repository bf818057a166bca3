#include "engine/package_request.h"

#include <filesystem>

#include "base/status.h"
#include "format/json_fields.h"

namespace cupel {
namespace {

// Reads a positive number, which stays what it was if it isn't there.
void Number(JsonFields& fields, const char* key, uint64_t* value) {
  if (!fields.Has(key)) return;
  int64_t number = fields.IntegerOr(key, 0);
  if (number <= 0) {
    fields.Issue(key, "greater_than", "expected a number greater than 0");
  } else {
    *value = static_cast<uint64_t>(number);
  }
}

// Not resolved: the last part is a plain name, and the folder is the
// worker's own.
bool IsIn(const std::string& folder, const std::string& path) {
  namespace fs = std::filesystem;
  fs::path file(path);
  std::string name = file.filename().string();
  return file.parent_path() == fs::path(folder) && !name.empty() &&
         name != "." && name != "..";
}

}  // namespace

absl::StatusOr<PackagePolicy> PackagePolicyOf(const Json& config) {
  PackagePolicy policy;
  auto table = config.find("package");
  if (table == config.end()) return policy;
  JsonIssues issues;
  JsonFields fields(*table, {"package"}, &issues);
  policy.rules_folder = fields.OptionalString("rules_folder").value_or("");
  uint64_t threads = policy.threads;
  Number(fields, "threads", &threads);
  Number(fields, "max_distributions", &policy.max_distributions);
  Number(fields, "max_download_size", &policy.max_download_bytes);
  Number(fields, "max_package_size", &policy.max_package_bytes);
  Number(fields, "max_scan_size", &policy.max_file_bytes);
  Number(fields, "max_expanded_size", &policy.max_expanded_bytes);
  Number(fields, "max_archive_entries", &policy.max_entries);
  Number(fields, "file_time_ms", &policy.file_time_ms);
  Number(fields, "time_ms", &policy.time_ms);
  Number(fields, "stall_ms", &policy.stall_ms);
  Number(fields, "max_redirects", &policy.max_redirects);
  if (threads > 256) {
    fields.Issue("threads", "less_than_equal", "expected at most 256");
  }
  fields.ForbidOthers({"rules_folder", "threads", "max_distributions",
                       "max_download_size", "max_package_size", "max_scan_size",
                       "max_expanded_size", "max_archive_entries",
                       "file_time_ms", "time_ms", "stall_ms", "max_redirects"});
  CUPEL_RETURN_IF_ERROR(issues.ToStatus("configuration"));
  policy.threads = static_cast<uint32_t>(threads);
  return policy;
}

absl::StatusOr<PackageRequest> ReadPackageRequest(std::string_view body,
                                                  const PackagePolicy& policy) {
  CUPEL_ASSIGN_OR_RETURN(Json json, ParseJson(body, "package job"));
  JsonIssues issues;
  JsonFields fields(json, {}, &issues);
  PackageRequest request;
  request.name = fields.String("name", 1);
  request.version = fields.String("version");
  fields.Required("distributions");
  request.distributions = fields.Strings("distributions");
  request.report = fields.BoolOr("report", true);
  request.retry = fields.BoolOr("retry", true);
  if (const Json* rules = fields.Find("rules"); rules != nullptr) {
    if (policy.rules_folder.empty()) {
      return FailedPrecondition(
          "package job: it brings rules, and this worker takes none: "
          "package.rules_folder is not set");
    }
    JsonFields of_rules(*rules, {"rules"}, &issues);
    request.rules_hash = of_rules.String("hash", 1);
    request.rules_path = of_rules.String("path", 1);
    if (!IsIn(policy.rules_folder, request.rules_path)) {
      of_rules.Issue("path", "value_error",
                     "expected a file in the worker's package.rules_folder");
    }
  }
  CUPEL_RETURN_IF_ERROR(issues.ToStatus("package job"));
  return request;
}

}  // namespace cupel
