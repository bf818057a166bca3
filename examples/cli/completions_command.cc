#include <string>

#include "app.h"
#include "completions.h"
#include "exit_code.h"
#include "output.h"

namespace cli {

void AddCompletionsCommand(CLI::App& app, Action* action) {
  CLI::App* command = app.add_subcommand(
      "completions", "Print completions for bash, zsh or fish.");
  static std::string shell;
  AddChoice(*command, "SHELL", &shell, {"bash", "zsh", "fish"},
            "bash, zsh or fish")
      ->required();
  command->footer(R"(Examples:
  # bash: for this user, from the next shell on
  mkdir -p ~/.local/share/bash-completion/completions
  cupel completions bash > ~/.local/share/bash-completion/completions/cupel

  # zsh: into a folder of $fpath
  cupel completions zsh > ~/.zfunc/_cupel

  # fish
  cupel completions fish > ~/.config/fish/completions/cupel.fish)");
  command->callback([&app, action] {
    *action = [&app] {
      Output output("");
      output.Write(shell == "bash"  ? BashCompletions(app)
                   : shell == "zsh" ? ZshCompletions(app)
                                    : FishCompletions(app));
      output.Commit();
      return static_cast<int>(kExitClean);
    };
  });
}

}  // namespace cli
