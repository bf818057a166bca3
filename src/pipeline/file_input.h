// Inputs: files and folders on disk, descriptors, memory.
#ifndef CUPEL_PIPELINE_FILE_INPUT_H_
#define CUPEL_PIPELINE_FILE_INPUT_H_

#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/job.h"
#include "pipeline/scan.h"

namespace cupel {

// Feeds the inputs of a job, one after the other, into its pipeline.
class InputFeeder {
 public:
  explicit InputFeeder(Job& job) : job_(job) {}

  void Feed(const ScanInput& input);

 private:
  void FeedPath(const std::string& path);
  void FeedFolder(const std::string& path);
  // `fd` is open for reading and seekable; `info` its status.
  void FeedFile(const std::string& name, int fd, const struct stat& info);
  void FeedStream(const std::string& name, int fd);
  void FeedMemory(const ScanInput& input);
  // A payload of which only the name is known, and why.
  void FeedUnreadable(const std::string& name, const absl::Status& why);
  void FeedUnstarted(const std::string& name);
  PayloadRecord& OpenTop(const std::string& name, bool own_distribution);
  // What plugins are to do with an input, and what is said of it.
  void PlanInput(uint32_t id);

  Job& job_;
  std::string metadata_;  // of the input at hand
  std::string folder_;    // the folder input at hand; empty: none
  uint32_t loose_ = 0;    // index + 1 of the distribution of its loose files
};

// Adds up the sizes of what an input holds, for progress. Errors are found
// again, and told, by the scan itself.
uint64_t MeasureInput(const ScanInput& input, const Cancel& cancel);

}  // namespace cupel

#endif  // CUPEL_PIPELINE_FILE_INPUT_H_
