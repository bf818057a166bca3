#include "engine/package_download.h"

#include <algorithm>
#include <cerrno>

#include "base/status.h"
#include "budget/limits.h"
#include "pipeline/spool.h"

namespace cupel {

void Download::Run(http::Client& client, const PackagePolicy& policy,
                   uint64_t left, Deadline deadline, Cancel* cancel) {
  status_ = Fetch(client, policy, left, deadline, cancel);
  if (!disk_.ok()) status_ = disk_;
  if (status_.ok() || fd_ < 0) return;
  close(fd_);
  fd_ = -1;
}

absl::Status Download::Fetch(http::Client& client, const PackagePolicy& policy,
                             uint64_t left, Deadline deadline, Cancel* cancel) {
  if (left == 0) {
    return ResourceExhausted(
        "not downloaded: all before it have the {} bytes that the "
        "distributions of a package may have (max_package_size)",
        policy.max_package_bytes);
  }
  uint64_t time_ms = deadline.remaining() / 1'000'000;
  if (time_ms == 0) {
    return DeadlineExceeded("not downloaded: the package's time is over");
  }
  CUPEL_ASSIGN_OR_RETURN(fd_, OpenTemporary());
  http::Request request;
  request.url = url_;
  request.timeout_ms = time_ms;
  request.max_redirects = static_cast<uint32_t>(policy.max_redirects);
  const uint64_t most = std::min(policy.max_download_bytes, left);
  request.max_response_bytes = kUnlimited;  // counted here, to say which it was
  request.sink = [this, most](std::string_view bytes) {
    bytes_ += bytes.size();
    return bytes_ <= most && Write(bytes);
  };
  auto response = client.Send(request, cancel);
  if (bytes_ > most) {
    return ResourceExhausted(
        "download: {} is longer than {} bytes ({})", http::PrintableUrl(url_),
        most, most < left ? "max_download_size" : "max_package_size");
  }
  CUPEL_RETURN_IF_ERROR(response.status());
  CUPEL_RETURN_IF_ERROR(http::StatusOfResponse(*response, "download"));
  if (response->status != 200) {
    return FailedPrecondition("download: HTTP status {} from {}, not 200",
                              response->status, http::PrintableUrl(url_));
  }
  return absl::OkStatus();
}

bool Download::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t written = write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      disk_ = ErrnoStatus(errno, "can't keep a download in a temporary file");
      return false;
    }
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

bool Download::may_work_later() const {
  return !disk_.ok() || absl::IsUnavailable(status_) ||
         absl::IsDeadlineExceeded(status_);
}

std::string FileNameOf(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  size_t slash = url.find_last_of("/\\");
  std::string_view name =
      slash == std::string_view::npos ? url : url.substr(slash + 1);
  return name.empty() ? "distribution" : std::string(name.substr(0, 255));
}

}  // namespace cupel
