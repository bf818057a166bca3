#include "runner/output_lines.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "format/escape.h"

namespace cupel {
namespace {

constexpr size_t kLineBytes = 4096;
constexpr ptrdiff_t kPipeBytes = 64 * 1024;

}  // namespace

void OutputLines::Begin(const PluginServices* services, uint64_t bytes) {
  services_ = services;
  left_ = bytes;
  left_out_ = 0;
}

ptrdiff_t OutputLines::ReadSome(int fd) {
  char bytes[16 * 1024];
  const ssize_t got = read(fd, bytes, sizeof(bytes));
  if (got > 0) Take({bytes, static_cast<size_t>(got)});
  return got;
}

bool OutputLines::Read(int fd) {
  const ptrdiff_t got = ReadSome(fd);
  return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

void OutputLines::Drain(int fd) {
  ptrdiff_t all = 0;
  while (all < kPipeBytes) {
    const ptrdiff_t got = ReadSome(fd);
    if (got <= 0) return;
    all += got;
  }
}

void OutputLines::Take(std::string_view bytes) {
  const std::string_view taken =
      bytes.substr(0, std::min<uint64_t>(left_, bytes.size()));
  left_ -= taken.size();
  left_out_ += bytes.size() - taken.size();
  for (const char byte : taken) {
    if (byte != '\n') line_ += byte;
    if (byte == '\n' || line_.size() >= kLineBytes) {
      Emit(line_);
      line_.clear();
    }
  }
}

void OutputLines::Emit(std::string_view line) {
  if (services_ == nullptr || !services_->log || line.empty()) return;
  services_->log(level_, fmt::format("{}: {}", name_, EscapePrintable(line)));
}

void OutputLines::End() {
  Emit(line_);
  line_.clear();
  if (left_out_ > 0 && services_ != nullptr && services_->log) {
    services_->log(
        LogLevel::kWarning,
        fmt::format("{}: {} more bytes are left out", name_, left_out_));
  }
  services_ = nullptr;
}

}  // namespace cupel
