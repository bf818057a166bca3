// Packages made by tar, zip and gzip, from a server that has its faults.
#include "engine/package_executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/status.h"
#include "fmt/core.h"
#include "format/json.h"
#include "tests/support/archive_tools.h"
#include "tests/support/raw_server.h"

namespace cupel {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing_support::HttpAnswer;
using testing_support::RawConnection;
using testing_support::RawServer;

constexpr char kRules[] = R"({"hash":"c1","rules":{
  "b":"rule evil { meta: weight = 7 strings: $a = \"EVIL\" condition: $a }",
  "a":"rule py { meta: weight = 3 filetype = \".py\" strings: $a = \"bad\"
       condition: $a }
       rule zero { strings: $a = \"ZERO\" condition: $a }"}})";

class PackageExecutorTest : public testing::Test {
 protected:
  PackageExecutorTest()
      : server_([this](const std::string& request, RawConnection& to) {
          size_t end = request.find(' ', 4);
          std::string path = request.substr(5, end - 5);
          auto found = answers_.find(path);
          return to.Write(found == answers_.end() ? HttpAnswer(404, "no")
                                                  : found->second);
        }) {
    std::string rules = kRules;
    std::erase(rules, '\n');
    folder_.Write("rules/c1.json", rules);
    config_["package"]["rules_folder"] = folder_.PathOf("rules");
  }

  void Serve(const std::string& name, const std::string& bytes) {
    answers_[name] = HttpAnswer(200, bytes);
  }
  // A .tar.gz with one file.
  std::string Sdist(const std::string& file, const std::string& content) {
    folder_.Write("s/pkg-1/" + file, content);
    std::string tar =
        folder_.Make("tar -C s -czf s.tgz pkg-1 && rm -r s", "s.tgz");
    return tar;
  }

  std::string Body(std::vector<std::string> urls) {
    Json body;
    body["name"] = "pkg";
    body["version"] = "1";
    body["distributions"] = Json::array();
    for (const std::string& url : urls) {
      body["distributions"].push_back(
          url.find("://") == std::string::npos ? server_.Url("/" + url) : url);
    }
    body["rules"]["hash"] = hash_;
    body["rules"]["path"] = folder_.PathOf("rules/" + hash_ + ".json");
    body["report"] = report_;
    body["retry"] = retry_;
    return PrintJson(body);
  }

  absl::StatusOr<worker::WorkResult> Try(const std::string& body,
                                         Cancel* cancel = nullptr) {
    if (executor_ == nullptr) {
      auto executor = NewPackageExecutor(config_);
      EXPECT_TRUE(executor.ok()) << executor.status();
      executor_ = *std::move(executor);
    }
    worker::WorkOrder order;
    order.kind = "package";
    order.body = body;
    order.time_ms = 60'000;
    return executor_->Run(
        order, [this](std::string_view step) { steps_.emplace_back(step); },
        cancel);
  }
  Json Run(std::vector<std::string> urls) {
    auto result = Try(Body(std::move(urls)));
    EXPECT_TRUE(result.ok()) << result.status();
    if (!result.ok()) return {};
    return *ParseJson(result->bytes, "result");
  }

  ToolDir folder_;
  std::map<std::string, std::string> answers_;
  RawServer server_;
  Json config_ = Json::object();
  std::string hash_ = "c1";
  bool report_ = false;
  bool retry_ = false;
  std::unique_ptr<worker::Executor> executor_;
  std::vector<std::string> steps_;
};

TEST_F(PackageExecutorTest, ScoresAPackageOfTwoDistributions) {
  Serve("pkg-1.tar.gz", Sdist("setup.py", "EVIL bad"));
  folder_.Write("setup.py", "bad");
  folder_.Write("x.txt", "bad");
  Serve("pkg-1.whl", folder_.Make("zip -q w.whl setup.py x.txt", "w.whl"));
  Json result = Run({"pkg-1.whl", "pkg-1.tar.gz"});
  EXPECT_EQ(result["outcome"], "success");
  EXPECT_EQ(result["complete"], true);
  EXPECT_EQ(result["reason"], nullptr);
  EXPECT_EQ(result["commit"], "c1");
  EXPECT_EQ(result["score"], 10);
  EXPECT_EQ(result["inspector_url"],
            fmt::format("http://inspector.pypi.io:{}/project/pkg/1/"
                        "pkg-1.tar.gz/pkg-1/setup.py",
                        server_.port()));
  EXPECT_EQ(PrintJson(result["rules_matched"]), R"(["evil","py"])");
  EXPECT_EQ(result["distributions"][0]["score"], 3);
  EXPECT_EQ(result["distributions"][0]["outcome"], "scanned");
  EXPECT_EQ(result["distributions"][0]["top_file"], "setup.py");
  EXPECT_FALSE(result.contains("report"));
  EXPECT_THAT(steps_,
              testing::Contains("download " + server_.Url("/pkg-1.tar.gz")));
}

