// argument_test.cc for scanners, inputs and reports.
#include "argument_test.h"

namespace cupel_test {
namespace {

TEST_F(ArgumentTest, ScannerOptions) {
  const auto with = [&](cupel_scan_options options) {
    return [this, options](cupel_error** e) {
      return cupel_scanner_new(engine_.get(), ruleset_.get(), &options,
                               &out_scanner_, e);
    };
  };
  cupel_scan_options flags = CUPEL_SCAN_OPTIONS_INIT;
  flags.flags = kUnknownFlag;
  cupel_scan_options threads = CUPEL_SCAN_OPTIONS_INIT;
  threads.threads = 257;
  cupel_scan_options excerpt = CUPEL_SCAN_OPTIONS_INIT;
  excerpt.excerpt_bytes = 4097;
  cupel_scan_options mode = CUPEL_SCAN_OPTIONS_INIT;
  mode.containers = 3;
  cupel_scan_options negative = CUPEL_SCAN_OPTIONS_INIT;
  negative.containers = -1;
  cupel_limits no_size = CUPEL_LIMITS_INIT;
  no_size.struct_size = 0;
  cupel_scan_options limits = CUPEL_SCAN_OPTIONS_INIT;
  limits.limits = &no_size;
  CheckAll({
      {"engine NULL",
       [&](auto e) {
         return cupel_scanner_new(nullptr, ruleset_.get(), nullptr,
                                  &out_scanner_, e);
       }},
      {"ruleset of another kind",
       [&](auto e) {
         return cupel_scanner_new(engine_.get(), Wrong<cupel_ruleset>(),
                                  nullptr, &out_scanner_, e);
       }},
      {"flags", with(flags)},
      {"threads", with(threads)},
      {"excerpt", with(excerpt)},
      {"containers", with(mode)},
      {"containers below 0", with(negative)},
      {"limits", with(limits)},
  });
}

TEST_F(ArgumentTest, Scanner) {
  const auto bare =
      Make<Scanner>(cupel_scanner_new, engine_.get(), nullptr, nullptr);
  const auto select = [&](cupel_scanner* scanner, cupel_select_by by,
                          std::string_view pattern) {
    return [=](cupel_error** e) {
      return cupel_scanner_select(scanner, by, View(pattern), 0, e);
    };
  };
  auto* scanner = scanner_.get();
  CheckAll({
      {"password, scanner",
       [&](auto e) { return cupel_scanner_add_password(nullptr, name_, e); }},
      {"select, scanner", select(nullptr, CUPEL_SELECT_NAME, "Needle")},
      {"select, by", select(scanner, 4, "Needle")},
      {"select, by below 0", select(scanner, -1, "Needle")},
      {"select, no such rule", select(scanner, CUPEL_SELECT_NAME, "Hay"),
       CUPEL_STATUS_NOT_FOUND},
      {"select, no such tag", select(scanner, CUPEL_SELECT_TAG, "hay"),
       CUPEL_STATUS_NOT_FOUND},
      {"select, no rules", select(bare.get(), CUPEL_SELECT_NAME, "Needle"),
       CUPEL_STATUS_FAILED_PRECONDITION},
      {"scan, scanner",
       [&](auto e) {
         return cupel_scanner_scan(nullptr, inputs_.get(), nullptr,
                                   &out_report_, e);
       }},
      {"scan, inputs",
       [&](auto e) {
         return cupel_scanner_scan(scanner, nullptr, nullptr, &out_report_, e);
       }},
      {"scan, no inputs",
       [&](auto e) {
         return cupel_scanner_scan(scanner, inputs_.get(), nullptr,
                                   &out_report_, e);
       }},
      {"scan, cancel",
       [&](auto e) {
         return cupel_scanner_scan(scanner, inputs_.get(),
                                   Wrong<cupel_cancel>(), &out_report_, e);
       }},
      {"scan_path, scanner",
       [&](auto e) {
         return cupel_scanner_scan_path(nullptr, name_, nullptr, &out_report_,
                                        e);
       }},
      {"scan_memory, scanner",
       [&](auto e) {
         return cupel_scanner_scan_memory(nullptr, name_, name_, nullptr,
                                          &out_report_, e);
       }},
  });
}

TEST_F(ArgumentTest, Inputs) {
  CheckAll({
      {"path",
       [&](auto e) { return cupel_inputs_add_path(nullptr, name_, e); }},
      {"memory",
       [&](auto e) {
         return cupel_inputs_add_memory(nullptr, name_, name_, e);
       }},
      {"fd", [&](auto e) { return cupel_inputs_add_fd(nullptr, name_, 0, e); }},
      {"fd below 0",
       [&](auto e) {
         return cupel_inputs_add_fd(inputs_.get(), name_, -1, e);
       }},
  });
}

int32_t WriteNothing(void*, cupel_view) { return 0; }

TEST_F(ArgumentTest, Report) {
  EXPECT_EQ(cupel_report_verdict(nullptr), CUPEL_VERDICT_UNKNOWN);
  EXPECT_EQ(cupel_report_coverage(nullptr), CUPEL_COVERAGE_NONE);
  EXPECT_EQ(cupel_report_score(nullptr), 0);
  EXPECT_EQ(cupel_report_verdict(Wrong<cupel_report>()), CUPEL_VERDICT_UNKNOWN);
  cupel_report_counts counts{};
  counts.struct_size = sizeof(counts);
  CheckAll({
      {"counts",
       [&](auto e) { return cupel_report_get_counts(nullptr, &counts, e); }},
      {"counts, out",
       [&](auto e) {
         return cupel_report_get_counts(report_.get(), nullptr, e);
       }},
      {"write, report",
       [&](auto e) {
         return cupel_report_write(nullptr, CUPEL_REPORT_JSON, 0, WriteNothing,
                                   nullptr, e);
       }},
      {"write, write",
       [&](auto e) {
         return cupel_report_write(report_.get(), CUPEL_REPORT_JSON, 0, nullptr,
                                   nullptr, e);
       }},
      {"write, format",
       [&](auto e) {
         return cupel_report_write(report_.get(), 3, 0, WriteNothing, nullptr,
                                   e);
       }},
      {"write, flags",
       [&](auto e) {
         return cupel_report_write(report_.get(), CUPEL_REPORT_JSON,
                                   kUnknownFlag, WriteNothing, nullptr, e);
       }},
      {"render, report",
       [&](auto e) {
         return cupel_report_render(nullptr, CUPEL_REPORT_JSON, 0, &out_buffer_,
                                    e);
       }},
      {"render, format",
       [&](auto e) {
         return cupel_report_render(report_.get(), -1, 0, &out_buffer_, e);
       }},
      {"render, flags",
       [&](auto e) {
         return cupel_report_render(report_.get(), CUPEL_REPORT_TEXT,
                                    kUnknownFlag, &out_buffer_, e);
       }},
  });
}

}  // namespace
}  // namespace cupel_test
