// A sequence of calls of the C interface: each byte says which comes next, and
// the bytes after it what it is given. Handles are made, used and freed in
// whatever order that gives, and may be missing.
#include <array>
#include <cstddef>
#include <cstdint>

#include "capi_handles.h"

namespace cupel_fuzz {
namespace {

constexpr int kMostCalls = 40;

int32_t TakePiece(void* user_data, cupel_view piece) {
  auto* left = static_cast<uint8_t*>(user_data);
  Check(piece.size == 0 || piece.data != nullptr);
  if (*left == 0) return 1;
  --*left;
  return 0;
}

class Machine {
 public:
  Machine(const uint8_t* data, size_t size) : in_(data, size) {}

  void Run() {
    for (int calls = 0; calls < kMostCalls && !in_.empty(); ++calls) {
      (this->*kSteps[in_.Byte() % kSteps.size()])();
    }
  }

 private:
  // -- rules and scans

  void NewEngine() {
    engines_.Put(Make<cupel_engine>(cupel_engine_new, nullptr), in_);
  }
  void NewSources() {
    sources_.Put(Make<cupel_rule_sources>(cupel_rule_sources_new), in_);
  }
  void AddText() {
    auto* sources = sources_.Pick(in_);
    const cupel_view name = in_.Bytes();
    Call(cupel_rule_sources_add_text, sources, name, in_.Bytes());
  }
  void Define() {
    auto* sources = sources_.Pick(in_);
    const cupel_view name = in_.Bytes();
    if (in_.Byte() % 2 == 0) {
      Call(cupel_rule_sources_define_string, sources, name, in_.Bytes());
    } else {
      Call(cupel_rule_sources_define_integer, sources, name,
           int64_t{in_.Byte()});
    }
  }
  void Compile() {
    auto* engine = engines_.Pick(in_);
    auto* sources = sources_.Pick(in_);
    cupel_ruleset_options options = CUPEL_RULESET_OPTIONS_INIT;
    options.flags = in_.Byte() % 16;
    rulesets_.Put(
        Make<cupel_ruleset>(cupel_ruleset_compile, engine, sources, &options),
        in_);
  }
  void AskRules() {
    auto* rules = rulesets_.Pick(in_);
    (void)cupel_ruleset_count(rules);
    (void)cupel_ruleset_digest(rules);
    const size_t warnings = cupel_ruleset_warning_count(rules);
    cupel_diagnostic diagnostic{};
    diagnostic.struct_size = sizeof(diagnostic);
    Check((cupel_ruleset_warning(rules, in_.Byte(), &diagnostic) ==
           CUPEL_STATUS_OK) <= (warnings > 0));
    buffers_.Put(Make<cupel_buffer>(cupel_ruleset_json, rules), in_);
  }
  void NewScanner() {
    auto* engine = engines_.Pick(in_);
    auto* rules = rulesets_.Pick(in_);
    cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
    options.flags = in_.Byte();
    options.threads = in_.Byte() % 3;
    options.containers = in_.Byte() % 4;
    options.excerpt_bytes = in_.Byte();
    scanners_.Put(
        Make<cupel_scanner>(cupel_scanner_new, engine, rules, &options), in_);
  }
  void TuneScanner() {
    auto* scanner = scanners_.Pick(in_);
    if (in_.Byte() % 2 == 0) {
      Call(cupel_scanner_add_password, scanner, in_.Bytes());
    } else {
      const auto by = static_cast<cupel_select_by>(in_.Byte() % 5);
      Call(cupel_scanner_select, scanner, by, in_.Bytes(),
           int32_t{in_.Byte() % 2});
    }
  }
  // Inputs refer to bytes of the fuzzer's, which outlive them.
  void AddInput() {
    auto* inputs = inputs_.Pick(in_);
    if (inputs == nullptr) {
      inputs_.Put(Make<cupel_inputs>(cupel_inputs_new), in_);
    }
    const cupel_view name = in_.Bytes();
    Call(cupel_inputs_add_memory, inputs, name, in_.Bytes());
  }
  void NewCancel() { cancels_.Put(Make<cupel_cancel>(cupel_cancel_new), in_); }
  void Trigger() { cupel_cancel_trigger(cancels_.Pick(in_)); }
  void Scan() {
    auto* scanner = scanners_.Pick(in_);
    auto* inputs = inputs_.Pick(in_);
    reports_.Put(Make<cupel_report>(cupel_scanner_scan, scanner, inputs,
                                    cancels_.Pick(in_)),
                 in_);
  }
  void ScanMemory() {
    auto* scanner = scanners_.Pick(in_);
    const cupel_view name = in_.Bytes();
    reports_.Put(Make<cupel_report>(cupel_scanner_scan_memory, scanner, name,
                                    in_.Bytes(), nullptr),
                 in_);
  }
  void AskReport() {
    auto* report = reports_.Pick(in_);
    Check(cupel_report_verdict(report) != CUPEL_VERDICT_CLEAN ||
          cupel_report_coverage(report) == CUPEL_COVERAGE_COMPLETE);
    cupel_report_counts counts{};
    counts.struct_size = in_.Byte() % (sizeof(counts) + 1);
    Call(cupel_report_get_counts, report, &counts);
    const auto format = static_cast<cupel_report_format>(in_.Byte() % 4);
    buffers_.Put(Make<cupel_buffer>(cupel_report_render, report, format,
                                    uint32_t{in_.Byte()} % 32),
                 in_);
    uint8_t pieces = in_.Byte();
    Call(cupel_report_write, report, CUPEL_REPORT_JSON, uint32_t{0}, TakePiece,
         static_cast<void*>(&pieces));
  }
  void Documents() {
    auto* report = reports_.Pick(in_);
    cupel_document_options options = CUPEL_DOCUMENT_OPTIONS_INIT;
    options.flags = in_.Byte() % 64;
    options.schema = in_.Byte() % 4;
    options.delimiter = in_.Bytes();
    uint8_t pieces = in_.Byte();
    Call(cupel_report_documents, report, &options, TakePiece,
         static_cast<void*>(&pieces));
  }

