// Small reports made by hand.
#ifndef CUPEL_TESTS_UNIT_REPORT_REPORT_BUILDER_H_
#define CUPEL_TESTS_UNIT_REPORT_REPORT_BUILDER_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "report/report.h"
#include "tests/support/fake_rules.h"

namespace cupel {

// Payloads are opened in depth-first order and closed by Close, like in the
// pipeline.
class ReportBuilder {
 public:
  explicit ReportBuilder(std::vector<RuleInfo> rules) {
    report.rules = std::make_shared<FakeRules>(std::move(rules));
  }

  uint32_t AddDistribution(std::string name) {
    report.distributions.emplace_back().raw_name = std::move(name);
    return static_cast<uint32_t>(report.distributions.size() - 1);
  }

  uint32_t Open(uint32_t parent, uint32_t distribution, std::string name) {
    PayloadRecord& record = report.payloads.emplace_back();
    record.id = static_cast<uint32_t>(report.payloads.size());
    record.parent = parent;
    record.distribution = distribution;
    record.raw_name = std::move(name);
    record.has_content = true;
    record.own_coverage = Coverage::kComplete;
    if (parent == kNoPayload) {
      report.distributions[distribution].payloads.push_back(record.id);
    }
    return record.id;
  }

  void Close(uint32_t id, std::vector<uint32_t> rules = {}) {
    PayloadRecord& record = report.payload(id);
    record.last_descendant = static_cast<uint32_t>(report.payloads.size());
    report.order.push_back(id);
    if (rules.empty()) return;
    auto result = std::make_shared<ScanResult>();
    for (const uint32_t rule : rules) {
      FoundRule& found = result->rules.emplace_back();
      found.rule = rule;
      found.total_strings = 1;
      found.strings.push_back(
          {.id = "$a", .offset = 17, .length = 4, .excerpt = "ev\x01l"});
    }
    record.result = std::move(result);
  }

  Report report;
};

}  // namespace cupel

#endif  // CUPEL_TESTS_UNIT_REPORT_REPORT_BUILDER_H_
