// A coordinator with a clock of its own, for the tests.
#ifndef CUPEL_TESTS_UNIT_DEDUP_COORDINATING_H_
#define CUPEL_TESTS_UNIT_DEDUP_COORDINATING_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "dedup/coordinator.h"
#include "tests/support/test_database.h"

namespace cupel {

inline constexpr int64_t kSecond = 1'000'000;
inline constexpr std::chrono::seconds kLease{60};

class Coordinating : public testing::Test {
 protected:
  Coordinating() {
    std::string path = testing::TempDir() + "cupel-dedup-XXXXXX";
    if (mkdtemp(path.data()) == nullptr) abort();
    folder_ = path;
    database_ = TestDatabase(folder_ + "/runs");
    Reopen();
  }
  ~Coordinating() override {
    dedup_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::shared_ptr<DedupCoordinator> Open() {
    DedupOptions options;
    options.path = database_;
    options.lease = kLease;
    options.busy_timeout_ms = 60'000;
    options.most_raw_bytes = 1000;
    auto opened = DedupCoordinator::Open(options);
    EXPECT_TRUE(opened.ok()) << opened.status();
    return opened.ok() ? *opened : nullptr;
  }
  void Reopen() {
    dedup_.reset();
    dedup_ = Open();
  }

  DateTime Now() const { return {now_, true, 0}; }

  static std::string Key(char digit) { return std::string(64, digit); }

  static DedupRequest Request(std::string_view organisation,
                              std::string_view job, char key = 'a') {
    DedupRequest request;
    request.organisation = organisation;
    request.job = job;
    request.plugin = "dns-records";
    request.key = Key(key);
    request.switches.install = true;
    return request;
  }

  JoinResult Join(const DedupRequest& request) {
    auto result = dedup_->Join(request, Now());
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *std::move(result) : JoinResult{};
  }
  JoinResult Join(std::string_view organisation, std::string_view job,
                  char key = 'a') {
    return Join(Request(organisation, job, key));
  }
  // Must lead; the token.
  int64_t Lead(std::string_view organisation, std::string_view job,
               char key = 'a') {
    const JoinResult joined = Join(organisation, job, key);
    EXPECT_EQ(joined.action, DedupAction::kLead) << joined.reason;
    return joined.lease.has_value() ? joined.lease->token : -1;
  }

  static RawOwner Owner(std::string_view organisation, std::string_view job) {
    return {std::string(organisation), std::string(job)};
  }
  absl::StatusOr<std::vector<Granted>> TryComplete(
      const RawOwner& leader, int64_t token,
      std::vector<std::string_view> bytes = {"raw"}) {
    std::vector<RawOutput> outputs;
    for (const std::string_view each : bytes) {
      outputs.push_back({each, {"text/plain"}});
    }
    return dedup_->Complete(leader, token, outputs, Now());
  }
  std::vector<Granted> Complete(const RawOwner& leader, int64_t token,
                                std::vector<std::string_view> bytes = {"raw"}) {
    auto granted = TryComplete(leader, token, std::move(bytes));
    EXPECT_TRUE(granted.ok()) << granted.status();
    return granted.ok() ? *std::move(granted) : std::vector<Granted>();
  }

  // "acme/1", with "!" behind those that led.
  static std::vector<std::string> Names(
      const absl::StatusOr<std::vector<ReleasedJob>>& released) {
    EXPECT_TRUE(released.ok()) << released.status();
    std::vector<std::string> names;
    if (!released.ok()) return names;
    for (const ReleasedJob& job : *released) {
      names.push_back(job.owner.organisation + "/" + job.owner.job +
                      (job.led ? "!" : ""));
    }
    return names;
  }
  static std::vector<std::string> Names(const std::vector<Granted>& granted) {
    std::vector<std::string> names;
    for (const Granted& each : granted) {
      names.push_back(each.owner.organisation + "/" + each.owner.job);
    }
    return names;
  }

  std::string folder_;
  std::string database_;
  std::shared_ptr<DedupCoordinator> dedup_;
  int64_t now_ = 1'700'000'000 * kSecond;
};

}  // namespace cupel

#endif  // CUPEL_TESTS_UNIT_DEDUP_COORDINATING_H_
