// Logs and metrics.
#include <gtest/gtest.h>

#include "worker/log.h"
#include "worker/metrics.h"

namespace cupel::worker {
namespace {

LogEvent AnEvent() {
  return {.time_micros = 1'767'323'045'678'901,
          .level = LogLevel::kError,
          .job = "j1",
          .event = "job lost",
          .facts = {{"signal", "11"}, {"reason", "a \"b\"\nc"}}};
}

TEST(LogTest, TextIsOneLineWhateverIsInIt) {
  EXPECT_EQ(LogLine(AnEvent()),
            "2026-01-02T03:04:05.678Z ERROR job lost job=j1 signal=11 "
            "reason=\"a \\\"b\\\"\\nc\"");
}

TEST(LogTest, JsonHoldsTheSame) {
  EXPECT_EQ(LogJson(AnEvent()),
            R"({"time":"2026-01-02T03:04:05.678Z","level":"ERROR",)"
            R"("event":"job lost","job":"j1","signal":"11",)"
            R"("reason":"a \"b\"\nc"})");
}

TEST(LogTest, WhatIsNotWantedIsNotTold) {
  int told = 0;
  const Log log(LogLevel::kWarning, [&](const LogEvent&) { ++told; });
  log.Debug("a");
  log.Info("a");
  EXPECT_EQ(told, 0);
  log.Warning("a");
  log.Error("a");
  EXPECT_EQ(told, 2);
}

TEST(LogTest, LevelsHaveNames) {
  EXPECT_EQ(LogLevelOf("warning"), LogLevel::kWarning);
  EXPECT_FALSE(LogLevelOf("WARN").has_value());
}

TEST(MetricsTest, WritesWhatPrometheusReads) {
  Metrics metrics;
  metrics.Add("cupel_jobs_total", "completed", 2);
  metrics.Set("cupel_pool_waiting", {}, 3);
  metrics.Observe("cupel_job_seconds", "scan", 0.02);
  EXPECT_EQ(
      metrics.Text(),
      "# HELP cupel_jobs_total Jobs that ended here, by how.\n"
      "# TYPE cupel_jobs_total counter\n"
      "cupel_jobs_total{outcome=\"completed\"} 2\n"
      "# HELP cupel_job_seconds Time that jobs ran, by kind.\n"
      "# TYPE cupel_job_seconds histogram\n" +
          [] {
            std::string buckets;
            for (const char* le :
                 {"0.001", "0.005", "0.02", "0.1", "0.5", "1", "5", "15", "60",
                  "300", "900", "3600", "+Inf"}) {
              const std::string bound = le;
              const bool below = bound == "0.001" || bound == "0.005";
              buckets += "cupel_job_seconds_bucket{kind=\"scan\",le=\"" +
                         bound + "\"} " + (below ? "0" : "1") + "\n";
            }
            return buckets;
          }() +
          "cupel_job_seconds_sum{kind=\"scan\"} 0.02\n"
          "cupel_job_seconds_count{kind=\"scan\"} 1\n"
          "# HELP cupel_pool_waiting Jobs that were taken and wait for a "
          "slot.\n"
          "# TYPE cupel_pool_waiting gauge\n"
          "cupel_pool_waiting 3\n");
}

TEST(MetricsTest, LabelsOfStrangersAreEscapedAndBounded) {
  Metrics metrics;
  metrics.AddCounts({{"plugin_runs.a\"b\\\nc", 1}});
  EXPECT_NE(metrics.Text().find("{plugin=\"a\\\"b\\\\\\nc\"} 1\n"),
            std::string::npos)
      << metrics.Text();
  for (int i = 0; i < 1000; ++i) {
    metrics.AddCounts({{"limit.l" + std::to_string(i), 1}});
  }
  EXPECT_EQ(metrics.Value("cupel_limits_hit_total", "l0"), 1);
  EXPECT_EQ(metrics.Value("cupel_limits_hit_total", "other"),
            1000 - static_cast<double>(Metrics::kMostValues));
}

TEST(MetricsTest, CountersNeverFall) {
  Metrics metrics;
  metrics.AddCounts({{"scan.bytes", 5}, {"scan.bytes", -3}});
  EXPECT_EQ(metrics.Value("cupel_work_total", "scan.bytes"), 5);
}

}  // namespace
}  // namespace cupel::worker
