// A table in plain text.
#ifndef CUPEL_EXAMPLES_CLI_TABLE_H_
#define CUPEL_EXAMPLES_CLI_TABLE_H_

#include <string>
#include <vector>

namespace cli {

// Columns as wide as their widest cell, two blanks between them. Columns named
// in `right` are set flush right. The last one is never padded.
class Table {
 public:
  explicit Table(std::vector<std::string> heads,
                 std::vector<size_t> right = {});
  void Add(std::vector<std::string> cells);
  std::string Render() const;

 private:
  std::vector<size_t> right_;
  std::vector<std::vector<std::string>> rows_;  // the heads first
};

// How many columns UTF-8 text takes, if every character takes one.
size_t DisplayWidth(const std::string& text);

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_TABLE_H_
