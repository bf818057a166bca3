// What the benchmarks share: handles that free themselves, and the end of the
// program when something fails, because a number for it would be a lie.
#ifndef CUPEL_BENCHMARKS_BENCH_H_
#define CUPEL_BENCHMARKS_BENCH_H_

#include <cupel/cupel.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

namespace cupel_bench {

template <auto kFree>
struct Deleter {
  template <typename T>
  void operator()(T* handle) const {
    kFree(handle);
  }
};
template <typename T, auto kFree>
using Owned = std::unique_ptr<T, Deleter<kFree>>;

using Buffer = Owned<cupel_buffer, cupel_buffer_free>;
using Engine = Owned<cupel_engine, cupel_engine_free>;
using Report = Owned<cupel_report, cupel_report_free>;
using Ruleset = Owned<cupel_ruleset, cupel_ruleset_free>;
using Scanner = Owned<cupel_scanner, cupel_scanner_free>;
using Sources = Owned<cupel_rule_sources, cupel_rule_sources_free>;

inline cupel_view View(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

template <typename Function, typename... Arguments>
void Call(Function function, Arguments... arguments) {
  cupel_error* error = nullptr;
  if (function(arguments..., &error) == CUPEL_STATUS_OK) return;
  const cupel_view text = cupel_error_message(error);
  std::fprintf(stderr, "benchmark: %.*s\n", static_cast<int>(text.size),
               reinterpret_cast<const char*>(text.data));
  std::exit(1);
}

template <typename Handle, typename Function, typename... Arguments>
Handle Make(Function function, Arguments... arguments) {
  typename Handle::pointer made = nullptr;
  Call(function, arguments..., &made);
  return Handle(made);
}

inline const Engine& TheEngine() {
  static const auto* engine =
      new Engine(Make<Engine>(cupel_engine_new, nullptr));
  return *engine;
}

// `path` empty: no rules.
inline Ruleset CompilePath(const std::string& path) {
  if (path.empty()) return nullptr;
  const auto sources = Make<Sources>(cupel_rule_sources_new);
  Call(cupel_rule_sources_add_path, sources.get(), View(path));
  cupel_ruleset_options options = CUPEL_RULESET_OPTIONS_INIT;
  options.flags = CUPEL_RULES_SKIP_BROKEN;
  return Make<Ruleset>(cupel_ruleset_compile, TheEngine().get(), sources.get(),
                       &options);
}

inline Scanner NewScanner(const Ruleset& ruleset,
                          const cupel_scan_options* options = nullptr) {
  return Make<Scanner>(cupel_scanner_new, TheEngine().get(), ruleset.get(),
                       options);
}

inline Report Scan(const Scanner& scanner, std::string_view bytes) {
  return Make<Report>(cupel_scanner_scan_memory, scanner.get(), View("bench"),
                      View(bytes), nullptr);
}

// The kind of text that packages are full of; different for each `seed`.
inline std::string SourceText(size_t size, unsigned seed) {
  static constexpr const char* kWords[] = {"const ",
                                           "function ",
                                           "return ",
                                           "require(\"fs\")",
                                           "module.exports",
                                           "import ",
                                           "value",
                                           "{\n  ",
                                           "}\n",
                                           "() => ",
                                           "length; ",
                                           "self.",
                                           "0x1f, ",
                                           "\"name\": ",
                                           "// note\n",
                                           "def ",
                                           "index",
                                           "await ",
                                           "new Map(",
                                           "options."};
  std::string text;
  unsigned state = seed * 2654435761u + 1;
  while (text.size() < size) {
    state = state * 1664525u + 1013904223u;
    text += kWords[(state >> 16) % (sizeof(kWords) / sizeof(kWords[0]))];
  }
  text.resize(size);
  return text;
}

}  // namespace cupel_bench

#endif  // CUPEL_BENCHMARKS_BENCH_H_
