// Bytes that may be a frame between a host and a plugin's process, the first
// one says in which direction: whatever decodes encodes to a frame that decodes
// to the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/status.h"
#include "proto/runner_codec.h"

namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

template <typename Message, typename Decode>
void RoundTrip(const absl::StatusOr<Message>& message, Decode&& decode) {
  if (!message.ok()) {
    Check(!message.status().message().empty());
    return;
  }
  const absl::StatusOr<std::string> frame = cupel::wire::Encode(*message);
  Check(frame.ok());
  const std::string_view whole = *frame;
  const auto length = cupel::wire::FrameLength(whole);
  Check(length.ok() && *length == whole.size() - 4);
  const absl::StatusOr<Message> again = decode(whole.substr(4));
  Check(again.ok() && *again == *message);
  (void)cupel::wire::BlobInMemfd(*message);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1,
                               size - 1);
  if (bytes.size() >= 4) (void)cupel::wire::FrameLength(bytes);
  if (data[0] % 2 == 0) {
    RoundTrip(cupel::wire::DecodeToRunner(bytes), cupel::wire::DecodeToRunner);
  } else {
    RoundTrip(cupel::wire::DecodeToHost(bytes), cupel::wire::DecodeToHost);
  }
  return 0;
}
