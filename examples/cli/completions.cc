#include "completions.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "help.h"

namespace cli {
namespace {

struct Entry {
  std::vector<std::string> names;  // "-r", "--rules"
  std::string help;
  bool takes_value = false;
  bool repeatable = false;
  std::string choices;   // "json ndjson text", or empty
  bool folders = false;  // else, if it takes a value without choices: files
  bool files = false;
};

struct Command {
  std::string path;                // "cupel_rules_check"
  std::vector<std::string> words;  // "rules", "check"
  std::string help;
  std::vector<Entry> options;
  std::vector<const CLI::App*> commands;
  std::string argument_choices;
  bool argument_files = false;
};

std::string FirstLine(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

std::string ChoicesOf(std::string type) {
  if (type.find('|') == std::string::npos) return "";
  std::replace(type.begin(), type.end(), '|', ' ');
  return type;
}

Entry EntryOf(const CLI::Option* option) {
  Entry entry;
  for (const auto& name : option->get_snames()) {
    entry.names.push_back("-" + name);
  }
  for (const auto& name : option->get_lnames()) {
    entry.names.push_back("--" + name);
  }
  entry.help = FirstLine(option->get_description());
  entry.takes_value = option->get_items_expected_max() > 0;
  entry.repeatable = option->get_items_expected_max() > 1;
  const std::string type = option->get_type_name();
  entry.choices = ChoicesOf(type);
  entry.folders = type == "FOLDER";
  entry.files = type == "FILE" || type == "PATH";
  return entry;
}

void Collect(const CLI::App* app, const std::vector<std::string>& words,
             std::vector<Command>* all) {
  Command command;
  command.path = "cupel";
  for (const std::string& word : words) command.path += "_" + word;
  command.words = words;
  command.help = FirstLine(app->get_description());
  for (const CLI::Option* option : NamedOptions(app)) {
    command.options.push_back(EntryOf(option));
  }
  for (const CLI::Option* option : app->get_options({})) {
    if (!option->get_positional()) continue;
    const Entry entry = EntryOf(option);
    command.argument_choices = entry.choices;
    command.argument_files = entry.files;
  }
  command.commands = app->get_subcommands({});
  all->push_back(command);
  for (const CLI::App* child : command.commands) {
    std::vector<std::string> deeper = words;
    deeper.push_back(child->get_name());
    Collect(child, deeper, all);
  }
}

std::vector<Command> AllCommands(const CLI::App& app) {
  std::vector<Command> all;
  Collect(&app, {}, &all);
  return all;
}

std::string Join(const std::vector<std::string>& words, std::string_view with) {
  return fmt::format("{}", fmt::join(words, with));
}

std::string ChildNames(const Command& command) {
  std::string names;
  for (const CLI::App* child : command.commands) {
    names += (names.empty() ? "" : " ") + child->get_name();
  }
  return names;
}

// For use inside single quotes of any of the three shells.
std::string Quoted(const std::string& text, bool zsh_spec) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else if (zsh_spec && (c == '[' || c == ']' || c == ':' || c == '\\')) {
      out += std::string("\\") + c;
    } else {
      out += c;
    }
  }
  return out;
}

// The case arm of one command: what may follow an option, then what may stand
// anywhere.
std::string BashArm(const Command& command) {
  std::string words;
  std::string values;
  for (const Entry& option : command.options) {
    words += Join(option.names, " ") + " ";
    if (!option.takes_value) continue;
    std::string action = "return";
    if (!option.choices.empty()) {
      action = fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$cur\")); return",
                           option.choices);
    } else if (option.folders) {
      action =
          "compopt -o filenames; COMPREPLY=($(compgen -d -- \"$cur\")); return";
    } else if (option.files) {
      action =
          "compopt -o filenames; COMPREPLY=($(compgen -f -- \"$cur\")); return";
    }
    values +=
        fmt::format("        {}) {} ;;\n", Join(option.names, " | "), action);
  }
  std::string out = fmt::format("    {})\n", command.path);
  if (!values.empty()) {
    out += "      case \"$prev\" in\n" + values + "      esac\n";
  }
  out += fmt::format("      words='{}{} {}'\n", words, ChildNames(command),
                     command.argument_choices);
  if (command.argument_files) out += "      files=yes\n";
  return out + "      ;;\n";
}

std::string ZshOption(const Entry& option) {
  std::string value;
  if (option.takes_value) {
    value = ":value:";
    if (!option.choices.empty()) value += "(" + option.choices + ")";
    if (option.folders) value += "_files -/";
    if (option.files) value += "_files";
  }
  std::string out;
  for (const std::string& name : option.names) {
    out +=
        fmt::format(" \\\n        '{}{}[{}]{}'", option.repeatable ? "*" : "",
                    name, Quoted(option.help, true), value);
  }
  return out;
}

