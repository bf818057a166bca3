#include "text_input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "console.h"
#include "output.h"

namespace cli {
namespace {

constexpr size_t kPiece = size_t{64} << 10;

// Closes what it opened.
class Input {
 public:
  explicit Input(const std::string& path)
      : opened_(path != "-"),
        fd_(opened_ ? open(path.c_str(), O_RDONLY | O_CLOEXEC) : STDIN_FILENO) {
  }
  ~Input() {
    if (opened_ && fd_ >= 0) close(fd_);
  }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;
  int fd() const { return fd_; }

 private:
  const bool opened_;
  const int fd_;
};

UsageError CannotRead(const std::string& what, const std::string& path) {
  return UsageError(
      fmt::format("{} '{}': {}", what, Printable(path), std::strerror(errno)));
}

}  // namespace

std::string ReadText(const std::string& path, const std::string& what,
                     size_t limit) {
  const Input input(path);
  if (input.fd() < 0) throw CannotRead(what, path);
  std::string text;
  while (true) {
    const size_t size = text.size();
    text.resize(size + kPiece);
    const ssize_t count = read(input.fd(), text.data() + size, kPiece);
    text.resize(size + (count > 0 ? static_cast<size_t>(count) : 0));
    if (count == 0) return text;
    if (count < 0 && errno != EINTR) throw CannotRead(what, path);
    if (text.size() > limit) {
      throw UsageError(fmt::format("{} '{}' has more than {} bytes", what,
                                   Printable(path), limit));
    }
  }
}

void Forget(std::string* text) { explicit_bzero(text->data(), text->size()); }

void Print(std::string text) {
  if (!text.empty() && text.back() != '\n') text += '\n';
  const SecretText whole(std::move(text));
  Output output("");
  output.Write(whole.text);
  output.Commit();
}

}  // namespace cli
