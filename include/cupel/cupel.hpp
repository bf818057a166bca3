// cupel.hpp: cupel.h for C++17, header only.
//
//   cupel::Engine engine;
//   cupel::RuleSources sources;
//   sources.AddPath("rules");
//   cupel::Scanner scanner(engine, cupel::Ruleset(engine, sources));
//   cupel::Report report = scanner.ScanPath("pkg.tgz");
//   if (report.verdict() == cupel::Verdict::kClean) ...
//
// Every class owns one handle of the C interface: it moves, does not copy, and
// gives the handle back when it goes. Objects keep what they were made from
// alive, so they may go in any order. One that was moved from can only be
// assigned to or destroyed; using it throws.
//
// What fails throws cupel::Error (or std::bad_alloc). What a callback throws
// ends the scan and comes out of the function that began it.
//
// std::string_view in: used until the function returns, unless it says
// otherwise. std::string_view out: valid as long as the object asked.
//
// Threads: Engine, Ruleset, Report, Job, Schema, Environment, HttpResponse,
// Registry, Buffer, Error and Cancel may be used by many at the same time, and
// so may a Keyring that nobody adds to; RuleSources, Inputs and Scanner by one
// at a time.
//
// All is inline over the C functions and has no ABI of its own: a program and
// libcupel.so may come from different C++ compilers.
#ifndef CUPEL_CUPEL_HPP_
#define CUPEL_CUPEL_HPP_

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "cupel/base.hpp"
#include "cupel/boefje.hpp"
#include "cupel/cupel.h"
#include "cupel/dedup.hpp"
#include "cupel/environment.hpp"
#include "cupel/job.hpp"
#include "cupel/plugin_use.hpp"
#include "cupel/plugins.hpp"
#include "cupel/queue.hpp"
#include "cupel/registry.hpp"
#include "cupel/schema.hpp"
#include "cupel/settings.hpp"
#include "cupel/worker.hpp"

namespace cupel {

// Newer libraries may add values: take one you do not know for the most
// cautious.
enum class Verdict : int32_t { kUnknown = 0, kClean = 1, kMatched = 2 };
enum class Coverage : int32_t { kNone = 0, kPartial = 1, kComplete = 2 };
enum class ContainerMode : int32_t { kAuto = 0, kAlways = 1, kNever = 2 };
enum class SelectBy : int32_t {
  kNamespace = 0,
  kTag = 1,
  kName = 2,
  kMeta = 3
};
enum class ReportFormat : int32_t { kJson = 0, kNdjson = 1, kText = 2 };

// In a limit: never fires.
inline constexpr uint64_t kUnlimited = UINT64_MAX;

// How far a scan has come. Views are valid during the callback.
struct Progress {
  uint64_t elapsed_ns, input_bytes, input_bytes_done, payloads, scanned_bytes,
      findings, incidents;
  std::string_view current;
};

// One rule that matched one payload. Views are valid during the callback.
struct Finding {
  uint64_t payload;
  int64_t weight;
  uint64_t string_count;
  std::string_view path, rule, rule_namespace;
  std::string_view json;  // one line of NDJSON, without line feed
};

// Called on the thread that began the scan. Return true to go on, false to end
// the scan as Cancel does. Must not use the scanner.
using ProgressFn = std::function<bool(const Progress&)>;
using FindingFn = std::function<bool(const Finding&)>;

namespace internal {

// Carries C++ callbacks through a C call, and what they throw back out of it.
struct Callbacks : Thrown {
  Callbacks(ProgressFn on_progress, FindingFn on_finding,
            std::function<bool(std::string_view)> on_piece)
      : progress(std::move(on_progress)),
        finding(std::move(on_finding)),
        write(std::move(on_piece)) {}

  ProgressFn progress;
  FindingFn finding;
  std::function<bool(std::string_view)> write;

