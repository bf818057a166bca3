#include "rules/scratch.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <memory>
#include <utility>

#include "base/clock.h"
#include "base/status.h"
#include "rules/rule_set_impl.h"
#include "yara/rule_scanner.h"

namespace cupel {
namespace {

// C strings of the five, in the order of kFileExternals.
std::array<std::string, 5> TextsOf(const FileExternals& externals) {
  const std::array<std::string_view, 5> views = {
      externals.filename, externals.filepath, externals.extension,
      externals.filetype, externals.owner};
  std::array<std::string, 5> out;
  for (size_t i = 0; i < views.size(); ++i) {
    out[i] = views[i].substr(0, views[i].find('\0'));
  }
  return out;
}

class ScratchImpl final : public Scratch {
 public:
  explicit ScratchImpl(std::shared_ptr<const RuleSetImpl> rules)
      : rules_(std::move(rules)) {}

  absl::Status Init() {
    for (const CompiledPart& part : rules_->compiled().parts) {
      externals_ |= part.externals;
      Runner& runner = runners_.emplace_back();
      runner.part = &part;
      if (part.reduced == nullptr) {
        CUPEL_RETURN_IF_ERROR(MakeWhole(&runner));
      } else {
        CUPEL_ASSIGN_OR_RETURN(runner.reduced, NewScanner(part.reduced));
      }
    }
    return absl::OkStatus();
  }

  ScanAnswer Scan(const ScanRequest& request) override;

  void Interrupt() override {
    interrupted_.store(true);
    for (const Runner& runner : runners_) {
      if (YaraScanner* whole = runner.whole.load()) whole->Interrupt();
      if (runner.reduced != nullptr) runner.reduced->Interrupt();
    }
  }

  void Reset() override {
    for (const Runner& runner : runners_) {
      if (YaraScanner* whole = runner.whole.load()) whole->Reset();
      if (runner.reduced != nullptr) runner.reduced->Reset();
    }
    interrupted_.store(false);
  }

 private:
  struct Runner {
    const CompiledPart* part = nullptr;
    std::unique_ptr<YaraScanner> reduced;
    // Made by the first payload that needs it; Interrupt, on another thread,
    // sees it as soon as it is there.
    std::unique_ptr<YaraScanner> whole_owner;
    std::atomic<YaraScanner*> whole{nullptr};
  };

  absl::Status MakeWhole(Runner* runner) {
    CUPEL_ASSIGN_OR_RETURN(auto rules, runner->part->whole->Get());
    CUPEL_ASSIGN_OR_RETURN(runner->whole_owner, NewScanner(std::move(rules)));
    runner->whole.store(runner->whole_owner.get());
    // Either Interrupt saw the scanner, or this sees that it was called.
    if (interrupted_.load()) runner->whole_owner->Interrupt();
    return absl::OkStatus();
  }

  absl::StatusOr<std::unique_ptr<YaraScanner>> NewScanner(
      std::shared_ptr<YaraRules> rules) const {
    CUPEL_ASSIGN_OR_RETURN(auto scanner, YaraScanner::New(std::move(rules)));
    CUPEL_RETURN_IF_ERROR(ApplyDefines(rules_->defines(), scanner.get()));
    return scanner;
  }

  absl::Status Run(Runner* runner, const ScanRequest& request,
                   const std::array<std::string, 5>& texts, uint64_t timeout_ns,
                   ScanAnswer* answer);

  const std::shared_ptr<const RuleSetImpl> rules_;
  std::deque<Runner> runners_;  // fixed after Init: Interrupt walks them
  uint32_t externals_ = 0;
  std::atomic<bool> interrupted_{false};
};

ScanAnswer ScratchImpl::Scan(const ScanRequest& request) {
  ScanAnswer answer;
  const Deadline deadline = Deadline::After(request.timeout_ns);
  std::array<std::string, 5> texts;
  if (externals_ != 0) texts = TextsOf(request.externals);
  for (Runner& runner : runners_) {
    if (interrupted_.load()) break;
    const uint64_t left = deadline.remaining();
    answer.status = left == 0 ? DeadlineExceeded("the rules ran out of time")
                              : Run(&runner, request, texts, left, &answer);
    if (!answer.status.ok()) break;
  }
  if (interrupted_.load()) {
    answer.status = Cancelled("the scan was interrupted");
  }
  return answer;
}

absl::Status ScratchImpl::Run(Runner* runner, const ScanRequest& request,
                              const std::array<std::string, 5>& texts,
                              uint64_t timeout_ns, ScanAnswer* answer) {
  const CompiledPart& part = *runner->part;
  const bool reduced =
      runner->reduced != nullptr && !request.bytes.starts_with("MZ");
  if (!reduced && runner->whole_owner == nullptr) {
    CUPEL_RETURN_IF_ERROR(MakeWhole(runner));
  }
  YaraScanner& scanner = reduced ? *runner->reduced : *runner->whole_owner;
  for (size_t i = 0; i < texts.size(); ++i) {
    if ((part.externals >> i & 1) == 0) continue;
    const absl::Status status =
        scanner.DefineString(kFileExternals[i], texts[i].c_str());
    // The reduced set may have lost the only rule that asked; a foreign file
    // may have another type of that name, which is its own business.
    if (!status.ok() && !part.foreign && !absl::IsNotFound(status)) {
      return status;
    }
  }
  YaraScan scan =
      scanner.Scan(request.bytes, timeout_ns, request.max_strings_per_rule);
  for (YaraMatch& match : scan.matches) {
    RuleMatch out;
    out.rule = part.first_rule +
               (reduced ? part.reduced_to_whole[match.rule] : match.rule);
    out.total_strings = match.total_strings;
    out.strings.reserve(match.strings.size());
    for (const YaraStringMatch& s : match.strings) {
      out.strings.push_back({s.id, s.offset, s.length, s.xor_key});
    }
    answer->matches.push_back(std::move(out));
  }
  std::move(scan.overflowing.begin(), scan.overflowing.end(),
            std::back_inserter(answer->overflowing));
  return scan.status;
}

}  // namespace

absl::Status ApplyDefines(const RuleSetImpl::Defines& defines,
                          YaraScanner* scanner) {
  for (const auto& [name, value] : defines) {
    const absl::Status status = scanner->Define(name.c_str(), value);
    if (!status.ok() && !absl::IsNotFound(status)) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Scratch>> RuleSetImpl::NewScratch() const {
  auto scratch = std::make_unique<ScratchImpl>(
      std::static_pointer_cast<const RuleSetImpl>(shared_from_this()));
  CUPEL_RETURN_IF_ERROR(scratch->Init());
  return scratch;
}

}  // namespace cupel
