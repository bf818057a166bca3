// The network of one container: where it reaches the boefje API, and whether it
// reaches anything else.
#ifndef CUPEL_OCI_JOB_NETWORK_H_
#define CUPEL_OCI_JOB_NETWORK_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "oci/container.h"
#include "oci/file_descriptor.h"

namespace cupel::oci {

// Gone, with all there is behind it, when it goes.
class JobNetwork {
 public:
  virtual ~JobNetwork() = default;

  // podman: a namespace with a loopback, on which the API listens; with
  // `options.network`, slirp4netns brings what is outside of this machine into
  // it. docker: a network of its own, with the API on the bridge's address;
  // without `options.network`, it leads nowhere else.
  static absl::StatusOr<std::unique_ptr<JobNetwork>> New(
      const ContainerProgram& program, const ContainerOptions& options,
      const std::string& name);

  FileDescriptor TakeListener() { return std::move(listener_); }
  const std::string& base_url() const { return base_url_; }
  const std::vector<std::string>& arguments() const { return arguments_; }

 protected:
  FileDescriptor listener_;
  std::string base_url_;
  std::vector<std::string> arguments_;  // of `run`
};

}  // namespace cupel::oci

#endif  // CUPEL_OCI_JOB_NETWORK_H_
