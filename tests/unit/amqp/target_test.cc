#include "target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace cupel::amqp {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(TargetTest, HasTheUsualDefaults) {
  const auto target = ParseTarget("amqp://broker.example");
  ASSERT_TRUE(target.ok()) << target.status();
  EXPECT_EQ(target->host, "broker.example");
  EXPECT_EQ(target->port, 5672);
  EXPECT_EQ(target->user, "guest");
  EXPECT_EQ(target->vhost, "/");
  EXPECT_EQ(target->queue, "cupel");
  EXPECT_EQ(target->results, "cupel.results");
  EXPECT_FALSE(target->tls);
  EXPECT_EQ(ParseTarget("amqps://h")->port, 5671);
}

TEST(TargetTest, TakesAllThatIsSaid) {
  const auto target = ParseTarget(
      "amqps://us%40er:p%3A%2f%25s@[::1]:99/a%2fb?queue=q&results=r"
      "&declare=no&delivery-limit=7&max-length=5&max-results=6&heartbeat=9"
      "&consumer-timeout=3&timeout=1234&connect-timeout=77&ca=/c&cert=/d"
      "&key=/e");
  ASSERT_TRUE(target.ok()) << target.status();
  EXPECT_TRUE(target->tls);
  EXPECT_EQ(target->user, "us@er");
  EXPECT_EQ(target->password, "p:/%s");
  EXPECT_EQ(target->host, "::1");
  EXPECT_EQ(target->port, 99);
  EXPECT_EQ(target->vhost, "a/b");
  EXPECT_EQ(target->queue, "q");
  EXPECT_EQ(target->results, "r");
  EXPECT_FALSE(target->declare);
  EXPECT_EQ(target->delivery_limit, 7U);
  EXPECT_EQ(target->max_length, 5U);
  EXPECT_EQ(target->max_results, 6U);
  EXPECT_EQ(target->heartbeat_s, 9U);
  EXPECT_EQ(target->consumer_timeout_s, 3U);
  EXPECT_EQ(target->timeout_ms, 1234U);
  EXPECT_EQ(target->connect_ms, 77U);
  EXPECT_EQ(target->ca, "/c");
  EXPECT_EQ(target->cert, "/d");
  EXPECT_EQ(target->key, "/e");
  EXPECT_THAT(target->Shown(), Not(HasSubstr("p:/")));
  EXPECT_EQ(ParseTarget("amqp://h?results=none")->results, "");
}

TEST(TargetTest, TakesThePasswordFromAFile) {
  const std::string path = testing::TempDir() + "/amqp-password";
  std::ofstream(path) << "sesame\n";
  const auto target = ParseTarget("amqp://u@h?password-file=" + path);
  ASSERT_TRUE(target.ok()) << target.status();
  EXPECT_EQ(target->password, "sesame");
  std::ofstream(path) << "";
  EXPECT_FALSE(ParseTarget("amqp://u@h?password-file=" + path).ok());
  EXPECT_FALSE(ParseTarget("amqp://u@h?password-file=/nowhere/at/all").ok());
}

TEST(TargetTest, RefusesWhatIsWrongWithoutShowingThePassword) {
  for (const char* url :
       {"",
        "http://u:sesame@h",
        "amqp://",
        "amqp://u:sesame@",
        "amqp://u:sesame@:5",
        "amqp://u:sesame@h:0",
        "amqp://u:sesame@h:65536",
        "amqp://u:sesame@h:5x",
        "amqp://u:sesame%2@h",
        "amqp://u:sesame%zz@h",
        "amqp://u:sesame%00@h",
        "amqp://u:sesame@h/%ff",
        "amqp://u:sesame@h?nothing=1",
        "amqp://u:sesame@h?queue=",
        "amqp://u:sesame@h?queue=amq.x",
        "amqp://u:sesame@h?heartbeat=0",
        "amqp://u:sesame@h?heartbeat=-1",
        "amqp://u:sesame@h?timeout=1e3",
        "amqp://u:sesame@h?delivery-limit=99999999999999999999",
        "amqp://u:sesame@h?declare=maybe",
        "amqp://u:pa?sesame@host/",
        "amqp://u:1?sesame@host/",
        "amqp://u:1/sesame@host/",
        "amqp://u:1#sesame@host/",
        "amqp://u:p@h?sesame@host/",
        "amqp://u:p@h/v?sesame@host=1",
        "amqp://h?a/sesame=1",
        "amqp://h?a:sesame=1",
        "amqp://h?a%40sesame=1",
        "amqp://h?a:sesame=%zz"}) {
    const auto target = ParseTarget(url);
    EXPECT_EQ(target.status().code(), absl::StatusCode::kInvalidArgument)
        << url;
    EXPECT_THAT(std::string(target.status().message()),
                Not(HasSubstr("sesame")));
  }
  EXPECT_THAT(std::string(ParseTarget("amqp://h?ques=1").status().message()),
              HasSubstr("'ques'"));
  EXPECT_THAT(std::string(ParseTarget("amqp://u:1?s@h").status().message()),
              HasSubstr("%3F"));
  EXPECT_FALSE(ParseTarget("amqp://h/" + std::string(9000, 'x')).ok());
  EXPECT_FALSE(ParseTarget("amqp://h?queue=" + std::string(201, 'x')).ok());
}

}  // namespace
}  // namespace cupel::amqp