std::string ZshFunction(const Command& command) {
  std::string out = fmt::format("_{}() {{\n", command.path);
  if (command.commands.empty()) {
    out += "  _arguments -s";
    for (const Entry& option : command.options) out += ZshOption(option);
    if (!command.argument_choices.empty()) {
      out += " \\\n        '1:choice:(" + command.argument_choices + ")'";
    } else if (command.argument_files) {
      out += " \\\n        '*:path:_files'";
    }
    return out + "\n}\n\n";
  }
  out += "  local line state\n  _arguments -C";
  for (const Entry& option : command.options) out += ZshOption(option);
  out += " \\\n        '1:command:->command' '*::argument:->argument'\n";
  out += "  case $state in\n    command)\n      local -a commands=(\n";
  std::string arms;
  for (const CLI::App* child : command.commands) {
    out += fmt::format("        '{}:{}'\n", child->get_name(),
                       Quoted(FirstLine(child->get_description()), true));
    arms += fmt::format("        {}) _{}_{} ;;\n", child->get_name(),
                        command.path, child->get_name());
  }
  out += "      )\n      _describe command commands\n      ;;\n";
  out += "    argument)\n      case $line[1] in\n" + arms;
  return out + "      esac\n      ;;\n  esac\n}\n\n";
}

std::string FishCondition(const Command& command) {
  std::string condition;
  for (const std::string& word : command.words) {
    condition += fmt::format("{}__fish_seen_subcommand_from {}",
                             condition.empty() ? "" : "; and ", word);
  }
  const std::string children = ChildNames(command);
  if (children.empty()) return condition;
  return condition + fmt::format("{}not __fish_seen_subcommand_from {}",
                                 condition.empty() ? "" : "; and ", children);
}

std::string FishCommand(const Command& command) {
  const std::string start =
      fmt::format("complete -c cupel -n '{}'", FishCondition(command));
  std::string out;
  for (const CLI::App* child : command.commands) {
    out += fmt::format("{} -f -a {} -d '{}'\n", start, child->get_name(),
                       Quoted(FirstLine(child->get_description()), false));
  }
  if (!command.argument_choices.empty()) {
    out += fmt::format("{} -f -a '{}'\n", start, command.argument_choices);
  }
  for (const Entry& option : command.options) {
    out += start;
    for (const std::string& name : option.names) {
      out += name[1] == '-' ? " -l " + name.substr(2) : " -s " + name.substr(1);
    }
    if (option.takes_value) out += " -r";
    if (!option.choices.empty()) out += " -f -a '" + option.choices + "'";
    if (option.folders) out += " -f -a '(__fish_complete_directories)'";
    out += fmt::format(" -d '{}'\n", Quoted(option.help, false));
  }
  return out;
}

}  // namespace

std::string BashCompletions(const CLI::App& app) {
  std::string arms;
  std::string paths;
  for (const Command& command : AllCommands(app)) {
    arms += BashArm(command);
    for (const CLI::App* child : command.commands) {
      paths += fmt::format("      {0},{1}) command={0}_{1} ;;\n", command.path,
                           child->get_name());
    }
  }
  return "# bash completion for cupel: cupel completions bash\n"
         "_cupel() {\n"
         "  local cur=${COMP_WORDS[COMP_CWORD]} "
         "prev=${COMP_WORDS[COMP_CWORD-1]}\n"
         "  local command=cupel words= files= i\n"
         "  COMPREPLY=()\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    case \"$command,${COMP_WORDS[i]}\" in\n" +
         paths +
         "    esac\n"
         "  done\n"
         "  case $command in\n" +
         arms +
         "  esac\n"
         "  if [[ $cur == -* || -z $files ]]; then\n"
         "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
         "  else\n"
         "    compopt -o filenames\n"
         "    COMPREPLY=($(compgen -f -- \"$cur\"))\n"
         "  fi\n"
         "}\n"
         "complete -F _cupel cupel\n";
}

std::string ZshCompletions(const CLI::App& app) {
  std::string out =
      "#compdef cupel\n# zsh completion: cupel completions zsh\n\n";
  for (const Command& command : AllCommands(app)) out += ZshFunction(command);
  return out +
         "if [[ $funcstack[1] == _cupel ]]; then\n"
         "  _cupel \"$@\"\n"
         "else\n"
         "  compdef _cupel cupel\n"
         "fi\n";
}

std::string FishCompletions(const CLI::App& app) {
  std::string out = "# fish completion: cupel completions fish\n";
  for (const Command& command : AllCommands(app)) out += FishCommand(command);
  return out;
}

}  // namespace cli
