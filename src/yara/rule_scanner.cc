#include "yara/rule_scanner.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <tuple>
#include <utility>

#include "base/status.h"
#include "yara/internal.h"
#include "yara/library.h"

namespace cupel {
namespace {

// libyara polls its clock only if there is a time-out, and an interrupt works
// through that poll: so there always is one. About 146 years.
constexpr uint64_t kLongestTimeout = std::numeric_limits<uint64_t>::max() / 4;

// libyara knows the keys from 4.3 on.
std::optional<uint8_t> XorKeyOf(const YR_STRING& string,
                                const YR_MATCH& match) {
#if YR_VERSION_HEX >= 0x040300
  if (STRING_IS_XOR(&string)) return match.xor_key;
#endif
  static_cast<void>(string);
  static_cast<void>(match);
  return std::nullopt;
}

struct ScannerDeleter {
  void operator()(YR_SCANNER* scanner) const { yr_scanner_destroy(scanner); }
};
using OwnedScanner = std::unique_ptr<YR_SCANNER, ScannerDeleter>;

// The bytes of a scan as one block, which can't be fetched at first: libyara
// passes it over when it searches, and meets it when a condition asks for it.
class LateBlock {
 public:
  explicit LateBlock(const uint8_t* data, size_t size) : data_(data) {
    block_.size = size;
    block_.base = 0;
    block_.context = this;
    block_.fetch_data = [](YR_MEMORY_BLOCK* block) -> const uint8_t* {
      auto* self = static_cast<LateBlock*>(block->context);
      return std::exchange(self->searching_, false) ? nullptr : self->data_;
    };
    iterator_ = {};
    iterator_.context = this;
    iterator_.first = [](YR_MEMORY_BLOCK_ITERATOR* it) {
      return &static_cast<LateBlock*>(it->context)->block_;
    };
    iterator_.next = [](YR_MEMORY_BLOCK_ITERATOR*) -> YR_MEMORY_BLOCK* {
      return nullptr;
    };
    iterator_.file_size = [](YR_MEMORY_BLOCK_ITERATOR* it) {
      return uint64_t{static_cast<LateBlock*>(it->context)->block_.size};
    };
  }
  LateBlock(const LateBlock&) = delete;
  LateBlock& operator=(const LateBlock&) = delete;

  YR_MEMORY_BLOCK_ITERATOR* iterator() { return &iterator_; }

 private:
  const uint8_t* const data_;
  bool searching_ = true;
  YR_MEMORY_BLOCK block_;
  YR_MEMORY_BLOCK_ITERATOR iterator_;
};

class Scanner final : public YaraScanner {
 public:
  Scanner(std::shared_ptr<const YaraRules> rules, OwnedScanner scanner,
          Search search)
      : rules_(std::move(rules)),
        search_(search),
        owned_(std::move(scanner)),
        scanner_(owned_.get()) {
    yr_scanner_set_flags(
        scanner_, SCAN_FLAGS_NO_TRYCATCH | SCAN_FLAGS_REPORT_RULES_MATCHING);
    yr_scanner_set_callback(scanner_, &OnEvent, this);
  }

  absl::Status Define(const char* name, const YaraValue& value) override;
  absl::Status DefineString(const char* name, const char* value) override {
    return FromCode(name,
                    yr_scanner_define_string_variable(scanner_, name, value));
  }
  YaraScan Scan(std::string_view bytes, uint64_t timeout_ns,
                uint64_t max_strings_per_rule) override;

  // The field is public in yara/types.h and libyara reads it anew at each poll
  // (every 4 KiB, every 100 instructions), while its own setter counts whole
  // seconds. A time of 1 ns is always over. libyara's read is a plain aligned
  // 64-bit load; our side is atomic.
  void Interrupt() override {
    interrupted_.store(true, std::memory_order_seq_cst);
    __atomic_store_n(&scanner_->timeout, uint64_t{1}, __ATOMIC_SEQ_CST);
  }
  void Reset() override { interrupted_.store(false); }

