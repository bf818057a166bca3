#include "engine/scan_request.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/status.h"

namespace cupel {
namespace {

namespace fs = std::filesystem;

std::string Refusal(std::string_view body, const ScanPolicy& policy = {}) {
  return std::string(MessageOf(ReadScanRequest(body, policy).status()));
}

TEST(ScanRequestTest, ReadsContent) {
  const auto request = ReadScanRequest(
      R"({"inputs":[{"name":"a.js","content":"aGF5"}],
          "options":{"dedup":false,"passwords":["x"],"excerpt_bytes":0}})",
      {});
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->inputs[0].name, "a.js");
  EXPECT_EQ(request->inputs[0].content, "hay");
  EXPECT_FALSE(request->options.dedup);
  EXPECT_EQ(request->options.passwords, std::vector<std::string>{"x"});
  EXPECT_EQ(request->options.excerpt_bytes, 0u);
}

TEST(ScanRequestTest, LimitsCanBeLoweredOnly) {
  ScanPolicy policy;
  policy.options.limits.file_bytes = 1000;
  policy.options.limits.files = 10;
  const auto request = ReadScanRequest(
      R"({"inputs":[{"content":""}],
          "options":{"limits":{"file_bytes":5000,"files":3,
                               "file_time_ms":1}}})",
      policy);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->options.limits.file_bytes, 1000u);
  EXPECT_EQ(request->options.limits.files, 3u);
  EXPECT_EQ(request->options.limits.file_time_ns, 1'000'000u);
  EXPECT_NE(Refusal(R"({"inputs":[{"content":""}],"options":{"threads":2}})")
                .find("$.options.threads: must be 1 to 1"),
            std::string::npos);
}

TEST(ScanRequestTest, NamesThePlaceOfWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"[]", "$: "},
      {"{}", "$.inputs"},
      {R"({"inputs":[]})", "$.inputs: is empty"},
      {R"({"inputs":[{"content":"%"}]})", "$.inputs[0].content: is no base64"},
      {R"({"inputs":[{"content":"","x":1}]})", "$.inputs[0].x"},
      {R"({"inputs":[{"content":""}],"options":{"limits":{"deptth":1}}})",
       "$.options.limits.deptth: is no limit"},
      {R"({"inputs":[{"content":""}],"options":{"limits":{"depth":0}}})",
       "$.options.limits.depth: must be 1 or more"},
      {R"({"inputs":[{"path":"a"}]})", "'a' is not absolute"},
      {"{", "the job's body"},
  };
  for (const auto& [body, part] : cases) {
    EXPECT_NE(Refusal(body).find(part), std::string::npos)
        << body << ": " << Refusal(body);
  }
}

TEST(ScanRequestTest, PathsHaveToLieBelowARoot) {
  const fs::path folder =
      fs::canonical(fs::temp_directory_path()) / "scan_request_test";
  fs::create_directories(folder / "in");
  fs::create_directories(folder / "inside");
  std::ofstream(folder / "in/a") << "x";
  std::ofstream(folder / "inside/a") << "x";
  fs::remove(folder / "in/out");
  fs::create_symlink(folder / "inside/a", folder / "in/out");
  ScanPolicy policy;
  policy.roots = {(folder / "in").string()};
  const auto ask = [&](const fs::path& path) {
    return ReadScanRequest(
               R"({"inputs":[{"path":")" + path.string() + R"("}]})", policy)
        .status()
        .code();
  };
  EXPECT_EQ(ask(folder / "in/a"), absl::StatusCode::kOk);
  EXPECT_EQ(ask(folder / "in/../in/./a"), absl::StatusCode::kOk);
  EXPECT_EQ(ask(folder / "in/none"), absl::StatusCode::kNotFound);
  for (const char* path : {"inside/a", "in/../inside/a", "in/out", "none"}) {
    EXPECT_EQ(ask(folder / path), absl::StatusCode::kPermissionDenied) << path;
  }
  fs::remove_all(folder);
}

TEST(ScanRequestTest, WithoutRootsNoPathIsTaken) {
  EXPECT_NE(
      Refusal(R"({"inputs":[{"path":"/etc/passwd"}]})").find("scan.roots"),
      std::string::npos);
}

}  // namespace
}  // namespace cupel
