// One HTTP/1.1 request as it comes in piece by piece, and the answer to it: as
// much of HTTP as a boefje speaks with its host, and no more.
#ifndef CUPEL_OCI_HTTP_MESSAGE_H_
#define CUPEL_OCI_HTTP_MESSAGE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cupel::oci {

struct HttpRequest {
  std::string method;
  std::string target;  // as it came: path and query
  std::string body;
};

struct HttpReply {
  int status = 200;
  std::string body;  // JSON
};

struct HttpLimits {
  size_t head_bytes = size_t{16} << 10;
  size_t body_bytes = size_t{128} << 20;
};

// Content-Length and chunked bodies; both together, or anything that two
// parsers could read in two ways, are refused. One thread at a time.
class HttpParser {
 public:
  enum class State : uint8_t { kHead, kBody, kDone, kRefused };

  explicit HttpParser(const HttpLimits& limits) : limits_(limits) {}

  // Takes more bytes; what comes after the request is dropped.
  State Feed(std::string_view bytes);
  State state() const { return state_; }
  // Once, if the client waits to be told before it sends its body.
  bool TakeExpectsContinue();

  const HttpRequest& request() const { return request_; }  // kDone
  const HttpReply& refusal() const { return refusal_; }    // kRefused

 private:
  void ReadHead(std::string_view head);
  bool ReadRequestLine(std::string_view line);
  bool ReadHeader(std::string_view line);
  void ReadLength(std::string_view value);
  void ReadBody();
  bool ReadChunk();
  void Refuse(int status, std::string_view why);

  const HttpLimits limits_;
  State state_ = State::kHead;
  std::string pending_;
  size_t seen_ = 0;  // of pending_, without the end of the head in it
  bool chunked_ = false;
  bool has_length_ = false;
  bool expects_continue_ = false;
  bool last_chunk_ = false;
  uint64_t length_ = 0;  // of the body
  HttpRequest request_;
  HttpReply refusal_;
};

// The whole answer, which ends the connection.
std::string WriteReply(const HttpReply& reply, bool with_body);

}  // namespace cupel::oci

#endif  // CUPEL_OCI_HTTP_MESSAGE_H_
