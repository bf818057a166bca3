/// @file rules.hpp
/// @brief Engines, inputs and rules. Comes with cupel.hpp.
#ifndef CUPEL_RULES_HPP_
#define CUPEL_RULES_HPP_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "cupel/base.hpp"
#include "cupel/progress.hpp"
#include "cupel/rules.h"
#include "cupel/scanner.h"

namespace cupel {
inline namespace CUPEL_HPP_MODE {

/// What rule sets and scanners are made from. One per process is usual.
///
/// Threads: immutable; any number may use one. Lifetime: its own; what it made
/// goes on without it.
///
///     cupel::Engine engine;
///     cupel::Scanner scanner(engine, cupel::Ruleset(engine, sources));
class Engine : public internal::Owner<cupel_engine, cupel_engine_free> {
 public:
  /// Fails only if memory runs out.
  Engine() {
    const cupel_engine_options options = CUPEL_ENGINE_OPTIONS_INIT;
    Make(cupel_engine_new, &options);
  }
};

/// What to scan: a list of paths, bytes in memory and descriptors.
///
/// Threads: one at a time. Lifetime: its own; a scan takes a copy of the list,
/// not of the bytes.
///
///     cupel::Inputs inputs;
///     inputs.AddPath("pkg.tgz");
///     inputs.AddMemory("body", body);
///     cupel::Report report = scanner.Scan(inputs);
class Inputs : public internal::Owner<cupel_inputs, cupel_inputs_free> {
 public:
  /// An empty list.
  Inputs() { Make(cupel_inputs_new); }
  /// Adds a file, or a folder with all that is under it. What can't be read is
  /// an incident of the report.
  void AddPath(std::string_view path) { Do(cupel_inputs_add_path, View(path)); }
  /// Adds bytes, which must stay valid and unchanged until the scan is over.
  /// `name` stands for them in the report.
  void AddMemory(std::string_view name, Bytes bytes) {
    Do(cupel_inputs_add_memory, View(name), View(bytes));
  }
  /// Bytes that would be gone before the scan: give them a name first.
  template <typename T,
            typename = std::enable_if_t<!std::is_lvalue_reference_v<T> &&
                                        internal::kOwnsBytes<T>>>
  void AddMemory(std::string_view name, T&& bytes) = delete;
  /// Adds an open descriptor, which must stay open until the scan is over and
  /// is not closed.
  void AddFd(std::string_view name, int fd) {
    Do(cupel_inputs_add_fd, View(name), fd);
  }
};

/// Where rules come from: a list. Nothing is read before a Ruleset is made.
///
/// Threads: one at a time. Lifetime: its own; a Ruleset does not need it.
///
///     cupel::RuleSources sources;
///     sources.AddPath("rules");
///     sources.Define("level", 2);
class RuleSources
    : public internal::Owner<cupel_rule_sources, cupel_rule_sources_free> {
 public:
  /// An empty list.
  RuleSources() { Make(cupel_rule_sources_new); }
  /// Adds a rule file, a folder of them, or what Ruleset::Save wrote.
  void AddPath(std::string_view path) {
    Do(cupel_rule_sources_add_path, View(path));
  }
  /// Adds rules as text, copied; `name` is their namespace.
  void AddText(std::string_view name, std::string_view text) {
    Do(cupel_rule_sources_add_text, View(name), View(text));
  }
  /// Adds a folder that `include` may read from, beside those of the paths.
  void AddIncludeRoot(std::string_view folder) {
    Do(cupel_rule_sources_add_include_root, View(folder));
  }
  /// Defines an external variable, of the type of `value`: boolean, integer,
  /// float or string.
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
      Do(cupel_rule_sources_define_string, key, View(std::string_view(value)));
    }
  }
};

/// How rules are run. The answers are the same.
enum class RuleEngine : int32_t {
  kCupel = CUPEL_RULE_ENGINE_CUPEL,      ///< Those that can match a file.
  kLibyara = CUPEL_RULE_ENGINE_LIBYARA,  ///< All of them.
};

