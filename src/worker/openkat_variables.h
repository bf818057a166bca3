// Reading typed environment variables as pydantic-settings does: names in any
// case, older names, and every problem at once.
#ifndef CUPEL_WORKER_OPENKAT_VARIABLES_H_
#define CUPEL_WORKER_OPENKAT_VARIABLES_H_

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "worker/openkat_options.h"

namespace cupel::worker {

// The list and the problems must outlive it. One thread.
class VariableReader {
 public:
  VariableReader(const VariableList& variables,
                 std::vector<VariableProblem>* problems);

  // Nothing if it is not set. `older`: names that count if `name` is not there.
  std::optional<std::string_view> Text(
      std::string_view name,
      std::initializer_list<std::string_view> older = {});
  std::string_view Required(std::string_view name);
  // Without a user and without a query; http or https.
  std::string Url(std::string_view name, bool required,
                  std::initializer_list<std::string_view> older = {});
  uint64_t Integer(std::string_view name, uint64_t absent, uint64_t least,
                   uint64_t most,
                   std::initializer_list<std::string_view> older = {});
  // Seconds, as milliseconds.
  uint64_t Seconds(std::string_view name, uint64_t absent_ms);
  bool Bool(std::string_view name, bool absent,
            std::initializer_list<std::string_view> older = {});
  std::vector<std::string> List(std::string_view name);  // JSON
  // One of `words`, in any case; the first if it is not set.
  size_t Choice(std::string_view name,
                std::initializer_list<std::string_view> words,
                std::initializer_list<std::string_view> older = {});

  void Problem(std::string_view name, std::string message);
  // Names with this prefix that nobody has asked for.
  std::vector<std::string> Unread(std::string_view prefix) const;

 private:
  const VariableList& variables_;
  std::vector<VariableProblem>* const problems_;
  std::map<std::string, std::string_view> by_name_;  // in capitals
  std::set<std::string> read_;
};

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_OPENKAT_VARIABLES_H_
