// Callbacks: what they are told, that they can stop, and that whatever they do
// to the handles around them does no harm.
#include <functional>
#include <vector>

#include "capi_test.h"

namespace cupel_test {
namespace {

// C callbacks that run a std::function.
struct Hooks {
  std::function<int32_t(const cupel_progress&)> progress;
  std::function<int32_t(const cupel_finding&)> finding;

  static int32_t OnProgress(void* data, const cupel_progress* progress) {
    return static_cast<Hooks*>(data)->progress(*progress);
  }
  static int32_t OnFinding(void* data, const cupel_finding* finding) {
    return static_cast<Hooks*>(data)->finding(*finding);
  }
  cupel_scan_options Options() {
    cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
    if (progress) options.progress = OnProgress;
    if (finding) options.finding = OnFinding;
    options.user_data = this;
    return options;
  }
};

class CallbackTest : public testing::Test {
 protected:
  Scanner NewScanner() {
    const cupel_scan_options options = hooks_.Options();
    return Make<Scanner>(cupel_scanner_new, engine_.get(), ruleset_.get(),
                         &options);
  }

  // `count` different inputs that all match.
  Inputs NewInputs(size_t count) {
    auto inputs = Make<Inputs>(cupel_inputs_new);
    texts_.reserve(count);
    for (size_t i = 0; i < count; ++i) {
      texts_.push_back("needle " + std::to_string(i));
      MustBeOk(cupel_inputs_add_memory, inputs.get(),
               View("input" + std::to_string(i)), View(texts_.back()));
    }
    return inputs;
  }

