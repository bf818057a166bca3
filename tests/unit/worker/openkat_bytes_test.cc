#include "worker/openkat_bytes.h"

#include <chrono>
#include <future>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include "base/datetime.h"
#include "fmt/core.h"
#include "gtest/gtest.h"
#include "openkat_testing.h"

namespace cupel::worker {
namespace {

constexpr char kToken[] = "POST http://bytes/token";
constexpr char kMeta[] = "POST http://bytes/bytes/boefje_meta";
constexpr char kRaw[] = "POST http://bytes/bytes/raw";
constexpr char kListed[] = "GET http://bytes/bytes/raw";

std::string TokenBody(std::string_view token, int64_t micros) {
  DateTime at = DateTime::Now();
  at.micros += micros;
  return fmt::format(
      R"({{"access_token":"{}","token_type":"bearer","expires_at":"{}"}})",
      token, at.ToString());
}

class OpenKatBytesTest : public testing::Test {
 protected:
  // Tokens "1", "2", …; metas are taken with the newest.
  void SetUp() override {
    client.On(kToken, [this](const http::Request&) {
      return Reply(200, TokenBody(std::to_string(++logins), micros));
    });
    client.On(kMeta, [this](const http::Request& request) {
      const bool good =
          request.headers.at(0).second == fmt::format("bearer {}", wanted);
      return good ? Reply(201, R"({"status":"success"})")
                  : Reply(401, R"({"detail":"no"})");
    });
  }

