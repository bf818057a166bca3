// Digests that become known after their payloads.
#include "base/status.h"
#include "pipeline/job.h"

namespace cupel {

bool Job::MayHashLater(uint32_t id, const std::function<uint64_t()>& sketch) {
  // Plugins and the cache are asked by digest.
  if (!executor_.parallel() || !has_rules() || hook_ || roster_ != nullptr ||
      cache_ != nullptr) {
    return false;
  }
  if (!options_.dedup) return true;
  const auto [it, first] = sketches_.try_emplace(sketch(), id);
  // The first of its kind is the only one that is ever hashed later, so this
  // waits once for all that look alike.
  if (!first) AwaitDigest(it->second);
  return first;
}

void Job::ScanUnhashed(uint32_t id, Bytes bytes) {
  PayloadRecord& record = report_->payload(id);
  record.has_content = true;
  record.size = bytes.size();
  ScanItem item = ItemFor(id, std::move(bytes), Audience::kAll);
  item.hash = true;
  unhashed_.try_emplace(id);
  ++pending_[id - 1];
  executor_.Submit(std::move(item));
  Pump();
}

void Job::HashBeside(uint32_t id, ByteSource& source) {
  PayloadRecord& record = report_->payload(id);
  record.has_content = true;
  record.size = source.size();
  unhashed_.try_emplace(id);
  ++pending_[id - 1];
  executor_.Submit({.payload = id, .hash_of = &source, .rules = false});
  Pump();
}

void Job::AwaitDigest(uint32_t id) {
  while (unhashed_.contains(id)) {
    // Whoever has begun it hashes it first and is soon through.
    if (!executor_.RunQueued(id) && !executor_.HelpOrWait()) {
      Pump();
      return;
    }
    Stopped();
  }
}

void Job::SetHashed(uint32_t id, const std::optional<Hashed>& hashed) {
  PayloadRecord& record = report_->payload(id);
  record.has_content = hashed.has_value();
  if (!hashed.has_value()) {
    record.size = 0;
    AddStopped(id, 0);
    MarkUnscanned(id);
    return;
  }
  record.sha256 = hashed->sha256;
  record.size = hashed->size;
  if (!hashed->status.ok()) {
    AddIncident(id, IncidentKind::kUnreadable, "read",
                MessageOf(hashed->status), hashed->size);
  }
}

void Job::ApplyHashed(const ScannedItem& scanned) {
  const uint32_t id = scanned.payload;
  if (scanned.hashed.has_value() || scanned.status.ok()) {
    SetHashed(id, scanned.hashed);
  } else {
    // There was not even memory for that; Apply says so.
    report_->payload(id).has_content = false;
    report_->payload(id).size = 0;
    MarkUnscanned(id);
  }
  const auto waiting = unhashed_.extract(id);
  if (scanned.hashed.has_value()) FindSame(id);  // for later ones
  for (const uint32_t alias : waiting.mapped()) CopyContent(id, alias);
}

void Job::CopyContent(uint32_t original, uint32_t alias) {
  const PayloadRecord& from = report_->payload(original);
  PayloadRecord& to = report_->payload(alias);
  to.has_content = from.has_content;
  to.size = from.size;
  to.sha256 = from.sha256;
  to.type = from.type;
  if (const auto waiting = unhashed_.find(original);
      waiting != unhashed_.end()) {
    waiting->second.push_back(alias);
  }
}

}  // namespace cupel
