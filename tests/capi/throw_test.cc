// Callbacks that throw, which none may: the exception ends where it came from,
// the call fails and says so, and everything works on.
#include <atomic>
#include <stdexcept>
#include <string>

#include "capi_test.h"
#include "catalogue_testing.h"

namespace cupel_test {
namespace {

constexpr std::string_view kThrown = "thrown by a callback";

// What the callbacks throw, or nothing.
enum class Throws { kNothing, kException, kNumber };

void Throw(const void* data) {
  switch (*static_cast<const Throws*>(data)) {
    case Throws::kNothing:
      return;
    case Throws::kException:
      throw std::runtime_error(std::string(kThrown));
    case Throws::kNumber:
      throw 7;  // NOLINT: foreign code does such things
  }
}

template <typename... Arguments>
int32_t ThrowAndStatus(void* data, Arguments...) {
  Throw(data);
  return 0;
}

class ThrowTest : public testing::TestWithParam<Throws> {
 protected:
  // `call` fails while callbacks throw, and works when they don't.
  template <typename Call>
  void Check(Call call) {
    throws_ = GetParam();
    const std::string message = MessageOf(CUPEL_STATUS_INTERNAL, call);
    EXPECT_TRUE(Contains(message, "a callback threw")) << message;
    EXPECT_EQ(Contains(message, kThrown), throws_ == Throws::kException);
    throws_ = Throws::kNothing;
    MustBeOk(call);
  }

  Scanner NewScanner(uint32_t threads) {
    cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
    options.threads = threads;
    options.progress = ThrowAndStatus<const cupel_progress*>;
    options.finding = ThrowAndStatus<const cupel_finding*>;
    options.user_data = &throws_;
    return Make<Scanner>(cupel_scanner_new, engine_.get(), ruleset_.get(),
                         &options);
  }

  Throws throws_ = Throws::kNothing;
  Engine engine_ = NewEngine();
  Ruleset ruleset_ = Compile(engine_, kNeedleRule);
};

TEST_P(ThrowTest, FindingAndProgress) {
  const auto inputs = Make<Inputs>(cupel_inputs_new);
  for (int i = 0; i < 50; ++i) {
    MustBeOk(cupel_inputs_add_memory, inputs.get(), View("x"), View("needle"));
  }
  for (const uint32_t threads : {1u, 3u}) {
    const auto scanner = NewScanner(threads);
    for (int again = 0; again < 3; ++again) {
      Check([&](cupel_error** error) {
        cupel_report* report = nullptr;
        const cupel_status status = cupel_scanner_scan(
            scanner.get(), inputs.get(), nullptr, &report, error);
        EXPECT_EQ(report != nullptr, status == CUPEL_STATUS_OK);
        if (status == CUPEL_STATUS_OK) {
          EXPECT_EQ(cupel_report_coverage(report), CUPEL_COVERAGE_COMPLETE);
        }
        cupel_report_free(report);
        return status;
      });
    }
  }
}

TEST_P(ThrowTest, Profile) {
  const auto inputs = Make<Inputs>(cupel_inputs_new);
  MustBeOk(cupel_inputs_add_memory, inputs.get(), View("x"), View("needle"));
  Check([&](cupel_error** error) {
    cupel_buffer* out = nullptr;
    const cupel_status status = cupel_ruleset_profile(
        engine_.get(), ruleset_.get(), inputs.get(), nullptr,
        ThrowAndStatus<const cupel_progress*>, &throws_, &out, error);
    cupel_buffer_free(out);
    return status;
  });
}

TEST_P(ThrowTest, Write) {
  const auto report = ScanText(NewScanner(1), "needle");
  Check([&](cupel_error** error) {
    return cupel_report_write(report.get(), CUPEL_REPORT_JSON, 0,
                              ThrowAndStatus<cupel_view>, &throws_, error);
  });
  Check([&](cupel_error** error) {
    return cupel_report_documents(report.get(), nullptr,
                                  ThrowAndStatus<cupel_view>, &throws_, error);
  });
}

TEST_P(ThrowTest, Rotation) {
  const Plugins plugins;
  const auto registry = OpenRegistry(plugins, RingOf({NewKey()}));
  MustBeOk(cupel_registry_put_settings, registry.get(), View("acme"),
           View("dns"), View(kSettings));
  Check([&](cupel_error** error) {
    cupel_buffer* out = nullptr;
    const cupel_status status = cupel_registry_rotate(
        registry.get(), nullptr, ThrowAndStatus<uint64_t, uint64_t>, &throws_,
        &out, error);
    cupel_buffer_free(out);
    return status;
  });
}

// Plugins are foreign code in which anything may be thrown.
Throws method_throws = Throws::kNothing;

cupel_status ScanAndThrow(cupel_call* call) {
  cupel_call_log(call, CUPEL_LOG_INFO, "a line");
  Throw(&method_throws);
  return cupel_call_child(call, "child", call->bytes);
}

cupel_status IngestAndThrow(cupel_call* call) {
  cupel_item item = CUPEL_ITEM_INIT;
  item.name = View("item");
  item.bytes = View("needle");
  return call->host->item(call, &item);
}

cupel_plugin_v1 Table(const char* name, cupel_plugin_category category) {
  cupel_plugin_v1 table{};
  table.struct_size = sizeof(table);
  table.abi = CUPEL_PLUGIN_ABI;
  table.category = category;
  table.name = name;
  table.scan = category == CUPEL_PLUGIN_WORKER ? ScanAndThrow : nullptr;
  table.ingest = category == CUPEL_PLUGIN_SOURCE ? IngestAndThrow : nullptr;
  return table;
}

void ThrowInLog(void* data, cupel_view, cupel_log_level, cupel_view) {
  Throw(data);
}

int32_t TakeReport(void* data, cupel_report* report) {
  cupel_report_free(report);
  Throw(data);
  return 0;
}

class ThrowPluginTest : public ThrowTest {
 protected:
  ThrowPluginTest() {
    method_throws = Throws::kNothing;
    MustBeOk(cupel_plugins_register, plugins_.get(), &worker_);
    MustBeOk(cupel_plugins_register, plugins_.get(), &source_);
  }

