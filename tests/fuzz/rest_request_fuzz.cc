// Requests to the REST API, one after another on one catalogue: each is
// answered in one of the known ways, in well-formed JSON, and no error shows
// the settings that are there.
//
// "PUT /v1/organisations?query\n" and the body; 0x1e between requests. What
// they change is undone, so that an input means the same each time.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"
#include "format/escape.h"
#include "format/json.h"
#include "registry/registry.h"
#include "registry/rest.h"

namespace cupel {
namespace {

constexpr std::string_view kSecret = "hunter2-is-the-secret";
constexpr size_t kRequests = 8;

void Check(bool good) {
  if (!good) abort();
}

RestResponse Ask(Registry& registry, std::string_view method,
                 std::string_view target, std::string_view body) {
  RestRequest request;
  request.method = method;
  const size_t mark = std::min(target.find('?'), target.size());
  request.path = target.substr(0, mark);
  request.query = target.substr(std::min(mark + 1, target.size()));
  request.body = body;
  return HandleRest(registry, request);
}

std::shared_ptr<Registry> MakeRegistry() {
  auto store = OpenCatalogueStore(":memory:");
  Check(store.ok());
  RegistryOptions options;
  options.store = *store;
  options.deduplicate = true;
  Check(options.keys.Add(SettingsKey::Generate()).ok());
  auto registry = Registry::New(std::move(options));
  Check(registry.ok());
  const auto expect = [&](int32_t status, std::string_view method,
                          std::string_view target, std::string_view body) {
    Check(Ask(**registry, method, target, body).status == status);
  };
  expect(201, "POST", "/v1/organisations", R"({"id":"a","name":"A"})");
  expect(201, "POST", "/v1/organisations", R"({"id":"b","name":"B"})");
  expect(201, "POST", "/v1/organisations/a/plugins",
         R"({"id":"p","name":"P","scan_level":1,"boefje_schema":{)"
         R"("type":"object","properties":{"K":{"type":"string"},)"
         R"("N":{"type":"integer","maximum":9}},"required":["K"]}})");
  expect(201, "POST", "/v1/organisations/a/plugins",
         R"({"id":"n","name":"N","consumes":["x/y"],"produces":[]})");
  const std::string settings =
      R"({"K":")" + std::string(kSecret) + R"(","N":3})";
  expect(200, "PUT", "/v1/organisations/a/p/settings", settings);
  expect(200, "PUT", "/v1/organisations/b/p/settings", settings);
  return *std::move(registry);
}

void CheckHeaders(const RestResponse& response, bool* is_json) {
  for (const auto& [name, value] : response.headers) {
    Check((name + value).find_first_of(std::string_view("\r\n\0", 3)) ==
          std::string::npos);
    if (name == "content-type") *is_json = value == "application/json";
  }
}

void CheckAnswer(const RestResponse& response, bool head) {
  bool is_json = false;
  CheckHeaders(response, &is_json);
  static constexpr int32_t kKnown[] = {200, 201, 204, 307, 400, 403,
                                       404, 405, 413, 414, 422};
  Check(std::find(std::begin(kKnown), std::end(kKnown), response.status) !=
        std::end(kKnown));
  if (response.status == 204) Check(response.body.empty());
  const bool error = response.status >= 400;
  if (error) Check(is_json);
  if (!is_json || (head && response.body.empty())) return;
  const auto body = ParseJson(response.body, "answer");
  Check(body.ok());
  if (!error) return;
  Check(body->is_object() && body->size() == 1 &&
        (body->contains("message") || body->contains("detail")));
}

void AskOne(Registry& registry, std::string_view text) {
  const size_t line = std::min(text.find('\n'), text.size());
  const std::string_view first = text.substr(0, line);
  const size_t blank = std::min(first.find(' '), first.size());
  const std::string_view method = first.substr(0, blank);
  const RestResponse response =
      Ask(registry, method, first.substr(std::min(blank + 1, first.size())),
          text.substr(std::min(line + 1, text.size())));
  CheckAnswer(response, method == "HEAD");
  // Unless the asker brought it along.
  if (response.status >= 400 && text.find("hunter2") == text.npos) {
    Check(response.body.find("hunter2") == std::string::npos);
  }
}

}  // namespace
}  // namespace cupel

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static auto* const registry =
      new std::shared_ptr<cupel::Registry>(cupel::MakeRegistry());
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const absl::Status undone = (*registry)->store().Atomically([&] {
    for (size_t i = 0; i < cupel::kRequests && !text.empty(); ++i) {
      const size_t end = std::min(text.find('\x1e'), text.size());
      cupel::AskOne(**registry, text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return absl::CancelledError();
  });
  cupel::Check(absl::IsCancelled(undone));
  return 0;
}
