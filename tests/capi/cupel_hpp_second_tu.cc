// The header once more, and twice, in another file of the same program: all of
// it has to be inline, and guarded.
#include "cupel/cupel.hpp"
// NOLINTNEXTLINE(readability-duplicate-include): this is what is being tested.
#include "cupel/cupel.hpp"

bool SecondTranslationUnitScans() {
  cupel::Engine engine;
  cupel::Scanner scanner(engine);
  return scanner.ScanMemory("a", "x").Counts().payloads == 1;
}
