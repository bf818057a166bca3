// cupel_report: the answer.
#include <memory>
#include <string>
#include <utility>

#include "capi/arguments.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/structs.h"
#include "cupel/cupel.h"
#include "engine/engine.h"

namespace {

using cupel::Coverage;
using cupel::Verdict;
using cupel::capi::Alive;
using cupel::capi::CheckHandle;
using cupel::capi::Guard;

static_assert(CUPEL_VERDICT_UNKNOWN == static_cast<int>(Verdict::kUnknown) &&
              CUPEL_VERDICT_CLEAN == static_cast<int>(Verdict::kClean) &&
              CUPEL_VERDICT_MATCHED == static_cast<int>(Verdict::kMatched));
static_assert(CUPEL_COVERAGE_NONE == static_cast<int>(Coverage::kNone) &&
              CUPEL_COVERAGE_PARTIAL == static_cast<int>(Coverage::kPartial) &&
              CUPEL_COVERAGE_COMPLETE == static_cast<int>(Coverage::kComplete));

constexpr uint32_t kKnownFlags = CUPEL_REPORT_INDENT | CUPEL_REPORT_NO_TIMING |
                                 CUPEL_REPORT_COLOR | CUPEL_REPORT_ALL_FILES;

absl::Status Write(const cupel::Report& report, cupel_report_format format,
                   uint32_t flags, const cupel::WriteSink& sink) {
  CUPEL_RETURN_IF_ERROR(cupel::capi::CheckFlags(flags, kKnownFlags, "flags"));
  cupel::WriteOptions options;
  options.indent = (flags & CUPEL_REPORT_INDENT) != 0;
  options.timing = (flags & CUPEL_REPORT_NO_TIMING) == 0;
  options.color = (flags & CUPEL_REPORT_COLOR) != 0;
  options.all_files = (flags & CUPEL_REPORT_ALL_FILES) != 0;
  switch (format) {
    case CUPEL_REPORT_JSON:
      return cupel::WriteJson(report, options, sink);
    case CUPEL_REPORT_NDJSON:
      return cupel::WriteNdjson(report, sink);
    case CUPEL_REPORT_TEXT:
      return cupel::WriteText(report, options, sink);
    default:
      return cupel::InvalidArgument(
          "format is {}, which this version does not know", format);
  }
}

cupel_report_counts CountsOf(const cupel::Report& report) {
  cupel_report_counts counts{};
  counts.packages = report.packages.size();
  counts.distributions = report.distributions.size();
  counts.payloads = report.payloads.size();
  for (const cupel::PayloadRecord& payload : report.payloads) {
    counts.matched += payload.findings > 0;
    counts.partial += payload.own_coverage != Coverage::kComplete;
  }
  counts.findings = report.findings;
  counts.incidents = report.incidents.size();
  counts.scanned_bytes = report.scanned_bytes;
  counts.elapsed_ns = report.elapsed_ns;
  if (report.cache.has_value()) counts.cached = report.cache->known;
  return counts;
}

}  // namespace

extern "C" {

cupel_verdict cupel_report_verdict(const cupel_report* report) {
  if (Alive(report) == nullptr) return CUPEL_VERDICT_UNKNOWN;
  return static_cast<cupel_verdict>(report->report->verdict);
}

cupel_coverage cupel_report_coverage(const cupel_report* report) {
  if (Alive(report) == nullptr) return CUPEL_COVERAGE_NONE;
  return static_cast<cupel_coverage>(report->report->coverage);
}

int64_t cupel_report_score(const cupel_report* report) {
  return Alive(report) == nullptr ? 0 : report->report->score;
}

cupel_status cupel_report_get_counts(const cupel_report* report,
                                     cupel_report_counts* out,
                                     cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(CheckHandle(report, "report"));
    return cupel::capi::CopyOut(CountsOf(*report->report), out,
                                "cupel_report_counts");
  });
}

cupel_view cupel_report_cache_warning(const cupel_report* report) {
  if (Alive(report) == nullptr || !report->report->cache.has_value()) {
    return cupel::capi::EmptyView();
  }
  return cupel::capi::ToView(report->report->cache->warning);
}

cupel_status cupel_report_write(const cupel_report* report,
                                cupel_report_format format, uint32_t flags,
                                cupel_write_fn write, void* user_data,
                                cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(CheckHandle(report, "report"));
    if (write == nullptr) return cupel::InvalidArgument("write is NULL");
    // A share: the callback may free the report.
    const auto shared = report->report;
    cupel::capi::Callbacks callbacks;
    const absl::Status status =
        Write(*shared, format, flags, [&](std::string_view piece) {
          const auto call = [&] {
            return write(user_data, cupel::capi::ToView(piece));
          };
          if (callbacks.Run(call) == 0) return absl::OkStatus();
          return absl::AbortedError("the write callback ended the writing");
        });
    CUPEL_RETURN_IF_ERROR(callbacks.TakeFailure());
    return status;
  });
}

cupel_status cupel_report_render(const cupel_report* report,
                                 cupel_report_format format, uint32_t flags,
                                 cupel_buffer** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(cupel::capi::ClearOut(out));
    CUPEL_RETURN_IF_ERROR(CheckHandle(report, "report"));
    std::string text;
    CUPEL_RETURN_IF_ERROR(
        Write(*report->report, format, flags, [&text](std::string_view piece) {
          text += piece;
          return absl::OkStatus();
        }));
    *out = new cupel_buffer(std::move(text));
    return absl::OkStatus();
  });
}

void cupel_report_free(cupel_report* report) { cupel::capi::Free(report); }

}  // extern "C"
