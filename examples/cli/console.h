// Messages to standard error, and what is known of the terminal.
#ifndef CUPEL_EXAMPLES_CLI_CONSOLE_H_
#define CUPEL_EXAMPLES_CLI_CONSOLE_H_

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace cli {

// Ends the program with exit code 2 and this message.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// One whole line to standard error; the line feed is added. Nobody is left to
// be told if that fails.
void Complain(std::string_view line);

// "auto", "always" or "never" for something that goes to the descriptor `fd`.
// "auto" means: a terminal, and for colours NO_COLOR is not set.
bool WantColor(std::string_view when, int fd);
bool WantProgress(std::string_view when);

// Of the terminal behind `fd`; 80 if there is none.
size_t TerminalWidth(int fd);

// `text` without control characters, which could steer a terminal.
std::string Printable(std::string_view text);

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_CONSOLE_H_
