#include "app.h"

#include <algorithm>

namespace cli {

CLI::Option* AddChoice(CLI::App& app, const std::string& names,
                       std::string* value,
                       std::initializer_list<const char*> choices,
                       const std::string& help) {
  const std::vector<std::string> known(choices.begin(), choices.end());
  std::string type;
  for (const std::string& choice : known) {
    type += (type.empty() ? "" : "|") + choice;
  }
  const auto check = [known, type](std::string& text) -> std::string {
    if (std::find(known.begin(), known.end(), text) != known.end()) return "";
    return "'" + text + "' is none of " + type;
  };
  return app.add_option(names, *value, help)
      ->type_name(type)
      ->check(CLI::Validator(check, ""));
}

CLI::Option* AddRepeated(CLI::App& app, const std::string& names,
                         std::vector<std::string>* values,
                         const std::string& type, const std::string& help) {
  return app.add_option(names, *values, help)
      ->type_name(type)
      ->allow_extra_args(false);
}

CLI::Option* AddPaths(CLI::App& app, std::vector<std::string>* paths,
                      const std::string& help) {
  return app.add_option("PATH", *paths, help)->type_name("PATH")->required();
}

}  // namespace cli
