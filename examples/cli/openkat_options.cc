#include "openkat_options.h"

#include "app.h"

namespace cli {
namespace {

// Lists of paths may hold commas; line feeds they can't.
void AddLines(const char* name, const std::vector<std::string>& list,
              std::vector<std::string>* to) {
  if (list.empty()) return;
  std::string text = std::string(name) + "=";
  for (const std::string& one : list) text += one + "\n";
  to->push_back(std::move(text));
}

}  // namespace

void AddOpenKatOptions(CLI::App& command, OpenKatSettings* settings) {
  AddRepeated(command, "--plugin-folder", &settings->plugin_folders, "FOLDER",
              "Look for boefjes and normalizers in it; may be repeated")
      ->group("Jobs");
  AddRepeated(command, "-p,--plugin", &settings->plugins, "ID",
              "Only tasks of this plugin; may be repeated")
      ->group("Jobs");
  AddRepeated(command, "-i,--image", &settings->images, "IMAGE",
              "Only tasks of this image; may be repeated")
      ->group("Jobs");
  command
      .add_option("--spool", settings->spool,
                  "Keep in it what can't be delivered")
      ->type_name("FILE")
      ->group("Output");
  command
      .add_flag("--upstream-metas", settings->upstream_metas,
                "Save environments with their values, as OpenKAT does")
      ->group("Output");
  command
      .add_flag("--serve-api", settings->serve_api,
                "Serve the boefje API to workers in images")
      ->group("Output");
}

std::vector<std::string> OpenKatVariables(const OpenKatSettings& settings) {
  std::vector<std::string> variables;
  AddLines("CUPEL_OPENKAT_PLUGIN_FOLDERS", settings.plugin_folders, &variables);
  AddLines("CUPEL_OPENKAT_PLUGINS", settings.plugins, &variables);
  AddLines("CUPEL_OPENKAT_IMAGES", settings.images, &variables);
  if (!settings.spool.empty()) {
    variables.push_back("CUPEL_OPENKAT_SPOOL=" + settings.spool);
  }
  if (settings.upstream_metas) {
    variables.emplace_back("CUPEL_OPENKAT_UPSTREAM_METAS=true");
  }
  if (settings.serve_api) {
    variables.emplace_back("CUPEL_OPENKAT_SERVE_API=true");
  }
  return variables;
}

}  // namespace cli
