#include "pipeline/scan_item.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace cupel {
namespace {

FoundRule ToFound(const RuleMatch& match, std::string_view bytes,
                  uint32_t excerpt_bytes) {
  FoundRule found{.rule = match.rule, .total_strings = match.total_strings};
  found.strings.reserve(match.strings.size());
  for (const StringMatch& string : match.strings) {
    FoundString& out = found.strings.emplace_back();
    out.id = string.id;
    out.offset = string.offset;
    out.length = string.length;
    out.xor_key = string.xor_key;
    if (excerpt_bytes > 0 && string.offset < bytes.size()) {
      out.excerpt = bytes.substr(
          string.offset, std::min<size_t>(string.length, excerpt_bytes));
    }
  }
  return found;
}

// The answer of the rules that have to run.
ScanAnswer AskRules(const ScanRules& job, const ScanItem& item,
                    Scratch& scratch) {
  ScanRequest request;
  request.bytes = item.bytes.view();
  request.externals = {.filename = item.names.filename,
                       .filepath = item.names.filepath,
                       .extension = item.names.extension,
                       .filetype = item.filetype,
                       .owner = item.names.owner};
  request.timeout_ns = std::min(job.file_time_ns, job.deadline.remaining());
  request.max_strings_per_rule = job.matches_per_rule;
  if (item.known != nullptr) request.only = item.known->rest.get();
  return scratch.Scan(request);
}

// Adds what was known before.
void Complete(KnownAnswer* known, ScanAnswer* answer) {
  answer->matches.insert(answer->matches.end(), known->matches.begin(),
                         known->matches.end());
  std::sort(
      answer->matches.begin(), answer->matches.end(),
      [](const RuleMatch& a, const RuleMatch& b) { return a.rule < b.rule; });
}

bool IsToBeKept(const KnownAnswer& known, const ScannedItem& scanned) {
  return known.ticket != nullptr && scanned.status.ok() &&
         scanned.overflowing.empty();
}

void TakeAnswer(const ScanRules& job, ScanItem* item, ScanAnswer answer,
                ScannedItem* out) {
  ScannedItem& scanned = *out;
  KnownAnswer* const known = item->known.get();
  if (known != nullptr) Complete(known, &answer);
  scanned.rules = true;
  scanned.status = std::move(answer.status);
  scanned.overflowing = std::move(answer.overflowing);
  if (!answer.matches.empty()) {
    auto result = std::make_shared<ScanResult>();
    result->rules.reserve(answer.matches.size());
    for (const RuleMatch& match : answer.matches) {
      scanned.cut_matches |= match.total_strings > match.strings.size();
      result->rules.push_back(
          ToFound(match, item->bytes.view(), job.excerpt_bytes));
    }
    if (known != nullptr) result->texts = known->texts;
    scanned.result = std::move(result);
  }
  if (known == nullptr || !IsToBeKept(*known, scanned)) return;
  known->matches = std::move(answer.matches);
  scanned.known = std::move(item->known);
}

bool IsAllKnown(const ScanItem& item) {
  return item.known != nullptr &&
         item.known->extent == KnownAnswer::Extent::kAll;
}

void RunOnPlugins(const ScanRules& job, ScanItem* item, PluginThread& thread,
                  ScannedItem* out) {
  // From here on the bytes may have to outlive the item: in what is cut out of
  // them.
  const auto bytes = std::make_shared<const Bytes>(std::move(item->bytes));
  out->outcome = std::make_unique<PluginOutcome>(
      RunPlugins(job.plugins, *item->plugins, bytes->view(), bytes, thread));
}

// False if that is all there is to do.
bool HashItem(const ScanRules& job, const ScanItem& item, ScannedItem* out) {
  const auto stopped = [&] { return job.cancel->triggered(); };
  if (item.hash_of != nullptr) {
    out->hashed = HashSource(*item.hash_of, stopped);
    return false;
  }
  if (!item.hash) return true;
  out->hashed = HashBytes(item.bytes.view(), stopped);
  return out->hashed.has_value();
}

}  // namespace

ScannedItem RunItem(const ScanRules& job, ScanItem item,
                    ScanThread& thread) noexcept {
  ScannedItem scanned{.payload = item.payload,
                      .size = item.bytes.size(),
                      .hashing = item.hash || item.hash_of != nullptr};
  try {
    if (!HashItem(job, item, &scanned)) return scanned;
    if (item.rules && IsAllKnown(item)) {
      TakeAnswer(job, &item, {}, &scanned);
    } else if (item.rules && thread.scratch != nullptr) {
      const int64_t began = MonotonicNanos();
      TakeAnswer(job, &item, AskRules(job, item, *thread.scratch), &scanned);
      thread.rules_ns += static_cast<uint64_t>(MonotonicNanos() - began);
    }
    if (item.plugins != nullptr && thread.plugins != nullptr) {
      RunOnPlugins(job, &item, *thread.plugins, &scanned);
    }
  } catch (const std::exception&) {
    // On a thread of ours nobody else could catch it, and one payload that
    // needs too much memory is no reason to lose the others.
    // Without a message: there may not be memory for one either.
    scanned.status = absl::Status(absl::StatusCode::kResourceExhausted, "");
  }
  return scanned;
}

ScannedItem RunKnownItem(const ScanRules& job, ScanItem item) noexcept {
  ScanThread none;
  return RunItem(job, std::move(item), none);
}

NameExternals NamesOf(std::string_view path, std::string_view owner) {
  NameExternals names;
  names.owner = owner;
  const size_t slash = path.rfind('/');
  std::string_view file = path;
  if (slash != std::string_view::npos) {
    names.filepath = path.substr(0, slash);
    file = path.substr(slash + 1);
  }
  names.filename = file;
  const size_t dot = file.rfind('.');
  if (dot != std::string_view::npos && dot > 0) {
    names.extension = file.substr(dot);
    std::transform(names.extension.begin(), names.extension.end(),
                   names.extension.begin(), [](char c) {
                     return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32)
                                                 : c;
                   });
  }
  return names;
}

}  // namespace cupel
