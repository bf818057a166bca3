// Answers HTTP requests on one socket, for as long as a job takes. It has no
// thread of its own: whoever waits for the job lets it work meanwhile.
#ifndef CUPEL_OCI_RESPONDER_H_
#define CUPEL_OCI_RESPONDER_H_

#include <poll.h>

#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <vector>

#include "oci/file_descriptor.h"
#include "oci/http_message.h"

namespace cupel::oci {

// One thread at a time. Each connection serves one request.
class Responder {
 public:
  using Handler = std::function<HttpReply(const HttpRequest&)>;

  // `listener` listens and does not block.
  Responder(FileDescriptor listener, const HttpLimits& limits, Handler handler);

  // Adds what is waited for.
  void AddTo(std::vector<pollfd>* waited) const;
  // Does what can be done without waiting; `waited` is what AddTo added, after
  // poll.
  void Serve(const pollfd* waited, size_t count);
  // Ends connections on which nothing has moved for so long.
  void CloseIdle(uint64_t nanos);

 private:
  struct Connection {
    FileDescriptor socket;
    HttpParser parser;
    std::string out;
    size_t sent = 0;
    bool answered = false;
    bool ended = false;    // nothing more comes in
    bool over = false;     // to be closed
    int64_t moved_at = 0;  // on the monotonic clock
  };

  void Accept();
  void Read(Connection* connection);
  void Write(Connection* connection);

  const FileDescriptor listener_;
  const HttpLimits limits_;
  const Handler handler_;
  std::list<Connection> connections_;
};

}  // namespace cupel::oci

#endif  // CUPEL_OCI_RESPONDER_H_
