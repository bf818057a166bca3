// Environment variables of a plugin's process, for the time of one call.
#ifndef CUPEL_RUNNER_PROCESS_ENVIRONMENT_H_
#define CUPEL_RUNNER_PROCESS_ENVIRONMENT_H_

#include <string>
#include <utility>
#include <vector>

namespace cupel {

// Adds variables to the environment, in place of all that are there if
// `replace`, until it is destroyed. Wipes them then: they are secrets. Only
// where no other thread reads the environment.
class ProcessEnvironment {
 public:
  using Variables = std::vector<std::pair<std::string, std::string>>;

  ProcessEnvironment(const Variables& variables, bool replace);
  ~ProcessEnvironment();
  ProcessEnvironment(const ProcessEnvironment&) = delete;
  ProcessEnvironment& operator=(const ProcessEnvironment&) = delete;

 private:
  const bool changed_;
  Variables before_;
};

}  // namespace cupel

#endif  // CUPEL_RUNNER_PROCESS_ENVIRONMENT_H_
