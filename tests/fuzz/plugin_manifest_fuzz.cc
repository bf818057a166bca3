// plugin.json, stoq.cfg and options as text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/status.h"
#include "engine/plugin_config.h"
#include "format/escape.h"
#include "format/json.h"
#include "plugin/native_manifest.h"
#include "plugin/option_text.h"

namespace cupel {
namespace {

void Check(bool good) {
  if (!good) abort();
}

void CheckMessage(const absl::Status& status) {
  Check(status.ok() || IsUtf8(MessageOf(status)));
}

void ReadNative(std::string_view text) {
  NativeManifest manifest;
  const absl::Status status = ReadNativeManifest(text, "p", &manifest);
  CheckMessage(status);
  if (!status.ok()) return;
  Check(CheckPluginName(manifest.info.id.name).ok());
  Check(manifest.module.empty() != manifest.shared_object.empty());
  Check(CheckPathWithin(manifest.module.empty() ? manifest.shared_object
                                                : manifest.module)
            .ok());
  const auto options = ParseJson(manifest.info.options, "options");
  Check(options.ok() && options->is_object());
}

void ReadConfig(std::string_view text) {
  const auto config = ReadStoqConfig(text, "stoq.cfg");
  CheckMessage(config.status());
  if (!config.ok()) return;
  for (const auto& [key, setting] : config->core) {
    Check(ParseJson(setting.json, key).ok());
  }
  for (const OptionSetting& option : config->options) {
    Check(CheckPluginName(option.plugin).ok());
    const auto json = OptionJson(option.option, option.value, nullptr);
    CheckMessage(json.status());
    if (json.ok()) Check(ParseJson(*json, "value").ok());
  }
  for (const std::string& warning : config->warnings) Check(IsUtf8(warning));
}

}  // namespace
}  // namespace cupel

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  cupel::ReadNative(text);
  cupel::ReadConfig(text);
  const auto setting = cupel::ParseOptionSetting(text);
  cupel::CheckMessage(setting.status());
  if (setting.ok()) cupel::Check(!setting->option.empty());
  return 0;
}