/// How rules are compiled.
struct RulesetOptions {
  bool skip_broken = false;  ///< Leave out rules that do not compile.
  /// Take files made by `yarac`, which can run code.
  bool allow_foreign_compiled = false;
  bool load_all = false;            ///< true: find damage of saved rules now.
  std::string_view cache_dir = {};  ///< For compiled rules; empty: none.
  RuleEngine engine = RuleEngine::kCupel;  ///< How they are run.
};

/// Compiled rules.
///
/// Threads: immutable; share one between all. Lifetime: its own; scanners keep
/// the rules they were made with.
///
///     cupel::Ruleset rules(engine, sources, {.cache_dir = "cache"});  // C++20
///     for (const cupel::Diagnostic& warning : rules.Warnings()) ...
class Ruleset : public internal::Owner<cupel_ruleset, cupel_ruleset_free> {
 public:
  /// Reads and compiles. Fails with an Error that has diagnostics if rules are
  /// broken.
  Ruleset(const Engine& engine, const RuleSources& sources,
          const RulesetOptions& options = {}) {
    cupel_ruleset_options c = CUPEL_RULESET_OPTIONS_INIT;
    if (options.skip_broken) c.flags |= CUPEL_RULES_SKIP_BROKEN;
    if (options.allow_foreign_compiled) {
      c.flags |= CUPEL_RULES_ALLOW_FOREIGN_COMPILED;
    }
    if (options.load_all) c.flags |= CUPEL_RULES_LOAD_ALL;
    c.cache_dir = View(options.cache_dir);
    c.engine = static_cast<cupel_rule_engine>(options.engine);
    Make(cupel_ruleset_compile, engine.get(), sources.get(), &c);
  }

  /// Rules that a scan runs.
  size_t count() const noexcept { return cupel_ruleset_count(get()); }
  /// 64 hexadecimal digits: equal digests give equal answers.
  std::string_view digest() const noexcept {
    return Text(cupel_ruleset_digest(get()));
  }
  /// Whether nothing had to be compiled.
  bool from_cache() const noexcept {
    return cupel_ruleset_from_cache(get()) != 0;
  }
  /// Rules, or files of them, that RulesetOptions::skip_broken left out.
  size_t skipped_count() const noexcept {
    return cupel_ruleset_skipped_count(get());
  }
  /// What the compiler warned of.
  std::vector<Diagnostic> Warnings() const {
    return internal::Diagnostics(cupel_ruleset_warning_count(get()),
                                 cupel_ruleset_warning, get());
  }
  /// All there is to know, as JSON.
  Buffer Json() const { return Buffer::Of(cupel_ruleset_json, get()); }
  /// Why the rules called `rule` are run for a file, or are not, as JSON.
  Buffer Explain(std::string_view rule) const {
    return Buffer::Of(cupel_ruleset_explain, get(), View(rule), View(""),
                      cupel_view{nullptr, 0});
  }
  /// The same, and what of it holds of `bytes`, a file called `path`.
  Buffer Explain(std::string_view rule, std::string_view path,
                 std::string_view bytes) const {
    if (bytes.empty()) bytes = "";  // it may be without data
    return Buffer::Of(cupel_ruleset_explain, get(), View(rule), View(path),
                      View(bytes));
  }
  /// Writes the compiled rules to a file that RuleSources::AddPath takes.
  void Save(std::string_view path) const { Do(cupel_ruleset_save, View(path)); }
  /// What each rule costs over `inputs`, as JSON. Slow. `cancel` may be null.
  Buffer Profile(const Engine& engine, const Inputs& inputs,
                 const Cancel* cancel = nullptr,
                 ProgressFn progress = nullptr) const {
    internal::Callbacks callbacks{std::move(progress), nullptr, nullptr};
    return Buffer::OfCallBack(
        &callbacks, cupel_ruleset_profile, engine.get(), get(), inputs.get(),
        internal::OrNull(cancel),
        callbacks.progress ? callbacks.OnProgress : nullptr, &callbacks);
  }
};

}  // namespace CUPEL_HPP_MODE
}  // namespace cupel

#endif  // CUPEL_RULES_HPP_
