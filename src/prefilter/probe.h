// The first look for one text: at which places do two of its bytes stand.
#ifndef CUPEL_PREFILTER_PROBE_H_
#define CUPEL_PREFILTER_PROBE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace cupel::prefilter {

// A byte `at` places behind the beginning, which after `& mask` is `value`.
struct ProbedByte {
  uint32_t at = 0;
  uint8_t value = 0;
  uint8_t mask = 0xff;
};

struct Probe {
  ProbedByte first;
  ProbedByte second;
  // What is looked at are not bytes but each byte xor the one behind it: those
  // are the same whatever key a text is xor-ed with. Masks are whole then.
  bool differences = false;
};

// The first place in [begin, end) at which both are right, or `end`. What the
// probe looks at must be there for each of these places.
using ProbeFunction = size_t (*)(const char* text, size_t begin, size_t end,
                                 const Probe& probe);

struct ProbeVariant {
  std::string_view name;
  ProbeFunction find;
};

// Those that this processor can run, the best one last. All find the same.
std::span<const ProbeVariant> ProbeVariants();
inline ProbeFunction BestProbe() { return ProbeVariants().back().find; }

// The parts that ProbeVariants() is made of; null where the compiler has no
// such instructions.
extern const ProbeVariant kScalarProbe;
const ProbeVariant* Avx2Probe();

inline bool IsProbed(const char* place, const ProbedByte& byte,
                     bool differences) {
  auto seen = static_cast<uint8_t>(place[byte.at]);
  if (differences) seen ^= static_cast<uint8_t>(place[byte.at + 1]);
  return (seen & byte.mask) == byte.value;
}

}  // namespace cupel::prefilter

#endif  // CUPEL_PREFILTER_PROBE_H_