TEST_F(PackageExecutorTest, SaysAllIfAsked) {
  report_ = true;
  Serve("pkg-1.tar.gz", Sdist("setup.py", "EVIL"));
  Json result = Run({"pkg-1.tar.gz"});
  EXPECT_EQ(result["report"]["schema"], "cupel.report/1");
  EXPECT_EQ(result["report"]["counts"]["findings"], 1);
}

TEST_F(PackageExecutorTest, ReadsEveryMemberOfAGzipFile) {
  // The first member is a whole tar's beginning; upstream stops there.
  folder_.Write("pkg-1/ok.py", "fine");
  folder_.Write("pkg-1/setup.py", "EVIL");
  std::string two = folder_.Make(
      "tar -cf all.tar pkg-1/ok.py pkg-1/setup.py && "
      "head -c 1024 all.tar | gzip -c > two.tar.gz && "
      "tail -c +1025 all.tar | gzip -c >> two.tar.gz",
      "two.tar.gz");
  Serve("pkg-1.tar.gz", two);
  Json result = Run({"pkg-1.tar.gz"});
  EXPECT_EQ(result["score"], 7);
  EXPECT_THAT(result["inspector_url"].get<std::string>(),
              testing::EndsWith("/pkg-1.tar.gz/pkg-1/setup.py"));
}

TEST_F(PackageExecutorTest, OneBadDistributionDoesNotHideTheOthers) {
  Serve("pkg-1.tar.gz", Sdist("setup.py", "EVIL"));
  Serve("page.whl", "<html>no such file</html>");
  Json result = Run({"gone.whl", "page.whl", "pkg-1.tar.gz", "http://[bad/",
                     "ftp://user:geheim@h/x"});
  EXPECT_EQ(result["outcome"], "success");
  EXPECT_EQ(result["complete"], false);
  EXPECT_EQ(result["score"], 7);
  EXPECT_THAT(result["reason"].get<std::string>(),
              HasSubstr("HTTP status 404"));
  EXPECT_THAT(result["reason"].get<std::string>(), HasSubstr("3 more"));
  EXPECT_EQ(result["distributions"][0]["outcome"], "failed");
  EXPECT_EQ(result["distributions"][1]["outcome"], "partial");
  EXPECT_THAT(result["distributions"][1]["reason"].get<std::string>(),
              HasSubstr("no archive"));
  EXPECT_EQ(result["distributions"][3]["outcome"], "failed");
  EXPECT_THAT(PrintJson(result), Not(HasSubstr("geheim")));
}

TEST_F(PackageExecutorTest, NothingFoundInPartIsNoSuccess) {
  Serve("pkg-1.tar.gz", Sdist("setup.py", "fine"));
  Json result = Run({"pkg-1.tar.gz", "gone.whl"});
  EXPECT_EQ(result["outcome"], "failure");
  EXPECT_EQ(result["retry"], false);
  EXPECT_EQ(result["reason"],
            "not scanned completely: download: HTTP status 404 from " +
                server_.Url("/gone.whl"));
  // A match of weight 0 changes nothing of that.
  Serve("pkg-1.tar.gz", Sdist("setup.py", "ZERO"));
  EXPECT_EQ(Run({"pkg-1.tar.gz", "gone.whl"})["outcome"], "failure");
  EXPECT_EQ(Run({"pkg-1.tar.gz"})["outcome"], "success");
}

TEST_F(PackageExecutorTest, WhatMayWorkLaterIsSaidToBe) {
  std::string sdist = Sdist("setup.py", "fine");
  answers_["busy"] = HttpAnswer(503, "");
  answers_["cut"] = HttpAnswer(200, sdist);
  answers_["cut"].resize(answers_["cut"].size() - 1);
  RawServer cut([&](const std::string&, RawConnection& to) {
    to.Write(answers_["cut"]);
    return false;
  });
  EXPECT_EQ(Run({"busy"})["retry"], true);
  EXPECT_EQ(Run({cut.Url("/x.tar.gz")})["retry"], true);
  EXPECT_EQ(Run({"gone"})["retry"], false);
}

