// Memory that runs out when the test says so: this program's operator new and,
// without sanitizers, its malloc take the place of those of every library in
// the process.
#ifndef CUPEL_TESTS_EMBED_NO_MEMORY_FAULTS_H_
#define CUPEL_TESTS_EMBED_NO_MEMORY_FAULTS_H_

#include <cstdint>

namespace no_memory {

enum class Source : uint8_t {
  kNew,  // only what C++ asks for
  kAll,  // what C libraries ask malloc for as well
};

enum class Length : uint8_t {
  kOnce,     // one request fails, there is memory for the next
  kForGood,  // it and every later one
};

// Sanitizers have a malloc of their own.
bool MallocCanFail();

// From now on the request number `n` (from 1) fails, whichever thread makes it.
void Arm(uint64_t n, Source source, Length length);
// No more. True if it came to that.
bool Disarm();
// The requests since Arm.
uint64_t Requests();

// Blocks that are in use; 0 if nobody counts (sanitizers look for leaks
// themselves).
int64_t LiveBlocks();

}  // namespace no_memory

#endif  // CUPEL_TESTS_EMBED_NO_MEMORY_FAULTS_H_