  // -- jobs and settings

  void ParseJob() {
    const auto kind = static_cast<cupel_job_kind>(in_.Byte() % 18);
    jobs_.Put(Make<cupel_job>(cupel_job_parse, in_.Bytes(), kind), in_);
  }
  void DecodeJob() {
    jobs_.Put(Make<cupel_job>(cupel_job_decode,
                              cupel_buffer_view(buffers_.Pick(in_))),
              in_);
  }
  void EncodeJob() {
    auto* job = jobs_.Pick(in_);
    buffers_.Put(Make<cupel_buffer>(cupel_job_encode, job), in_);
    buffers_.Put(
        Make<cupel_buffer>(cupel_job_json, job, uint32_t{in_.Byte()} % 8), in_);
  }
  void ChangeJob() {
    auto* job = jobs_.Pick(in_);
    cupel_task_status status = 0;
    Call(cupel_job_get_status, job, &status);
    const auto to = static_cast<cupel_task_status>(in_.Byte() % 9);
    jobs_.Put(Make<cupel_job>(cupel_job_transition, job, to), in_);
  }
  void NewSchema() {
    schemas_.Put(Make<cupel_schema>(cupel_schema_compile, in_.Bytes()), in_);
  }
  void UseSchema() {
    auto* schema = schemas_.Pick(in_);
    const cupel_view value = in_.Bytes();
    Call(cupel_schema_validate, schema, value);
    buffers_.Put(Make<cupel_buffer>(cupel_schema_check, schema, value), in_);
    buffers_.Put(Make<cupel_buffer>(cupel_settings_mask, value, schema), in_);
  }
  void NewEnvironment() {
    cupel_environment_options options = CUPEL_ENVIRONMENT_OPTIONS_INIT;
    options.schema = schemas_.Pick(in_);
    options.settings = in_.Bytes();
    const cupel_field variable = {in_.Bytes(), in_.Bytes()};
    options.variables = &variable;
    options.variable_count = in_.Byte() % 2;
    options.flags = in_.Byte() % 2;
    environments_.Put(
        Make<cupel_environment>(cupel_environment_build, &options), in_);
  }
  void AskEnvironment() {
    auto* environment = environments_.Pick(in_);
    (void)cupel_environment_uses_system(environment);
    const size_t index =
        in_.Byte() % (cupel_environment_count(environment) + 1);
    buffers_.Put(
        Make<cupel_buffer>(cupel_environment_value, environment, index), in_);
    buffers_.Put(Make<cupel_buffer>(cupel_environment_explain, environment),
                 in_);
  }
  void NewKeys() {
    auto* keys = Make<cupel_keyring>(cupel_keyring_new);
    auto* key = Make<cupel_buffer>(cupel_keyring_generate_key);
    Call(cupel_keyring_add_key, keys, cupel_buffer_view(key));
    cupel_buffer_free(key);
    keyrings_.Put(keys, in_);
  }
  void AddKey() {
    auto* keys = keyrings_.Pick(in_);
    Call(cupel_keyring_add_key, keys, in_.Bytes());
  }
  void Seal() {
    auto* keys = keyrings_.Pick(in_);
    const cupel_view owner = in_.Bytes();
    const cupel_view settings = in_.Bytes();
    const auto format = static_cast<cupel_seal_format>(in_.Byte() % 4);
    buffers_.Put(Make<cupel_buffer>(cupel_settings_seal, keys, owner, owner,
                                    settings, format),
                 in_);
  }
  void Open() {
    auto* keys = keyrings_.Pick(in_);
    const cupel_view owner = in_.Bytes();
    const cupel_view row = cupel_buffer_view(buffers_.Pick(in_));
    auto* inspected = Make<cupel_buffer>(cupel_settings_inspect, row);
    cupel_buffer_free(inspected);
    buffers_.Put(Make<cupel_buffer>(cupel_settings_open, keys, owner, owner,
                                    row, uint32_t{in_.Byte()} % 4),
                 in_);
  }

