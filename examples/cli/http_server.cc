#include "http_server.h"

#include <fmt/format.h>
#include <httplib.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "console.h"
#include "http_connection.h"

namespace cli {
namespace {

using httplib::Request;
using httplib::Response;

// Anything, line feeds included.
constexpr const char* kAnyPath = R"([\s\S]*)";
constexpr size_t kRequestsPerConnection = 1000;
constexpr uint32_t kWriteSeconds = 10;
// A body in chunks has more than its own bytes on the wire.
constexpr std::optional<uint64_t> kUnknown = 1;  // but there is a body
constexpr uint64_t kFramed = 2;
constexpr uint64_t kChunk = uint64_t{64} << 10;

// httplib's own pool takes any number of connections. Here, when all threads
// are busy and as many connections wait again, the next ones wait in the
// kernel, whose queue is bounded.
class BoundedPool final : public httplib::TaskQueue {
 public:
  explicit BoundedPool(size_t threads) : most_waiting_(threads) {
    threads_.reserve(threads);
    for (size_t i = 0; i < threads; ++i) {
      threads_.emplace_back([this] { Work(); });
    }
  }

  // Newer versions want to know whether it was taken.
  using Taken = decltype(std::declval<httplib::TaskQueue&>().enqueue(nullptr));
  Taken enqueue(std::function<void()> task) override {
    std::unique_lock<std::mutex> lock(mutex_);
    room_.wait(lock, [this] { return tasks_.size() < most_waiting_; });
    tasks_.push_back(std::move(task));
    work_.notify_one();
    return static_cast<Taken>(true);
  }

  void shutdown() override {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      ending_ = true;
    }
    work_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  void Work() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
      work_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
      if (tasks_.empty()) return;  // what waits is served before the end
      const std::function<void()> task = std::move(tasks_.front());
      tasks_.pop_front();
      room_.notify_one();
      lock.unlock();
      task();
      lock.lock();
    }
  }

  const size_t most_waiting_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable room_;
  std::deque<std::function<void()>> tasks_;
  bool ending_ = false;
};

// Answers, and closes the connection: what is left of the request stays unread,
// and must not be taken for the next one. httplib has no word for that, but it
// closes if a body ends with a failure, which this one does when all of it is
// sent.
void Refuse(Response& response, int status, std::string_view why) {
  response.status = status;
  response.set_header("Connection", "close");
  const auto body = std::make_shared<const std::string>(
      fmt::format(R"({{"detail":"{}"}})", why));
  response.set_content_provider(
      body->size(), "application/json",
      [body](size_t, size_t, httplib::DataSink& sink) {
        sink.write(body->data(), body->size());
        return false;
      });
}

bool IsChunked(const Request& request) {
  return request.get_header_value("Transfer-Encoding") == "chunked";
}

// Nothing if it is no number, or if the request says in two ways where its body
// ends, which a proxy before this server may have read differently.
std::optional<uint64_t> LengthOf(const Request& request) {
  const size_t lengths = request.get_header_value_count("Content-Length");
  const size_t codings = request.get_header_value_count("Transfer-Encoding");
  if (lengths + codings > 1) return std::nullopt;
  if (codings == 1) return IsChunked(request) ? kUnknown : std::nullopt;
  if (lengths == 0) return 0;
  const std::string text = request.get_header_value("Content-Length");
  uint64_t length = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, length);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return length;
}

// "http://localhost:3000" names localhost.
std::string HostOfOrigin(const std::string& origin) {
  const size_t at = origin.find("://");
  return at == std::string::npos ? "" : HostOf(origin.substr(at + 3));
}

}  // namespace

class HttpServer::Impl {
 public:
  Impl(HttpHandler handler, const HttpServerOptions& options,
       std::optional<Tokens> tokens)
      : handler_(std::move(handler)),
        options_(options),
        tokens_(std::move(tokens)) {
    Configure();
    Route();
    port_ = options_.listen.port;
    const std::string& host = options_.listen.host;
    const bool bound = port_ == 0 ? (port_ = server_.bind_to_any_port(host)) > 0
                                  : server_.bind_to_port(host, port_);
    if (!bound) {
      throw UsageError(fmt::format(
          "can't listen on {}: the address is not this machine's, or the port "
          "is taken or reserved",
          options_.listen.Text(options_.listen.port)));
    }
  }

  int port() const { return port_; }

  bool Run() {
    server_.listen_after_bind();
    ended_ = true;
    return stopping_;
  }

  void Stop() {
    stopping_ = true;
    // Before it runs, httplib passes over a stop.
    while (!ended_ && !server_.is_running()) std::this_thread::yield();
    server_.stop();
  }

  void SetTokens(Tokens tokens) {
    const std::lock_guard<std::mutex> lock(mutex_);
    tokens_ = std::move(tokens);
  }

