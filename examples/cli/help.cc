#include "help.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace cli {
namespace {

constexpr size_t kWidth = 79;
constexpr size_t kColumn = 28;  // where descriptions begin

// `text` in lines of at most kWidth, the second and later ones indented. What
// already has line feeds keeps them.
std::string Wrap(std::string_view text, size_t first_column, size_t indent) {
  std::string out;
  size_t column = first_column;
  size_t i = 0;
  bool line_start = true;
  while (i < text.size()) {
    if (text[i] == '\n' || text[i] == ' ') {
      if (text[i] == '\n') {
        out += "\n" + std::string(indent, ' ');
        column = indent;
        line_start = true;
      }
      ++i;
      continue;
    }
    const size_t end = std::min(text.find_first_of(" \n", i), text.size());
    const std::string_view word = text.substr(i, end - i);
    if (!line_start && column + 1 + word.size() > kWidth) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
      line_start = true;
    }
    if (!line_start) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    line_start = false;
    i = end;
  }
  return out;
}

std::string Entry(const std::string& names, const std::string& help) {
  std::string line = "  " + names;
  if (line.size() + 1 > kColumn) {
    line += "\n" + std::string(kColumn, ' ');
  } else {
    line.resize(kColumn, ' ');
  }
  return line + Wrap(help, kColumn, kColumn) + "\n";
}

// "-o, --output FILE"; long names without a short one are indented to align.
std::string NamesOf(const CLI::Option* option) {
  std::string names = option->get_snames().empty() ? "    " : "";
  for (const std::string& name : option->get_snames()) {
    names += "-" + name + ", ";
  }
  for (const std::string& name : option->get_lnames()) names += "--" + name;
  if (option->get_items_expected_max() > 0) {
    names += " " + option->get_type_name();
  }
  return names;
}

std::string Usage(const CLI::App* app) {
  std::string line = "Usage: " + FullName(app);
  if (!app->get_subcommands({}).empty()) return line + " COMMAND ...\n";
  line += " [OPTION...]";
  for (const CLI::Option* option : NamedOptions(app)) {
    if (option->get_required()) {
      line +=
          " --" + option->get_lnames().front() + " " + option->get_type_name();
    }
  }
  for (const CLI::Option* option : app->get_options({})) {
    if (!option->get_positional()) continue;
    line += " " + option->get_name();
    if (option->get_items_expected_max() > 1) line += "...";
  }
  return line + "\n";
}

std::string Commands(const CLI::App* app) {
  const auto commands = app->get_subcommands({});
  if (commands.empty()) return "";
  std::string out = "\nCommands:\n";
  for (const CLI::App* command : commands) {
    const std::string purpose = command->get_description();
    out += Entry(command->get_name(), purpose.substr(0, purpose.find('\n')));
  }
  return out + "\n`" + FullName(app) + " COMMAND --help` tells more.\n";
}

std::string Arguments(const CLI::App* app) {
  std::string out;
  for (const CLI::Option* option : app->get_options({})) {
    if (!option->get_positional()) continue;
    out += Entry(option->get_name(), option->get_description());
  }
  return out.empty() ? "" : "\n" + out;
}

std::string Options(const CLI::App* app) {
  const std::vector<const CLI::Option*> options = NamedOptions(app);
  std::vector<std::string> groups;
  for (const CLI::Option* option : options) {
    if (std::find(groups.begin(), groups.end(), option->get_group()) ==
        groups.end()) {
      groups.push_back(option->get_group());
    }
  }
  // What every command has, --help, comes last.
  const auto common = std::find(groups.begin(), groups.end(), "Options");
  if (common != groups.end()) std::rotate(common, common + 1, groups.end());
  std::string out;
  for (const std::string& group : groups) {
    out += "\n" + group + ":\n";
    for (const CLI::Option* option : options) {
      if (option->get_group() != group) continue;
      out += Entry(NamesOf(option), option->get_description());
    }
  }
  return out;
}

}  // namespace

std::string FullName(const CLI::App* app) {
  if (app->get_parent() == nullptr) return app->get_name();
  return FullName(app->get_parent()) + " " + app->get_name();
}

std::vector<const CLI::Option*> NamedOptions(const CLI::App* app) {
  std::vector<const CLI::Option*> options;
  for (const CLI::Option* option : app->get_options({})) {
    if (option->nonpositional() && !option->get_group().empty()) {
      options.push_back(option);
    }
  }
  return options;
}

std::string HelpFormatter::make_help(const CLI::App* app, std::string,
                                     CLI::AppFormatMode) const {
  std::string out = Wrap(app->get_description(), 0, 0) + "\n\n" + Usage(app);
  out += Arguments(app) + Commands(app) + Options(app);
  if (!app->get_footer().empty()) out += "\n" + app->get_footer() + "\n";
  return out;
}

}  // namespace cli
