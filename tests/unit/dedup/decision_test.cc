#include "dedup/decision.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/status.h"

namespace cupel {
namespace {

using std::chrono::microseconds;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr int64_t kHour = int64_t{3600} * 1000 * 1000;

DateTime At(int64_t micros) { return {micros, true, 0}; }

DedupRequest Request() {
  DedupRequest request;
  request.organisation = "acme";
  request.job = "job";
  request.plugin = "dns-records";
  request.key = std::string(64, 'a');
  request.switches.install = true;
  return request;
}

struct Known final : RunIndex {
  std::optional<KnownRun> done;
  std::optional<KnownRun> going_on;

  absl::StatusOr<std::optional<KnownRun>> LatestDone(
      std::string_view) override {
    return done;
  }
  absl::StatusOr<std::optional<KnownRun>> GoingOn(std::string_view) override {
    return going_on;
  }
};

DedupDecision Decided(const DedupRequest& request, Known known, int64_t now) {
  const auto decision = Decide(request, known, At(now));
  EXPECT_TRUE(decision.ok()) << decision.status();
  return decision.value_or(DedupDecision{});
}

TEST(Decide, LeadsWhatNobodyKnows) {
  const DedupDecision decision = Decided(Request(), {}, 0);
  EXPECT_EQ(decision.action, DedupAction::kLead);
  EXPECT_FALSE(decision.run.has_value());
}

TEST(Decide, EverySwitchTurnsItOffAndIsNamed) {
  const std::pair<bool DedupSwitches::*, const char*> switches[] = {
      {&DedupSwitches::install, "install"},
      {&DedupSwitches::organisation, "organisation"},
      {&DedupSwitches::plugin, "\"deduplicate\": false"}};
  Known known;
  known.done = KnownRun{1, At(0), At(0)};
  for (const auto& [which, word] : switches) {
    DedupRequest request = Request();
    request.switches.*which = false;
    request.key.clear();
    request.system_variables = {"BOEFJE_X"};
    const DedupDecision decision = Decided(request, known, 0);
    EXPECT_EQ(decision.action, DedupAction::kAlone) << word;
    EXPECT_THAT(decision.reason, HasSubstr(word));
  }
}

TEST(Decide, OnlyAPluginThatNeedsTheOrganisationIsToldIt) {
  EXPECT_TRUE(HandsOrganisation(false));
  EXPECT_FALSE(HandsOrganisation(true));
}

TEST(Decide, VariablesOfTheHostAreAnErrorThatSaysHowToMendIt) {
  DedupRequest request = Request();
  request.system_variables = {"BOEFJE_TOP_PORTS", "BOEFJE_\x1b[1m"};
  const absl::Status status = CheckDedupRequest(request);
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_THAT(std::string(MessageOf(status)),
              AllOf(HasSubstr("dns-records"), HasSubstr("BOEFJE_TOP_PORTS"),
                    HasSubstr("settings of the organisations"),
                    HasSubstr("switch deduplication off")));
  EXPECT_EQ(MessageOf(status).find('\x1b'), std::string_view::npos);
}

TEST(Decide, ReusesUpToTheIntervalAndNoMicrosecondLonger) {
  DedupRequest request = Request();
  Known known;
  known.done = KnownRun{7, At(1000), At(0)};
  for (const int64_t age : {int64_t{0}, int64_t{1}, kHour}) {
    request.max_age = microseconds(age);
    const DedupDecision fresh = Decided(request, known, 1000 + age);
    EXPECT_EQ(fresh.action, DedupAction::kReuse) << age;
    EXPECT_EQ(fresh.run->number, 7);
    EXPECT_EQ(Decided(request, known, 1001 + age).action, DedupAction::kLead);
  }
}

TEST(Decide, WithoutAnIntervalItIsADay) {
  Known known;
  known.done = KnownRun{7, At(0), At(0)};
  EXPECT_EQ(Decided(Request(), known, 24 * kHour).action, DedupAction::kReuse);
  EXPECT_EQ(Decided(Request(), known, 24 * kHour + 1).action,
            DedupAction::kLead);
}

TEST(Decide, ARunOfTheFutureServesNobody) {
  Known known;
  known.done = KnownRun{7, At(1001), At(0)};
  EXPECT_EQ(Decided(Request(), known, 1000).action, DedupAction::kLead);
}

TEST(Decide, FollowsUntilTheLeadersTimeIsUp) {
  Known known;
  known.going_on = KnownRun{7, At(0), At(100)};
  const DedupDecision follow = Decided(Request(), known, 99);
  EXPECT_EQ(follow.action, DedupAction::kFollow);
  EXPECT_EQ(follow.run->number, 7);
  const DedupDecision lead = Decided(Request(), known, 100);
  EXPECT_EQ(lead.action, DedupAction::kLead);
  ASSERT_TRUE(lead.run.has_value()) << "takes that one over";
  EXPECT_EQ(lead.run->number, 7);
}

TEST(Decide, DoesNotFollowWhatBeganTooLongAgo) {
  Known known;
  known.going_on = KnownRun{7, At(0), At(10 * kHour)};
  DedupRequest request = Request();
  request.max_age = microseconds(kHour);
  EXPECT_EQ(Decided(request, known, kHour).action, DedupAction::kFollow);
  EXPECT_EQ(Decided(request, known, kHour + 1).action, DedupAction::kAlone);
}

TEST(Decide, PrefersWhatIsDoneToWaiting) {
  Known known;
  known.done = KnownRun{1, At(0), At(0)};
  known.going_on = KnownRun{2, At(5), At(100)};
  EXPECT_EQ(Decided(Request(), known, 10).action, DedupAction::kReuse);
  DedupRequest request = Request();
  request.max_age = microseconds(7);
  EXPECT_EQ(Decided(request, known, 10).action, DedupAction::kFollow);
}

TEST(Decide, RefusesWhatCannotBe) {
  DedupRequest request = Request();
  request.max_age = microseconds(-1);
  EXPECT_TRUE(absl::IsInvalidArgument(CheckDedupRequest(request)));
  for (const std::string& key :
       {std::string(), std::string("ab"), std::string(64, 'A'),
        std::string(64, 'g'), std::string(65, 'a')}) {
    request = Request();
    request.key = key;
    EXPECT_TRUE(absl::IsInvalidArgument(CheckDedupRequest(request))) << key;
  }
}

}  // namespace
}  // namespace cupel