  Hooks hooks_;
  Engine engine_ = NewEngine();
  Ruleset ruleset_ = Compile(engine_, kNeedleRule);
  std::vector<std::string> texts_;
};

TEST_F(CallbackTest, FindingsInTheOrderOfTheReport) {
  std::vector<std::string> lines;
  hooks_.finding = [&](const cupel_finding& f) {
    EXPECT_EQ(f.struct_size, sizeof(f));
    EXPECT_EQ(f.weight, 7);
    EXPECT_EQ(f.string_count, 1u);
    EXPECT_EQ(Text(f.rule), "Needle");
    EXPECT_EQ(Text(f.rule_namespace), "test");
    EXPECT_EQ(Text(f.path), "input" + std::to_string(lines.size()));
    EXPECT_EQ(f.payload, lines.size() + 1);
    lines.push_back(Text(f.json));
    return 0;
  };
  const auto scanner = NewScanner();
  const auto inputs = NewInputs(50);
  const auto report =
      Make<Report>(cupel_scanner_scan, scanner.get(), inputs.get(), nullptr);
  const auto buffer = Make<Buffer>(cupel_report_render, report.get(),
                                   CUPEL_REPORT_NDJSON, uint32_t{0});
  std::string joined;
  for (const std::string& line : lines) joined += line + "\n";
  EXPECT_EQ(lines.size(), 50u);
  EXPECT_EQ(joined, Text(cupel_buffer_view(buffer.get())));
}

TEST_F(CallbackTest, ProgressEndsWithTheWhole) {
  cupel_progress last{};
  std::string current;
  hooks_.progress = [&](const cupel_progress& p) {
    EXPECT_GE(p.elapsed_ns, last.elapsed_ns);
    EXPECT_GE(p.payloads, last.payloads);
    last = p;
    current = Text(p.current);
    return 0;
  };
  const auto scanner = NewScanner();
  const auto inputs = NewInputs(3);
  Make<Report>(cupel_scanner_scan, scanner.get(), inputs.get(), nullptr);
  EXPECT_EQ(last.struct_size, sizeof(last));
  EXPECT_EQ(last.payloads, 3u);
  EXPECT_EQ(last.findings, 3u);
  EXPECT_EQ(last.input_bytes, 3 * texts_[0].size());
  EXPECT_EQ(last.input_bytes_done, last.input_bytes);
  EXPECT_EQ(last.scanned_bytes, last.input_bytes);
  EXPECT_EQ(current, "input2");
}

TEST_F(CallbackTest, StopEndsTheScanAndTheReportSaysSo) {
  size_t calls = 0;
  hooks_.finding = [&](const cupel_finding&) {
    ++calls;
    return 1;
  };
  const auto scanner = NewScanner();
  const auto inputs = NewInputs(2000);
  const auto report =
      Make<Report>(cupel_scanner_scan, scanner.get(), inputs.get(), nullptr);
  EXPECT_LT(calls, 2000u);
  EXPECT_EQ(cupel_report_verdict(report.get()), CUPEL_VERDICT_MATCHED);
  EXPECT_EQ(cupel_report_coverage(report.get()), CUPEL_COVERAGE_PARTIAL);
  EXPECT_TRUE(HasIncident(report, "cancelled"));

  // The next scan with the same scanner starts anew.
  hooks_.finding = [](const cupel_finding&) { return 0; };
  const auto next =
      Make<Report>(cupel_scanner_scan, scanner.get(), inputs.get(), nullptr);
  EXPECT_EQ(cupel_report_coverage(next.get()), CUPEL_COVERAGE_COMPLETE);
}

TEST_F(CallbackTest, TheScannerIsBusyInItsOwnCallback) {
  Scanner scanner;
  Inputs inputs = NewInputs(1);
  size_t calls = 0;
  hooks_.finding = [&](const cupel_finding&) {
    ++calls;
    cupel_report* report = nullptr;
    cupel_error* error = nullptr;
    EXPECT_EQ(cupel_scanner_scan(scanner.get(), inputs.get(), nullptr, &report,
                                 &error),
              CUPEL_STATUS_FAILED_PRECONDITION);
    EXPECT_NE(Text(cupel_error_message(error)).find("busy"), std::string::npos);
    cupel_error_free(error);
    EXPECT_EQ(cupel_scanner_scan_path(scanner.get(), View("/"), nullptr,
                                      &report, nullptr),
              CUPEL_STATUS_FAILED_PRECONDITION);
    EXPECT_EQ(cupel_scanner_scan_memory(scanner.get(), View("x"), View("x"),
                                        nullptr, &report, nullptr),
              CUPEL_STATUS_FAILED_PRECONDITION);
    EXPECT_EQ(cupel_scanner_add_password(scanner.get(), View("x"), nullptr),
              CUPEL_STATUS_FAILED_PRECONDITION);
    EXPECT_EQ(cupel_scanner_select(scanner.get(), CUPEL_SELECT_NAME, View("*"),
                                   0, nullptr),
              CUPEL_STATUS_FAILED_PRECONDITION);
    EXPECT_EQ(report, nullptr);
    return 0;
  };
  scanner = NewScanner();
  Make<Report>(cupel_scanner_scan, scanner.get(), inputs.get(), nullptr);
  EXPECT_EQ(calls, 1u);
  // Free again afterwards.
  MustBeOk(cupel_scanner_add_password, scanner.get(), View("x"));
}

TEST_F(CallbackTest, AnotherScannerMayScanInACallback) {
  const auto other =
      Make<Scanner>(cupel_scanner_new, engine_.get(), ruleset_.get(), nullptr);
  int32_t verdict = CUPEL_VERDICT_UNKNOWN;
  hooks_.finding = [&](const cupel_finding&) {
    verdict = cupel_report_verdict(ScanText(other, "needle").get());
    return 0;
  };
  ScanText(NewScanner(), "needle");
  EXPECT_EQ(verdict, CUPEL_VERDICT_MATCHED);
}

TEST_F(CallbackTest, EverythingMayBeFreedInACallback) {
  Inputs inputs = NewInputs(20);
  auto cancel = Make<Cancel>(cupel_cancel_new);
  Scanner scanner;
  size_t calls = 0;
  hooks_.finding = [&](const cupel_finding&) {
    ++calls;
    scanner.reset();
    inputs.reset();
    cancel.reset();
    ruleset_.reset();
    engine_.reset();
    return 0;
  };
  scanner = NewScanner();
  const auto report = Make<Report>(cupel_scanner_scan, scanner.get(),
                                   inputs.get(), cancel.get());
  EXPECT_EQ(calls, 20u);
  EXPECT_EQ(cupel_report_coverage(report.get()), CUPEL_COVERAGE_COMPLETE);
  EXPECT_EQ(JsonOf(report)["findings"].size(), 20u);
}

TEST_F(CallbackTest, InputsMayGrowInACallback) {
  Inputs inputs = NewInputs(3);
  hooks_.finding = [&](const cupel_finding&) {
    MustBeOk(cupel_inputs_add_memory, inputs.get(), View("more"), View("more"));
    return 0;
  };
  const auto scanner = NewScanner();
  const auto report =
      Make<Report>(cupel_scanner_scan, scanner.get(), inputs.get(), nullptr);
  EXPECT_EQ(JsonOf(report)["payloads"].size(), 3u);
}

int32_t Append(void* data, cupel_view piece) {
  *static_cast<std::string*>(data) += Text(piece);
  return 0;
}

int32_t StopAtOnce(void* data, cupel_view) {
  ++*static_cast<int*>(data);
  return 1;
}

TEST_F(CallbackTest, WriteGivesWhatRenderGives) {
  const auto report = ScanText(NewScanner(), "needle");
  for (const cupel_report_format format :
       {CUPEL_REPORT_JSON, CUPEL_REPORT_NDJSON, CUPEL_REPORT_TEXT}) {
    std::string written;
    MustBeOk(cupel_report_write, report.get(), format,
             uint32_t{CUPEL_REPORT_INDENT}, Append,
             static_cast<void*>(&written));
    const auto rendered = Make<Buffer>(cupel_report_render, report.get(),
                                       format, uint32_t{CUPEL_REPORT_INDENT});
    EXPECT_EQ(written, Text(cupel_buffer_view(rendered.get())));
    EXPECT_NE(written.find("Needle"), std::string::npos);
  }
}

TEST_F(CallbackTest, WriteCanBeStopped) {
  const auto report = ScanText(NewScanner(), "needle");
  int calls = 0;
  cupel_error* error = nullptr;
  EXPECT_EQ(cupel_report_write(report.get(), CUPEL_REPORT_JSON, 0, StopAtOnce,
                               &calls, &error),
            CUPEL_STATUS_ABORTED);
  EXPECT_EQ(cupel_error_code(error), CUPEL_STATUS_ABORTED);
  cupel_error_free(error);
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace cupel_test
