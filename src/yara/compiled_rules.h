// Compiled rules.
#ifndef CUPEL_YARA_COMPILED_RULES_H_
#define CUPEL_YARA_COMPILED_RULES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"

namespace cupel {

struct YaraRulesState;

// One rule as compiled; the views live as long as the rules.
struct YaraRule {
  std::string_view name;
  std::string_view ns;
  std::vector<std::string_view> tags;
  std::vector<std::pair<std::string, std::variant<bool, int64_t, std::string>>>
      metas;
  bool global = false;
  bool is_private = false;
};

// Any number of threads may scan with one at once, and save it. SetEnabled is
// for a private copy that no other thread sees.
class YaraRules {
 public:
  // Takes what Save wrote, byte for byte. libyara trusts the bytes: whoever
  // calls this has proved that they are its own, or was told to take the risk.
  static absl::StatusOr<std::shared_ptr<YaraRules>> Load(
      std::string_view bytes);

  explicit YaraRules(std::unique_ptr<YaraRulesState> state);
  ~YaraRules();
  YaraRules(const YaraRules&) = delete;
  YaraRules& operator=(const YaraRules&) = delete;

  // Waits for the scans that run.
  absl::Status Save(std::string* out) const;

  size_t size() const;
  size_t string_count() const;
  // What they take, about.
  size_t memory_bytes() const;
  // The identifiers of all strings of all rules, "$a"; those of one string are
  // where its matches say.
  std::vector<std::string_view> StringIds() const;
  YaraRule rule(size_t index) const;
  bool HasExternal(std::string_view name) const;
  void SetEnabled(size_t index, bool enabled);

  // For the scanner only.
  YaraRulesState& state() const { return *state_; }

 private:
  std::unique_ptr<YaraRulesState> state_;
};

}  // namespace cupel

#endif  // CUPEL_YARA_COMPILED_RULES_H_
