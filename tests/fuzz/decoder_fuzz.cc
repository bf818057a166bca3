// The decoders of texts, and the guess of a charset. The first byte says which.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/status.h"
#include "builtin/decoder/base64.h"
#include "builtin/decoder/base85.h"
#include "builtin/decoder/byte_maps.h"
#include "builtin/decoder/hex.h"
#include "builtin/reader/charset.h"
#include "builtin/reader/charset_guess.h"
#include "format/escape.h"

namespace {

using namespace cupel;  // a fuzz target is a program of its own

void Check(bool good) {
  if (!good) abort();
}

// What comes out of a text is never longer than `times` the text.
void CheckSize(const Decoded& out, std::string_view text, size_t times) {
  Check(out.bytes.size() <= times * text.size());
}

// Runs are in order, inside the bytes, and do not overlap.
TakeRun InOrder(std::string_view bytes, size_t* end) {
  return [bytes, end](const EncodedRun& run) {
    Check(run.offset >= *end && run.length > 0);
    *end = run.offset + run.length;
    Check(*end <= bytes.size() && run.bytes.size() <= run.length);
    return absl::OkStatus();
  };
}

void Charset(std::string_view bytes) {
  const auto guess = GuessCharset(bytes);
  Check(guess.ok() && guess->bom <= bytes.size());
  if (guess->charset.empty()) return;
  const Utf8Text out =
      ToUtf8(bytes.substr(guess->bom), guess->charset, 3 * bytes.size() + 3);
  Check(out.status.ok() && IsUtf8(out.text));
  const Utf8Text cut = ToUtf8(bytes.substr(guess->bom), guess->charset, 5);
  Check(cut.text.size() <= 5 && out.text.starts_with(cut.text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1,
                              size - 1);
  size_t end = 0;
  switch (data[0] % 6) {
    case 0:
      for (const bool skip : {false, true}) {
        CheckSize(DecodeBase64(text, Base64Alphabet::kAny, skip), text, 1);
      }
      Check(
          FindBase64(text, Base64Alphabet::kAny, 8, InOrder(text, &end)).ok());
      break;
    case 1:
      for (const bool skip : {false, true}) {
        CheckSize(DecodeHex(text, skip), text, 1);
      }
      CheckSize(UnescapeHex(text), text, 1);
      Check(FindHex(text, 4, InOrder(text, &end)).ok());
      break;
    case 2:
      for (const auto variant :
           {Base85Variant::kAscii85, Base85Variant::kRfc1924,
            Base85Variant::kZ85}) {
        CheckSize(DecodeBase85(text, variant), text, 4);
      }
      break;
    case 3:
      Charset(text);
      break;
    case 4: {
      const auto key = ParseXorKey(text, KeyForm::kAuto);
      Check(!key.ok() || (!key->empty() && key->size() <= kMaxXorKey));
      break;
    }
    default:
      (void)ToUtf8(text, "ISO-2022-JP", 1 << 20);
      (void)ToUtf8(text, "UTF-7", 1 << 20);
      (void)ToUtf8("abc", text, 1 << 20);
  }
  return 0;
}
