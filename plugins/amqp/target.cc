#include "target.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>

#include "base/status.h"
#include "format/escape.h"

namespace cupel::amqp {
namespace {

constexpr size_t kMostUrl = 8192;
constexpr size_t kMostPassword = 4096;
// AMQP's short strings have 255 bytes, and names get endings.
constexpr size_t kMostName = 200;

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> Unescape(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    const int high = HexDigit(text[i + 1]);
    const int low = HexDigit(text[i + 2]);
    if (high < 0 || low < 0 || (high == 0 && low == 0)) return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

// The part of `text` before the first `mark`, which is taken off.
std::string_view TakeUntil(std::string_view* text, char mark) {
  const size_t at = text->find(mark);
  const std::string_view head = text->substr(0, at);
  *text = at == std::string_view::npos ? "" : text->substr(at + 1);
  return head;
}

absl::StatusOr<std::string> Part(std::string_view text, std::string_view what) {
  auto out = Unescape(text);
  if (!out.has_value() || !IsUtf8(*out) ||
      out->find('\0') != std::string::npos) {
    return InvalidArgument(
        "the broker's URL: its {} has a '%' that is not followed by two "
        "hexadecimal digits, or is no text",
        what);
  }
  return *std::move(out);
}

absl::StatusOr<uint64_t> Number(std::string_view name, std::string_view value,
                                uint64_t least, uint64_t most) {
  uint64_t out = 0;
  const auto [end, error] =
      std::from_chars(value.data(), value.data() + value.size(), out);
  if (error != std::errc() || end != value.data() + value.size() ||
      out < least || out > most) {
    return InvalidArgument("the broker's URL: {} must be from {} to {}", name,
                           least, most);
  }
  return out;
}

absl::StatusOr<std::string> QueueName(std::string_view name,
                                      const std::string& value) {
  if (value.empty() || value.size() > kMostName || value.starts_with("amq.")) {
    return InvalidArgument(
        "the broker's URL: {} must have 1 to {} bytes, and not begin with "
        "'amq.'",
        name, kMostName);
  }
  return value;
}

// One line; it belongs to its user only, or it is none of ours.
absl::StatusOr<std::string> PasswordOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kMostPassword + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  if (file.bad() || !file.is_open() || text.empty() ||
      text.size() > kMostPassword) {
    return InvalidArgument(
        "the broker's URL: password-file '{}' can't be read, is empty or has "
        "more than {} bytes",
        EscapePrintable(path), kMostPassword);
  }
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

struct NumberOption {
  std::string_view name;
  uint64_t least;
  uint64_t most;
  void (*set)(Target*, uint64_t);
};

constexpr uint64_t kAny = uint64_t{1} << 50;

const NumberOption kNumbers[] = {
    {"heartbeat", 1, 3600,
     [](Target* t, uint64_t v) { t->heartbeat_s = static_cast<uint32_t>(v); }},
    {"connect-timeout", 10, 600'000,
     [](Target* t, uint64_t v) { t->connect_ms = static_cast<uint32_t>(v); }},
    {"timeout", 10, 3'600'000,
     [](Target* t, uint64_t v) { t->timeout_ms = static_cast<uint32_t>(v); }},
    {"delivery-limit", 1, 1'000'000,
     [](Target* t, uint64_t v) {
       t->delivery_limit = static_cast<uint32_t>(v);
     }},
    {"max-length", 0, kAny, [](Target* t, uint64_t v) { t->max_length = v; }},
    {"max-results", 0, kAny, [](Target* t, uint64_t v) { t->max_results = v; }},
    {"consumer-timeout", 0, 31'536'000,
     [](Target* t, uint64_t v) {
       t->consumer_timeout_s = static_cast<uint32_t>(v);
     }},
};

// A name that looks like none may be the rest of a password.
std::string ShownName(std::string_view name) {
  const bool is_name = !name.empty() && name.size() <= 32 &&
                       std::all_of(name.begin(), name.end(), [](char c) {
                         return (c >= 'a' && c <= 'z') || c == '-';
                       });
  return is_name ? fmt::format("option '{}'", name)
                 : std::string("option of that name (not shown)");
}

absl::Status SetOption(std::string_view name, const std::string& value,
                       Target* target, bool* results) {
  for (const NumberOption& number : kNumbers) {
    if (number.name != name) continue;
    CUPEL_ASSIGN_OR_RETURN(const uint64_t got,
                           Number(name, value, number.least, number.most));
    number.set(target, got);
    return absl::OkStatus();
  }
  if (name == "queue") {
    CUPEL_ASSIGN_OR_RETURN(target->queue, QueueName(name, value));
  } else if (name == "results") {
    *results = true;
    if (value == "none") return absl::OkStatus();
    CUPEL_ASSIGN_OR_RETURN(target->results, QueueName(name, value));
  } else if (name == "declare") {
    if (value != "yes" && value != "no") {
      return InvalidArgument("the broker's URL: declare is 'yes' or 'no'");
    }
    target->declare = value == "yes";
  } else if (name == "password-file") {
    CUPEL_ASSIGN_OR_RETURN(target->password, PasswordOf(value));
  } else if (name == "ca") {
    target->ca = value;
  } else if (name == "cert") {
    target->cert = value;
  } else if (name == "key") {
    target->key = value;
  } else {
    return InvalidArgument(
        "the broker's URL: there is no {}; there are queue, results, "
        "declare, delivery-limit, max-length, max-results, consumer-timeout, "
        "heartbeat, connect-timeout, timeout, password-file, ca, cert and key",
        ShownName(name));
  }
  return absl::OkStatus();
}

absl::Status ParseQuery(std::string_view query, Target* target) {
  bool results = false;
  while (!query.empty()) {
    std::string_view pair = TakeUntil(&query, '&');
    if (pair.empty()) continue;
    const std::string_view name = TakeUntil(&pair, '=');
    CUPEL_ASSIGN_OR_RETURN(const std::string value,
                           Part(pair, ShownName(name)));
    CUPEL_RETURN_IF_ERROR(SetOption(name, value, target, &results));
  }
  if (!results) target->results = target->queue + ".results";
  return absl::OkStatus();
}

// With a '/', '?' or '#' in it a password ends the authority too early, and its
// rest would pass for a vhost or an option.
absl::Status CheckAuthority(std::string_view url) {
  const size_t end = std::min(url.find_first_of("/?#"), url.size());
  if (url.find('@', end) != std::string_view::npos ||
      (end < url.size() && url[end] == '#')) {
    return InvalidArgument(
        "the broker's URL has an '@' behind its host, or a '#': in a password, "
        "a vhost or an option write '@' as %40, '/' as %2F, '?' as %3F and '#' "
        "as %23, or name a file with password-file");
  }
  return absl::OkStatus();
}

absl::Status ParseHost(std::string_view text, Target* target) {
  std::string_view port;
  if (text.starts_with('[')) {  // IPv6
    text.remove_prefix(1);
    target->host = std::string(TakeUntil(&text, ']'));
    if (text.starts_with(':')) port = text.substr(1);
  } else {
    target->host = std::string(TakeUntil(&text, ':'));
    port = text;
  }
  target->port = target->tls ? 5671 : 5672;
  if (!port.empty()) {
    CUPEL_ASSIGN_OR_RETURN(const uint64_t number,
                           Number("the port", port, 1, 65535));
    target->port = static_cast<int>(number);
  }
  if (target->host.empty()) {
    return InvalidArgument(
        "the broker's URL has no host: write amqp://user@host:5672/vhost");
  }
  return absl::OkStatus();
}

}  // namespace

std::string Target::Shown() const {
  return EscapePrintable(fmt::format("{}://{}@{}:{}/{}", tls ? "amqps" : "amqp",
                                     user, host, port,
                                     vhost == "/" ? "" : vhost));
}

std::string Target::DelayQueue(uint64_t ms) const {
  return fmt::format("{}.delay.{}", queue, ms);
}

absl::StatusOr<Target> ParseTarget(std::string_view url) {
  Target target;
  if (url.size() > kMostUrl) {
    return InvalidArgument("the broker's URL has more than {} bytes", kMostUrl);
  }
  if (url.starts_with("amqps://")) {
    target.tls = true;
    url.remove_prefix(8);
  } else if (url.starts_with("amqp://")) {
    url.remove_prefix(7);
  } else {
    return InvalidArgument(
        "the broker's URL must begin with amqp:// or amqps://");
  }
  CUPEL_RETURN_IF_ERROR(CheckAuthority(url));
  const size_t mark = url.find('?');
  const std::string_view query =
      mark == std::string_view::npos ? "" : url.substr(mark + 1);
  url = url.substr(0, mark);
  std::string_view authority = TakeUntil(&url, '/');
  if (!url.empty()) {
    CUPEL_ASSIGN_OR_RETURN(target.vhost, Part(url, "vhost"));
  }
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos) {
    std::string_view user = authority.substr(0, at);
    authority.remove_prefix(at + 1);
    const bool has_password = user.find(':') != std::string_view::npos;
    CUPEL_ASSIGN_OR_RETURN(target.user, Part(TakeUntil(&user, ':'), "user"));
    if (has_password) {
      CUPEL_ASSIGN_OR_RETURN(target.password, Part(user, "password"));
    }
  }
  CUPEL_RETURN_IF_ERROR(ParseHost(authority, &target));
  CUPEL_RETURN_IF_ERROR(ParseQuery(query, &target));
  return target;
}

}  // namespace cupel::amqp
