// What a boefje's container sends to the boefje API: however it comes in
// pieces, it is understood the same way, within the limits, or refused in
// well-formed JSON.
//
// The first byte says where the input is cut in two.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "format/json.h"
#include "oci/http_message.h"

namespace cupel::oci {
namespace {

constexpr HttpLimits kLimits = {256, 512};

void Check(bool good) {
  if (!good) abort();
}

void CheckSame(const HttpParser& a, const HttpParser& b) {
  Check(a.state() == b.state());
  Check(a.request().method == b.request().method);
  Check(a.request().target == b.request().target);
  Check(a.request().body == b.request().body);
  Check(a.refusal().status == b.refusal().status);
  Check(a.refusal().body == b.refusal().body);
}

void CheckState(const HttpParser& parser) {
  Check(parser.request().body.size() <= kLimits.body_bytes);
  Check(parser.request().target.size() <= kLimits.head_bytes);
  if (parser.state() != HttpParser::State::kRefused) return;
  Check(parser.refusal().status >= 400 && parser.refusal().status < 600);
  const auto body = ParseJson(parser.refusal().body, "refusal");
  Check(body.ok() && body->contains("detail"));
  const std::string reply = WriteReply(parser.refusal(), true);
  Check(reply.ends_with(parser.refusal().body));
}

}  // namespace
}  // namespace cupel::oci

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using cupel::oci::HttpParser;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1,
                              size - 1);
  HttpParser whole(cupel::oci::kLimits);
  whole.Feed(text);
  HttpParser halves(cupel::oci::kLimits);
  const size_t cut = std::min<size_t>(data[0], text.size());
  halves.Feed(text.substr(0, cut));
  halves.Feed(text.substr(cut));
  HttpParser bytes(cupel::oci::kLimits);
  for (const char& byte : text) bytes.Feed(std::string_view(&byte, 1));
  cupel::oci::CheckState(whole);
  cupel::oci::CheckSame(whole, halves);
  cupel::oci::CheckSame(whole, bytes);
  return 0;
}
