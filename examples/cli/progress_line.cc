#include "progress_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "console.h"
#include "values.h"

namespace cli {
namespace {

void ToTerminal(std::string_view text) {
  // A progress line that can't be drawn is nothing to stop for.
  if (write(STDERR_FILENO, text.data(), text.size()) < 0) return;
}

// Time left, if the part done so far lets one guess it.
std::string TimeLeft(const cupel::Progress& progress) {
  const uint64_t done = progress.input_bytes_done;
  const uint64_t all = progress.input_bytes;
  if (done == 0 || done >= all || progress.elapsed_ns < 1'000'000'000) {
    return "";
  }
  const double left = static_cast<double>(progress.elapsed_ns) *
                      static_cast<double>(all - done) /
                      static_cast<double>(done);
  return "  " + FormatDuration(static_cast<uint64_t>(std::min(left, 1e17))) +
         " left";
}

// The end of `path`, which says more than its beginning, in ASCII, so that a
// byte is a column.
std::string Tail(std::string_view path, size_t width) {
  if (width < 8) return "";
  const bool cut = path.size() > width;
  if (cut) path.remove_prefix(path.size() - (width - 3));
  std::string out = cut ? "..." : "";
  for (const char c : path) out += c >= ' ' && c <= '~' ? c : '?';
  return out;
}

}  // namespace

void ProgressLine::Show(std::string_view line) {
  if (!shown_) return;
  ToTerminal(fmt::format("\r{}\x1b[K", line));
  drawn_ = true;
}

void ProgressLine::Clear() {
  if (drawn_) ToTerminal("\r\x1b[K");
  drawn_ = false;
}

std::string ScanProgressText(const cupel::Progress& progress, size_t width) {
  const double seconds = static_cast<double>(progress.elapsed_ns) / 1e9;
  const double rate =
      seconds > 0 ? static_cast<double>(progress.scanned_bytes) / seconds : 0;
  std::string line;
  if (progress.input_bytes > 0) {
    const uint64_t done =
        std::min(progress.input_bytes_done, progress.input_bytes);
    line = fmt::format("{:3.0f} %  ",
                       100.0 * static_cast<double>(done) /
                           static_cast<double>(progress.input_bytes));
  }
  line += fmt::format("{}  {}/s  {}{}", FormatPlural(progress.payloads, "file"),
                      FormatSize(static_cast<uint64_t>(rate)),
                      FormatPlural(progress.findings, "finding"),
                      TimeLeft(progress));
  // The last column stays free: some terminals wrap when it is written.
  if (line.size() + 2 < width) {
    const std::string tail = Tail(progress.current, width - line.size() - 3);
    if (!tail.empty()) line += "  " + tail;
  }
  return line.substr(0, width - 1);
}

std::string ProfileProgressText(const cupel::Progress& progress) {
  return fmt::format("rule {} of {}{}", progress.input_bytes_done,
                     progress.input_bytes, TimeLeft(progress));
}

}  // namespace cli