 private:
  static absl::Status FromCode(const char* name, int code) {
    if (code == ERROR_SUCCESS) return absl::OkStatus();
    if (code == ERROR_INVALID_ARGUMENT) {
      return NotFound("no external variable '{}'", name);
    }
    return InvalidArgument("external variable '{}': {}", name,
                           YaraErrorText(code));
  }

  static int OnEvent(YR_SCAN_CONTEXT* context, int message, void* data,
                     void* user) noexcept;
  void AddMatch(YR_SCAN_CONTEXT* context, YR_RULE* rule);
  void AddStrings(YR_SCAN_CONTEXT* context, const YR_STRING* string,
                  YaraMatch* match) const;
  void KeepFirst(std::vector<YaraStringMatch>* strings) const;
  void AddOverflow(YR_SCAN_CONTEXT* context, const YR_STRING* string);
  absl::Status StatusOf(int code) const;

  int Run(const uint8_t* data, size_t size);

  const std::shared_ptr<const YaraRules> rules_;
  const Search search_;
  const OwnedScanner owned_;
  YR_SCANNER* const scanner_;
  std::atomic<bool> interrupted_{false};
  uint64_t max_strings_ = 0;
  YaraScan* scan_ = nullptr;
};

absl::Status Scanner::Define(const char* name, const YaraValue& value) {
  if (const auto* b = std::get_if<bool>(&value)) {
    return FromCode(name,
                    yr_scanner_define_boolean_variable(scanner_, name, *b));
  }
  if (const auto* i = std::get_if<int64_t>(&value)) {
    return FromCode(name,
                    yr_scanner_define_integer_variable(scanner_, name, *i));
  }
  if (const auto* d = std::get_if<double>(&value)) {
    return FromCode(name, yr_scanner_define_float_variable(scanner_, name, *d));
  }
  return DefineString(name, std::get<std::string>(value).c_str());
}

YaraScan Scanner::Scan(std::string_view bytes, uint64_t timeout_ns,
                       uint64_t max_strings_per_rule) {
  YaraScan scan;
  scan_ = &scan;
  max_strings_ = max_strings_per_rule;
  // First the time, then the look at the flag: an Interrupt in between has
  // either set the flag before the look or the time after the store.
  __atomic_store_n(&scanner_->timeout,
                   std::clamp<uint64_t>(timeout_ns, 1, kLongestTimeout),
                   __ATOMIC_SEQ_CST);
  if (interrupted_.load(std::memory_order_seq_cst)) {
    scan.status = Cancelled("the scan was interrupted");
    return scan;
  }
  // A reused scanner would keep the entry point of the file before.
  scanner_->entry_point = YR_UNDEFINED;
  // libyara takes a null pointer for a block that could not be read.
  const char* data = bytes.data() != nullptr ? bytes.data() : "";
  const int code = Run(reinterpret_cast<const uint8_t*>(data), bytes.size());
  scan_ = nullptr;
  scan.status = StatusOf(code);
  return scan;
}

int Scanner::Run(const uint8_t* data, size_t size) {
  const std::shared_lock lock(rules_->state().mutex);
  if (search_ == Search::kStrings) {
    return yr_scanner_scan_mem(scanner_, data, size);
  }
  LateBlock block(data, size);
  return yr_scanner_scan_mem_blocks(scanner_, block.iterator());
}

absl::Status Scanner::StatusOf(int code) const {
  if (interrupted_.load(std::memory_order_seq_cst)) {
    return Cancelled("the scan was interrupted");
  }
  if (code == ERROR_SUCCESS) return absl::OkStatus();
  if (code == ERROR_SCAN_TIMEOUT) {
    return DeadlineExceeded("the rules ran out of time");
  }
  if (code == ERROR_INSUFFICIENT_MEMORY || code == ERROR_CALLBACK_ERROR) {
    return ResourceExhausted("not enough memory for the scan");
  }
  // Here libyara knows the string that was to blame.
  const YR_STRING* string = yr_scanner_last_error_string(scanner_);
  const YR_RULE* rule = string != nullptr
                            ? &scanner_->rules->rules_table[string->rule_idx]
                            : nullptr;
  if (rule == nullptr) {
    return Internal("the scan failed: {} (code {})", YaraErrorText(code), code);
  }
  return Internal("the scan failed: {} (code {}), at {}.{}: {}",
                  YaraErrorText(code), code, rule->ns->name, rule->identifier,
                  string->identifier);
}

int Scanner::OnEvent(YR_SCAN_CONTEXT* context, int message, void* data,
                     void* user) noexcept {
  auto* self = static_cast<Scanner*>(user);
  try {
    if (message == CALLBACK_MSG_RULE_MATCHING) {
      self->AddMatch(context, static_cast<YR_RULE*>(data));
      // Rules are reported after the last poll.
      if (self->interrupted_.load(std::memory_order_relaxed)) {
        return CALLBACK_ABORT;
      }
    } else if (message == CALLBACK_MSG_TOO_MANY_MATCHES) {
      // A question: may the scan go on without this string?
      self->AddOverflow(context, static_cast<const YR_STRING*>(data));
    }
    // Messages of the console module, of imports and of slow scans (4.5) are
    // nothing to us.
    return CALLBACK_CONTINUE;
  } catch (const std::bad_alloc&) {
    return CALLBACK_ERROR;
  }
}

void Scanner::AddMatch(YR_SCAN_CONTEXT* context, YR_RULE* rule) {
  YaraMatch match;
  match.rule = static_cast<uint32_t>(rule - context->rules->rules_table);
  const YR_STRING* string = nullptr;
  yr_rule_strings_foreach(rule, string) {
    if (STRING_IS_PRIVATE(string)) continue;
    AddStrings(context, string, &match);
  }
  KeepFirst(&match.strings);
  scan_->matches.push_back(std::move(match));
}

// Each list of libyara's is in the order of the offsets, so the first
// max_strings_ of each are enough.
void Scanner::AddStrings(YR_SCAN_CONTEXT* context, const YR_STRING* string,
                         YaraMatch* match) const {
  const YR_MATCHES& found = context->matches[string->idx];
  uint64_t taken = 0;
  for (const YR_MATCH* m = found.head; m != nullptr; m = m->next) {
    ++match->total_strings;
    if (taken == max_strings_) continue;
    ++taken;
    match->strings.push_back(
        {string->identifier, static_cast<uint64_t>(m->base + m->offset),
         static_cast<uint32_t>(m->match_length), XorKeyOf(*string, *m)});
  }
  // Not each time, which would take very long with thousands of strings, but
  // often enough for the list to stay small.
  if (match->strings.size() / 2 > max_strings_) KeepFirst(&match->strings);
}

// The first max_strings_ of all strings together. Anonymous strings share their
// name: those at the same place stay in the order of the rule.
void Scanner::KeepFirst(std::vector<YaraStringMatch>* strings) const {
  std::stable_sort(strings->begin(), strings->end(),
                   [](const YaraStringMatch& a, const YaraStringMatch& b) {
                     return std::tie(a.offset, a.id, a.length) <
                            std::tie(b.offset, b.id, b.length);
                   });
  if (strings->size() > max_strings_) strings->resize(max_strings_);
}

void Scanner::AddOverflow(YR_SCAN_CONTEXT* context, const YR_STRING* string) {
  if (string == nullptr) return;
  const YR_RULE& rule = context->rules->rules_table[string->rule_idx];
  scan_->overflowing.push_back(
      {string->rule_idx, fmt::format("{}.{}: {}", rule.ns->name,
                                     rule.identifier, string->identifier)});
}

}  // namespace

absl::StatusOr<std::unique_ptr<YaraScanner>> YaraScanner::New(
    std::shared_ptr<const YaraRules> rules, Search search) {
  const std::shared_lock lock(rules->state().mutex);
  YR_SCANNER* scanner = nullptr;
  int code;
  {
    const RandAside aside;
    code = yr_scanner_create(rules->state().rules.get(), &scanner);
  }
  if (code != ERROR_SUCCESS) {
    return ResourceExhausted("no scanner: {}", YaraErrorText(code));
  }
  return std::make_unique<Scanner>(std::move(rules), OwnedScanner(scanner),
                                   search);
}

}  // namespace cupel