  static int32_t OnProgress(void* data, const cupel_progress* p) noexcept {
    auto* self = static_cast<Callbacks*>(data);
    return self->Guard([&] {
      return self->progress({p->elapsed_ns, p->input_bytes, p->input_bytes_done,
                             p->payloads, p->scanned_bytes, p->findings,
                             p->incidents, Text(p->current)});
    });
  }
  static int32_t OnFinding(void* data, const cupel_finding* f) noexcept {
    auto* self = static_cast<Callbacks*>(data);
    return self->Guard([&] {
      return self->finding({f->payload, f->weight, f->string_count,
                            Text(f->path), Text(f->rule),
                            Text(f->rule_namespace), Text(f->json)});
    });
  }
  static int32_t OnPiece(void* data, cupel_view piece) noexcept {
    auto* self = static_cast<Callbacks*>(data);
    return self->Guard([&] { return self->write(Text(piece)); });
  }
};

}  // namespace internal

// Of the library in use.
inline std::string_view VersionString() { return cupel_version_string(); }
inline std::string_view BuildInfo() { return cupel_build_info(); }

// What everything else is made from.
class Engine : public internal::Owner<cupel_engine, cupel_engine_free> {
 public:
  Engine() {
    const cupel_engine_options options = CUPEL_ENGINE_OPTIONS_INIT;
    Make(cupel_engine_new, &options);
  }
};

// What to scan: a list.
class Inputs : public internal::Owner<cupel_inputs, cupel_inputs_free> {
 public:
  Inputs() { Make(cupel_inputs_new); }
  // A file, or a folder with all that is under it.
  void AddPath(std::string_view path) { Do(cupel_inputs_add_path, View(path)); }
  // `bytes` must stay valid and unchanged until the scan is over.
  void AddMemory(std::string_view name, std::string_view bytes) {
    Do(cupel_inputs_add_memory, View(name), View(bytes));
  }
  // `fd` must stay open until the scan is over; it is not closed.
  void AddFd(std::string_view name, int fd) {
    Do(cupel_inputs_add_fd, View(name), fd);
  }
};

// Where rules come from: a list. Nothing is read before a Ruleset is made.
class RuleSources
    : public internal::Owner<cupel_rule_sources, cupel_rule_sources_free> {
 public:
  RuleSources() { Make(cupel_rule_sources_new); }
  // A rule file, a folder of them, or what Ruleset::Save wrote.
  void AddPath(std::string_view path) {
    Do(cupel_rule_sources_add_path, View(path));
  }
  // Rules as text, copied; `name` is their namespace.
  void AddText(std::string_view name, std::string_view text) {
    Do(cupel_rule_sources_add_text, View(name), View(text));
  }
  // A folder that `include` may read from, beside those of the paths.
  void AddIncludeRoot(std::string_view folder) {
    Do(cupel_rule_sources_add_include_root, View(folder));
  }
  // An external variable, of the type of `value`: boolean, integer, float or
  // string.
  template <typename T>
  void Define(std::string_view name, const T& value) {
    const cupel_view key = View(name);
    if constexpr (std::is_same_v<T, bool>) {
      Do(cupel_rule_sources_define_boolean, key, value);
    } else if constexpr (std::is_integral_v<T>) {
      static_assert(sizeof(T) < sizeof(int64_t) || std::is_signed_v<T>,
                    "rules know signed 64-bit integers only");
      Do(cupel_rule_sources_define_integer, key, value);
    } else if constexpr (std::is_floating_point_v<T>) {
      Do(cupel_rule_sources_define_float, key, static_cast<double>(value));
    } else {
      Do(cupel_rule_sources_define_string, key, View(value));
    }
  }
};

struct RulesetOptions {
  bool skip_broken = false;             // leave out rules that do not compile
  bool allow_foreign_compiled = false;  // take files made by `yarac`
  bool partition = true;                // false: every rule meets every file
  bool load_all = false;                // true: find damage of saved rules now
  std::string_view cache_dir = {};      // for compiled rules; empty: none
};

// Compiled rules. Immutable.
class Ruleset : public internal::Owner<cupel_ruleset, cupel_ruleset_free> {
 public:
  // Throws an Error with diagnostics if rules are broken.
  Ruleset(const Engine& engine, const RuleSources& sources,
          const RulesetOptions& options = {}) {
    cupel_ruleset_options c = CUPEL_RULESET_OPTIONS_INIT;
    if (options.skip_broken) c.flags |= CUPEL_RULES_SKIP_BROKEN;
    if (options.allow_foreign_compiled) {
      c.flags |= CUPEL_RULES_ALLOW_FOREIGN_COMPILED;
    }
    if (!options.partition) c.flags |= CUPEL_RULES_NO_PARTITION;
    if (options.load_all) c.flags |= CUPEL_RULES_LOAD_ALL;
    c.cache_dir = View(options.cache_dir);
    Make(cupel_ruleset_compile, engine.get(), sources.get(), &c);
  }

