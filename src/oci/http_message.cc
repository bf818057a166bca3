#include "oci/http_message.h"

#include <algorithm>
#include <charconv>

#include "fmt/core.h"
#include "format/json_writer.h"

namespace cupel::oci {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr size_t kChunkLine = 64;  // its length, and extensions that we drop

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return text;
}

bool IsToken(std::string_view text) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || kOthers.find(c) != std::string_view::npos;
  });
}

bool ReadNumber(std::string_view text, int base, uint64_t* number) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, *number, base);
  return error == std::errc() && stop == end && !text.empty();
}

std::string_view Reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 413:
      return "Content Too Large";
    case 422:
      return "Unprocessable Content";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    default:
      return "Bad Request";
  }
}

}  // namespace

void HttpParser::Refuse(int status, std::string_view why) {
  if (state_ == State::kRefused) return;
  state_ = State::kRefused;
  refusal_.status = status;
  JsonWriter json(&refusal_.body);
  json.BeginObject();
  json.Key("detail").String(why);
  json.EndObject();
  pending_.clear();
  request_.body.clear();
}

HttpParser::State HttpParser::Feed(std::string_view bytes) {
  if (state_ == State::kDone || state_ == State::kRefused) return state_;
  pending_.append(bytes);
  if (state_ == State::kHead) {
    const size_t end = pending_.find(kHeadEnd, seen_);
    if (std::min(end, pending_.size()) > limits_.head_bytes) {
      Refuse(431, "the head of the request is too long");
      return state_;
    }
    if (end == std::string::npos) {
      seen_ = pending_.size() < 3 ? 0 : pending_.size() - 3;
      return state_;
    }
    const std::string head = pending_.substr(0, end);
    pending_.erase(0, end + kHeadEnd.size());
    ReadHead(head);
  }
  if (state_ == State::kBody) ReadBody();
  return state_;
}

bool HttpParser::TakeExpectsContinue() {
  const bool expects = expects_continue_ && state_ == State::kBody;
  if (expects) expects_continue_ = false;
  return expects;
}

bool HttpParser::ReadRequestLine(std::string_view line) {
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return false;
  request_.method = std::string(line.substr(0, first));
  request_.target = std::string(line.substr(first + 1, last - first - 1));
  const std::string_view version = line.substr(last + 1);
  return IsToken(request_.method) && request_.target.starts_with('/') &&
         request_.target.find(' ') == std::string::npos &&
         (version == "HTTP/1.1" || version == "HTTP/1.0");
}

void HttpParser::ReadLength(std::string_view value) {
  uint64_t length = 0;
  if (!ReadNumber(value, 10, &length) || (has_length_ && length != length_)) {
    return Refuse(400, "Content-Length is no number, or two");
  }
  has_length_ = true;
  length_ = length;
}

bool HttpParser::ReadHeader(std::string_view line) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || !IsToken(line.substr(0, colon))) {
    return false;
  }
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = Trimmed(line.substr(colon + 1));
  if (EqualsIgnoringCase(name, "content-length")) {
    ReadLength(value);
  } else if (EqualsIgnoringCase(name, "transfer-encoding")) {
    if (!EqualsIgnoringCase(value, "chunked") || chunked_) {
      Refuse(501, "of all transfer codings only chunked is known");
    }
    chunked_ = true;
  } else if (EqualsIgnoringCase(name, "expect")) {
    expects_continue_ = EqualsIgnoringCase(value, "100-continue");
  } else if (EqualsIgnoringCase(name, "content-encoding") &&
             !EqualsIgnoringCase(value, "identity")) {
    Refuse(501, "a body must not be encoded");
  }
  return true;
}

void HttpParser::ReadHead(std::string_view head) {
  size_t end = std::min(head.find(kLineEnd), head.size());
  bool sound = ReadRequestLine(head.substr(0, end));
  while (sound && end < head.size()) {
    head.remove_prefix(end + kLineEnd.size());
    end = std::min(head.find(kLineEnd), head.size());
    sound = ReadHeader(head.substr(0, end));
  }
  if (!sound) return Refuse(400, "this is no request of HTTP/1.1");
  if (state_ == State::kRefused) return;
  if (chunked_ && has_length_) {
    return Refuse(400, "Content-Length and Transfer-Encoding exclude another");
  }
  if (length_ > limits_.body_bytes) {
    return Refuse(413,
                  fmt::format("a body may have {} bytes", limits_.body_bytes));
  }
  state_ = State::kBody;
}

void HttpParser::ReadBody() {
  if (!chunked_) {
    // Up to length_, which is within the limit.
    const size_t wanted = length_ - request_.body.size();
    request_.body.append(pending_, 0, wanted);
    pending_.clear();
    if (request_.body.size() == length_) state_ = State::kDone;
    return;
  }
  while (state_ == State::kBody && ReadChunk()) {
  }
}

// One chunk, or the trailer after the last. False if more bytes are needed.
bool HttpParser::ReadChunk() {
  const size_t end = pending_.find(kLineEnd);
  if (end == std::string::npos) {
    if (pending_.size() > kChunkLine) Refuse(400, "a chunk without a length");
    return false;
  }
  if (last_chunk_) {  // of trailers, only the end counts
    if (end == 0) state_ = State::kDone;
    if (end > kChunkLine) Refuse(431, "a trailer is too long");
    pending_.erase(0, end + kLineEnd.size());
    return true;
  }
  uint64_t size = 0;
  const std::string_view line = std::string_view(pending_).substr(0, end);
  if (!ReadNumber(Trimmed(line.substr(0, line.find(';'))), 16, &size)) {
    Refuse(400, "a chunk without a length");
    return false;
  }
  if (size > limits_.body_bytes - request_.body.size()) {
    Refuse(413, fmt::format("a body may have {} bytes", limits_.body_bytes));
    return false;
  }
  const size_t start = end + kLineEnd.size();
  if (size == 0) {
    last_chunk_ = true;
    pending_.erase(0, start);
    return true;
  }
  if (pending_.size() < start + size + kLineEnd.size()) return false;
  if (pending_.compare(start + size, kLineEnd.size(), kLineEnd) != 0) {
    Refuse(400, "a chunk that is longer than it says");
    return false;
  }
  request_.body.append(pending_, start, size);
  pending_.erase(0, start + size + kLineEnd.size());
  return true;
}

std::string WriteReply(const HttpReply& reply, bool with_body) {
  std::string out = fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: application/json\r\n"
      "Content-Length: {}\r\nConnection: close\r\n\r\n",
      reply.status, Reason(reply.status), reply.body.size());
  if (with_body) out += reply.body;
  return out;
}

}  // namespace cupel::oci
