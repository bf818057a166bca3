#include "rules/scratch.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <utility>

#include "base/clock.h"
#include "base/status.h"
#include "rules/interrupts.h"
#include "rules/part_scanner.h"
#include "rules/rule_set_impl.h"
#include "yara/rule_scanner.h"

namespace cupel {
namespace {

std::string_view Cut(std::string_view text) {
  return text.substr(0, text.find('\0'));
}

class ScratchImpl final : public Scratch {
 public:
  explicit ScratchImpl(std::shared_ptr<const RuleSetImpl> rules)
      : rules_(std::move(rules)) {}

  absl::Status Init() {
    for (uint32_t i = 0; i < rules_->compiled().parts.size(); ++i) {
      parts_.emplace_back(rules_.get(), i, &interrupts_);
      CUPEL_RETURN_IF_ERROR(parts_.back().Init());
    }
    return absl::OkStatus();
  }

  ScanAnswer Scan(const ScanRequest& request) override;
  void Interrupt() override { interrupts_.Interrupt(); }
  void Reset() override { interrupts_.Reset(); }

 private:
  const std::shared_ptr<const RuleSetImpl> rules_;
  Interrupts interrupts_;
  std::deque<PartScanner> parts_;
};

ScanAnswer ScratchImpl::Scan(const ScanRequest& request) {
  ScanAnswer answer;
  const FileExternals& from = request.externals;
  const FileExternals externals = {Cut(from.filename), Cut(from.filepath),
                                   Cut(from.extension), Cut(from.filetype),
                                   Cut(from.owner)};
  const FileScan file{request, externals, Deadline::After(request.timeout_ns),
                      &answer};
  for (PartScanner& part : parts_) {
    if (interrupts_.interrupted()) break;
    const absl::Status status = part.Scan(file);
    if (answer.status.ok()) answer.status = status;
    if (absl::IsDeadlineExceeded(answer.status)) break;
  }
  if (interrupts_.interrupted()) {
    answer.status = Cancelled("the scan was interrupted");
  }
  if (request.only != nullptr) {
    std::erase_if(answer.matches, [&request](const RuleMatch& match) {
      return !request.only->Has(match.rule);
    });
  }
  std::sort(
      answer.matches.begin(), answer.matches.end(),
      [](const RuleMatch& a, const RuleMatch& b) { return a.rule < b.rule; });
  std::sort(answer.overflowing.begin(), answer.overflowing.end());
  return answer;
}

}  // namespace

absl::Status ApplyDefines(const Defines& defines, YaraScanner* scanner) {
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
