// A task as OpenKAT's scheduler hands it out.
#ifndef CUPEL_JOB_TASK_H_
#define CUPEL_JOB_TASK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "job/boefje_meta.h"
#include "job/normalizer_meta.h"
#include "job/status.h"

namespace cupel::job {

struct Task {
  Uuid id;
  std::string scheduler_id;
  std::optional<std::string> schedule_id;
  std::string organisation;
  int64_t priority = 0;
  TaskStatus status = TaskStatus::kPending;
  std::string type;
  std::optional<std::string> hash;
  std::variant<BoefjeMeta, NormalizerMeta> data;
  DateTime created_at;  // naive or aware, both occur
  DateTime modified_at;

  friend bool operator==(const Task&, const Task&) = default;
};

// What popping gives.
struct TaskPop {
  std::vector<Task> results;

  friend bool operator==(const TaskPop&, const TaskPop&) = default;
};

struct PaginatedTasksResponse {
  int64_t count = 0;
  std::optional<std::string> next;
  std::optional<std::string> previous;
  std::vector<Task> results;

  friend bool operator==(const PaginatedTasksResponse&,
                         const PaginatedTasksResponse&) = default;
};

// Of the scheduler before 2025.
struct Queue {
  std::string id;
  int64_t size = 0;

  friend bool operator==(const Queue&, const Queue&) = default;
};

// `data` is whichever of the two it can be read as, a NormalizerMeta if it is
// both; if it is neither, the issues tell what keeps it from being each.
Task ParseTask(const Json& json, const JsonPath& path, JsonIssues* issues);
TaskPop ParseTaskPop(const Json& json, const JsonPath& path,
                     JsonIssues* issues);
PaginatedTasksResponse ParsePaginatedTasksResponse(const Json& json,
                                                   const JsonPath& path,
                                                   JsonIssues* issues);
Queue ParseQueue(const Json& json, const JsonPath& path, JsonIssues* issues);

void Write(const Task& task, JsonWriter* out);
void Write(const TaskPop& pop, JsonWriter* out);
void Write(const PaginatedTasksResponse& page, JsonWriter* out);
void Write(const Queue& queue, JsonWriter* out);

}  // namespace cupel::job

#endif  // CUPEL_JOB_TASK_H_
