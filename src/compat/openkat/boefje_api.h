// OpenKAT's boefje API for one job, without a transport: what a container asks
// for its task by, and hands its output in to.
#ifndef CUPEL_COMPAT_OPENKAT_BOEFJE_API_H_
#define CUPEL_COMPAT_OPENKAT_BOEFJE_API_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "job/boefje_meta.h"
#include "job/output.h"

namespace cupel::openkat {

struct ApiReply {
  int status = 200;
  std::string body;  // JSON
};

// {"detail":…}, as FastAPI tells what went wrong.
ApiReply ApiDetail(int status, std::string_view detail);

// A posted output, every file with a name and base64 that can be decoded; or
// nothing, and the 422 that says what is wrong.
std::optional<job::BoefjeOutput> ReadPostedOutput(std::string_view body,
                                                  ApiReply* refusal);

// A file that was handed in, decoded.
struct PostedFile {
  std::string name;
  std::string id;  // of the raw that it will be: the container is told
  std::string bytes;
  std::vector<std::string> mime_types;
};

struct PostedOutput {
  job::StatusEnum status = job::StatusEnum::kCompleted;
  std::vector<PostedFile> files;
};

// The one task that it knows is running until its output was posted; from then
// on every request for it gets 403, as in OpenKAT. One thread at a time.
class BoefjeApi {
 public:
  // `meta` has the environment, which the container sets for itself. What the
  // container knows lies under `base_url` and a token of this object's own;
  // without the token nothing is there.
  BoefjeApi(job::BoefjeMeta meta, std::string_view base_url);

  // "http://127.0.0.1:8006/<token>/api/v0/tasks/<id>": the container's last
  // argument.
  const std::string& input_url() const { return input_url_; }

  // GET and POST of the task, GET /healthz. `target` may have a query, which is
  // passed over. Whatever comes, there is an answer.
  ApiReply Handle(std::string_view method, std::string_view target,
                  std::string_view body);

  // Whether a request for the task came; then the container reached us.
  bool asked() const { return asked_; }
  // Once posted.
  const std::optional<PostedOutput>& output() const { return output_; }

 private:
  ApiReply Get() const;
  ApiReply Post(std::string_view body);

  const job::BoefjeMeta meta_;
  const std::string token_;
  std::string input_url_;
  bool asked_ = false;
  std::optional<PostedOutput> output_;
};

}  // namespace cupel::openkat

#endif  // CUPEL_COMPAT_OPENKAT_BOEFJE_API_H_
