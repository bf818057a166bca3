#include "pipeline/member_reader.h"

#include <algorithm>
#include <array>
#include <utility>

namespace cupel {
namespace {

constexpr size_t kFirstRoom = 16u << 10;
// What a size that a container only claims may make us set aside at once.
constexpr size_t kTrustedRoom = 1u << 20;
constexpr size_t kChunk = 256u << 10;

// The limit that is nearest, and how far away it is.
struct Cap {
  uint64_t left = kUnlimited;
  std::string_view limit;
  uint64_t value = 0;

  void Consider(uint64_t other_left, std::string_view name, uint64_t setting) {
    if (setting == kUnlimited || other_left >= left) return;
    left = other_left;
    limit = name;
    value = setting;
  }
};

Cap BudgetCap(const Limits& limits, const InputBudget* input,
              const ContainerBudget* container) {
  Cap cap;
  if (input != nullptr) {
    cap.Consider(input->bytes_left, "total_bytes", limits.total_bytes);
  }
  if (container != nullptr) {
    cap.Consider(container->bytes_left, "ratio", limits.ratio);
  }
  return cap;
}

void Charge(uint64_t bytes, const Limits& limits, InputBudget* input,
            ContainerBudget* container) {
  if (input != nullptr && limits.total_bytes != kUnlimited) {
    input->bytes_left -= bytes;
  }
  if (container != nullptr && limits.ratio != kUnlimited) {
    container->bytes_left -= bytes;
  }
}

// Is there a byte beyond a limit? Only then the limit has cut something.
ReadOutcome ProbeEnd(const PullBytes& pull, const Cap& cap) {
  char byte;
  absl::StatusOr<size_t> got = pull(&byte, 1);
  ReadOutcome outcome;
  if (!got.ok()) {
    outcome.status = got.status();
  } else if (*got > 0) {
    outcome.limit = cap.limit;
    outcome.limit_value = cap.value;
  }
  return outcome;
}

bool MakeRoom(Job& job, uint64_t hint, uint64_t most, Bytes* out) {
  uint64_t wanted =
      out->capacity() == 0
          ? std::clamp<uint64_t>(hint + 1, kFirstRoom, kTrustedRoom)
          : uint64_t{out->capacity()} * 2;
  // What was announced and one byte to see the end in, if that is near: most
  // files keep their word.
  if (hint >= out->capacity() && hint < wanted) wanted = hint + 1;
  wanted = std::min(wanted, most);
  if (wanted <= out->capacity() ||
      !job.AcquireMemory(wanted - out->capacity())) {
    return false;
  }
  out->Grow(wanted);
  return true;
}

}  // namespace

ReadOutcome ReadAll(Job& job, const PullBytes& pull, uint64_t size_hint,
                    uint64_t held, InputBudget* input,
                    ContainerBudget* container, Bytes* out) {
  const Limits& limits = job.limits();
  // A size near 2^64 is nothing but a claim; it must not wrap around.
  size_hint = std::min<uint64_t>(size_hint, uint64_t{1} << 62);
  *out = Bytes(&job.memory());
  for (;;) {
    if (job.Stopped()) return ReadOutcome{.stopped = true};
    Cap cap = BudgetCap(limits, input, container);
    cap.Consider(
        limits.file_bytes - std::min(limits.file_bytes, uint64_t{out->size()}),
        "file_bytes", limits.file_bytes);
    const uint64_t room =
        limits.memory_bytes - std::min(limits.memory_bytes, held + out->size());
    cap.Consider(room, "memory_bytes", limits.memory_bytes);
    if (cap.left == 0) return ProbeEnd(pull, cap);
    if (out->room() == 0) {
      const uint64_t most =
          limits.memory_bytes - std::min(limits.memory_bytes, held);
      if (!MakeRoom(job, size_hint, most, out)) {
        cap.limit = "memory_bytes";
        cap.value = limits.memory_bytes;
        return ProbeEnd(pull, cap);
      }
    }
    const size_t want = static_cast<size_t>(
        std::min<uint64_t>({out->room(), cap.left, kChunk}));
    absl::StatusOr<size_t> got = pull(out->tail(), want);
    if (!got.ok()) return ReadOutcome{.status = got.status()};
    if (*got == 0) return ReadOutcome{};
    out->Advance(*got);
    Charge(*got, limits, input, container);
  }
}

ReadOutcome Drain(Job& job, const PullBytes& pull, InputBudget* input,
                  ContainerBudget* container) {
  static thread_local std::array<char, 64u << 10> sink;
  for (;;) {
    if (job.Stopped()) return ReadOutcome{.stopped = true};
    const Cap cap = BudgetCap(job.limits(), input, container);
    if (cap.left == 0) return ProbeEnd(pull, cap);
    absl::StatusOr<size_t> got =
        pull(sink.data(),
             static_cast<size_t>(std::min<uint64_t>(sink.size(), cap.left)));
    if (!got.ok()) return ReadOutcome{.status = got.status()};
    if (*got == 0) return ReadOutcome{};
    Charge(*got, job.limits(), input, container);
  }
}

}  // namespace cupel
