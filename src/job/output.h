// What goes into a boefje that runs on its own, and what comes out of it.
#ifndef CUPEL_JOB_OUTPUT_H_
#define CUPEL_JOB_OUTPUT_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "job/status.h"
#include "job/task.h"

namespace cupel::job {

struct File {
  std::string name;
  std::string content;  // base64, not looked at here, as OpenKAT does not
  std::optional<std::set<std::string>> tags;  // MIME types, printed sorted

  friend bool operator==(const File&, const File&) = default;
};

struct BoefjeOutput {
  StatusEnum status = StatusEnum::kCompleted;
  std::optional<std::vector<File>> files;

  friend bool operator==(const BoefjeOutput&, const BoefjeOutput&) = default;
};

// The only model that refuses keys it does not know.
struct BoefjeInput {
  std::string output_url;
  Task task;

  friend bool operator==(const BoefjeInput&, const BoefjeInput&) = default;
};

File ParseFile(const Json& json, const JsonPath& path, JsonIssues* issues);
BoefjeOutput ParseBoefjeOutput(const Json& json, const JsonPath& path,
                               JsonIssues* issues);
BoefjeInput ParseBoefjeInput(const Json& json, const JsonPath& path,
                             JsonIssues* issues);

void Write(const File& file, JsonWriter* out);
void Write(const BoefjeOutput& output, JsonWriter* out);
void Write(const BoefjeInput& input, JsonWriter* out);

}  // namespace cupel::job

#endif  // CUPEL_JOB_OUTPUT_H_