  size_t count() const noexcept { return cupel_ruleset_count(get()); }
  // 64 hexadecimal digits.
  std::string_view digest() const noexcept {
    return Text(cupel_ruleset_digest(get()));
  }
  bool from_cache() const { return cupel_ruleset_from_cache(get()) != 0; }
  size_t skipped_count() const { return cupel_ruleset_skipped_count(get()); }
  std::vector<Diagnostic> Warnings() const {
    return internal::Diagnostics(cupel_ruleset_warning_count(get()),
                                 cupel_ruleset_warning, get());
  }
  // All there is to know, as JSON.
  Buffer Json() const { return Buffer(cupel_ruleset_json, get()); }
  void Save(std::string_view path) const { Do(cupel_ruleset_save, View(path)); }
  // What each rule costs over `inputs`, as JSON. Slow. `cancel` may be null.
  Buffer Profile(const Engine& engine, const Inputs& inputs,
                 const Cancel* cancel = nullptr,
                 ProgressFn progress = nullptr) const {
    internal::Callbacks callbacks{std::move(progress), nullptr, nullptr};
    try {
      Buffer made(cupel_ruleset_profile, engine.get(), get(), inputs.get(),
                  cancel == nullptr ? nullptr : cancel->get(),
                  callbacks.progress ? callbacks.OnProgress : nullptr,
                  &callbacks);
      callbacks.Rethrow();
      return made;
    } catch (const Error&) {
      callbacks.Rethrow();
      throw;
    }
  }
};

struct ReportOptions {
  bool indent = false;     // JSON: over many lines
  bool timing = true;      // false: leave out what differs between runs
  bool color = false;      // text: ANSI colours
  bool all_files = false;  // text: list clean files too
};

// The answer of a scan. Immutable.
class Report : public internal::Owner<cupel_report, cupel_report_free> {
 public:
  explicit Report(cupel_report* owned) noexcept : Owner(owned) {}

  Verdict verdict() const noexcept {
    return static_cast<Verdict>(cupel_report_verdict(get()));
  }
  Coverage coverage() const noexcept {
    return static_cast<Coverage>(cupel_report_coverage(get()));
  }
  int64_t score() const noexcept { return cupel_report_score(get()); }
  cupel_report_counts Counts() const {
    cupel_report_counts counts{};
    counts.struct_size = sizeof(counts);
    Do(cupel_report_get_counts, &counts);
    return counts;
  }
  // Calls `write` with one piece after the other, as long as it returns true.
  // Throws an Error with code ABORTED if it did not.
  void Write(ReportFormat format, const ReportOptions& options,
             std::function<bool(std::string_view)> write) const {
    internal::Callbacks callbacks{nullptr, nullptr, std::move(write)};
    try {
      Do(cupel_report_write, static_cast<int32_t>(format), Flags(options),
         callbacks.OnPiece, &callbacks);
    } catch (const Error&) {
      callbacks.Rethrow();
      throw;
    }
  }
  // In the form that other pipelines expect: calls `write` with one document
  // after the other, as Write does.
  void Documents(const DocumentOptions& options,
                 std::function<bool(std::string_view)> write) const {
    internal::Callbacks callbacks{nullptr, nullptr, std::move(write)};
    const cupel_document_options c = internal::ToC(options);
    try {
      Do(cupel_report_documents, &c, callbacks.OnPiece, &callbacks);
    } catch (const Error&) {
      callbacks.Rethrow();
      throw;
    }
  }
  // The same as one piece.
  Buffer Render(ReportFormat format, const ReportOptions& options = {}) const {
    return Buffer(cupel_report_render, get(), static_cast<int32_t>(format),
                  Flags(options));
  }

 private:
  static uint32_t Flags(const ReportOptions& options) noexcept {
    return (options.indent ? uint32_t{CUPEL_REPORT_INDENT} : 0) |
           (options.timing ? 0 : uint32_t{CUPEL_REPORT_NO_TIMING}) |
           (options.color ? uint32_t{CUPEL_REPORT_COLOR} : 0) |
           (options.all_files ? uint32_t{CUPEL_REPORT_ALL_FILES} : 0);
  }
};

// cupel_limits: 0 for the default, kUnlimited for none.
struct Limits : cupel_limits {
  Limits() noexcept : cupel_limits(CUPEL_LIMITS_INIT) {}
  // This, with every 0 replaced by the library's default.
  Limits Filled() const {
    Limits filled = *this;
    internal::Call(cupel_limits_fill, static_cast<cupel_limits*>(&filled));
    return filled;
  }
};

struct ScanOptions {
  Limits limits = {};
  ContainerMode containers = ContainerMode::kAuto;
  uint32_t threads = 1;        // the caller's included
  uint32_t excerpt_bytes = 0;  // shown per string match; 0: the default
  bool unpack = true;
  bool excerpts = true;  // false: no bytes of the payloads in the report
  bool dedup = true;
  bool any_filetype = false;  // count matches in files of every name
  ProgressFn progress = nullptr;
  FindingFn finding = nullptr;
};

// Scans with one rule set, again and again.
class Scanner : public internal::Owner<cupel_scanner, cupel_scanner_free> {
 public:
  Scanner(const Engine& engine, const Ruleset& rules, ScanOptions options = {})
      : Scanner(engine, rules.get(), std::move(options)) {}
  // Without rules: everything is unpacked and listed, and nothing can match.
  explicit Scanner(const Engine& engine, ScanOptions options = {})
      : Scanner(engine, nullptr, std::move(options)) {}

