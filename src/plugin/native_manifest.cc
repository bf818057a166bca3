#include "plugin/native_manifest.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/status.h"
#include "format/escape.h"
#include "format/json.h"
#include "format/json_fields.h"
#include "plugin/rate_limit.h"
#include "plugin/table_check.h"

namespace cupel {
namespace {

constexpr double kMostHeartbeatSeconds = 7.0 * 24 * 3600;
constexpr size_t kTextBytes = 4096;
constexpr size_t kPathBytes = 1024;

// Reads the fields of one document, every problem under its path.
class Reader {
 public:
  Reader(const Json& document, JsonIssues* issues, NativeManifest* to)
      : fields_(document, {}, issues), to_(to), info_(to->info) {}

  void Read() {
    ReadIdentity();
    ReadCode();
    ReadPlans();
    ReadPolicy();
    info_.options = PrintJson(fields_.ObjectOrEmpty("options"));
    fields_.ForbidOthers({"category", "name", "version", "description",
                          "author", "module", "shared_object", "consumes",
                          "requires", "needs", "least_tier", "max_tlp",
                          "min_version", "max_version", "heartbeat_seconds",
                          "rate_limit", "options"});
  }

 private:
  void Wrong(std::string_view key, const absl::Status& status) {
    fields_.Issue(key, "value_error", std::string(MessageOf(status)));
  }

  // Text on one line, or nothing.
  std::string Line(std::string_view key) {
    std::string text = fields_.OptionalString(key).value_or("");
    if (text.size() > kTextBytes ||
        EscapePrintable(text).size() > 2 * kTextBytes ||
        text.find_first_of("\r\n\t") != std::string::npos ||
        text.find('\0') != std::string::npos) {
      fields_.Issue(key, "value_error", "expected one line of text");
      text.clear();
    }
    return text;
  }

  void ReadIdentity() {
    const std::string category = fields_.String("category");
    info_.id.name = fields_.String("name");
    if (const auto known = CategoryOf(category); known.has_value()) {
      info_.id.category = *known;
    } else if (fields_.Has("category")) {
      fields_.Issue("category", "enum",
                    "there is no such category; there are source, reader, "
                    "worker, extractor, carver, decoder, decorator, connector "
                    "and normalizer");
    }
    if (const absl::Status status = CheckPluginName(info_.id.name);
        !status.ok() && fields_.Has("name")) {
      Wrong("name", status);
    }
    info_.version = Line("version");
    info_.description = Line("description");
    info_.author = Line("author");
  }

  std::string Path(std::string_view key, std::string_view suffix) {
    std::optional<std::string> path = fields_.OptionalString(key);
    if (!path.has_value()) return "";
    if (const absl::Status status = CheckPathWithin(*path); !status.ok()) {
      Wrong(key, status);
      return "";
    }
    if (!path->ends_with(suffix) || path->size() == suffix.size()) {
      fields_.Issue(key, "value_error",
                    fmt::format("expected the name of a *{} file", suffix));
      return "";
    }
    return *std::move(path);
  }

  void ReadCode() {
    to_->module = Path("module", ".py");
    to_->shared_object = Path("shared_object", ".so");
    if (fields_.Has("module") == fields_.Has("shared_object")) {
      fields_.Issue("module", "missing",
                    "expected one of \"module\" (a .py file) and "
                    "\"shared_object\" (a .so file)");
    }
  }

  void ReadPlans() {
    info_.consumes = fields_.Strings("consumes");
    for (const std::string& type : info_.consumes) {
      if (type.empty() || type.find_first_of(" \t\r\n") != std::string::npos) {
        fields_.Issue("consumes", "value_error",
                      "a type is empty or has a space in it");
        break;
      }
    }
    for (const std::string& name : fields_.Strings("requires")) {
      absl::StatusOr<PluginName> parsed = ParsePluginName(name);
      if (parsed.ok()) {
        info_.requirements.push_back(*std::move(parsed));
      } else {
        Wrong("requires", parsed.status());
      }
    }
    if (const Json* beat = fields_.Find("heartbeat_seconds")) {
      const double seconds = beat->is_number() ? beat->get<double>() : 0;
      if (seconds < 0.001 || seconds > kMostHeartbeatSeconds) {
        fields_.Issue("heartbeat_seconds", "value_error",
                      "expected a number from 0.001 to 604800");
      } else {
        info_.heartbeat_ns = static_cast<uint64_t>(seconds * 1e9);
      }
    }
  }

  void ReadPolicy() {
    for (const std::string& need : fields_.Strings("needs")) {
      if (need == "network") {
        info_.needs |= kNeedsNetwork;
      } else if (need == "files") {
        info_.needs |= kNeedsFiles;
      } else {
        fields_.Issue("needs", "enum", "expected \"network\" and \"files\"");
      }
    }
    if (const auto tier = fields_.OptionalString("least_tier")) {
      if (const auto known = TierOf(*tier); known.has_value()) {
        info_.least_tier = *known;
      } else {
        fields_.Issue("least_tier", "enum",
                      "expected \"builtin\", \"process\" or \"oci\"");
      }
    }
    if (const auto label = fields_.OptionalString("max_tlp")) {
      info_.max_tlp = TlpOf(*label);
      if (!info_.max_tlp.has_value()) {
        fields_.Issue("max_tlp", "enum",
                      "expected clear, green, amber, amber+strict or red");
      }
    }
    info_.rate_limit = fields_.OptionalString("rate_limit").value_or("");
    if (!info_.rate_limit.empty()) {
      const auto rate = ParseRate(info_.rate_limit);
      if (!rate.ok()) Wrong("rate_limit", rate.status());
    }
    info_.min_version = Line("min_version");
    info_.max_version = Line("max_version");
  }

  JsonFields fields_;
  NativeManifest* const to_;
  PluginInfo& info_;
};

}  // namespace

absl::Status CheckPathWithin(std::string_view path) {
  const bool plain = !path.empty() && path.size() <= kPathBytes &&
                     path.front() != '/' &&
                     path.find_first_of(std::string_view("\\\0\r\n", 4)) ==
                         std::string_view::npos;
  std::string_view rest = path;
  bool within = plain;
  while (within && !rest.empty()) {
    const size_t slash = std::min(rest.find('/'), rest.size());
    const std::string_view part = rest.substr(0, slash);
    within = !part.empty() && part != "." && part != "..";
    rest.remove_prefix(std::min(slash + 1, rest.size()));
  }
  if (within && path.back() != '/') return absl::OkStatus();
  return InvalidArgument("'{}' is no path below the plugin's own folder",
                         EscapePrintable(path.substr(0, 200)));
}

absl::Status ReadNativeManifest(std::string_view text, std::string_view path,
                                NativeManifest* manifest) {
  CUPEL_ASSIGN_OR_RETURN(const Json document, ParseJson(text, path));
  JsonIssues issues;
  Reader(document, &issues, manifest).Read();
  manifest->info.dialect = "cupel";
  CUPEL_RETURN_IF_ERROR(issues.ToStatus(path));
  const absl::Status version = CheckVersionRange(
      "Cupel", manifest->info.min_version, manifest->info.max_version);
  if (version.ok()) return version;
  return MakeStatus(version.code(), "{}: {}", path, MessageOf(version));
}

}  // namespace cupel
