// E-mails: whatever they hold, taking them apart ends, and gives JSON.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "builtin/extractor/mail.h"
#include "format/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const cupel::MailExtraction options{
      .parts = 200,
      .take =
          [&](const cupel::MailPart& part) {
            if (part.bytes.size() > size) abort();
            if (!cupel::ParseJson(part.metadata, "metadata").ok()) abort();
            return absl::OkStatus();
          },
      .problem = [](const absl::Status&) {}};
  std::string result;
  (void)cupel::ExtractMail(bytes, options, &result);
  if (!result.empty() && !cupel::ParseJson(result, "result").ok()) abort();
  return 0;
}