  // Tried in order on encrypted members; the first replaces the defaults.
  void AddPassword(std::string_view password) {
    Do(cupel_scanner_add_password, View(password));
  }
  // Which rules are reported.
  void Select(SelectBy by, std::string_view pattern, bool exclude = false) {
    Do(cupel_scanner_select, static_cast<int32_t>(by), View(pattern), exclude);
  }

  // Plugins take part from now on, in place of those before.
  void UsePlugins(const Plugins& plugins, PluginUse use) {
    auto used = std::make_unique<internal::UsedPlugins>(
        internal::UsedPlugins{std::move(use)});
    used->Apply(get(), plugins);
    plugins_ = std::move(used);
  }
  // Scans what a source brings, item by item; `told` returns true to go on.
  // `options` is a JSON object over the source's own, or empty. `cancel` may be
  // null.
  void Ingest(std::string_view source, std::string_view options,
              std::function<bool(Report)> told,
              const Cancel* cancel = nullptr) {
    Ingesting ingesting{{}, std::move(told)};
    try {
      Do(cupel_scanner_ingest, View(source), View(options), Ingesting::OnReport,
         &ingesting, cancel == nullptr ? nullptr : cancel->get());
    } catch (const Error&) {
      ingesting.thrown.Rethrow();
      callbacks_->Rethrow();
      throw;
    }
    callbacks_->Rethrow();
  }

  // `cancel` may be null.
  Report Scan(const Inputs& inputs, const Cancel* cancel = nullptr) {
    return Run(cancel, cupel_scanner_scan, inputs.get());
  }
  Report ScanPath(std::string_view path, const Cancel* cancel = nullptr) {
    return Run(cancel, cupel_scanner_scan_path, View(path));
  }
  Report ScanMemory(std::string_view name, std::string_view bytes,
                    const Cancel* cancel = nullptr) {
    return Run(cancel, cupel_scanner_scan_memory, View(name), View(bytes));
  }

 private:
  Scanner(const Engine& engine, const cupel_ruleset* rules, ScanOptions options)
      : callbacks_(new internal::Callbacks{
            std::move(options.progress), std::move(options.finding), nullptr}) {
    cupel_scan_options c = CUPEL_SCAN_OPTIONS_INIT;
    if (!options.unpack) c.flags |= CUPEL_SCAN_NO_UNPACK;
    if (!options.excerpts) c.flags |= CUPEL_SCAN_NO_EXCERPTS;
    if (!options.dedup) c.flags |= CUPEL_SCAN_NO_DEDUP;
    if (options.any_filetype) c.flags |= CUPEL_SCAN_ANY_FILETYPE;
    c.threads = options.threads;
    c.containers = static_cast<int32_t>(options.containers);
    c.excerpt_bytes = options.excerpt_bytes;
    c.limits = &options.limits;
    if (callbacks_->progress) c.progress = callbacks_->OnProgress;
    if (callbacks_->finding) c.finding = callbacks_->OnFinding;
    c.user_data = callbacks_.get();
    Make(cupel_scanner_new, engine.get(), rules, &c);
  }

  template <typename Function, typename... Arguments>
  Report Run(const Cancel* cancel, Function function, Arguments... arguments) {
    cupel_report* made = nullptr;
    internal::Call(function, get(), arguments...,
                   cancel == nullptr ? nullptr : cancel->get(), &made);
    Report report(made);
    callbacks_->Rethrow();
    return report;
  }

  struct Ingesting {
    internal::Thrown thrown;
    std::function<bool(Report)> told;

    static int32_t OnReport(void* data, cupel_report* report) noexcept {
      auto* self = static_cast<Ingesting*>(data);
      return self->thrown.Guard([&] { return self->told(Report(report)); });
    }
  };

  // On the heap because the C scanner holds their addresses while this moves.
  std::unique_ptr<internal::Callbacks> callbacks_;
  std::unique_ptr<internal::UsedPlugins> plugins_;
};

}  // namespace cupel

#endif  // CUPEL_CUPEL_HPP_
