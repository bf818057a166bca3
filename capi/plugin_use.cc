#include "capi/plugin_use.h"

#include <span>
#include <string>
#include <utility>

#include "capi/arguments.h"
#include "capi/documents.h"
#include "capi/structs.h"
#include "engine/plugins.h"

namespace cupel::capi {
namespace {

// The members that are text, with what they say.
struct OwnedTexts {
  std::string run, decorators, connectors, error_connectors, archive, tlp,
      metadata, rate_folder;
  std::vector<std::pair<std::string, std::string>> by_type;

  bool AnyPlugin() const {
    return !run.empty() || !decorators.empty() || !connectors.empty() ||
           !error_connectors.empty() || !archive.empty() || !by_type.empty();
  }

  PluginUseTexts View() const {
    PluginUseTexts view{.run = run,
                        .decorators = decorators,
                        .connectors = connectors,
                        .error_connectors = error_connectors,
                        .archive = archive,
                        .tlp = tlp,
                        .metadata = metadata,
                        .rate_folder = rate_folder};
    for (const auto& [type, plugin] : by_type) {
      view.by_type.emplace_back(type, plugin);
    }
    return view;
  }
};

absl::Status ReadTexts(const cupel_plugin_use& u, OwnedTexts* texts) {
  CUPEL_ASSIGN_OR_RETURN(texts->run, TextOf(u.run, "run"));
  CUPEL_ASSIGN_OR_RETURN(texts->decorators, TextOf(u.decorators, "decorators"));
  CUPEL_ASSIGN_OR_RETURN(texts->connectors, TextOf(u.connectors, "connectors"));
  CUPEL_ASSIGN_OR_RETURN(texts->error_connectors,
                         TextOf(u.error_connectors, "error_connectors"));
  CUPEL_ASSIGN_OR_RETURN(texts->archive, TextOf(u.archive, "archive"));
  CUPEL_ASSIGN_OR_RETURN(texts->tlp, TextOf(u.tlp, "tlp"));
  CUPEL_ASSIGN_OR_RETURN(texts->metadata, TextOf(u.metadata, "metadata"));
  CUPEL_ASSIGN_OR_RETURN(texts->rate_folder,
                         TextOf(u.rate_folder, "rate_folder"));
  CUPEL_ASSIGN_OR_RETURN(const std::span<const cupel_field> by_type,
                         ListOf(u.by_type, u.by_type_count, "by_type"));
  for (const cupel_field& field : by_type) {
    CUPEL_ASSIGN_OR_RETURN(std::string type, TextOf(field.name, "by_type"));
    CUPEL_ASSIGN_OR_RETURN(std::string plugin, TextOf(field.value, "by_type"));
    texts->by_type.emplace_back(std::move(type), std::move(plugin));
  }
  return absl::OkStatus();
}

void TakeLog(const cupel_plugin_use& u, std::shared_ptr<Callbacks> callbacks,
             PluginUse* out) {
  if (u.log == nullptr) return;
  out->log =
      [call = u.log, data = u.user_data, callbacks = std::move(callbacks)](
          const PluginName& plugin, LogLevel level, std::string_view text) {
        const std::string name =
            plugin.name.empty() ? std::string() : PluginNameText(plugin);
        callbacks->Run([&] {
          call(data, ToView(name), static_cast<cupel_log_level>(level),
               ToView(text));
          return 0;
        });
      };
}

}  // namespace

absl::StatusOr<PluginUse> PluginUseOf(const cupel_plugin_use* use,
                                      std::shared_ptr<Callbacks> callbacks) {
  cupel_plugin_use u = CUPEL_PLUGIN_USE_INIT;
  CUPEL_RETURN_IF_ERROR(CopyIn(use, &u, "cupel_plugin_use"));
  CUPEL_RETURN_IF_ERROR(
      CheckFlags(u.flags, CUPEL_USE_NO_CONSUMES, "cupel_plugin_use.flags"));
  CUPEL_RETURN_IF_ERROR(CheckFlags(u.reserved, 0, "cupel_plugin_use.reserved"));
  CUPEL_RETURN_IF_ERROR(
      CheckOptionalHandle(u.plugins, "cupel_plugin_use.plugins"));
  CUPEL_RETURN_IF_ERROR(
      CheckOptionalHandle(u.dispatch_rules, "cupel_plugin_use.dispatch_rules"));
  OwnedTexts texts;
  CUPEL_RETURN_IF_ERROR(ReadTexts(u, &texts));
  CUPEL_ASSIGN_OR_RETURN(DocumentOptions documents,
                         DocumentOptionsOf(u.documents));
  PluginUse out;
  CUPEL_RETURN_IF_ERROR(FillPluginUse(texts.View(), &out));
  out.by_consumes = (u.flags & CUPEL_USE_NO_CONSUMES) == 0;
  if (u.dispatch_rules != nullptr) out.dispatch_rules = u.dispatch_rules->rules;
  out.documents = [documents](const Report& report) {
    return DocumentsOf(report, documents);
  };
  TakeLog(u, std::move(callbacks), &out);
  if (u.plugins != nullptr) {
    out.set = u.plugins->host->set();
  } else if (texts.AnyPlugin()) {
    return InvalidArgument(
        "cupel_plugin_use names plugins, and its `plugins` is NULL");
  }
  return out;
}

}  // namespace cupel::capi