  Scanner NewPluginScanner(cupel_plugin_log_fn log) {
    auto scanner = Make<Scanner>(cupel_scanner_new, engine_.get(),
                                 ruleset_.get(), nullptr);
    cupel_plugin_use use = CUPEL_PLUGIN_USE_INIT;
    use.plugins = plugins_.get();
    use.run = View("worker:throwing");
    use.log = log;
    use.user_data = &throws_;
    MustBeOk(cupel_scanner_use_plugins, scanner.get(), &use);
    return scanner;
  }

  const cupel_plugin_v1 worker_ = Table("throwing", CUPEL_PLUGIN_WORKER);
  const cupel_plugin_v1 source_ = Table("items", CUPEL_PLUGIN_SOURCE);
  Owned<cupel_plugins, cupel_plugins_free> plugins_ =
      Make<Owned<cupel_plugins, cupel_plugins_free>>(cupel_plugins_new,
                                                     nullptr);
};

TEST_P(ThrowPluginTest, Log) {
  const auto scanner = NewPluginScanner(ThrowInLog);
  Check([&](cupel_error** error) {
    cupel_report* report = nullptr;
    const cupel_status status = cupel_scanner_scan_memory(
        scanner.get(), View("x"), View("needle"), nullptr, &report, error);
    cupel_report_free(report);
    return status;
  });
}

TEST_P(ThrowPluginTest, Reports) {
  const auto scanner = NewPluginScanner(nullptr);
  Check([&](cupel_error** error) {
    return cupel_scanner_ingest(scanner.get(), View("source:items"), View(""),
                                TakeReport, &throws_, nullptr, error);
  });
}

TEST_P(ThrowPluginTest, Children) {
  cupel_plugin_input input = CUPEL_PLUGIN_INPUT_INIT;
  input.bytes = View("needle");
  Check([&](cupel_error** error) {
    cupel_buffer* out = nullptr;
    const cupel_status status =
        cupel_plugins_run(plugins_.get(), View("worker:throwing"), &input,
                          ThrowAndStatus<uint64_t, cupel_view, cupel_view>,
                          &throws_, nullptr, &out, error);
    cupel_buffer_free(out);
    return status;
  });
}

// What a method throws is its plugin's failure, and the report tells of it.
TEST_P(ThrowPluginTest, Methods) {
  const auto scanner = NewPluginScanner(nullptr);
  method_throws = GetParam();
  const auto failed = ScanText(scanner, "needle");
  EXPECT_NE(cupel_report_coverage(failed.get()), CUPEL_COVERAGE_COMPLETE);
  EXPECT_TRUE(Contains(JsonOf(failed).dump(), "threw an exception"));
  method_throws = Throws::kNothing;
  const auto report = ScanText(scanner, "needle");
  EXPECT_EQ(cupel_report_coverage(report.get()), CUPEL_COVERAGE_COMPLETE);
}

INSTANTIATE_TEST_SUITE_P(Kinds, ThrowTest,
                         testing::Values(Throws::kException, Throws::kNumber));
INSTANTIATE_TEST_SUITE_P(Kinds, ThrowPluginTest,
                         testing::Values(Throws::kException, Throws::kNumber));

void ThrowInWorkerLog(void* data, cupel_log_level, cupel_view) {
  static_cast<std::atomic<int>*>(data)->fetch_add(1);
  throw std::runtime_error(std::string(kThrown));
}

// From threads of the worker's own, too.
TEST(ThrowWorkerTest, Log) {
  std::atomic<int> calls{0};
  cupel_worker_options options = CUPEL_WORKER_OPTIONS_INIT;
  options.config = View(
      "[worker]\nexit_when_empty = true\nmode = \"thread\"\npool_size = 1\n"
      "[queue]\nurl = \"memory:\"\n");
  options.log = ThrowInWorkerLog;
  options.log_data = &calls;
  const auto worker =
      Make<Owned<cupel_worker, cupel_worker_free>>(cupel_worker_new, &options);
  const std::string message =
      MessageOf(CUPEL_STATUS_INTERNAL, cupel_worker_run, worker.get(), nullptr);
  EXPECT_TRUE(Contains(message, kThrown)) << message;
  EXPECT_GT(calls.load(), 0);
}

}  // namespace
}  // namespace cupel_test
