#include "engine/scan_request.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/status.h"
#include "engine/config_values.h"
#include "format/base64.h"
#include "format/escape.h"
#include "format/json_fields.h"

namespace cupel {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMaxThreads = 256;
constexpr uint64_t kMaxExcerpt = 4096;
constexpr size_t kMaxBodyBytes = size_t{1} << 30;

// "file_time_ms" for times, which JSON has no other unit for.
std::string KeyOf(const LimitField& field) {
  return std::string(field.name) + (field.unit == "ns" ? "_ms" : "");
}

absl::Status ReadLimit(const LimitField& field, JsonFields* fields,
                       Limits* limits, bool lower_only) {
  const std::string key = KeyOf(field);
  if (!fields->Has(key)) return absl::OkStatus();
  const int64_t number = fields->Integer(key);
  if (number < 1) {
    fields->Issue(key, "value_error", "must be 1 or more");
    return absl::OkStatus();
  }
  auto value = static_cast<uint64_t>(number);
  if (field.unit == "ns") {
    value = value > kUnlimited / 1'000'000 ? kUnlimited : value * 1'000'000;
  }
  uint64_t& limit = limits->*field.value;
  limit = lower_only ? std::min(limit, value) : value;
  return absl::OkStatus();
}

absl::Status ReadLimits(const Json& json, const JsonPath& path,
                        JsonIssues* issues, Limits* limits, bool lower_only) {
  JsonFields fields(json, path, issues);
  for (const LimitField& field : LimitFields()) {
    CUPEL_RETURN_IF_ERROR(ReadLimit(field, &fields, limits, lower_only));
  }
  if (!json.is_object()) return absl::OkStatus();
  for (const auto& [key, value] : json.items()) {
    const auto known = [&name = key](const LimitField& field) {
      return KeyOf(field) == name;
    };
    const auto all = LimitFields();
    if (std::any_of(all.begin(), all.end(), known)) continue;
    fields.Issue(key, "extra_forbidden", "is no limit");
  }
  return absl::OkStatus();
}

// Without links and dots, so that what is looked at is what is opened.
absl::StatusOr<std::string> AllowedPath(const std::string& path,
                                        const ScanPolicy& policy) {
  if (path.empty() || path.front() != '/') {
    return InvalidArgument("the path '{}' is not absolute",
                           EscapePrintable(path));
  }
  if (path.find('\0') != std::string::npos) {
    return InvalidArgument("the path '{}' holds a NUL", EscapePrintable(path));
  }
  if (policy.any_path) return path;
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  for (const std::string& root : policy.roots) {
    const fs::path folder(root);
    // Whether something is there is told of what is allowed only.
    const fs::path asked = error ? fs::path(path).lexically_normal() : real;
    const auto [end, unused] =
        std::mismatch(folder.begin(), folder.end(), asked.begin(), asked.end());
    if (end != folder.end()) continue;
    if (error) {
      return ErrnoStatus(error.value(), "open '" + EscapePrintable(path) + "'");
    }
    return real.string();
  }
  return PermissionDenied(
      "'{}' lies below none of the folders that this worker takes files from: "
      "add its folder to scan.roots, or send the content",
      EscapePrintable(path));
}

absl::Status ReadInput(const Json& json, const JsonPath& path,
                       JsonIssues* issues, const ScanPolicy& policy,
                       ScanRequest* request) {
  JsonFields fields(json, path, issues);
  fields.ForbidOthers({"path", "name", "content"});
  if (!json.is_object()) return absl::OkStatus();
  ScanRequest::Input input;
  input.is_path = fields.Has("path");
  if (input.is_path) {
    const std::string asked = fields.String("path", 1);
    if (fields.Has("content")) {
      fields.Issue("content", "value_error", "comes with a path as well");
    }
    if (asked.empty()) return absl::OkStatus();
    CUPEL_ASSIGN_OR_RETURN(input.name, AllowedPath(asked, policy));
    if (fields.Has("name")) {
      fields.Issue("name", "value_error", "is for content only");
    }
  } else {
    input.name = fields.OptionalString("name").value_or("input");
    const Json* const content = fields.Required("content");
    if (content == nullptr) return absl::OkStatus();
    std::optional<std::string> bytes;
    if (content->is_string()) {
      bytes = Base64Decode(content->get_ref<const std::string&>());
    }
    if (!bytes.has_value()) {
      fields.Issue("content", "value_error", "is no base64 text");
      return absl::OkStatus();
    }
    input.content = std::move(*bytes);
  }
  request->inputs.push_back(std::move(input));
  return absl::OkStatus();
}

uint32_t Bounded(JsonFields* fields, std::string_view key, uint32_t absent,
                 uint64_t least, uint64_t most) {
  const int64_t value = fields->IntegerOr(key, absent);
  if (value >= static_cast<int64_t>(least) &&
      value <= static_cast<int64_t>(most)) {
    return static_cast<uint32_t>(value);
  }
  fields->Issue(key, "value_error",
                fmt::format("must be {} to {}", least, most));
  return absent;
}

absl::Status ReadOptions(const Json& json, JsonPath path, JsonIssues* issues,
                         bool lower_only, ScanOptions* options) {
  JsonFields fields(json, path, issues);
  fields.ForbidOthers({"threads", "dedup", "unpack", "passwords",
                       "excerpt_bytes", "scan_containers", "limits"});
  const uint64_t most_threads = lower_only ? options->threads : kMaxThreads;
  options->threads = Bounded(&fields, "threads", options->threads, 1,
                             std::max<uint64_t>(most_threads, 1));
  options->dedup = fields.BoolOr("dedup", options->dedup);
  options->unpack = fields.BoolOr("unpack", options->unpack);
  options->excerpt_bytes =
      Bounded(&fields, "excerpt_bytes", options->excerpt_bytes, 0, kMaxExcerpt);
  if (fields.Has("passwords")) options->passwords = fields.Strings("passwords");
  if (fields.Has("scan_containers")) {
    options->containers = static_cast<ContainerMode>(
        fields.Choice("scan_containers", {"auto", "always", "never"}));
  }
  const Json* const limits = fields.Find("limits");
  if (limits == nullptr) return absl::OkStatus();
  path.emplace_back("limits");
  return ReadLimits(*limits, path, issues, &options->limits, lower_only);
}

absl::Status ReadInputs(const Json& json, JsonFields* fields,
                        JsonIssues* issues, const ScanPolicy& policy,
                        ScanRequest* request) {
  const Json* const inputs = fields->Array("inputs", /*required=*/true);
  if (inputs == nullptr) return absl::OkStatus();
  if (inputs->empty()) fields->Issue("inputs", "value_error", "is empty");
  size_t index = 0;
  for (const Json& input : *inputs) {
    CUPEL_RETURN_IF_ERROR(
        ReadInput(input, {"inputs", index++}, issues, policy, request));
  }
  for (const std::string& path : fields->Strings("rules")) {
    CUPEL_ASSIGN_OR_RETURN(std::string allowed, AllowedPath(path, policy));
    request->rules.push_back(std::move(allowed));
  }
  const auto options = json.find("options");
  if (options == json.end()) return absl::OkStatus();
  return ReadOptions(*options, {"options"}, issues, /*lower_only=*/true,
                     &request->options);
}

}  // namespace

