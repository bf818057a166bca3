/// @file scanner.hpp
/// @brief Scanning. Comes with cupel.hpp.
#ifndef CUPEL_SCANNER_HPP_
#define CUPEL_SCANNER_HPP_

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "cupel/base.hpp"
#include "cupel/plugin_use.hpp"
#include "cupel/progress.hpp"
#include "cupel/report.hpp"
#include "cupel/rules.hpp"
#include "cupel/scanner.h"

namespace cupel {
inline namespace CUPEL_HPP_MODE {

/// What is done with the bytes of a container itself, beside its members.
enum class ContainerMode : int32_t {
  /// Scanned, but for compressed streams and tar that could be taken apart.
  kAuto = 0,
  kAlways = 1,  ///< Always scanned.
  kNever = 2    ///< Not scanned unless they could not be taken apart.
};
/// What of a rule a pattern is held against.
enum class SelectBy : int32_t {
  kNamespace = 0,  ///< A glob over its namespace.
  kTag = 1,        ///< A glob over each of its tags.
  kName = 2,       ///< A glob over its name.
  kMeta = 3        ///< "key", or "key=value" with a glob as value.
};

/// In a limit: never fires.
inline constexpr uint64_t kUnlimited = UINT64_MAX;

/// What a scan may cost at most: cupel_limits, with 0 for the default and
/// kUnlimited for none.
struct Limits : cupel_limits {
  /// All defaults.
  Limits() noexcept : cupel_limits(CUPEL_LIMITS_INIT) {}
  /// This, with every 0 replaced by the library's default.
  Limits Filled() const {
    Limits filled = *this;
    internal::Call(cupel_limits_fill, static_cast<cupel_limits*>(&filled));
    return filled;
  }
};

/// How a scanner scans.
struct ScanOptions {
  Limits limits = {};  ///< What a scan may cost at most.
  /// What is done with containers themselves.
  ContainerMode containers = ContainerMode::kAuto;
  uint32_t threads = 1;        ///< The caller's included; at most 256.
  uint32_t excerpt_bytes = 0;  ///< Shown per string match; 0: the default.
  bool unpack = true;          ///< false: scan what is given, nothing more.
  bool excerpts = true;  ///< false: no bytes of the payloads in the report.
  bool dedup = true;     ///< false: scan equal bytes again each time.
  bool any_filetype = false;      ///< true: `filetype` of rules is ignored.
  ProgressFn progress = nullptr;  ///< May be empty.
  FindingFn finding = nullptr;    ///< May be empty.
  /// Folder in which answers are kept for later scans; empty: none.
  std::string_view cache_dir = {};
  uint64_t cache_bytes = 0;  ///< That it may take; 0: the default.
};

/// Told each report of a source, which is its own. Returns true to go on.
using ReportFn = std::function<bool(Report)>;

/// Scans with one rule set, again and again.
///
/// Threads: one at a time; keep one per thread. Lifetime: its own; it keeps its
/// rules and plugins alive, and may be moved, callbacks and all.
///
///     cupel::Scanner scanner(engine, rules);
///     cupel::Report report = scanner.ScanMemory("body", body);
class Scanner : public internal::Owner<cupel_scanner, cupel_scanner_free> {
 public:
  /// Fails for an option that is out of range.
  Scanner(const Engine& engine, const Ruleset& rules, ScanOptions options = {})
      : Scanner(engine, rules.get(), std::move(options)) {}
  /// Without rules: everything is unpacked and listed, and nothing can match.
  explicit Scanner(const Engine& engine, ScanOptions options = {})
      : Scanner(engine, nullptr, std::move(options)) {}

  /// Adds a password, tried in order on encrypted members; the first one
  /// replaces the defaults.
  void AddPassword(std::string_view password) {
    Do(cupel_scanner_add_password, View(password));
  }
  /// Narrows which rules are reported. Fails with CUPEL_STATUS_NOT_FOUND if
  /// none would be left.
  void Select(SelectBy by, std::string_view pattern, bool exclude = false) {
    Do(cupel_scanner_select, static_cast<int32_t>(by), View(pattern), exclude);
  }

  /// Has plugins take part from now on, in place of those before.
  void UsePlugins(const Plugins& plugins, PluginUse use) {
    auto used = std::make_unique<internal::UsedPlugins>(
        internal::UsedPlugins{std::move(use)});
    if (used->Apply(get(), plugins)) plugins_ = std::move(used);
  }
  /// Scans what a source brings, item by item. `options` is a JSON object over
  /// the source's own, or empty; `cancel` may be null.
  void Ingest(std::string_view source, std::string_view options, ReportFn told,
              const Cancel* cancel = nullptr) {
    Ingesting ingesting{{}, std::move(told)};
    cupel_error* error = nullptr;
    const cupel_status status = cupel_scanner_ingest(
        get(), View(source), View(options), Ingesting::OnReport, &ingesting,
        internal::OrNull(cancel), &error);
    Ended(&ingesting.thrown, status, error);
  }

  /// Scans all inputs as one job. Gives a report whenever the scan could be
  /// begun; `cancel`, which ends it early, may be null.
  Report Scan(const Inputs& inputs, const Cancel* cancel = nullptr) {
    return Run(cancel, cupel_scanner_scan, inputs.get());
  }
  /// The same for one path.
  Report ScanPath(std::string_view path, const Cancel* cancel = nullptr) {
    return Run(cancel, cupel_scanner_scan_path, View(path));
  }
  /// The same for bytes in memory, which are not needed when it returns. `name`
  /// stands for them in the report.
  Report ScanMemory(std::string_view name, Bytes bytes,
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
    c.cache_dir = View(options.cache_dir);
    c.cache_bytes = options.cache_bytes;
    if (callbacks_->progress) c.progress = callbacks_->OnProgress;
    if (callbacks_->finding) c.finding = callbacks_->OnFinding;
    c.user_data = callbacks_.get();
    Make(cupel_scanner_new, engine.get(), rules, &c);
  }

  template <typename Function, typename... Arguments>
  Report Run(const Cancel* cancel, Function function, Arguments... arguments) {
    cupel_report* made = nullptr;
    cupel_error* error = nullptr;
    const cupel_status status =
        function(get(), arguments..., internal::OrNull(cancel), &made, &error);
    Report report(made);
    Ended(nullptr, status, error);
    return report;
  }

  struct Ingesting {
    internal::Thrown thrown;
    ReportFn told;

    static int32_t OnReport(void* data, cupel_report* report) noexcept {
      auto* self = static_cast<Ingesting*>(data);
      return self->thrown.Guard([&] { return self->told(Report(report)); });
    }
  };

  // What callbacks threw comes out first: `also`, then the scanner's own.
  void Ended(internal::Thrown* also, cupel_status status, cupel_error* error) {
    std::unique_ptr<cupel_error, internal::Deleter<cupel_error_free>> owned(
        error);
    if (also != nullptr) also->Rethrow();
    if (callbacks_ != nullptr) callbacks_->Rethrow();
    if (status != CUPEL_STATUS_OK) {
      internal::Raise(Error(status, owned.release()));
    }
  }

  // On the heap because the C scanner holds their addresses while this moves.
  std::unique_ptr<internal::Callbacks> callbacks_;
  std::unique_ptr<internal::UsedPlugins> plugins_;
};

}  // namespace CUPEL_HPP_MODE
}  // namespace cupel

#endif  // CUPEL_SCANNER_HPP_
