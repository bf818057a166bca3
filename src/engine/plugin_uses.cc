#include "engine/plugin_uses.h"

#include <memory>

#include "base/datetime.h"
#include "base/status.h"
#include "base/uuid.h"
#include "format/json.h"

namespace cupel {
namespace {

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

absl::StatusOr<PluginName> ParseOne(std::string_view text,
                                    PluginCategory category) {
  if (text.find(':') != std::string_view::npos) return ParsePluginName(text);
  CUPEL_RETURN_IF_ERROR(CheckPluginName(text));
  return PluginName{category, std::string(text)};
}

// What a call must know that is new each time.
void Renew(DocumentOptions* options) {
  options->job = Uuid::Random();
  options->time =
      options->quirks ? InLocalZone(DateTime::Now()) : DateTime::Now();
}

absl::Status CheckMetadata(std::string_view metadata) {
  if (metadata.empty()) return absl::OkStatus();
  CUPEL_ASSIGN_OR_RETURN(const Json json, ParseJson(metadata, "metadata"));
  if (!json.is_object()) {
    return InvalidArgument("metadata must be a JSON object, not {}",
                           JsonTypeName(json));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<PluginName>> ParsePluginNames(
    std::string_view text, PluginCategory category) {
  std::vector<PluginName> names;
  while (!text.empty()) {
    const size_t comma = text.find(',');
    const std::string_view item = Trim(text.substr(0, comma));
    text = comma == std::string_view::npos ? std::string_view()
                                           : text.substr(comma + 1);
    if (item.empty()) continue;
    CUPEL_ASSIGN_OR_RETURN(PluginName name, ParseOne(item, category));
    names.push_back(std::move(name));
  }
  return names;
}

absl::Status FillPluginUse(const PluginUseTexts& texts, PluginUse* use) {
  using Category = PluginCategory;
  CUPEL_ASSIGN_OR_RETURN(use->run,
                         ParsePluginNames(texts.run, Category::kWorker));
  CUPEL_ASSIGN_OR_RETURN(
      use->decorators,
      ParsePluginNames(texts.decorators, Category::kDecorator));
  CUPEL_ASSIGN_OR_RETURN(
      use->connectors,
      ParsePluginNames(texts.connectors, Category::kConnector));
  CUPEL_ASSIGN_OR_RETURN(
      use->error_connectors,
      ParsePluginNames(texts.error_connectors, Category::kConnector));
  if (!Trim(texts.archive).empty()) {
    CUPEL_ASSIGN_OR_RETURN(use->archive,
                           ParseOne(Trim(texts.archive), Category::kConnector));
  }
  for (const auto& [pattern, plugin] : texts.by_type) {
    if (Trim(pattern).empty()) {
      return InvalidArgument("by_type: '{}' has no type to run on", plugin);
    }
    CUPEL_ASSIGN_OR_RETURN(PluginName name,
                           ParseOne(Trim(plugin), Category::kWorker));
    use->by_type.push_back({std::string(Trim(pattern)), std::move(name)});
  }
  CUPEL_RETURN_IF_ERROR(CheckMetadata(texts.metadata));
  use->tlp = texts.tlp;
  use->metadata = texts.metadata;
  use->rates = std::make_shared<RateLimits>(std::string(texts.rate_folder));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> DocumentsOf(const Report& report,
                                                     DocumentOptions options) {
  Renew(&options);
  return WriteDocuments(report, options);
}

absl::Status WriteDocumentsOf(const Report& report, DocumentOptions options,
                              const WriteSink& sink) {
  Renew(&options);
  return WriteDocuments(report, options, sink);
}

}  // namespace cupel
