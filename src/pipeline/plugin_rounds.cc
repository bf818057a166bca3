#include "pipeline/plugin_rounds.h"

#include <string>
#include <utility>
#include <vector>

#include "crypto/digest.h"

namespace cupel {

void PluginRounds::Run(uint32_t root) {
  if (job_.roster() == nullptr) return;
  for (;;) {
    std::vector<Job::Made> round = job_.TakeMade();
    if (round.empty()) break;
    bool go_on = true;
    for (Job::Made& made : round) {
      if (job_.Stopped()) {
        job_.AddStopped(made.parent, std::nullopt);
        break;
      }
      if (go_on) go_on = Feed(std::move(made));
      // What is left is held no longer.
      made = Job::Made();
    }
  }
  Report& report = job_.report();
  report.payload(root).last_descendant =
      static_cast<uint32_t>(report.payloads.size());
}

bool PluginRounds::Feed(Job::Made made) {
  const Limits& limits = job_.limits();
  std::string_view& bytes = made.made.child.bytes.view;
  // The same bytes again: one payload with one more parent.
  Digest sha256 = Sha256(bytes);
  if (const uint32_t same = job_.FindContent(sha256); same != kNoPayload) {
    job_.report().payload(same).others.push_back(
        {.parent = made.parent,
         .producer = made.made.plugin,
         .raw_name = std::move(made.made.child.name)});
    return true;
  }
  if (job_.DepthOf(made.parent) >= limits.depth) {
    job_.AddLimit(made.parent, "depth", limits.depth, std::nullopt);
    return true;
  }
  InputBudget& budget = unpacker_.budget();
  if (budget.files_left == 0) {
    job_.AddLimit(made.parent, "files", limits.files, std::nullopt);
    return false;
  }
  if (limits.files != kUnlimited) --budget.files_left;
  const uint32_t parent = made.parent;
  const bool over = bytes.size() > budget.bytes_left;
  if (over && budget.bytes_left == 0) {
    job_.AddLimit(parent, "total_bytes", limits.total_bytes, std::nullopt);
    return false;
  }
  ReadOutcome read;
  if (over) {
    read = {.limit = "total_bytes", .limit_value = limits.total_bytes};
    bytes = bytes.substr(0, budget.bytes_left);
    sha256 = Sha256(bytes);
  } else if (made.made.cut) {
    read = {.limit = "file_bytes", .limit_value = limits.file_bytes};
  }
  if (limits.total_bytes != kUnlimited) budget.bytes_left -= bytes.size();
  Open(std::move(made), sha256, read);
  if (over) {
    job_.AddLimit(parent, "total_bytes", limits.total_bytes, std::nullopt);
  }
  return !over;
}

void PluginRounds::Open(Job::Made made, const Digest& sha256,
                        const ReadOutcome& read) {
  PluginChild& child = made.made.child;
  const uint32_t depth = job_.DepthOf(made.parent) + 1;
  PayloadRecord& record = job_.Open(made.parent, child.name);
  const uint32_t id = record.id;
  if (record.raw_name.empty()) {
    record.raw_name =
        job_.roster()->entry(made.made.plugin).plugin->info().id.name + "#" +
        std::to_string(id);
  }
  record.producer = made.made.plugin;
  record.metadata = std::move(child.metadata);
  record.dispatch_meta = std::move(made.made.rule_metas);
  record.offset = child.offset;
  if (!child.scan) {
    record.has_content = true;
    record.size = child.bytes.view.size();
    record.sha256 = sha256;
    record.type = &IdentifyType(child.bytes.view.substr(0, kTypeProbeBytes));
    // A slice was scanned as part of what it lies in.
    if (!child.offset.has_value()) {
      job_.AddIncident(id, IncidentKind::kPlugin,
                       job_.roster()->entry(made.made.plugin).name,
                       "asked that it be left unscanned", 0);
      job_.MarkUnscanned(id);
    }
    job_.Close(id);
    return;
  }
  if (!child.dispatch.empty() || child.save) {
    job_.Plan(id, std::move(child.dispatch), child.save);
  }
  unpacker_.HandleBytes(
      id, Bytes::Shared(std::move(child.bytes.owner), child.bytes.view), read,
      0, depth, &sha256);
}

}  // namespace cupel
