// No organisation learns of another, whatever happens in which order.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>

#include "coordinating.h"

namespace cupel {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using IsolationTest = Coordinating;

// All that an organisation gets to see.
std::string Seen(const std::vector<RawRow>& raws) {
  std::string text;
  for (const RawRow& raw : raws) {
    text += raw.id + " " + raw.owner.organisation + " " + raw.owner.job + " " +
            std::to_string(raw.created_micros) + "\n";
  }
  return text;
}

class Books {
 public:
  // `asked` is when the organisation first wanted the job.
  void Hand(const RawOwner& owner, const std::vector<RawRow>& raws,
            int64_t asked) {
    for (const RawRow& raw : raws) {
      EXPECT_EQ(raw.owner, owner);
      EXPECT_GE(raw.created_micros, asked)
          << "older than the question: somebody else has asked before";
      const auto [at, is_new] = owner_of_.emplace(raw.id, owner.organisation);
      EXPECT_EQ(at->second, owner.organisation) << "an id of two";
    }
    seen_[owner.organisation] += Seen(raws);
  }

  void Check() const {
    for (const auto& [organisation, text] : seen_) {
      for (const auto& [other, unused] : seen_) {
        if (other == organisation) continue;
        EXPECT_THAT(text, Not(HasSubstr(other)));
      }
      for (const auto& [id, owner] : owner_of_) {
        if (owner == organisation) continue;
        EXPECT_THAT(text, Not(HasSubstr(id)));
      }
    }
  }

  size_t handed() const { return owner_of_.size(); }

 private:
  std::map<std::string, std::string> owner_of_;
  std::map<std::string, std::string> seen_;
};

TEST_F(IsolationTest, OfRandomHistories) {
  std::mt19937 random(20);
  const std::string names[] = {"red-org", "blue-org", "green-org", "grey-org"};
  Books books;
  struct Running {
    RawOwner owner;
    int64_t token;
  };
  std::vector<Running> running;
  std::map<std::string, int64_t> asked;
  for (int step = 0; step < 600; ++step) {
    now_ += static_cast<int64_t>(random() % 5) * kSecond;
    const uint32_t what = random() % 10;
    if (what < 7 || running.empty()) {
      const std::string& name = names[random() % 4];
      DedupRequest request = Request(name, name + "-" + std::to_string(step),
                                     static_cast<char>('a' + random() % 3));
      request.max_age = std::chrono::seconds(random() % 20);
      request.switches.organisation = random() % 8 != 0;
      asked[request.job] = now_;
      const JoinResult joined = Join(request);
      const RawOwner owner{request.organisation, request.job};
      books.Hand(owner, joined.raws, now_);
      EXPECT_THAT(joined.reason, Not(HasSubstr("-org")));
      if (joined.lease) running.push_back({owner, joined.lease->token});
      continue;
    }
    const size_t which = random() % running.size();
    const Running run = running[which];
    running.erase(running.begin() + static_cast<ptrdiff_t>(which));
    if (what == 9) {
      // Gone already if its time was up and another took it over.
      (void)dedup_->Fail(run.owner, run.token);
      continue;
    }
    const auto granted =
        TryComplete(run.owner, run.token, {"one", "two of the run"});
    if (!granted.ok()) {
      const std::string_view why = MessageOf(granted.status());
      for (const std::string& name : names) {
        if (name == run.owner.organisation) continue;
        EXPECT_THAT(std::string(why), Not(HasSubstr(name)));
      }
      continue;
    }
    for (const Granted& each : *granted) {
      books.Hand(each.owner, each.raws, asked.at(each.owner.job));
    }
  }
  books.Check();
  EXPECT_GT(books.handed(), 200U);
  EXPECT_EQ(dedup_->raws().Usage()->blobs, 2U) << "all of it stored once";
}

}  // namespace
}  // namespace cupel
