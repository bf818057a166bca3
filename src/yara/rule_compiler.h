// Source text to compiled rules.
#ifndef CUPEL_YARA_RULE_COMPILER_H_
#define CUPEL_YARA_RULE_COMPILER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "yara/compiled_rules.h"
#include "yara/library.h"

namespace cupel {

struct YaraMessage {
  bool error = false;  // else a warning
  int line = 0;
  std::string file;  // the name that `include` gave; empty for the text itself
  std::string rule;  // where known
  std::string text;
};

// One thread. After an Add that failed the compiler is good for nothing more:
// libyara asserts that nobody goes on.
class YaraCompiler {
 public:
  // For kFew the memory of the rules grows from little: libyara begins with a
  // megabyte for each of a dozen tables, which takes longer than one rule does.
  enum class Rules : uint8_t { kMany, kFew };
  static absl::StatusOr<std::unique_ptr<YaraCompiler>> New(
      Rules rules = Rules::kMany);

  virtual ~YaraCompiler() = default;

  virtual absl::Status Define(const std::string& name,
                              const YaraValue& value) = 0;

  // Gives the text behind the name in an `include`, or null. The text must
  // outlive the Add that asks.
  using Include = std::function<const std::string*(std::string_view name)>;
  virtual void SetInclude(Include include) = 0;

  // Compiles `text`, which holds no NUL, into namespace `ns`. False if there
  // was an error; messages are appended either way, at most 1000 a call.
  virtual bool Add(const std::string& text, const std::string& ns,
                   std::vector<YaraMessage>* messages) = 0;

  // Once, after Adds that all succeeded.
  virtual absl::StatusOr<std::shared_ptr<YaraRules>> Finish() = 0;
};

}  // namespace cupel

#endif  // CUPEL_YARA_RULE_COMPILER_H_
