// cupel selftest.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "app.h"
#include "console.h"
#include "cupel/cupel.hpp"
#include "exit_code.h"
#include "output.h"
#include "selftest_checks.h"
#include "table.h"
#include "values.h"

namespace cli {
namespace {

constexpr const char* kFooter = R"(Columns:
  CHECK    the limit, or another promise
  SET      what the limit was set to
  FED      what was scanned; all of it is made in memory
  CAME     the kind of the incident in the report
  GOT TO   how many bytes were scanned before that; for cancel: how long it took
  ANSWER   verdict and coverage of the whole
  OK?      ok, or FAILED

Exit codes: 0 everything as promised, 1 something was not, 2 wrong use.)";

// A check that throws has failed, and the others are still worth running.
Seen RunGuarded(const SelfCheck& check, const cupel::Engine& engine) {
  try {
    return check.run(engine);
  } catch (const std::exception& error) {
    Complain(fmt::format("cupel: {}: {}", check.name, Printable(error.what())));
    return {"error", "-", "-", false};
  }
}

int Selftest() {
  const cupel::Engine engine;
  Table table({"CHECK", "SET", "FED", "CAME", "GOT TO", "ANSWER", "OK?"},
              {1, 4});
  size_t failed = 0;
  size_t count = 0;
  for (const SelfCheck& check : SelfChecks()) {
    const Seen seen = RunGuarded(check, engine);
    table.Add({check.name, check.set, check.fed, seen.incident, seen.covered,
               seen.answer, seen.ok ? "ok" : "FAILED"});
    ++count;
    failed += seen.ok ? 0 : 1;
  }
  Output output("");
  output.Write(table.Render());
  output.Write(failed == 0 ? fmt::format("all {} as promised\n", count)
                           : fmt::format("{} of {} FAILED\n", failed, count));
  output.Commit();
  return failed == 0 ? kExitClean : kExitMatched;
}

}  // namespace

void AddSelftestCommand(CLI::App& app, Action* action) {
  CLI::App* command = app.add_subcommand(
      "selftest", "Make every limit fire, and show that the report says so.");
  command->footer(kFooter);
  command->callback([action] { *action = Selftest; });
}

}  // namespace cli
