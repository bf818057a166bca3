// Scans: rules that take long, many inputs, one that is large, archives inside
// archives.
#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include "cancel/scenario.h"
#include "cancel/tar.h"

namespace cancel_host {
namespace {

constexpr size_t kManyBytes = size_t{64} << 10;
constexpr size_t kLargeBytes = size_t{192} << 20;

// Of which libyara needs long for each byte.
constexpr std::string_view kSlowRules =
    "rule Regex { strings: $a = /x.{1,200}y.{1,200}z/s condition: $a }\n"
    "rule Loop { condition: for any i in (0..filesize): "
    "(uint32(i) == 0x31337 and uint8(i + 1) == 7) }\n";
constexpr std::string_view kQuickRules =
    "rule Needle { strings: $a = \"needle\" condition: $a }\n";

class Inputs {
 public:
  void Add(std::string_view name, std::string_view bytes) {
    cupel_inputs_add_memory(inputs_.get(), View(name), View(bytes), nullptr);
  }
  const cupel_inputs* get() const { return inputs_.get(); }

 private:
  struct Free {
    void operator()(cupel_inputs* inputs) const { cupel_inputs_free(inputs); }
  };
  std::unique_ptr<cupel_inputs, Free> inputs_{
      Made<cupel_inputs>("cupel_inputs_new", cupel_inputs_new)};
};

class Scans {
 public:
  Scans() : noise_(size_t{24} << 20, '\0') {
    std::minstd_rand random(1);
    for (char& c : noise_) c = "xyabcdefghijklm\n"[random() % 16];
    for (int i = 0; i < 10000; ++i) {
      names_.push_back("needle " + std::to_string(i));
    }
    size_t at = 0;
    for (const std::string& name : names_) {
      // Different ones, and long enough that all together take seconds.
      at = (at + 1021) % (noise_.size() - kManyBytes);
      many_.Add(name, Noise(at, kManyBytes));
    }
    nested_ = NestedTars();
    deep_.Add("deep.tar", nested_);
    large_.Add("large", bytes_);
  }
  ~Scans() {
    cupel_ruleset_free(quick_);
    cupel_ruleset_free(slow_);
    cupel_engine_free(engine_);
  }
  Scans(const Scans&) = delete;

  bool SlowRules(uint32_t threads, cupel_cancel* cancel) const {
    Inputs inputs;
    for (uint32_t i = 0; i < threads; ++i) {
      // Different bytes, or the second would be the same as the first.
      inputs.Add("noise", Noise(i));
    }
    return Scan(slow_, threads, inputs, cancel);
  }
  bool Many(cupel_cancel* cancel) const {
    return Scan(quick_, 1, many_, cancel);
  }
  bool Large(cupel_cancel* cancel) const {
    return Scan(quick_, 1, large_, cancel);
  }
  bool Deep(cupel_cancel* cancel) const {
    return Scan(quick_, 1, deep_, cancel);
  }

  bool Profile(cupel_cancel* cancel) const {
    Inputs inputs;
    cupel_buffer* out = nullptr;
    inputs.Add("noise", noise_);
    const cupel_status status = cupel_ruleset_profile(
        engine_, slow_, inputs.get(), cancel, nullptr, nullptr, &out, nullptr);
    cupel_buffer_free(out);
    return status == CUPEL_STATUS_CANCELLED;
  }

 private:
  std::string_view Noise(size_t at, size_t size = SIZE_MAX) const {
    return std::string_view(noise_).substr(at, size);
  }

  // Seven deep: a large file, many small ones, and the next archive.
  std::string NestedTars() const {
    std::string inner = "a needle";
    for (size_t depth = 0; depth < 7; ++depth) {
      std::string tar;
      AddToTar("large", Noise(depth * 4099, size_t{4} << 20), &tar);
      for (size_t i = 0; i < 1000; ++i) {
        AddToTar(std::to_string(i), Noise((depth * 1000 + i) * 7, 1000), &tar);
      }
      AddToTar(depth == 0 ? "inner" : "inner.tar", inner, &tar);
      EndTar(&tar);
      inner = std::move(tar);
    }
    return inner;
  }

  cupel_ruleset* Compile(std::string_view text) const {
    auto* const sources = Made<cupel_rule_sources>("cupel_rule_sources_new",
                                                   cupel_rule_sources_new);
    cupel_rule_sources_add_text(sources, View("rules"), View(text), nullptr);
    auto* const rules = Made<cupel_ruleset>(
        "cupel_ruleset_compile", [&](cupel_ruleset** made, cupel_error** e) {
          return cupel_ruleset_compile(engine_, sources, nullptr, made, e);
        });
    cupel_rule_sources_free(sources);
    return rules;
  }

  bool Scan(const cupel_ruleset* rules, uint32_t threads, const Inputs& inputs,
            cupel_cancel* cancel) const {
    cupel_limits limits = CUPEL_LIMITS_INIT;
    limits.file_time_ns = CUPEL_UNLIMITED;
    limits.file_bytes = CUPEL_UNLIMITED;
    cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
    options.threads = threads;
    options.limits = &limits;
    cupel_scanner* scanner = nullptr;
    cupel_report* report = nullptr;
    cupel_scanner_new(engine_, rules, &options, &scanner, nullptr);
    const cupel_status status =
        cupel_scanner_scan(scanner, inputs.get(), cancel, &report, nullptr);
    const bool ended = status == CUPEL_STATUS_OK &&
                       cupel_report_coverage(report) != CUPEL_COVERAGE_COMPLETE;
    cupel_report_free(report);
    cupel_scanner_free(scanner);
    return ended;
  }

  cupel_engine* const engine_ =
      Made<cupel_engine>("cupel_engine_new", cupel_engine_new,
                         static_cast<const cupel_engine_options*>(nullptr));
  cupel_ruleset* const slow_ = Compile(kSlowRules);
  cupel_ruleset* const quick_ = Compile(kQuickRules);
  std::string noise_;  // in which the slow rules often begin to match
  std::vector<std::string> names_;
  Inputs many_;
  std::string nested_;
  Inputs deep_;
  const std::string bytes_ = std::string(kLargeBytes, 'n');
  Inputs large_;
};

}  // namespace

std::vector<Scenario> ScanScenarios() {
  const auto scans = std::make_shared<const Scans>();
  return {
      {"slow_rules", 1, [scans](auto* c) { return scans->SlowRules(1, c); }},
      {"three_threads", 3, [scans](auto* c) { return scans->SlowRules(3, c); }},
      {"many_inputs", 1, [scans](auto* c) { return scans->Many(c); }},
      {"large_input", 1, [scans](auto* c) { return scans->Large(c); }},
      {"deep_archive", 1, [scans](auto* c) { return scans->Deep(c); }},
      {"profile", 1, [scans](auto* c) { return scans->Profile(c); }},
  };
}

}  // namespace cancel_host
