// Reports whose every name, text and number comes from the input: what is
// written must be JSON, and text for a terminal without a control character.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "base/status.h"
#include "report/writer.h"
#include "tests/support/fake_rules.h"

namespace cupel {
namespace {

// Hands the input out piece by piece; empty and zero at its end.
class Pieces {
 public:
  explicit Pieces(std::string_view bytes) : bytes_(bytes) {}

  bool empty() const { return bytes_.empty(); }
  uint8_t Byte() {
    if (bytes_.empty()) return 0;
    const auto byte = static_cast<uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte;
  }
  std::string Text() {
    const std::string_view text = bytes_.substr(0, Byte() % 32);
    bytes_.remove_prefix(text.size());
    return std::string(text);
  }
  int64_t Number() {
    uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8 | Byte();
    return static_cast<int64_t>(value);
  }

 private:
  std::string_view bytes_;
};

std::vector<RuleInfo> MakeRules(Pieces& in) {
  std::vector<RuleInfo> rules;
  for (int i = 0; i < 3; ++i) {
    RuleInfo rule = MakeRule(in.Text(), in.Number() / 16);
    rule.tags.push_back(in.Text());
    rule.metas.emplace_back(in.Text(), in.Text());
    rule.metas.emplace_back(in.Text(), in.Number());
    rules.push_back(std::move(rule));
  }
  return rules;
}

void AddPayload(Pieces& in, Report* report) {
  PayloadRecord& record = report->payloads.emplace_back();
  record.id = static_cast<uint32_t>(report->payloads.size());
  const uint8_t flags = in.Byte();
  // A payload's parent is an earlier one, its copy too; as in the pipeline.
  record.parent = (flags & 1) != 0 && record.id > 1 ? record.id - 1 : 0;
  record.same_as =
      (flags & 2) != 0 && record.id > 1 && record.parent == 0 ? 1 : 0;
  record.has_content = (flags & 4) != 0;
  record.is_link = (flags & 8) != 0;
  record.own_coverage = static_cast<Coverage>(flags >> 4 & 1);
  record.raw_name = in.Text();
  record.link_target = in.Text();
  record.mtime_s = in.Number();
  record.mode = static_cast<uint32_t>(in.Number());
  record.last_descendant = record.id;
  auto result = std::make_shared<ScanResult>();
  FoundRule& found = result->rules.emplace_back();
  found.rule = in.Byte() % 3;
  found.total_strings = in.Byte();
  FoundString& string = found.strings.emplace_back();
  string.id = "$a";
  string.offset = 1;
  string.length = in.Byte();
  if ((flags & 64) != 0) string.xor_key = static_cast<uint8_t>(flags);
  string.excerpt = in.Text();
  record.result = std::move(result);
  for (uint32_t id = record.parent; id != 0; id = report->payload(id).parent) {
    report->payload(id).last_descendant = record.id;
  }
  if (record.parent == 0) {
    Distribution& distribution = report->distributions.emplace_back();
    distribution.raw_name = record.raw_name;
    distribution.payloads.push_back(record.id);
    if ((flags & 32) != 0) distribution.payload = record.id;
  }
  record.distribution = static_cast<uint32_t>(report->distributions.size() - 1);
  Incident& incident = report->incidents.emplace_back();
  incident.payload = record.id;
  incident.kind = static_cast<IncidentKind>(in.Byte() % 9);
  incident.name = "file_bytes";
  incident.value = static_cast<uint64_t>(in.Number());
  incident.detail = in.Text();
}

void Check(bool holds) {
  if (!holds) std::abort();
}

void WriteAll(const Report& report) {
  std::string text;
  const WriteSink sink = [&text](std::string_view piece) {
    text += piece;
    return absl::OkStatus();
  };
  Check(WriteJson(report, {}, sink).ok() && nlohmann::json::accept(text));
  text.clear();
  Check(WriteNdjson(report, sink).ok());
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    Check(end != std::string::npos &&
          nlohmann::json::accept(text.substr(at, end - at)));
    at = end + 1;
  }
  Check(nlohmann::json::accept(RuleSetJson(*report.rules)));
  text.clear();
  Check(WriteText(report, {.all_files = true}, sink).ok());
  for (const char c : text) {
    Check(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
  }
}

}  // namespace
}  // namespace cupel

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  cupel::Pieces in({reinterpret_cast<const char*>(data), size});
  cupel::Report report;
  report.rules = std::make_shared<cupel::FakeRules>(cupel::MakeRules(in));
  while (!in.empty() && report.payloads.size() < 50) {
    cupel::AddPayload(in, &report);
  }
  for (auto it = report.payloads.rbegin(); it != report.payloads.rend(); ++it) {
    report.order.push_back(it->id);
  }
  cupel::FinishReport(&report);
  cupel::WriteAll(report);
  return 0;
}
