#include "prefilter/probe.h"

#include <array>

namespace cupel::prefilter {
namespace {

size_t FindScalar(const char* text, size_t begin, size_t end,
                  const Probe& probe) {
  for (size_t i = begin; i < end; ++i) {
    if (IsProbed(text + i, probe.first, probe.differences) &&
        IsProbed(text + i, probe.second, probe.differences)) {
      return i;
    }
  }
  return end;
}

struct Available {
  std::array<ProbeVariant, 2> variants{};
  size_t count = 0;
};

Available FindAvailable() {
  Available out;
  out.variants[out.count++] = kScalarProbe;
  if (const ProbeVariant* avx2 = Avx2Probe()) {
    out.variants[out.count++] = *avx2;
  }
  return out;
}

}  // namespace

constinit const ProbeVariant kScalarProbe = {"scalar", FindScalar};

std::span<const ProbeVariant> ProbeVariants() {
  static const Available available = FindAvailable();
  return std::span(available.variants).first(available.count);
}

}  // namespace cupel::prefilter
