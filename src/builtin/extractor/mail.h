// What a MIME e-mail holds.
#ifndef CUPEL_BUILTIN_EXTRACTOR_MAIL_H_
#define CUPEL_BUILTIN_EXTRACTOR_MAIL_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "builtin/stop.h"

namespace cupel {

struct MailPart {
  std::string_view bytes;  // of the payload, or decoded: until Take returns
  std::string name;        // its file's name, or "part-1.2"
  std::string metadata;    // JSON object
  bool message = false;    // an e-mail itself
};

struct MailExtraction {
  uint64_t depth = 32;      // of multiparts in one another
  uint64_t parts = 10'000;  // in all
  // What they return ends it unless it is OK.
  std::function<absl::Status(const MailPart&)> take;
  // Something is wrong with what was handed back, or with what was not.
  std::function<void(const absl::Status&)> problem;
};

// The result, a JSON object: header fields by their names in lower case, those
// that stand there several times joined by line feeds; `body` and `body_html`;
// `parts`, how many there are. INVALID_ARGUMENT for what has no header at all,
// else what `take` said, CANCELLED, or RESOURCE_EXHAUSTED for too many parts;
// `*result` is good in each case but the first.
absl::Status ExtractMail(std::string_view bytes, const MailExtraction& options,
                         std::string* result, const StopFn& stop = {});

}  // namespace cupel

#endif  // CUPEL_BUILTIN_EXTRACTOR_MAIL_H_
