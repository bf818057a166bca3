// Passwords that stand in a file, where the list of processes can't show them.
#ifndef CUPEL_EXAMPLES_CLI_PASSWORD_FILE_H_
#define CUPEL_EXAMPLES_CLI_PASSWORD_FILE_H_

#include <string>
#include <vector>

namespace cli {

// One password a line, "\r\n" or "\n"; empty lines are none. UsageError names
// the file if it can't be read, is over 1 MiB or has no password.
std::vector<std::string> ReadPasswordFile(const std::string& path);

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_PASSWORD_FILE_H_