 private:
  void Configure() {
    server_.new_task_queue = [this] {
      return new BoundedPool(options_.threads);
    };
    ConnectionLimits limits;
    limits.body_bytes = kFramed * options_.body_bytes + kChunk;
    limits.body_seconds = options_.request_seconds + options_.idle_seconds;
    limits.idle_seconds = options_.idle_seconds;
    limits.write_seconds = kWriteSeconds;
    limits.requests = kRequestsPerConnection;
    server_.set_limits(limits);
    // What its Keep-Alive header says.
    server_.set_keep_alive_timeout(options_.idle_seconds);
    server_.set_keep_alive_max_count(kRequestsPerConnection);
    server_.set_payload_max_length(options_.body_bytes);
    server_.set_tcp_nodelay(true);
    server_.set_pre_routing_handler(
        [this](const Request& request, Response& response) {
          return MayAsk(request, response) && CanTake(request, response)
                     ? httplib::Server::HandlerResponse::Unhandled
                     : httplib::Server::HandlerResponse::Handled;
        });
    server_.set_exception_handler(
        [](const Request&, Response& response, std::exception_ptr) {
          Refuse(response, 500, "Internal Server Error");
        });
    server_.set_error_handler([](const Request&, Response& response) {
      // That of Refuse is not made yet.
      if (!response.body.empty() || response.has_header("Connection")) return;
      response.set_content(
          fmt::format(R"({{"detail":"no HTTP request that this server takes: )"
                      R"(status {}"}})",
                      response.status),
          "application/json");
    });
    if (!options_.log) return;
    // Without the query, which may say more than a log should.
    server_.set_logger([](const Request& request, const Response& response) {
      Complain(fmt::format(
          "{} {} {}", Printable(request.method),
          Printable(request.target.substr(0, request.target.find('?'))),
          response.status));
    });
  }

  void Route() {
    const auto plain = [this](const Request& request, Response& response) {
      if (LengthOf(request) != 0) {
        return Refuse(response, 400, "a request of this kind has no body");
      }
      Answer(request, {}, response);
    };
    const auto with_body = [this](const Request& request, Response& response,
                                  const httplib::ContentReader& reader) {
      std::string body;
      if (ReadBody(request, reader, &body, response)) {
        Answer(request, body, response);
      }
      explicit_bzero(body.data(), body.size());
    };
    server_.Get(kAnyPath, plain);
    server_.Options(kAnyPath, plain);
    server_.Post(kAnyPath, with_body);
    server_.Put(kAnyPath, with_body);
    server_.Patch(kAnyPath, with_body);
    server_.Delete(kAnyPath, with_body);
  }

  bool MayAsk(const Request& request, Response& response) {
    std::unique_lock<std::mutex> lock(mutex_);
    if (tokens_.has_value()) {
      if (request.path == "/health") return true;
      if (!tokens_->NameOf(request.get_header_value("Authorization")).empty()) {
        return true;
      }
      response.set_header("WWW-Authenticate", "Bearer realm=\"cupel\"");
      Refuse(response, 401, "a bearer token is needed");
      return false;
    }
    lock.unlock();
    if (options_.any_host) return true;
    if (!IsOurs(HostOf(request.get_header_value("Host")))) {
      Refuse(response, 403, "the request is for another host");
      return false;
    }
    if (request.has_header("Origin") &&
        !IsOurs(HostOfOrigin(request.get_header_value("Origin")))) {
      Refuse(response, 403, "the request comes from the page of another site");
      return false;
    }
    return true;
  }

  static bool CanTake(const Request& request, Response& response) {
    constexpr std::array<std::string_view, 7> kMethods = {
        "GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"};
    if (std::find(kMethods.begin(), kMethods.end(), request.method) ==
        kMethods.end()) {
      Refuse(response, 405, "Method Not Allowed");
      return false;
    }
    if (LengthOf(request).has_value()) return true;
    Refuse(response, 400, "it is not clear where the body ends");
    return false;
  }

  bool IsOurs(const std::string& host) const {
    return IsLoopbackHost(host) || host == options_.listen.host;
  }

  // False if the response says why there is none.
  bool ReadBody(const Request& request, const httplib::ContentReader& reader,
                std::string* body, Response& response) const {
    const uint64_t length = LengthOf(request).value_or(0);
    if (length == 0) return true;
    if (request.is_multipart_form_data()) {
      Refuse(response, 415, "a form with parts is no JSON");
      return false;
    }
    // httplib would read all of it before it says so.
    bool large = length > options_.body_bytes;
    const auto until = std::chrono::steady_clock::now() +
                       std::chrono::seconds(options_.request_seconds);
    bool late = false;
    const bool whole = !large && reader([&](const char* data, size_t size) {
      late = std::chrono::steady_clock::now() > until;
      large = body->size() + size > options_.body_bytes;
      if (!late && !large) body->append(data, size);
      return !late && !large;
    });
    if (whole) return true;
    if (large) {
      Refuse(
          response, 413,
          fmt::format("the body has more than {} bytes", options_.body_bytes));
    } else if (late) {
      Refuse(response, 408, "the body took too long");
    } else {
      Refuse(response, 400, "the body is cut short");
    }
    return false;
  }

  void Answer(const Request& request, std::string_view body,
              Response& response) const {
    const std::string_view target = request.target;
    const size_t mark = target.find('?');
    cupel::HttpRequest asked;
    asked.method = request.method;
    asked.path = target.substr(0, mark);
    if (mark != std::string_view::npos) asked.query = target.substr(mark + 1);
    asked.body = body;
    const cupel::HttpResponse answer = handler_(asked);
    response.status = answer.status();
    std::string type;
    for (const auto& [name, value] : answer.headers()) {
      if (name == "content-type") {
        type = value;
      } else {
        response.set_header(std::string(name), std::string(value));
      }
    }
    if (!type.empty()) {
      response.set_content(answer.body().data(), answer.body().size(), type);
    }
  }

  const HttpHandler handler_;
  const HttpServerOptions options_;
  LimitedServer server_;
  int port_ = 0;
  std::mutex mutex_;
  std::optional<Tokens> tokens_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> ended_{false};
};

HttpServer::HttpServer(HttpHandler handler, const HttpServerOptions& options,
                       std::optional<Tokens> tokens)
    : impl_(std::make_unique<Impl>(std::move(handler), options,
                                   std::move(tokens))) {}
HttpServer::~HttpServer() = default;
int HttpServer::port() const { return impl_->port(); }
bool HttpServer::Run() { return impl_->Run(); }
void HttpServer::Stop() { impl_->Stop(); }
void HttpServer::SetTokens(Tokens tokens) {
  impl_->SetTokens(std::move(tokens));
}

}  // namespace cli
