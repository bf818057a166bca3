// Eight threads on one SQLite database through two registries, which seal with
// different keys and rotate against one another. Each configuration has one
// writer, who keeps the books; readers see nothing that was never written, and
// nothing older than what they have seen.
#include <array>
#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/test_database.h"
#include "tests/unit/registry/rest_client.h"

namespace cupel {
namespace {

constexpr int kWriters = 4;
constexpr int kWrites = 60;

std::string Value(int writer, int n) {
  return "w" + std::to_string(writer) + "-" + std::to_string(n);
}

class RestConcurrencyTest : public RegistryTest {
 protected:
  void SetUp() override {
    for (int i = 0; i < kWriters; ++i) {
      AddFolder("p" + std::to_string(i), true);
    }
    const std::string other = NewKeyText();
    registries_[0] = Open({key_, other});
    registries_[1] = Open({other, key_});
    ASSERT_NE(registries_[0], nullptr);
    ASSERT_NE(registries_[1], nullptr);
  }

  // With a store of its own, as another process would have.
  std::shared_ptr<Registry> Open(const std::vector<std::string>& keys) {
    auto store = OpenCatalogueStore(books_, {60'000});
    EXPECT_TRUE(store.ok()) << store.status();
    if (!store.ok()) return nullptr;
    store_ = *std::move(store);
    return MakeWith(keys);
  }

  RestResponse Do(int n, std::string_view method, const std::string& target,
                  std::string_view body = {}) {
    return Ask(*registries_[static_cast<size_t>(n) % 2], method, target, body);
  }

  static std::string Organisation(int writer) {
    return "/v1/organisations/o" + std::to_string(writer);
  }

  void Write(int writer) {
    const std::string plugin = "/p" + std::to_string(writer);
    const std::string settings = Organisation(writer) + plugin + "/settings";
    for (int n = 1; n <= kWrites; ++n) {
      const std::string body = R"({"API_KEY":")" + Value(writer, n) + "\"}";
      EXPECT_EQ(Do(n, "PUT", settings, body).body, "null");
      EXPECT_EQ(Do(n + 1, "GET", settings).body, body);
      const bool on = n % 3 == 0;
      EXPECT_EQ(Do(n, "PATCH", Organisation(writer) + "/plugins" + plugin,
                   on ? R"({"enabled":true})" : R"({"enabled":false})")
                    .status,
                204);
      if (n % 20 != 0) continue;
      EXPECT_EQ(Do(n, "DELETE", settings).status, 200);
      EXPECT_EQ(Do(n + 1, "GET", settings).body, "{}");
      EXPECT_EQ(Do(n, "PUT", settings, body).status, 200);
    }
  }

  void Rotate(int which) {
    do {
      const auto result =
          registries_[static_cast<size_t>(which)]->RotateSettings();
      ASSERT_TRUE(result.ok()) << result.status();
      // What is written again and again is left to the next rotation.
      for (const std::string& why : result->failed) {
        EXPECT_NE(why.find("somebody else changes it"), std::string::npos)
            << why;
      }
      rotated_ += result->resealed;
    } while (writing_ > 0);
  }

  void CheckConfig(const Json& config, std::map<std::string, int>* seen) {
    EXPECT_FALSE(config.contains("problem")) << config["problem"];
    const std::string organisation = config["organisation_id"];
    EXPECT_EQ(organisation.substr(1),
              config["boefje_id"].get<std::string>().substr(1));
    if (config["settings"].empty()) return;
    const std::string value = config["settings"]["API_KEY"];
    const size_t dash = value.find('-');
    ASSERT_NE(dash, std::string::npos) << value;
    EXPECT_EQ(value.substr(1, dash - 1), organisation.substr(1));
    const int n = std::stoi(value.substr(dash + 1));
    EXPECT_GE(n, (*seen)[organisation]) << organisation << " went back";
    (*seen)[organisation] = n;
  }

  void List(int reader) {
    std::map<std::string, int> seen;
    size_t most = 0;
    do {
      const RestResponse listed = Do(reader, "GET", "/v1/configs");
      ASSERT_EQ(listed.status, 200) << listed.body;
      const Json configs = Parsed(listed.body);
      EXPECT_GE(configs.size(), most) << "a row is gone";
      most = configs.size();
      for (const Json& config : configs) CheckConfig(config, &seen);
      const RestResponse plugins =
          Do(reader, "GET", Organisation(reader) + "/plugins");
      ASSERT_EQ(plugins.status, 200) << plugins.body;
      EXPECT_EQ(Parsed(plugins.body).size(), size_t{kWriters});
    } while (writing_ > 0);
  }

  PluginFiles database_;
  const std::string books_ = TestDatabase(database_ / "books.db");
  std::array<std::shared_ptr<Registry>, 2> registries_;
  std::atomic<int> writing_{kWriters};
  std::atomic<uint64_t> rotated_{0};
};

TEST_F(RestConcurrencyTest, TheBooksAreRight) {
  for (int i = 0; i < kWriters; ++i) {
    const std::string id = "o" + std::to_string(i);
    ASSERT_EQ(Do(i, "POST", "/v1/organisations",
                 R"({"id":")" + id + R"(","name":")" + id + "\"}")
                  .status,
              201);
  }
  std::vector<std::thread> threads;
  for (int i = 0; i < kWriters; ++i) {
    threads.emplace_back([this, i] {
      Write(i);
      --writing_;
    });
  }
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([this, i] { Rotate(i); });
    threads.emplace_back([this, i] { List(i); });
  }
  for (std::thread& thread : threads) thread.join();

  const Json configs = Parsed(Do(0, "GET", "/v1/configs").body);
  ASSERT_EQ(configs.size(), size_t{kWriters});
  for (int i = 0; i < kWriters; ++i) {
    const std::string id = std::to_string(i);
    for (int side = 0; side < 2; ++side) {
      EXPECT_EQ(Do(side, "GET", Organisation(i) + "/p" + id + "/settings").body,
                R"({"API_KEY":")" + Value(i, kWrites) + "\"}");
      EXPECT_EQ(Parsed(Do(side, "GET", Organisation(i) + "/plugins/p" + id)
                           .body)["enabled"],
                kWrites % 3 == 0);
    }
  }
  EXPECT_GT(rotated_, 0u) << "nothing was rotated beside the writers";
}

TEST_F(RestConcurrencyTest, OfManyWhoAddTheSameOneDoes) {
  std::atomic<int> added{0};
  std::atomic<int> refused{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([this, i, &added, &refused] {
      for (int n = 0; n < 10; ++n) {
        const std::string id = "same" + std::to_string(n);
        const RestResponse response =
            Do(i, "POST", "/v1/organisations",
               R"({"id":")" + id + R"(","name":"n"})");
        if (response.status == 201) ++added;
        if (response.status == 400) ++refused;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(added, 10);
  EXPECT_EQ(refused, 70);
}

}  // namespace
}  // namespace cupel
