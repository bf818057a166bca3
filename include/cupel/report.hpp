/// @file report.hpp
/// @brief What a scan answers. Comes with cupel.hpp.
#ifndef CUPEL_REPORT_HPP_
#define CUPEL_REPORT_HPP_

#include <cstdint>
#include <string_view>
#include <utility>

#include "cupel/base.hpp"
#include "cupel/plugin_use.hpp"
#include "cupel/progress.hpp"
#include "cupel/report.h"

namespace cupel {
inline namespace CUPEL_HPP_MODE {

/// Did a rule match? Newer libraries may add values, here and below: take one
/// you do not know for the most cautious.
enum class Verdict : int32_t {
  kUnknown = 0,  ///< No match, but not everything was scanned.
  kClean = 1,    ///< No match, and everything was scanned.
  kMatched = 2   ///< A rule matched, or a plugin made a statement.
};
/// Was every byte scanned that was owed a scan?
enum class Coverage : int32_t {
  kNone = 0,     ///< Nothing was.
  kPartial = 1,  ///< Something was not: the incidents say what.
  kComplete = 2  ///< Everything was.
};
/// The form of a report.
enum class ReportFormat : int32_t {
  kJson = 0,    ///< One document: docs/report.md.
  kNdjson = 1,  ///< One finding a line.
  kText = 2     ///< For people.
};

/// How a report is written.
struct ReportOptions {
  bool indent = false;     ///< JSON: over many lines.
  bool timing = true;      ///< false: leave out what differs between runs.
  bool color = false;      ///< Text: ANSI colours.
  bool all_files = false;  ///< Text: list clean files too.
};

/// What a scan found, and what it could not scan.
///
/// Threads: immutable; any number may use one. Lifetime: its own; it needs
/// neither the scanner nor the inputs.
///
///     if (report.verdict() == cupel::Verdict::kMatched) {
///       std::cout << report.Render(cupel::ReportFormat::kText).view();
///     }
class Report : public internal::Owner<cupel_report, cupel_report_free> {
 public:
  /// Takes `owned`, which may be null: then the answers are the cautious ones.
  explicit Report(cupel_report* owned) noexcept : Owner(owned) {}

  /// Whether anything matched, of the whole.
  Verdict verdict() const noexcept {
    return static_cast<Verdict>(cupel_report_verdict(get()));
  }
  /// Whether everything was scanned, of the whole.
  Coverage coverage() const noexcept {
    return static_cast<Coverage>(cupel_report_coverage(get()));
  }
  /// The highest score of a package in it.
  int64_t score() const noexcept { return cupel_report_score(get()); }
  /// Numbers.
  cupel_report_counts Counts() const {
    cupel_report_counts counts{};
    counts.struct_size = sizeof(counts);
    Do(cupel_report_get_counts, &counts);
    return counts;
  }
  /// Why the cache was of less use than it could have been; empty: nothing.
  std::string_view cache_warning() const noexcept {
    return Text(cupel_report_cache_warning(get()));
  }
  /// Calls `write` with one piece after the other, as long as it returns true.
  /// Fails with CUPEL_STATUS_ABORTED if it did not.
  void Write(ReportFormat format, const ReportOptions& options,
             WriteFn write) const {
    internal::Callbacks callbacks{nullptr, nullptr, std::move(write)};
    internal::CallBack(&callbacks, cupel_report_write, get(),
                       static_cast<int32_t>(format), Flags(options),
                       callbacks.OnPiece, &callbacks);
  }
  /// In the form that other pipelines expect: calls `write` with one document
  /// after the other, as Write does.
  void Documents(const DocumentOptions& options, WriteFn write) const {
    internal::Callbacks callbacks{nullptr, nullptr, std::move(write)};
    const cupel_document_options c = internal::ToC(options);
    internal::CallBack(&callbacks, cupel_report_documents, get(), &c,
                       callbacks.OnPiece, &callbacks);
  }
  /// The same as one piece. It ends with a line feed.
  Buffer Render(ReportFormat format, const ReportOptions& options = {}) const {
    return Buffer::Of(cupel_report_render, get(), static_cast<int32_t>(format),
                      Flags(options));
  }

 private:
  static uint32_t Flags(const ReportOptions& options) noexcept {
    return (options.indent ? uint32_t{CUPEL_REPORT_INDENT} : 0) |
           (options.timing ? 0 : uint32_t{CUPEL_REPORT_NO_TIMING}) |
           (options.color ? uint32_t{CUPEL_REPORT_COLOR} : 0) |
           (options.all_files ? uint32_t{CUPEL_REPORT_ALL_FILES} : 0);
  }
};

}  // namespace CUPEL_HPP_MODE
}  // namespace cupel

#endif  // CUPEL_REPORT_HPP_
