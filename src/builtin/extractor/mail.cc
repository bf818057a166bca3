#include "builtin/extractor/mail.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "base/status.h"
#include "builtin/decoder/base64.h"
#include "builtin/json_text.h"
#include "builtin/mail/header.h"
#include "builtin/mail/transfer.h"
#include "format/json_writer.h"

namespace cupel {
namespace {

constexpr size_t kMostBody = size_t{1} << 20;  // of each kind, in the result
constexpr size_t kMostHeaderText = size_t{1} << 20;  // of all, in the result

// A range of the mail.
struct Range {
  uint64_t begin = 0;
  uint64_t end = 0;
};

// The parts of a multipart, and what stands around them.
struct Split {
  std::vector<Range> parts;
  Range before;
  Range behind;
  bool ended = false;  // by its end mark
};

// 1: a boundary, 2: the last one, 0: another line.
int BoundaryKind(std::string_view line, std::string_view boundary) {
  if (!line.starts_with("--")) return 0;
  line.remove_prefix(2);
  if (!line.starts_with(boundary)) return 0;
  line.remove_prefix(boundary.size());
  const int kind = line.starts_with("--") ? 2 : 1;
  if (kind == 2) line.remove_prefix(2);
  return TrimMail(line).empty() ? kind : 0;
}

Split SplitParts(std::string_view bytes, Range range, std::string_view boundary,
                 size_t most) {
  Split split;
  split.before = {range.begin, range.end};
  split.behind = {range.end, range.end};
  uint64_t at = range.begin;
  bool inside = false;
  while (at < range.end) {
    const size_t line_end = std::min<uint64_t>(bytes.find('\n', at), range.end);
    const uint64_t next = std::min<uint64_t>(line_end + 1, range.end);
    const int kind = BoundaryKind(bytes.substr(at, line_end - at), boundary);
    if (kind != 0) {
      // The line end before the boundary belongs to it.
      uint64_t end = at;
      const uint64_t least = inside ? split.parts.back().begin : range.begin;
      if (end > least && bytes[end - 1] == '\n') --end;
      if (end > least && bytes[end - 1] == '\r') --end;
      (inside ? split.parts.back() : split.before).end = end;
      inside = true;
      if (kind == 2 || split.parts.size() > most) {
        split.ended = true;
        split.behind.begin = next;
        return split;
      }
      split.parts.push_back({next, range.end});
    }
    at = next;
  }
  return split;
}

class Extraction {
 public:
  Extraction(std::string_view bytes, const MailExtraction& options,
             const StopFn& stop)
      : bytes_(bytes), options_(options), stop_(stop) {}

  absl::Status Run(std::string* result) {
    uint64_t at = 0;
    // What mailboxes put before a mail, and empty lines.
    while (at < bytes_.size() && (bytes_[at] == '\n' || bytes_[at] == '\r')) {
      ++at;
    }
    if (bytes_.substr(at).starts_with("From ")) {
      at = std::min(bytes_.find('\n', at), bytes_.size() - 1) + 1;
    }
    const MailHeader header = ReadMailHeader(bytes_, at);
    if (header.fields.empty()) {
      return InvalidArgument(
          "this is no e-mail: no field of a header is at byte {}", at);
    }
    Broken(header);
    const absl::Status status =
        Entity(header, {header.body, bytes_.size()}, "1", 0, false);
    WriteResult(header, result);
    return status;
  }

 private:
  void Broken(const MailHeader& header) {
    if (!header.broken) return;
    options_.problem(
        DataLoss("the header ends at byte {} in a line that is no field of it",
                 header.body));
  }

  // One body with its header: a leaf, or more of them.
  absl::Status Entity(const MailHeader& header, Range body,
                      const std::string& number, uint64_t depth, bool digest) {
    CUPEL_RETURN_IF_ERROR(CheckStop(stop_));
    MailParameters type = ParseMailParameters(header.Value("content-type"));
    if (type.value.empty()) {
      type.value = digest ? "message/rfc822" : "text/plain";
    }
    if (!type.value.starts_with("multipart/")) {
      return Leaf(header, type, body, number);
    }
    const std::string boundary = type.Get("boundary");
    if (boundary.empty() || depth >= options_.depth) {
      options_.problem(
          boundary.empty()
              ? DataLoss("part {}: a multipart without a boundary", number)
              : ResourceExhausted("part {}: more than {} multiparts in one "
                                  "another, the inner ones stay as they are",
                                  number, options_.depth));
      return Leaf(header, type, body, number);
    }
    return Multipart(type, boundary, body, number, depth);
  }

  absl::Status Multipart(const MailParameters& type,
                         const std::string& boundary, Range body,
                         const std::string& number, uint64_t depth) {
    const Split split = SplitParts(bytes_, body, boundary, options_.parts);
    if (split.parts.empty()) {
      options_.problem(
          DataLoss("part {}, at byte {}: a multipart without its boundary",
                   number, body.begin));
    } else if (!split.ended) {
      options_.problem(
          DataLoss("part {}, at byte {}: a multipart without its end", number,
                   body.begin));
    }
    // Readers do not show what stands around the parts.
    CUPEL_RETURN_IF_ERROR(Around(split.before, "preamble", number));
    for (size_t i = 0; i < split.parts.size(); ++i) {
      const Range& part = split.parts[i];
      const std::string_view whole = bytes_.substr(0, part.end);
      const MailHeader header = ReadMailHeader(whole, part.begin);
      Broken(header);
      CUPEL_RETURN_IF_ERROR(
          Entity(header, {std::min(header.body, part.end), part.end},
                 fmt::format("{}.{}", number, i + 1), depth + 1,
                 type.value == "multipart/digest"));
    }
    return Around(split.behind, "epilogue", number);
  }

