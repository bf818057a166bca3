#include "engine/plugin_json.h"

#include <string_view>

#include "engine/printable.h"
#include "format/escape.h"

namespace cupel {
namespace {

// A bad manifest's id may be anything, paths are bytes.
void WriteText(std::string_view key, std::string_view text, JsonWriter* json) {
  json->Key(key).String(EscapePrintable(text));
}

std::string_view StateOf(const FoundPlugin& found) {
  if (!found.problem.empty()) return "broken";
  return found.duplicate_of.empty() ? "sound" : "duplicate";
}

void WriteFound(const FoundPlugin& found, JsonWriter* json) {
  const PluginManifest& manifest = found.manifest;
  json->BeginObject();
  json->Key("kind").String(PluginKindName(manifest.kind));
  WriteText("id", manifest.id, json);
  WriteText("name", manifest.name, json);
  json->Key("version");
  if (manifest.version.has_value()) {
    json->String(EscapePrintable(*manifest.version));
  } else {
    json->Null();
  }
  json->Key("state").String(StateOf(found));
  json->Key("problem").String(PrintableMessage(found.problem));
  WriteText("duplicate_of", found.duplicate_of, json);
  WriteText("directory", found.directory, json);
  WriteText("manifest_file", found.manifest_file, json);
  json->Key("content_hash").String(manifest.content_hash);
  json->Key("cover").Bool(!found.cover_file.empty());
  json->Key("description").Bool(!found.description_file.empty());
  json->Key("plugin");
  if (found.problem.empty()) {
    json->Raw(PrintJson(PrintManifest(manifest, manifest.enabled)));
  } else {
    json->Null();
  }
  json->EndObject();
}

}  // namespace

std::string FoundPluginsJson(const std::vector<FoundPlugin>& found) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("plugins").BeginArray();
  for (const FoundPlugin& plugin : found) WriteFound(plugin, &json);
  json.EndArray();
  json.EndObject();
  return out;
}

void WriteEntry(const CatalogueEntry& entry, JsonWriter* json) {
  json->BeginObject();
  json->Key("plugin").Raw(
      PrintJson(PrintManifest(entry.manifest, entry.enabled)));
  json->Key("local").Bool(entry.local);
  WriteText("directory", entry.directory, json);
  json->Key("content_hash").String(entry.manifest.content_hash);
  json->Key("problem").String(PrintableMessage(entry.problem));
  json->EndObject();
}

}  // namespace cupel
