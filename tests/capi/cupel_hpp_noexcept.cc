// cupel.hpp in a file without exceptions and RTTI, in one program with files
// that have both. No GoogleTest here: cupel_hpp_noexcept_test.cc calls it.
#include <string>
#include <string_view>

#include "cupel/cupel.hpp"

#if defined(__cpp_exceptions) || defined(__cpp_rtti)
#error "this file is to be compiled with -fno-exceptions -fno-rtti"
#endif

namespace {

cupel::Result<cupel::Ruleset> Compile(const cupel::Engine& engine,
                                      std::string_view text) {
  return cupel::Try([&] {
    cupel::RuleSources sources;
    sources.AddText("rules", text);
    return cupel::Ruleset(engine, sources);
  });
}

}  // namespace

int MatchesWithoutExceptions() {
  auto engine = cupel::TryMake<cupel::Engine>();
  if (!engine) return -1;
  const auto rules =
      Compile(*engine, "rule r { strings: $a = \"NEEDLE\" condition: $a }");
  if (!rules) return -2;
  auto scanner = cupel::TryMake<cupel::Scanner>(*engine, *rules);
  if (!scanner) return -3;
  const auto report =
      cupel::Try([&] { return scanner->ScanMemory("a", "hay NEEDLE"); });
  if (!report) return -4;
  return static_cast<int>(report->verdict());
}

std::string FailureWithoutExceptions() {
  auto engine = cupel::TryMake<cupel::Engine>();
  const auto rules = Compile(*engine, "rule broken {");
  if (rules) return "it compiled";
  if (rules.error().diagnostics().size() != 1) return "no diagnostics";
  return std::string(cupel_status_name(rules.code()));
}

std::string FirstFailureWithoutExceptions() {
  // What follows a failure finds empty objects, and does nothing.
  const auto failed = cupel::Try([] {
    const cupel::Job job = cupel::Job::Parse("nonsense");
    const cupel::Buffer json = job.Json();
    const cupel::Job next = job.Transition(cupel::TaskStatus::kQueued);
    return std::string(json.view()) + std::string(next.Encode().view());
  });
  return failed ? "it worked" : std::string(failed.error().message());
}

bool AttemptsNestWithoutExceptions() {
  bool inner_failed = false;
  const auto outer = cupel::Try([&] {
    const auto inner = cupel::Try([] { return cupel::Job::Parse("{"); });
    inner_failed = !inner.has_value();
    return cupel::HashToken("x").view().size();
  });
  return inner_failed && outer && *outer == 64;
}

int CallbackEndsTheScanWithoutExceptions() {
  auto engine = cupel::TryMake<cupel::Engine>();
  int found = 0;
  cupel::ScanOptions options;
  options.finding = [&](const cupel::Finding&) {
    ++found;
    // Fails, and so ends the scan and is its result.
    static_cast<void>(cupel::Schema("nonsense").Json().view());
    return true;
  };
  const auto rules = Compile(*engine, "rule r { condition: true }");
  auto scanner = cupel::TryMake<cupel::Scanner>(*engine, *rules, options);
  const auto report = cupel::Try([&] {
    cupel::Inputs inputs;
    inputs.AddMemory("a", "one");
    inputs.AddMemory("b", "two");
    return scanner->Scan(inputs);
  });
  return report ? -1 : found;
}

void FailOutsideOfTry() { static_cast<void>(cupel::Job::Parse("{")); }
