// A connection to a real RabbitMQ (tests/support/with_rabbitmq.py).
#include "connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/status.h"

namespace cupel::amqp {
namespace {

using testing::HasSubstr;

class ConnectionTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* const url = std::getenv("CUPEL_TEST_AMQP");
    ASSERT_NE(url, nullptr) << "run it by tests/support/with_rabbitmq.py";
    auto target = ParseTarget(url);
    ASSERT_TRUE(target.ok()) << target.status();
    auto connection = Connection::Open(*target, 1 << 20);
    ASSERT_TRUE(connection.ok()) << connection.status();
    connection_ = *std::move(connection);
    ASSERT_TRUE(connection_->DeclareQueue({"connection", {}}).ok());
  }

  Event Next() {
    const int64_t until = MonotonicNanos() + 30'000'000'000;
    while (MonotonicNanos() < until) {
      auto event = connection_->Next();
      if (!event.ok()) {
        ADD_FAILURE() << event.status();
        return {};
      }
      if (event->has_value()) return **std::move(event);
      pollfd fd = {.fd = connection_->fd(), .events = POLLIN, .revents = 0};
      poll(&fd, 1, 100);
    }
    ADD_FAILURE() << "the broker says nothing";
    return {};
  }

  std::unique_ptr<Connection> connection_;
};

TEST_F(ConnectionTest, HeadersThatFitNoFrameAreRefusedBeforeAnythingIsSent) {
  Message message;
  message.message_id = "big";
  message.body = "body";
  for (const size_t size : {127'000U, 128'000U, 131'000U, 132'000U, 1U << 24}) {
    message.Set("h", std::string(size, 'x'));
    const auto tag = connection_->Publish("", "connection", message);
    EXPECT_EQ(tag.status().code(), absl::StatusCode::kResourceExhausted);
    EXPECT_THAT(std::string(MessageOf(tag.status())), HasSubstr("'big'"));
  }
  message.Set("h", std::string(126'900, 'x'));
  // What was refused has no number, and left nothing half done.
  const auto tag = connection_->Publish("", "connection", message);
  ASSERT_TRUE(tag.ok()) << tag.status();
  EXPECT_EQ(*tag, 1U);
  const Event confirmed = Next();
  EXPECT_EQ(confirmed.kind, Event::Kind::kConfirmed);
  EXPECT_EQ(confirmed.tag, 1U);
  ASSERT_TRUE(connection_->Get("connection").ok());
  const Event got = Next();
  ASSERT_EQ(got.kind, Event::Kind::kDelivery);
  EXPECT_EQ(got.message.body, "body");
  ASSERT_NE(got.message.Text("h"), nullptr);
  EXPECT_EQ(got.message.Text("h")->size(), 126'900U);
}

}  // namespace
}  // namespace cupel::amqp
