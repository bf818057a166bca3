// Ending scans from elsewhere.
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "capi_test.h"

namespace cupel_test {
namespace {

// A point that two threads pass one after the other.
class Gate {
 public:
  void Open() {
    const std::lock_guard<std::mutex> lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void Wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

struct HandOff {
  Gate scanning;   // the scan has begun
  Gate triggered;  // the other thread has done its part
};

int32_t WaitForOther(void* data, const cupel_finding*) {
  auto* hand_off = static_cast<HandOff*>(data);
  hand_off->scanning.Open();
  hand_off->triggered.Wait();
  return 0;
}

class CancelTest : public testing::TestWithParam<uint32_t> {
 protected:
  static constexpr size_t kInputs = 3000;

  CancelTest() {
    options_.threads = GetParam();
    options_.user_data = &hand_off_;
    for (size_t i = 0; i < kInputs; ++i) {
      texts_.push_back("needle " + std::to_string(i));
    }
    for (const std::string& text : texts_) {
      MustBeOk(cupel_inputs_add_memory, inputs_.get(), View(text), View(text));
    }
  }

  static void ExpectCancelled(const Report& report) {
    EXPECT_NE(cupel_report_coverage(report.get()), CUPEL_COVERAGE_COMPLETE);
    EXPECT_NE(cupel_report_verdict(report.get()), CUPEL_VERDICT_CLEAN);
    EXPECT_TRUE(HasIncident(report, "cancelled"));
  }

  Engine engine_ = NewEngine();
  Ruleset ruleset_ = Compile(engine_, kNeedleRule);
  Cancel cancel_ = Make<Cancel>(cupel_cancel_new);
  std::vector<std::string> texts_;
  Inputs inputs_ = Make<Inputs>(cupel_inputs_new);
  HandOff hand_off_;
  cupel_scan_options options_ = CUPEL_SCAN_OPTIONS_INIT;
};

TEST_P(CancelTest, EndsARunningScan) {
  options_.finding = WaitForOther;
  const auto scanner = Make<Scanner>(cupel_scanner_new, engine_.get(),
                                     ruleset_.get(), &options_);
  std::thread other([this] {
    hand_off_.scanning.Wait();
    cupel_cancel_trigger(cancel_.get());
    cancel_.reset();  // the scan has its own share
    hand_off_.triggered.Open();
  });
  const auto report = Make<Report>(cupel_scanner_scan, scanner.get(),
                                   inputs_.get(), cancel_.get());
  other.join();
  ExpectCancelled(report);
  EXPECT_EQ(cupel_report_verdict(report.get()), CUPEL_VERDICT_MATCHED);
}

TEST_P(CancelTest, EndsAScanBeforeItBegins) {
  const auto scanner = Make<Scanner>(cupel_scanner_new, engine_.get(),
                                     ruleset_.get(), &options_);
  cupel_cancel_trigger(cancel_.get());
  cupel_cancel_trigger(cancel_.get());
  for (int i = 0; i < 2; ++i) {
    const auto report = Make<Report>(cupel_scanner_scan, scanner.get(),
                                     inputs_.get(), cancel_.get());
    ExpectCancelled(report);
    EXPECT_EQ(cupel_report_verdict(report.get()), CUPEL_VERDICT_UNKNOWN);
  }
  // Another scan is not concerned.
  const auto report =
      Make<Report>(cupel_scanner_scan, scanner.get(), inputs_.get(), nullptr);
  EXPECT_EQ(cupel_report_coverage(report.get()), CUPEL_COVERAGE_COMPLETE);
}

TEST_P(CancelTest, OneSwitchForManyScans) {
  options_.finding = WaitForOther;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([this] {
      const auto scanner = Make<Scanner>(cupel_scanner_new, engine_.get(),
                                         ruleset_.get(), &options_);
      ExpectCancelled(Make<Report>(cupel_scanner_scan, scanner.get(),
                                   inputs_.get(), cancel_.get()));
    });
  }
  hand_off_.scanning.Wait();
  cupel_cancel_trigger(cancel_.get());
  hand_off_.triggered.Open();
  for (std::thread& thread : threads) thread.join();
}

TEST_P(CancelTest, AScannerIsBusyForOtherThreads) {
  options_.finding = WaitForOther;
  const auto scanner = Make<Scanner>(cupel_scanner_new, engine_.get(),
                                     ruleset_.get(), &options_);
  cupel_status status = CUPEL_STATUS_OK;
  std::thread other([&] {
    hand_off_.scanning.Wait();
    cupel_report* report = nullptr;
    status = cupel_scanner_scan(scanner.get(), inputs_.get(), nullptr, &report,
                                nullptr);
    cupel_cancel_trigger(cancel_.get());
    hand_off_.triggered.Open();
  });
  Make<Report>(cupel_scanner_scan, scanner.get(), inputs_.get(), cancel_.get());
  other.join();
  EXPECT_EQ(status, CUPEL_STATUS_FAILED_PRECONDITION);
}

INSTANTIATE_TEST_SUITE_P(Threads, CancelTest, testing::Values(1u, 3u));

int32_t StopProfile(void* data, const cupel_progress* progress) {
  *static_cast<cupel_progress*>(data) = *progress;
  return 1;
}

TEST(CancelProfileTest, ByCallbackAndBySwitch) {
  const auto engine = NewEngine();
  const auto ruleset = Compile(engine, kNeedleRule);
  const auto inputs = Make<Inputs>(cupel_inputs_new);
  MustBeOk(cupel_inputs_add_memory, inputs.get(), View("x"), View("needle"));
  cupel_buffer* buffer = nullptr;
  cupel_progress progress{};
  EXPECT_EQ(
      cupel_ruleset_profile(engine.get(), ruleset.get(), inputs.get(), nullptr,
                            StopProfile, &progress, &buffer, nullptr),
      CUPEL_STATUS_CANCELLED);
  EXPECT_EQ(progress.struct_size, sizeof(progress));
  EXPECT_GT(progress.input_bytes, progress.input_bytes_done);
  const auto cancel = Make<Cancel>(cupel_cancel_new);
  cupel_cancel_trigger(cancel.get());
  EXPECT_EQ(
      cupel_ruleset_profile(engine.get(), ruleset.get(), inputs.get(),
                            cancel.get(), nullptr, nullptr, &buffer, nullptr),
      CUPEL_STATUS_CANCELLED);
  EXPECT_EQ(buffer, nullptr);
}

}  // namespace
}  // namespace cupel_test
