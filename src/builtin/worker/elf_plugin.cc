#include "builtin/call.h"
#include "builtin/tables.h"
#include "builtin/worker/elf.h"
#include "builtin/worker/header_result.h"

namespace cupel {
namespace {

absl::Status Scan(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(
      const ElfSummary summary,
      SummariseElf(call.bytes(), [&call] { return call.cancelled(); }));
  return HandBackSummary(call, summary);
}

}  // namespace

const cupel_plugin_v1 kElfWorker = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_WORKER,
    .name = "elf",
    .version = "1.0",
    .description = "Says what the headers of ELF files hold",
    .consumes = "elf",
    .scan = Enter<kElfWorker, Scan>};

}  // namespace cupel