  absl::Status Around(Range range, std::string_view kind,
                      const std::string& number) {
    const std::string_view bytes =
        bytes_.substr(range.begin, range.end - range.begin);
    if (TrimMail(bytes).empty()) return absl::OkStatus();
    return Hand(
        {.bytes = bytes,
         .name = fmt::format("{}-{}", kind, number),
         .metadata = fmt::format(R"({{"part":"{}","kind":"{}","offset":{}}})",
                                 number, kind, range.begin)});
  }

  absl::Status Hand(const MailPart& part) {
    if (++parts_ > options_.parts) {
      return ResourceExhausted(
          "more than {} parts: what follows was not looked at", options_.parts);
    }
    return options_.take(part);
  }

  absl::Status Leaf(const MailHeader& header, const MailParameters& type,
                    Range body, const std::string& number) {
    const std::string_view raw =
        bytes_.substr(body.begin, body.end - body.begin);
    const std::string encoding =
        LowerMail(TrimMail(header.Value("content-transfer-encoding")));
    std::string decoded;
    bool encoded = true;
    if (encoding == "base64") {
      CUPEL_RETURN_IF_ERROR(Base64(raw, number, body.begin, &decoded));
    } else if (encoding == "quoted-printable") {
      decoded = DecodeQuotedPrintable(raw);
    } else {
      encoded = false;
    }
    const MailParameters disposition =
        ParseMailParameters(header.Value("content-disposition"));
    std::string filename = disposition.Get("filename");
    if (filename.empty()) filename = type.Get("name");
    MailPart part;
    part.bytes = encoded ? std::string_view(decoded) : raw;
    part.message =
        type.value == "message/rfc822" || type.value == "message/global";
    part.name = filename.empty() ? "part-" + number : filename;
    part.metadata =
        Metadata(header, type, disposition, filename, encoding, number, body);
    if (disposition.value != "attachment" && filename.empty()) {
      AddBody(type, part.bytes);
    }
    if (part.bytes.empty()) return absl::OkStatus();
    return Hand(part);
  }

  absl::Status Base64(std::string_view raw, const std::string& number,
                      uint64_t offset, std::string* decoded) {
    Decoded strict = DecodeBase64(raw, Base64Alphabet::kAny, false, stop_);
    if (absl::IsCancelled(strict.status)) return strict.status;
    if (!strict.status.ok()) {
      options_.problem(DataLoss("part {}, at byte {}: {}", number, offset,
                                MessageOf(strict.status)));
      strict = DecodeBase64(raw, Base64Alphabet::kAny, true, stop_);
      if (absl::IsCancelled(strict.status)) return strict.status;
    }
    *decoded = std::move(strict.bytes);
    return absl::OkStatus();
  }

  void AddBody(const MailParameters& type, std::string_view bytes) {
    const bool html = type.value == "text/html";
    if (!html && type.value != "text/plain") return;
    std::string& body = html ? html_ : text_;
    if (body.size() >= kMostBody) return;
    const std::string text =
        MailText(bytes.substr(0, kMostBody), LowerMail(type.Get("charset")));
    body += text.substr(0, kMostBody - body.size());
  }

  static std::string Metadata(const MailHeader& header,
                              const MailParameters& type,
                              const MailParameters& disposition,
                              const std::string& filename,
                              const std::string& encoding,
                              const std::string& number, Range body) {
    std::string json;
    JsonWriter out(&json);
    const auto text = [&out](std::string_view key, std::string_view value) {
      constexpr size_t kMost = 4096;
      if (!value.empty()) {
        out.Key(key).String(JsonText(value.substr(0, kMost)));
      }
    };
    out.BeginObject().Key("part").String(number);
    out.Key("offset").Number(body.begin);
    out.Key("size").Number(body.end - body.begin);
    text("content_type", type.value);
    text("charset", LowerMail(type.Get("charset")));
    text("filename", filename);
    text("disposition", disposition.value);
    text("encoding", encoding);
    text("content_id", header.Value("content-id"));
    text("description", DecodeMailWords(header.Value("content-description")));
    out.EndObject();
    return json;
  }

  void WriteResult(const MailHeader& header, std::string* result) {
    static constexpr std::string_view kOurs[] = {"body", "body_html", "parts"};
    std::vector<std::string> order;
    std::map<std::string, std::string> values;
    size_t size = 0;
    for (const MailField& field : header.fields) {
      const std::string name = JsonText(field.name);
      if (std::find(std::begin(kOurs), std::end(kOurs), name) !=
          std::end(kOurs)) {
        continue;
      }
      const std::string value = DecodeMailWords(field.value);
      size += name.size() + value.size();
      if (size > kMostHeaderText) {
        options_.problem(ResourceExhausted(
            "the result has the first {} bytes of the header only",
            kMostHeaderText));
        break;
      }
      const auto [found, added] = values.emplace(name, value);
      if (added) {
        order.push_back(name);
      } else {
        found->second += "\n" + value;
      }
    }
    JsonWriter out(result);
    out.BeginObject();
    for (const std::string& name : order) out.Key(name).String(values[name]);
    out.Key("body").String(text_);
    out.Key("body_html").String(html_);
    out.Key("parts").Number(std::min(parts_, options_.parts));
    out.EndObject();
  }

  const std::string_view bytes_;
  const MailExtraction& options_;
  const StopFn& stop_;
  uint64_t parts_ = 0;
  std::string text_;
  std::string html_;
};

}  // namespace

absl::Status ExtractMail(std::string_view bytes, const MailExtraction& options,
                         std::string* result, const StopFn& stop) {
  return Extraction(bytes, options, stop).Run(result);
}

}  // namespace cupel
