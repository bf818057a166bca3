// INI files, every value of them, and the manifests of stoQ that they are.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/status.h"
#include "format/escape.h"
#include "format/ini.h"
#include "registry/stoq_manifest.h"

namespace cupel {
namespace {

void Check(bool good) {
  if (!good) abort();
}

void ReadAll(const IniDocument& document) {
  size_t line = 0;
  for (const IniSection& section : document.sections()) {
    Check(section.line > line && document.Find(section.name) == &section);
    line = section.line;
    for (const IniOption& option : section.options) {
      Check(option.line > line && !option.name.empty());
      line = option.line;
      const auto value = document.Get(section.name, option.name);
      if (!value.ok()) {
        Check(IsUtf8(MessageOf(value.status())));
        continue;
      }
      Check(value->has_value() && IsUtf8(**value));
    }
  }
}

}  // namespace
}  // namespace cupel

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto document = cupel::IniDocument::Parse(text, "x");
  if (document.ok()) cupel::ReadAll(*document);
  cupel::PluginManifest manifest;
  cupel::StoqManifest stoq;
  const absl::Status status =
      cupel::ReadStoqManifest(text, "x.stoq", &manifest, &stoq);
  if (status.ok()) {
    cupel::Check(cupel::CheckPluginId(manifest.id).ok());
    cupel::Check(manifest.module.find('/') == std::string::npos);
  }
  (void)cupel::StoqCategories(text);
  return 0;
}
