// Header fields of e-mails: unfolding, and undoing what they are encoded with.
#ifndef CUPEL_BUILTIN_MAIL_HEADER_H_
#define CUPEL_BUILTIN_MAIL_HEADER_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace cupel {

struct MailField {
  std::string name;   // in lower case
  std::string value;  // raw, unfolded
  uint64_t offset = 0;
};

// A header and where the body behind it begins.
struct MailHeader {
  std::vector<MailField> fields;  // at most 10000
  uint64_t body = 0;
  // "a line that is no field ends the header": its offset.
  bool broken = false;

  // The first of this name (in lower case), or an empty text.
  std::string_view Value(std::string_view name) const;
};

// Reads what begins at `at`. Fields behind the 10000th are passed over.
MailHeader ReadMailHeader(std::string_view bytes, uint64_t at);

// "=?utf-8?Q?Gr=C3=BC=C3=9Fe?=" and what stands around it, as UTF-8 (RFC 2047,
// tolerant: words may stand anywhere). Bytes that are no UTF-8 become U+FFFD.
std::string DecodeMailWords(std::string_view value);

// "text/plain; charset=utf-8; name*0*=utf-8''a; name*1=b": RFC 2045 and 2231.
struct MailParameters {
  std::string value;                         // in lower case
  std::map<std::string, std::string> named;  // names in lower case; UTF-8

  std::string Get(const std::string& name) const;
};
MailParameters ParseMailParameters(std::string_view text);

// As UTF-8, by the charset that it says it is in; one that is not known counts
// as UTF-8 with what is none replaced.
std::string MailText(std::string_view bytes, std::string_view charset);

std::string LowerMail(std::string_view text);
std::string_view TrimMail(std::string_view text);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_MAIL_HEADER_H_
