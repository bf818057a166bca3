// Bearer tokens that may ask: a file with a line "name:hash" for each.
#ifndef CUPEL_EXAMPLES_CLI_TOKENS_H_
#define CUPEL_EXAMPLES_CLI_TOKENS_H_

#include <string>
#include <string_view>
#include <vector>

namespace cli {

class Tokens {
 public:
  // Throws UsageError, which names the line, for what is no such file, one
  // without a token, and one that others may write to.
  static Tokens Read(const std::string& path);

  // The name of the token in an Authorization header; empty if it is none of
  // ours. Takes the same time whichever it is.
  std::string NameOf(std::string_view authorization) const;

 private:
  struct Token {
    std::string name;
    std::string hash;
  };
  std::vector<Token> tokens_;
};

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_TOKENS_H_
