// The line on standard error that tells how far a scan has come.
#ifndef CUPEL_EXAMPLES_CLI_PROGRESS_LINE_H_
#define CUPEL_EXAMPLES_CLI_PROGRESS_LINE_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "cupel/cupel.hpp"

namespace cli {

// Redrawn in place, gone at the end. One thread at a time.
class ProgressLine {
 public:
  explicit ProgressLine(bool shown) : shown_(shown) {}
  ~ProgressLine() { Clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  bool shown() const { return shown_; }
  void Show(std::string_view line);
  // Makes room for other output; the next Show draws it again.
  void Clear();

 private:
  bool shown_;
  bool drawn_ = false;
};

// "42 %  118 files  31.2 MiB/s  3 findings  1.4 s left  pkg.tgz!/a/b.js", cut
// to `width`.
std::string ScanProgressText(const cupel::Progress& progress, size_t width);

// "rule 12 of 40  about 20 s left".
std::string ProfileProgressText(const cupel::Progress& progress);

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_PROGRESS_LINE_H_
