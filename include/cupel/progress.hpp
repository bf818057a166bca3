/// @file progress.hpp
/// @brief What is told while rules run. Comes with cupel.hpp.
#ifndef CUPEL_PROGRESS_HPP_
#define CUPEL_PROGRESS_HPP_

#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

#include "cupel/base.hpp"
#include "cupel/scanner.h"

namespace cupel {
inline namespace CUPEL_HPP_MODE {

/// How far a scan has come. Views are valid during the callback.
struct Progress {
  uint64_t elapsed_ns;        ///< Since the call began.
  uint64_t input_bytes;       ///< Size of all inputs that were found so far.
  uint64_t input_bytes_done;  ///< Of them, taken apart and scanned.
  uint64_t payloads;          ///< Files seen, unpacked ones too.
  uint64_t scanned_bytes;     ///< Bytes that rules went over.
  uint64_t findings;          ///< So far.
  uint64_t incidents;         ///< So far.
  std::string_view current;   ///< Printable path of the payload at hand.
};

/// One rule that matched one payload. Views are valid during the callback.
struct Finding {
  uint64_t payload;       ///< Its id in the report; from 1.
  int64_t weight;         ///< What the rule adds to the score.
  uint64_t string_count;  ///< Matches of its strings, listed or not.
  std::string_view path;  ///< Where the payload is, printable.
  std::string_view rule;  ///< Name of the rule, or of a plugin's statement.
  std::string_view rule_namespace;  ///< Its namespace; else the plugin.
  std::string_view json;            ///< One line of NDJSON, without line feed.
};

/// Told how far a scan has come, about ten times a second, on the thread that
/// began it. Returns true to go on, false to end the scan as Cancel does. Must
/// not use the scanner. What it throws ends the scan and comes out of it.
using ProgressFn = std::function<bool(const Progress&)>;
/// Told each finding, in the order of the report; else as ProgressFn.
using FindingFn = std::function<bool(const Finding&)>;
/// Takes a piece of text, which is valid until it returns. Returns true to go
/// on. What it throws comes out of the function that called it.
using WriteFn = std::function<bool(std::string_view)>;

namespace internal {

/// Carries C++ callbacks through a C call, and what they throw back out of it.
struct Callbacks : Thrown {
  Callbacks(ProgressFn on_progress, FindingFn on_finding, WriteFn on_piece)
      : progress(std::move(on_progress)),
        finding(std::move(on_finding)),
        write(std::move(on_piece)) {}

  ProgressFn progress;
  FindingFn finding;
  WriteFn write;

  static int32_t OnProgress(void* data, const cupel_progress* p) noexcept {
    auto* self = static_cast<Callbacks*>(data);
    return self->Guard([&] {
      return self->progress({p->elapsed_ns, p->input_bytes, p->input_bytes_done,
                             p->payloads, p->scanned_bytes, p->findings,
                             p->incidents, Text(p->current)});
    });
  }
  static int32_t OnFinding(void* data, const cupel_finding* f) noexcept {
    auto* self = static_cast<Callbacks*>(data);
    return self->Guard([&] {
      return self->finding({f->payload, f->weight, f->string_count,
                            Text(f->path), Text(f->rule),
                            Text(f->rule_namespace), Text(f->json)});
    });
  }
  static int32_t OnPiece(void* data, cupel_view piece) noexcept {
    auto* self = static_cast<Callbacks*>(data);
    return self->Guard([&] { return self->write(Text(piece)); });
  }
};

}  // namespace internal
}  // namespace CUPEL_HPP_MODE
}  // namespace cupel

#endif  // CUPEL_PROGRESS_HPP_
