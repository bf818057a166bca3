// Compares Cupel's engine with plain libyara for as long as one likes.
//
//   cupel_differential [--seconds N] [--seed N]      rules made at random
//   cupel_differential --rules PATH... [--files FOLDER...] [--seconds N]
//
// The second form takes rules that are there, over files made of their strings
// and over files that are there. Exit code 1: they differ; a small case that
// shows it is on standard output, as a test.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "tests/differential/heads.h"
#include "tests/differential/real_rules.h"
#include "tests/differential/round.h"

namespace cupel::differential {
namespace {

using Clock = std::chrono::steady_clock;

struct Arguments {
  uint64_t seconds = 60;
  uint64_t seed = 1;
  uint64_t rounds = UINT64_MAX;
  std::vector<std::string> rules;
  std::vector<std::string> files;
};

int Usage() {
  std::fprintf(
      stderr,
      "usage: cupel_differential [--seconds N] [--rounds N] [--seed N] "
      "[--rules PATH]... [--files FOLDER]...\n");
  return 2;
}

bool Parse(int argc, char** argv, Arguments* out) {
  for (int i = 1; i < argc; i += 2) {
    if (i + 1 == argc) return false;
    const std::string_view name = argv[i];
    const char* value = argv[i + 1];
    if (name == "--rules") {
      out->rules.emplace_back(value);
    } else if (name == "--files") {
      out->files.emplace_back(value);
    } else {
      char* end = nullptr;
      const uint64_t number = std::strtoull(value, &end, 10);
      if (*value == '\0' || *end != '\0') return false;
      if (name == "--seconds") {
        out->seconds = number;
      } else if (name == "--seed") {
        out->seed = number;
      } else if (name == "--rounds") {
        out->rounds = number;
      } else {
        return false;
      }
    }
  }
  return true;
}

// Goes on after a difference: several are worth more than one.
int Random(const Arguments& arguments) {
  const auto end = Clock::now() + std::chrono::seconds(arguments.seconds);
  const std::vector<std::string> heads = HeadsAtHand();
  Tally tally;
  int differences = 0;
  uint64_t seed = arguments.seed;
  for (; Clock::now() < end && tally.rounds < arguments.rounds; ++seed) {
    Draw draw(seed);
    const std::string failing = RunRound(&draw, 12, heads, &tally);
    if (failing.empty()) continue;
    std::printf("// seed %llu\n%s\n", static_cast<unsigned long long>(seed),
                failing.c_str());
    std::fflush(stdout);
    if (++differences == 10) break;
  }
  std::fprintf(stderr, "%s; seeds %llu to %llu; %d differences\n",
               ToText(tally).c_str(),
               static_cast<unsigned long long>(arguments.seed),
               static_cast<unsigned long long>(seed - 1), differences);
  return differences == 0 ? 0 : 1;
}

}  // namespace
}  // namespace cupel::differential

int main(int argc, char** argv) {
  using cupel::differential::RunRealRules;
  cupel::differential::Arguments arguments;
  if (!Parse(argc, argv, &arguments)) return cupel::differential::Usage();
  if (arguments.rules.empty()) return cupel::differential::Random(arguments);
  return RunRealRules(arguments.rules, arguments.files, arguments.seed,
                      arguments.seconds);
}
