#include "crypto/wipe_json.h"

#include <gtest/gtest.h>

#include <string>

#include "format/json.h"

namespace cupel {
namespace {

TEST(WipeJson, OverwritesTextWhereItLies) {
  Json value = {{"a", {std::string(100, 'x'), 5, -5, 2.5, true}},
                {"b", std::string(50, 'y')}};
  const auto& text = value["a"][0].get_ref<const std::string&>();
  const char* const where = text.data();
  WipeJson(&value);
  EXPECT_EQ(text, std::string(100, '\0'));
  EXPECT_EQ(text.data(), where);
  EXPECT_EQ(value["a"][1], 0);
  EXPECT_EQ(value["a"][2], 0);
  EXPECT_EQ(value["a"][3], 0);
  EXPECT_EQ(value["b"], std::string(50, '\0'));
}

TEST(WipeJson, ReachesWhatIsNested) {
  Json deep = "secret";
  for (int i = 0; i < 64; ++i) deep = Json::array({std::move(deep)});
  WipeJson(&deep);
  const Json* at = &deep;
  while (at->is_array()) at = &(*at)[0];
  EXPECT_EQ(*at, std::string(6, '\0'));
}

TEST(WipeJson, AtTheEndOfAScope) {
  Json value = {{"a", "secret"}};
  {
    const WipeJsonAtEnd wipe(&value);
  }
  EXPECT_EQ(value["a"], std::string(6, '\0'));
}

}  // namespace
}  // namespace cupel