absl::StatusOr<ScanPolicy> ScanPolicyOf(const Json& config) {
  ScanPolicy policy;
  policy.any_path = ConfigFlag(config, "scan", "any_path", false);
  for (const std::string& root : ConfigTexts(config, "scan", "roots")) {
    std::error_code error;
    const fs::path real = fs::canonical(root, error);
    if (error) {
      return ErrnoStatus(error.value(),
                         "scan.roots: open '" + EscapePrintable(root) + "'");
    }
    policy.roots.push_back(real.string());
  }
  const auto scan = config.find("scan");
  if (scan == config.end() || !scan->is_object()) return policy;
  // What is not for jobs to say was read above.
  Json options = *scan;
  for (const char* key : {"cache", "cache_size"}) options.erase(key);
  options.erase("roots");
  options.erase("any_path");
  JsonIssues issues;
  CUPEL_RETURN_IF_ERROR(ReadOptions(options, {"scan"}, &issues,
                                    /*lower_only=*/false, &policy.options));
  CUPEL_RETURN_IF_ERROR(issues.ToStatus("the configuration"));
  return policy;
}

absl::StatusOr<ScanRequest> ReadScanRequest(std::string_view body,
                                            const ScanPolicy& policy) {
  JsonLimits limits;
  limits.bytes = kMaxBodyBytes;
  CUPEL_ASSIGN_OR_RETURN(const Json json,
                         ParseJson(body, "the job's body", limits));
  ScanRequest request;
  request.options = policy.options;
  JsonIssues issues;
  JsonFields fields(json, {}, &issues);
  fields.ForbidOthers({"inputs", "rules", "options"});
  if (json.is_object()) {
    CUPEL_RETURN_IF_ERROR(ReadInputs(json, &fields, &issues, policy, &request));
  }
  CUPEL_RETURN_IF_ERROR(issues.ToStatus("the job's body"));
  return request;
}

}  // namespace cupel