  // -- queues

  void NewQueue() {
    static constexpr uint8_t kUrl[] = "memory:";
    queues_.Put(Make<cupel_queue>(cupel_queue_open,
                                  cupel_view{kUrl, sizeof(kUrl) - 1}, nullptr),
                in_);
  }
  void Submit() {
    auto* queue = queues_.Pick(in_);
    buffers_.Put(Make<cupel_buffer>(cupel_queue_submit, queue, in_.Bytes()),
                 in_);
  }
  void Lease() {
    cupel_queue_lease_options options = CUPEL_QUEUE_LEASE_OPTIONS_INIT;
    options.max = in_.Byte() % 8;
    buffers_.Put(
        Make<cupel_buffer>(cupel_queue_lease, queues_.Pick(in_), &options),
        in_);
  }
  void EndJob() {
    auto* queue = queues_.Pick(in_);
    const cupel_view id = in_.Bytes();
    const uint64_t token = in_.Byte();
    const cupel_view text = in_.Bytes();
    const cupel_queue_failure failure = CUPEL_QUEUE_FAILURE_INIT;
    switch (in_.Byte() % 5) {
      case 0:
        Call(cupel_queue_complete, queue, id, token, text, text);
        break;
      case 1:
        Call(cupel_queue_fail, queue, id, token, &failure);
        break;
      case 2:
        Call(cupel_queue_release, queue, id, token, text);
        break;
      case 3:
        Call(cupel_queue_cancel, queue, id, text);
        break;
      default:
        Call(cupel_queue_retry, queue, id);
    }
  }
  void AskQueue() {
    auto* queue = queues_.Pick(in_);
    const cupel_queue_list_options list = CUPEL_QUEUE_LIST_OPTIONS_INIT;
    buffers_.Put(Make<cupel_buffer>(cupel_queue_list_json, queue, &list), in_);
    buffers_.Put(Make<cupel_buffer>(cupel_queue_job_json, queue, in_.Bytes()),
                 in_);
  }

  // -- freeing

  void Free() {
    switch (in_.Byte() % 13) {
      case 0:
        return engines_.Drop(in_);
      case 1:
        return sources_.Drop(in_);
      case 2:
        return rulesets_.Drop(in_);
      case 3:
        return scanners_.Drop(in_);
      case 4:
        return inputs_.Drop(in_);
      case 5:
        return cancels_.Drop(in_);
      case 6:
        return reports_.Drop(in_);
      case 7:
        return buffers_.Drop(in_);
      case 8:
        return jobs_.Drop(in_);
      case 9:
        return schemas_.Drop(in_);
      case 10:
        return environments_.Drop(in_);
      case 11:
        return keyrings_.Drop(in_);
      default:
        return queues_.Drop(in_);
    }
  }

  using Step = void (Machine::*)();
  // The corpus refers to their numbers: add at the end.
  static constexpr std::array<Step, 33> kSteps = {
      &Machine::NewEngine,      &Machine::NewSources,     &Machine::AddText,
      &Machine::Define,         &Machine::Compile,        &Machine::AskRules,
      &Machine::NewScanner,     &Machine::TuneScanner,    &Machine::AddInput,
      &Machine::NewCancel,      &Machine::Trigger,        &Machine::Scan,
      &Machine::ScanMemory,     &Machine::AskReport,      &Machine::Documents,
      &Machine::ParseJob,       &Machine::DecodeJob,      &Machine::EncodeJob,
      &Machine::ChangeJob,      &Machine::NewSchema,      &Machine::UseSchema,
      &Machine::NewEnvironment, &Machine::AskEnvironment, &Machine::NewKeys,
      &Machine::AddKey,         &Machine::Seal,           &Machine::Open,
      &Machine::NewQueue,       &Machine::Submit,         &Machine::Lease,
      &Machine::EndJob,         &Machine::AskQueue,       &Machine::Free};

  Input in_;
  Slots<cupel_engine, cupel_engine_free> engines_;
  Slots<cupel_rule_sources, cupel_rule_sources_free> sources_;
  Slots<cupel_ruleset, cupel_ruleset_free> rulesets_;
  Slots<cupel_scanner, cupel_scanner_free> scanners_;
  Slots<cupel_inputs, cupel_inputs_free> inputs_;
  Slots<cupel_cancel, cupel_cancel_free> cancels_;
  Slots<cupel_report, cupel_report_free> reports_;
  Slots<cupel_buffer, cupel_buffer_free> buffers_;
  Slots<cupel_job, cupel_job_free> jobs_;
  Slots<cupel_schema, cupel_schema_free> schemas_;
  Slots<cupel_environment, cupel_environment_free> environments_;
  Slots<cupel_keyring, cupel_keyring_free> keyrings_;
  Slots<cupel_queue, cupel_queue_free> queues_;
};

}  // namespace
}  // namespace cupel_fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  cupel_fuzz::Machine(data, size).Run();
  return 0;
}
