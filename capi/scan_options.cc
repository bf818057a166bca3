#include "capi/scan_options.h"

#include <string>

#include "capi/arguments.h"
#include "capi/limits.h"
#include "capi/structs.h"
#include "engine/printable.h"

namespace cupel::capi {
namespace {

constexpr uint32_t kKnownFlags = CUPEL_SCAN_NO_UNPACK | CUPEL_SCAN_NO_EXCERPTS |
                                 CUPEL_SCAN_NO_DEDUP | CUPEL_SCAN_ANY_FILETYPE;
constexpr uint32_t kMaxThreads = 256;
constexpr uint32_t kMaxExcerptBytes = 4096;

static_assert(CUPEL_CONTAINERS_AUTO == static_cast<int>(ContainerMode::kAuto) &&
              CUPEL_CONTAINERS_ALWAYS ==
                  static_cast<int>(ContainerMode::kAlways) &&
              CUPEL_CONTAINERS_NEVER ==
                  static_cast<int>(ContainerMode::kNever));

// False ends the scan.
bool TellProgress(Callbacks& callbacks, cupel_progress_fn progress,
                  void* user_data, const ScanProgress& from) {
  cupel_progress now{};
  now.struct_size = sizeof(now);
  now.elapsed_ns = from.elapsed_ns;
  now.input_bytes = from.input_bytes;
  now.input_bytes_done = from.input_bytes_done;
  now.payloads = from.payloads;
  now.scanned_bytes = from.scanned_bytes;
  now.findings = from.findings;
  now.incidents = from.incidents;
  now.current = ToView(from.current);
  return callbacks.Run([&] { return progress(user_data, &now); }) == 0;
}

bool TellFinding(Callbacks& callbacks, cupel_finding_fn call, void* user_data,
                 const Report& report, const PayloadRecord& payload,
                 const Finding& finding) {
  const std::string path = PrintablePath(report, payload.id);
  const std::string ns = FindingNamespace(report, finding);
  const std::string json = FindingLine(report, payload, finding);
  cupel_finding now{};
  now.struct_size = sizeof(now);
  now.payload = payload.id;
  now.weight = finding.weight();
  now.string_count = finding.string_count();
  now.path = ToView(path);
  now.rule = ToView(finding.name());
  now.rule_namespace = ToView(ns);
  now.json = ToView(json);
  return callbacks.Run([&] { return call(user_data, &now); }) == 0;
}

absl::Status CheckRanges(const cupel_scan_options& o) {
  CUPEL_RETURN_IF_ERROR(
      CheckFlags(o.flags, kKnownFlags, "cupel_scan_options.flags"));
  if (o.threads > kMaxThreads) {
    return InvalidArgument("cupel_scan_options.threads is {}; at most {}",
                           o.threads, kMaxThreads);
  }
  if (o.excerpt_bytes > kMaxExcerptBytes) {
    return InvalidArgument("cupel_scan_options.excerpt_bytes is {}; at most {}",
                           o.excerpt_bytes, kMaxExcerptBytes);
  }
  if (o.containers < CUPEL_CONTAINERS_AUTO ||
      o.containers > CUPEL_CONTAINERS_NEVER) {
    return InvalidArgument(
        "cupel_scan_options.containers is {}, which this version does not know",
        o.containers);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ScanOptions> ScanOptionsOf(
    const cupel_scan_options* options, std::shared_ptr<Callbacks> callbacks) {
  cupel_scan_options o = CUPEL_SCAN_OPTIONS_INIT;
  CUPEL_RETURN_IF_ERROR(CopyIn(options, &o, "cupel_scan_options"));
  CUPEL_RETURN_IF_ERROR(CheckRanges(o));
  ScanOptions out;
  CUPEL_ASSIGN_OR_RETURN(out.limits, LimitsOf(o.limits));
  out.containers = static_cast<ContainerMode>(o.containers);
  out.unpack = (o.flags & CUPEL_SCAN_NO_UNPACK) == 0;
  out.dedup = (o.flags & CUPEL_SCAN_NO_DEDUP) == 0;
  out.any_filetype = (o.flags & CUPEL_SCAN_ANY_FILETYPE) != 0;
  if (o.threads != 0) out.threads = o.threads;
  if (o.excerpt_bytes != 0) out.excerpt_bytes = o.excerpt_bytes;
  if ((o.flags & CUPEL_SCAN_NO_EXCERPTS) != 0) out.excerpt_bytes = 0;
  if (o.progress != nullptr) {
    out.progress = [callbacks, call = o.progress,
                    data = o.user_data](const ScanProgress& progress) {
      return TellProgress(*callbacks, call, data, progress);
    };
  }
  if (o.finding != nullptr) {
    out.finding = [callbacks, call = o.finding, data = o.user_data](
                      const Report& report, const PayloadRecord& payload,
                      const Finding& finding) {
      return TellFinding(*callbacks, call, data, report, payload, finding);
    };
  }
  return out;
}

absl::StatusOr<AnswerCacheOptions> CacheOptionsOf(
    const cupel_scan_options* options) {
  cupel_scan_options o = CUPEL_SCAN_OPTIONS_INIT;
  CUPEL_RETURN_IF_ERROR(CopyIn(options, &o, "cupel_scan_options"));
  AnswerCacheOptions out;
  if (o.cache_dir.size != 0) {
    CUPEL_ASSIGN_OR_RETURN(out.folder,
                           NameOf(o.cache_dir, "cupel_scan_options.cache_dir"));
  }
  if (o.cache_bytes != 0) out.max_bytes = o.cache_bytes;
  return out;
}

}  // namespace cupel::capi
