#include "builtin/reader/charset.h"

#include <errno.h>
#include <iconv.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/status.h"
#include "format/escape.h"

namespace cupel {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// iconv takes a file name in some places and flags behind slashes.
absl::Status CheckName(std::string_view charset) {
  const bool good = !charset.empty() && charset.size() <= 64 &&
                    std::all_of(charset.begin(), charset.end(), [](char c) {
                      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                             (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
                             c == '.' || c == ':' || c == '(' || c == ')' ||
                             c == '+';
                    });
  if (good) return absl::OkStatus();
  return InvalidArgument(
      "the name of a charset is 1 to 64 letters, digits and -_.:()+");
}

class Converter {
 public:
  Converter(std::string_view bytes, iconv_t handle, uint64_t most)
      : bytes_(bytes), handle_(handle), most_(most) {
    out_.text.reserve(std::min<uint64_t>(bytes.size(), most));
  }

  Utf8Text Run(size_t unit, const StopFn& stop) && {
    while (out_.status.ok() && at_ < bytes_.size()) {
      out_.status = CheckStop(stop);
      if (out_.status.ok()) out_.status = Step(unit);
    }
    return std::move(out_);
  }

 private:
  // Converts up to the next bad place, or a piece.
  absl::Status Step(size_t unit) {
    // iconv wants a pointer to char, and does not write there.
    char* in = const_cast<char*>(bytes_.data()) + at_;
    const size_t piece = std::min(bytes_.size() - at_, kStopInterval);
    size_t left = piece;
    std::array<char, size_t{16} << 10> buffer;
    char* to = buffer.data();
    size_t room = buffer.size();
    const size_t code = iconv(handle_, &in, &left, &to, &room);
    const int problem = code == static_cast<size_t>(-1) ? errno : 0;
    at_ += piece - left;
    CUPEL_RETURN_IF_ERROR(Append({buffer.data(), buffer.size() - room}));
    if (problem == 0 || problem == E2BIG) return absl::OkStatus();
    // A character that the end of the piece cuts comes whole with the next.
    if (problem == EINVAL && at_ + left < bytes_.size() && left < piece) {
      return absl::OkStatus();
    }
    at_ += std::min(unit, bytes_.size() - at_);
    if (problem == EINVAL) at_ = bytes_.size();
    ++out_.replaced;
    return Append(kReplacement);
  }

  absl::Status Append(std::string_view text) {
    size_t count = text.size();
    const bool cut = count > most_ - out_.text.size();
    if (cut) {
      count = most_ - out_.text.size();
      // Not in the middle of a character.
      while (count > 0 && (text[count] & 0xc0) == 0x80) --count;
    }
    out_.text.append(text.substr(0, count));
    if (!cut) return absl::OkStatus();
    return ResourceExhausted("the text is longer than the {} bytes allowed",
                             most_);
  }

  const std::string_view bytes_;
  const iconv_t handle_;
  const uint64_t most_;
  size_t at_ = 0;
  Utf8Text out_;
};

// Bytes to pass over where there is no character.
size_t UnitOf(std::string_view charset) {
  if (charset.find("16") != std::string_view::npos) return 2;
  return charset.find("32") != std::string_view::npos ? 4 : 1;
}

}  // namespace

Utf8Text ToUtf8(std::string_view bytes, std::string_view charset, uint64_t most,
                const StopFn& stop) {
  Utf8Text failed;
  failed.status = CheckName(charset);
  if (!failed.status.ok()) return failed;
  iconv_t handle = iconv_open("UTF-8", std::string(charset).c_str());
  if (handle == reinterpret_cast<iconv_t>(-1)) {
    failed.status = InvalidArgument(
        "the charset '{}' is not known here: `iconv -l` lists those that are",
        EscapePrintable(charset));
    return failed;
  }
  const bool wide = charset.starts_with("UTF-") || charset.starts_with("utf-");
  Utf8Text out =
      Converter(bytes, handle, most).Run(wide ? UnitOf(charset) : 1, stop);
  iconv_close(handle);
  return out;
}

}  // namespace cupel
