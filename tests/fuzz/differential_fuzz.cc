// Bytes -> rules and files made of them -> the engine against plain libyara.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/differential/draw.h"
#include "tests/differential/make_files.h"
#include "tests/differential/round.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace differential = cupel::differential;
  differential::Draw draw(data, size);
  differential::Tally tally;
  const std::string failing =
      differential::RunRound(&draw, 4, differential::SmallHeads(), &tally);
  if (failing.empty()) return 0;
  std::fprintf(stderr, "%s\n", failing.c_str());
  std::abort();
}
