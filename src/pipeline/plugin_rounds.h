// What plugins made, on its way back into the pipeline.
#ifndef CUPEL_PIPELINE_PLUGIN_ROUNDS_H_
#define CUPEL_PIPELINE_PLUGIN_ROUNDS_H_

#include <cstdint>

#include "pipeline/job.h"
#include "pipeline/unpacker.h"

namespace cupel {

// Breadth first: everything that plugins made of what is there becomes
// payloads, in the order of their parents; then what was made of these; until
// nothing is made any more or a limit says so. Archives among it are taken
// apart depth first, as others are.
class PluginRounds {
 public:
  PluginRounds(Job& job, Unpacker& unpacker) : job_(job), unpacker_(unpacker) {}

  // Does it for the input `root`, whose payloads are all there.
  void Run(uint32_t root);

 private:
  // False if the rest of the input is to be left.
  bool Feed(Job::Made made);
  void Open(Job::Made made, const Digest& sha256, const ReadOutcome& read);

  Job& job_;
  Unpacker& unpacker_;
};

}  // namespace cupel

#endif  // CUPEL_PIPELINE_PLUGIN_ROUNDS_H_
