#include "message.h"

#include <gtest/gtest.h>

#include <string>

namespace cupel::amqp {
namespace {

// As librabbitmq encodes it: see amqp_encode_table.
TEST(MessageTest, TheSizeOfHeadersIsThatOnTheWire) {
  Message message;
  EXPECT_EQ(HeaderBytes(message), 4U);
  message.Set("text", std::string(1000, 'x'));
  EXPECT_EQ(HeaderBytes(message), 4U + (1 + 4) + (1 + 4 + 1000));
  message.Set("n", int64_t{-1});
  EXPECT_EQ(HeaderBytes(message), 1014U + (1 + 1) + (1 + 8));
  amqp_bytes_t room{};
  std::string buffer(HeaderBytes(message), '\0');
  room.len = buffer.size();
  room.bytes = buffer.data();
  const WireProperties properties(message);
  amqp_table_t headers = properties.get()->headers;
  size_t offset = 0;
  EXPECT_EQ(amqp_encode_table(room, &headers, &offset), AMQP_STATUS_OK);
  EXPECT_EQ(offset, buffer.size());
  // A byte less is not enough.
  room.len -= 1;
  offset = 0;
  EXPECT_NE(amqp_encode_table(room, &headers, &offset), AMQP_STATUS_OK);
}

}  // namespace
}  // namespace cupel::amqp