TEST_F(PackageExecutorTest, CutArchivesAreSaidToBe) {
  std::string sdist = Sdist("setup.py", std::string(3000, 'x'));
  sdist.resize(sdist.size() - 20);
  Serve("pkg-1.tar.gz", sdist);
  Json result = Run({"pkg-1.tar.gz"});
  EXPECT_EQ(result["outcome"], "failure");
  EXPECT_THAT(result["reason"].get<std::string>(), HasSubstr("pkg-1.tar.gz"));
}

TEST_F(PackageExecutorTest, BrokenArchivesWithinAreNoFailure) {
  folder_.Write("f", std::string(100, 'x'));
  std::string zip = folder_.Make("zip -q f.zip f", "f.zip");
  folder_.Write("fixture.zip", zip.substr(0, zip.size() - 30));
  Serve("pkg.tar.gz", folder_.Make("tar -czf t.tgz fixture.zip f", "t.tgz"));
  Json result = Run({"pkg.tar.gz"});
  EXPECT_EQ(result["outcome"], "success") << result["reason"];
}

TEST_F(PackageExecutorTest, NoDistributionIsNothingToFind) {
  Json result = Run({});
  EXPECT_EQ(result["outcome"], "success");
  EXPECT_EQ(result["score"], 0);
  EXPECT_EQ(result["inspector_url"], nullptr);
}

TEST_F(PackageExecutorTest, EveryLimitFires) {
  std::string sdist = Sdist("setup.py", std::string(5000, 'x'));
  Serve("pkg.tar.gz", sdist);
  auto reason_with = [&](const char* key, uint64_t value) {
    Json config = config_;
    config_["package"][key] = value;
    executor_.reset();
    Json result = Run({"pkg.tar.gz", "pkg.tar.gz?2"});
    config_ = config;
    EXPECT_EQ(result["outcome"], "failure") << key;
    return result["reason"].is_string() ? result["reason"].get<std::string>()
                                        : "";
  };
  answers_["pkg.tar.gz?2"] = answers_["pkg.tar.gz"];
  EXPECT_THAT(reason_with("max_distributions", 1), HasSubstr("at most 1"));
  EXPECT_THAT(reason_with("max_download_size", 100),
              HasSubstr("max_download_size"));
  EXPECT_THAT(reason_with("max_package_size", sdist.size()),
              HasSubstr("max_package_size"));
  EXPECT_THAT(reason_with("max_scan_size", 4999),
              HasSubstr("max_scan_size (4999)"));
  EXPECT_THAT(reason_with("max_expanded_size", 4999),
              HasSubstr("max_expanded_size (4999)"));
  EXPECT_THAT(reason_with("max_archive_entries", 1),
              HasSubstr("max_archive_entries (1)"));
  answers_["pkg.tar.gz"] =
      "HTTP/1.1 302 X\r\nContent-Length: 0\r\nLocation: /pkg.tar.gz\r\n\r\n";
  EXPECT_THAT(reason_with("max_redirects", 1), HasSubstr("redirected"));
}

TEST_F(PackageExecutorTest, DownloadsAreOverInTime) {
  RawServer slow([](const std::string&, RawConnection& to) {
    to.Write("HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\n");
    to.WaitForClose();
    return false;
  });
  config_["package"]["stall_ms"] = 50;
  Json stalled = Run({slow.Url("/x")});
  EXPECT_THAT(stalled["reason"].get<std::string>(), HasSubstr("stalled"));
  EXPECT_EQ(stalled["retry"], true);
  config_["package"]["stall_ms"] = 60'000;
  config_["package"]["time_ms"] = 50;
  executor_.reset();
  Json late = Run({slow.Url("/x"), slow.Url("/y")});
  EXPECT_THAT(late["distributions"][1]["reason"].get<std::string>(),
              HasSubstr("time is over"));
}

TEST_F(PackageExecutorTest, FollowsRedirectsOfDownloads) {
  Serve("pkg.tar.gz", Sdist("setup.py", "EVIL"));
  answers_["moved"] =
      "HTTP/1.1 302 X\r\nContent-Length: 0\r\nLocation: /pkg.tar.gz\r\n\r\n";
  Json result = Run({"moved"});
  EXPECT_EQ(result["score"], 7);
  EXPECT_THAT(result["inspector_url"].get<std::string>(),
              HasSubstr("/project/pkg/1/moved/"))
      << "as the API named it";
}

