// Where a server listens, and who may be there.
#ifndef CUPEL_EXAMPLES_CLI_LISTEN_ADDRESS_H_
#define CUPEL_EXAMPLES_CLI_LISTEN_ADDRESS_H_

#include <string>
#include <string_view>

namespace cli {

struct ListenAddress {
  std::string host;  // without brackets
  int port = 0;      // 0: any that is free

  // "127.0.0.1:8003", "[::1]:8003", "localhost:0". Throws UsageError.
  static ListenAddress Parse(const std::string& text);
  // Nobody but programs on this machine can reach it.
  bool is_loopback() const;
  // For a URL, with a port.
  std::string Text(int real_port) const;
};

// "host", "host:port", "[::1]:port": without the port and the brackets.
std::string HostOf(std::string_view authority);
// A name or address that means this machine, and nothing that a name server
// could be made to answer.
bool IsLoopbackHost(std::string_view host);

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_LISTEN_ADDRESS_H_
