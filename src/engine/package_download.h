// Gets the distributions of a package, within limits and without credentials.
#ifndef CUPEL_ENGINE_PACKAGE_DOWNLOAD_H_
#define CUPEL_ENGINE_PACKAGE_DOWNLOAD_H_

#include <unistd.h>

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "base/clock.h"
#include "budget/cancel.h"
#include "engine/package_request.h"
#include "http/client.h"

namespace cupel {

// A distribution in a temporary file without a name, or why there is none.
class Download {
 public:
  explicit Download(std::string url) : url_(std::move(url)) {}
  Download(Download&& other) noexcept
      : url_(std::move(other.url_)),
        status_(std::move(other.status_)),
        fd_(std::exchange(other.fd_, -1)),
        bytes_(other.bytes_) {}
  Download& operator=(Download&&) = delete;
  ~Download() {
    if (fd_ >= 0) close(fd_);
  }

  // `left`: how many bytes the package may still have. kCancelled is told by
  // status() as all else.
  void Run(http::Client& client, const PackagePolicy& policy, uint64_t left,
           Deadline deadline, Cancel* cancel);

  const std::string& url() const { return url_; }
  const absl::Status& status() const { return status_; }
  int fd() const { return fd_; }
  uint64_t bytes() const { return bytes_; }
  // Another attempt may do better.
  bool may_work_later() const;

 private:
  absl::Status Fetch(http::Client& client, const PackagePolicy& policy,
                     uint64_t left, Deadline deadline, Cancel* cancel);
  bool Write(std::string_view bytes);

  std::string url_;
  absl::Status status_;
  absl::Status disk_;  // what writing it said
  int fd_ = -1;
  uint64_t bytes_ = 0;
};

// The last part of the URL's path: what the file is called in reports.
std::string FileNameOf(std::string_view url);

}  // namespace cupel

#endif  // CUPEL_ENGINE_PACKAGE_DOWNLOAD_H_