TEST_F(PackageExecutorTest, OtherRulesThanAskedForAreNotUsed) {
  Serve("pkg.tar.gz", Sdist("setup.py", "EVIL"));
  hash_ = "c2";
  Json result = Run({"pkg.tar.gz"});
  EXPECT_EQ(result["outcome"], "deferred");
  folder_.Write("rules/c2.json", R"({"hash":"c3","rules":{}})");
  result = Run({"pkg.tar.gz"});
  EXPECT_EQ(result["outcome"], "deferred");
  EXPECT_THAT(result["reason"].get<std::string>(), HasSubstr("c3, not of c2"));
  folder_.Write("rules/c2.json", R"({"hash":"c2","rules":{"a":"rule {"}})");
  EXPECT_EQ(Run({"pkg.tar.gz"})["outcome"], "deferred");
  EXPECT_TRUE(server_.Requests().empty());
  folder_.Write("rules/c2.json", R"({"hash":"c2","rules":{}})");
  EXPECT_EQ(Run({"pkg.tar.gz"})["outcome"], "success");
}

TEST_F(PackageExecutorTest, RulesAreCompiledOncePerHash) {
  Serve("pkg.tar.gz", Sdist("setup.py", "EVIL"));
  EXPECT_EQ(Run({"pkg.tar.gz"})["score"], 7);
  folder_.Run("rm rules/c1.json");
  EXPECT_EQ(Run({"pkg.tar.gz"})["score"], 7);
}

TEST_F(PackageExecutorTest, BodiesAreChecked) {
  for (const char* bad :
       {"", "[]", "{}", R"({"name":"a","version":"1","distributions":[1]})",
        R"({"name":"a","version":"1","distributions":[],
            "rules":{"hash":"c1","path":"/etc/passwd"}})"}) {
    EXPECT_EQ(Try(bad).status().code(), absl::StatusCode::kInvalidArgument)
        << bad;
  }
  executor_.reset();
  std::string with_rules = Body({});
  config_ = Json::object();
  EXPECT_EQ(Try(with_rules).status().code(),
            absl::StatusCode::kFailedPrecondition);
  config_["package"]["max_entrys"] = 1;
  EXPECT_FALSE(NewPackageExecutor(config_).ok());
  config_["package"] = {{"max_archive_entries", 0}};
  EXPECT_FALSE(NewPackageExecutor(config_).ok());
}

TEST_F(PackageExecutorTest, JobsWithoutRulesMeetTheWorkersOwn) {
  retry_ = true;
  Serve("pkg.tar.gz", Sdist("setup.py", "OWN"));
  Json body = *ParseJson(Body({"pkg.tar.gz"}), "body");
  body.erase("rules");
  EXPECT_EQ(Try(PrintJson(body)).status().code(),
            absl::StatusCode::kFailedPrecondition);
  folder_.Write("own.yar",
                "rule own { meta: weight = 2 strings: $a = \"OWN\" "
                "condition: $a }");
  config_["rules"]["paths"] = {folder_.PathOf("own.yar")};
  executor_.reset();
  auto result = Try(PrintJson(body));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ((*ParseJson(result->bytes, ""))["score"], 2);
  folder_.Write("own.yar", "rule broken {");
  EXPECT_FALSE(executor_->Reload().ok());
  result = Try(PrintJson(body));
  EXPECT_EQ((*ParseJson(result->bytes, ""))["score"], 2) << "the old ones stay";
}

TEST_F(PackageExecutorTest, QueuesThatKnowAttemptsGetAnError) {
  retry_ = true;
  answers_["busy"] = HttpAnswer(503, "");
  EXPECT_EQ(Try(Body({"busy"})).status().code(),
            absl::StatusCode::kUnavailable);
  EXPECT_TRUE(Try(Body({"gone"})).ok());
  hash_ = "c9";
  EXPECT_FALSE(Try(Body({"gone"})).ok());
}

TEST_F(PackageExecutorTest, CanBeCancelled) {
  Cancel cancel;
  cancel.Trigger();
  EXPECT_EQ(Try(Body({"pkg.tar.gz"}), &cancel).status().code(),
            absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace cupel