  FakeClient client;
  int logins = 0;
  int wanted = 1;
  int64_t micros = 900'000'000;
  BytesClient bytes{OpenKatService(&client, "bytes", "http://bytes/"), "us er",
                    std::make_shared<const Secret>("p&ss")};
};

TEST_F(OpenKatBytesTest, LogsInOnceWithAForm) {
  EXPECT_TRUE(bytes.SaveBoefjeMeta("{}", nullptr).ok());
  EXPECT_TRUE(bytes.SaveBoefjeMeta("{}", nullptr).ok());
  EXPECT_EQ(logins, 1);
  EXPECT_EQ(client.bodies(kToken)[0],
            "grant_type=password&username=us%20er&password=p%26ss");
}

TEST_F(OpenKatBytesTest, ARefusedTokenIsRenewedOnce) {
  EXPECT_TRUE(bytes.SaveBoefjeMeta("{}", nullptr).ok());
  wanted = 2;
  EXPECT_TRUE(bytes.SaveBoefjeMeta("{}", nullptr).ok());
  EXPECT_EQ(logins, 2);
  wanted = 99;
  EXPECT_TRUE(absl::IsUnauthenticated(bytes.SaveBoefjeMeta("{}", nullptr)));
  EXPECT_EQ(logins, 3);
}

TEST_F(OpenKatBytesTest, ATokenIsRenewedBeforeItIsOver) {
  micros = 20'000;
  EXPECT_TRUE(bytes.SaveBoefjeMeta("{}", nullptr).ok());
  const int64_t half_over = DateTime::Now().micros + 11'000;
  while (DateTime::Now().micros < half_over) {
  }
  wanted = 2;
  EXPECT_TRUE(bytes.SaveBoefjeMeta("{}", nullptr).ok());
  EXPECT_EQ(logins, 2);
  EXPECT_EQ(client.bodies(kMeta).size(), 2u);  // never with the old one
}

TEST_F(OpenKatBytesTest, AClockThatGoesAheadOfBytesLogsInOnceAllTheSame) {
  micros = -3'600'000'000;
  EXPECT_TRUE(bytes.SaveBoefjeMeta("{}", nullptr).ok());
  EXPECT_TRUE(bytes.SaveBoefjeMeta("{}", nullptr).ok());
  EXPECT_EQ(logins, 1);
}

TEST_F(OpenKatBytesTest, AWrongPasswordNamesTheVariables) {
  client.On(kToken, 401, R"({"detail":"Incorrect username or password"})");
  const absl::Status status = bytes.SaveBoefjeMeta("{}", nullptr);
  EXPECT_TRUE(absl::IsUnauthenticated(status));
  EXPECT_NE(MessageOf(status).find("BYTES_PASSWORD"), std::string::npos);
  EXPECT_EQ(MessageOf(status).find("p&ss"), std::string::npos);
}

TEST_F(OpenKatBytesTest, AMetaThatIsThereIsNoError) {
  client.On(kMeta, 400,
            R"({"status":"failed","message":)"
            R"("Integrity error: object might already exist"})");
  EXPECT_TRUE(bytes.SaveBoefjeMeta("{}", nullptr).ok());
  client.On(kMeta, 422, R"({"value":"started_at"})");
  EXPECT_TRUE(absl::IsInvalidArgument(bytes.SaveBoefjeMeta("{}", nullptr)));
  client.On(kMeta, 503, "");
  EXPECT_TRUE(absl::IsUnavailable(bytes.SaveBoefjeMeta("{}", nullptr)));
}

TEST_F(OpenKatBytesTest, ALoginThatHangsHoldsUpNobodyElse) {
  std::promise<void> hangs;
  std::promise<void> others_done;
  auto done = others_done.get_future();
  bool waited_for_them = false;
  client.On(kToken, [&](const http::Request&) {
    if (++logins == 1) {
      hangs.set_value();
      // Bounded, so that this fails instead of hanging itself.
      waited_for_them =
          done.wait_for(std::chrono::seconds(20)) == std::future_status::ready;
    }
    return Reply(200, TokenBody("1", micros));
  });
  std::thread first(
      [&] { EXPECT_TRUE(bytes.SaveBoefjeMeta("{}", nullptr).ok()); });
  hangs.get_future().wait();
  Cancel cancel;
  cancel.Trigger();
  EXPECT_TRUE(absl::IsCancelled(bytes.SaveBoefjeMeta("{}", &cancel)));
  EXPECT_TRUE(bytes.SaveBoefjeMeta("{}", nullptr).ok());
  others_done.set_value();
  first.join();
  EXPECT_TRUE(waited_for_them);
}

TEST_F(OpenKatBytesTest, OnlyWhatIsNotStoredIsSent) {
  client.On(kListed, 200,
            R"([{"mime_types":[{"value":"boefje/x"},{"value":"a/bcd"}]}])");
  client.On(kRaw, 200, R"({"1":"id"})");
  const std::vector<job::File> files = {
      {"0", "MA==", std::set<std::string>{"a/bcd", "boefje/x"}},
      {"1", "MQ==", std::set<std::string>{"boefje/x"}}};
  ASSERT_TRUE(
      bytes.SaveRaws("meta", job::StatusEnum::kCompleted, files, nullptr).ok());
  EXPECT_EQ(client.bodies(kRaw)[0],
            R"({"status":"COMPLETED","files":[)"
            R"({"name":"1","content":"MQ==","tags":["boefje/x"]}]})");
}

TEST_F(OpenKatBytesTest, AnAnswerThatIsCutShortIsTrouble) {
  client.On(kToken, 200, R"({"access_tok)");
  EXPECT_TRUE(absl::IsUnavailable(bytes.SaveBoefjeMeta("{}", nullptr)));
}

TEST_F(OpenKatBytesTest, ARawMayBeTooLongOrGone) {
  client.On("GET http://bytes/bytes/raw/a", 200, "12345");
  EXPECT_EQ(*bytes.Raw("a", 5, nullptr), "12345");
  EXPECT_TRUE(absl::IsResourceExhausted(bytes.Raw("a", 4, nullptr).status()));
  EXPECT_TRUE(absl::IsNotFound(bytes.Raw("b", 5, nullptr).status()));
}

TEST_F(OpenKatBytesTest, OnlyTheBeginningOfAnErrorIsShown) {
  client.On(kMeta, 422,
            fmt::format(R"({{"detail":"{}"}})", std::string(5000, 'x')));
  const std::string message(MessageOf(bytes.SaveBoefjeMeta("{}", nullptr)));
  EXPECT_NE(message.find("HTTP 422: xxx"), std::string::npos);
  EXPECT_LT(message.size(), 400u);
}

TEST(DistinctFilesTest, SetsOfTypesDiffer) {
  using Tags = std::set<std::string>;
  const std::string longest(65, 'x');
  const std::vector<job::File> files = DistinctFiles(
      {{"0", "MA==", Tags{"boefje/x"}},
       {"1", "MQ==", Tags{"boefje/x"}},
       {"2", "MA==", Tags{"boefje/x"}},  // the same bytes once more
       {"3", "Mw==", Tags{"boefje/x", "cupel/file-2"}},
       {"4", "NA==", Tags{"boefje/x", "a/" + longest}}});
  ASSERT_EQ(files.size(), 4u);
  EXPECT_EQ(files[0].tags, Tags({"boefje/x"}));
  EXPECT_EQ(files[1].tags, Tags({"boefje/x", "cupel/file-2"}));
  std::set<Tags> all;
  for (const job::File& file : files) {
    EXPECT_TRUE(all.insert(*file.tags).second);
    for (const std::string& tag : *file.tags) EXPECT_LE(tag.size(), 64u);
  }
}

}  // namespace
}  // namespace cupel::worker
