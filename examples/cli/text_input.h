// Text that people hand over in a file or through a pipe.
#ifndef CUPEL_EXAMPLES_CLI_TEXT_INPUT_H_
#define CUPEL_EXAMPLES_CLI_TEXT_INPUT_H_

#include <cstddef>
#include <string>
#include <utility>

namespace cli {

// All of a file, or of standard input for "-". Throws UsageError, which names
// `what`, for one that cannot be read or has more than `limit` bytes.
std::string ReadText(const std::string& path, const std::string& what,
                     size_t limit = size_t{16} << 20);

// Overwrites text that was a secret.
void Forget(std::string* text);

// Text that is overwritten at the end.
struct SecretText {
  std::string text;

  explicit SecretText(std::string of) : text(std::move(of)) {}
  ~SecretText() { Forget(&text); }
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;
};

// Writes text to standard output, with a line feed after it if it has none,
// and forgets it.
void Print(std::string text);

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_TEXT_INPUT_H_
