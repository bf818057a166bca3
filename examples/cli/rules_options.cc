#include "rules_options.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "app.h"
#include "console.h"
#include "values.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

std::optional<int64_t> ParseInteger(std::string_view text) {
  int base = 10;
  const bool negative = !text.empty() && text.front() == '-';
  std::string_view digits = negative ? text.substr(1) : text;
  if (digits.size() > 2 && digits[0] == '0' &&
      (digits[1] == 'x' || digits[1] == 'X')) {
    base = 16;
    digits.remove_prefix(2);
  }
  uint64_t value = 0;
  const auto [last, error] = std::from_chars(
      digits.data(), digits.data() + digits.size(), value, base);
  if (digits.empty() || error != std::errc() ||
      last != digits.data() + digits.size()) {
    return {};
  }
  constexpr uint64_t kMax = std::numeric_limits<int64_t>::max();
  if (value > kMax) return {};
  return negative ? -static_cast<int64_t>(value) : static_cast<int64_t>(value);
}

std::optional<double> ParseFloat(std::string_view text) {
  // What from_chars takes beyond digits ("inf", "nan") is text here.
  if (text.find_first_not_of("0123456789.eE+-") != std::string_view::npos) {
    return {};
  }
  double value = 0;
  const auto [last, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() ||
      last != text.data() + text.size()) {
    return {};
  }
  return value;
}

// `type` is empty for "by look"; false if `text` does not look like it.
bool DefineAs(std::string_view type, std::string_view name,
              std::string_view text, cupel::RuleSources* sources) {
  const bool any = type.empty();
  if (any || type == "bool") {
    if (text == "true" || text == "false") {
      sources->Define(name, text == "true");
      return true;
    }
  }
  if (any || type == "int") {
    if (const auto value = ParseInteger(text)) {
      sources->Define(name, *value);
      return true;
    }
  }
  if (any || type == "float") {
    if (const auto value = ParseFloat(text)) {
      sources->Define(name, *value);
      return true;
    }
  }
  if (any || type == "string") {
    sources->Define(name, text);
    return true;
  }
  return false;
}

std::string SkippedLine(const Json& skipped) {
  return fmt::format("{}:{}: left out: {}{}", skipped.value("file", ""),
                     skipped.value("line", 0),
                     skipped.value("rule", "").empty()
                         ? ""
                         : "rule '" + skipped.value("rule", "") + "': ",
                     skipped.value("reason", ""));
}

void ComplainOfRest(size_t count, size_t most, std::string_view what) {
  if (count <= most) return;
  Complain(fmt::format("... and {} besides; `cupel rules check` shows them all",
                       FormatPlural(count - most, what)));
}

}  // namespace

CLI::Option* AddRulesPathOption(CLI::App& app, RulesOptions* options) {
  return AddRepeated(app, "-r,--rules", &options->paths, "PATH",
                     "YARA rules: a file, a folder (*.yar, *.yara, "
                     "recursively), or a file made by `cupel rules compile`. "
                     "Can be repeated")
      ->group("Rules");
}

void AddRulesOptions(CLI::App& app, RulesOptions* options) {
  AddRepeated(app, "-d,--define", &options->defines, "NAME=VALUE",
              "Set an external variable of the rules: true or false, an "
              "integer, a number with a point, else text. NAME:string=VALUE "
              "forces the type (string, int, float, bool). Can be repeated")
      ->group("Rules");
  AddRepeated(app, "--include-root", &options->include_roots, "FOLDER",
              "Another folder that `include` in rules may read from. Can be "
              "repeated")
      ->group("Rules");
  app.add_option("--rules-cache", options->cache_dir,
                 "Keep compiled rules in this folder, to start faster")
      ->type_name("FOLDER")
      ->group("Rules");
  app.add_flag("--skip-broken-rules", options->skip_broken,
               "Go on without rules that do not compile")
      ->group("Rules");
  app.add_flag("--allow-foreign-compiled", options->allow_foreign,
               "Load files made by `yarac`. Loading one can run code: only "
               "from people whose programs you would run")
      ->group("Rules");
  static const std::map<std::string, cupel::RuleEngine> kEngines = {
      {"cupel", cupel::RuleEngine::kCupel},
      {"libyara", cupel::RuleEngine::kLibyara}};
  app.add_option("--engine", options->engine,
                 "cupel finds out first which rules can match a file; libyara "
                 "tries all of them. Same results, slower [cupel]")
      ->type_name("cupel|libyara")
      ->transform(CLI::CheckedTransformer(kEngines).description(""))
      ->group("Rules");
}

void Define(std::string_view definition, cupel::RuleSources* sources) {
  const size_t equals = definition.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    throw UsageError(fmt::format("--define {}: is not of the form NAME=VALUE",
                                 Printable(definition)));
  }
  std::string_view name = definition.substr(0, equals);
  const std::string_view text = definition.substr(equals + 1);
  std::string_view type;
  if (const size_t colon = name.find(':'); colon != std::string_view::npos) {
    type = name.substr(colon + 1);
    name = name.substr(0, colon);
    if (type != "string" && type != "int" && type != "float" &&
        type != "bool") {
      throw UsageError(
          fmt::format("--define {}: '{}' is no type; there are string, int, "
                      "float and bool",
                      Printable(definition), Printable(type)));
    }
  }
  if (!DefineAs(type, name, text, sources)) {
    throw UsageError(fmt::format("--define {}: '{}' is no {}",
                                 Printable(definition), Printable(text), type));
  }
}

std::string DiagnosticLine(const cupel::Diagnostic& diagnostic) {
  const char* severity =
      diagnostic.severity == cupel::Severity::kWarning ? "warning" : "error";
  std::string line = Printable(diagnostic.file);
  if (diagnostic.line > 0) line += fmt::format(":{}", diagnostic.line);
  line += fmt::format(": {}: ", severity);
  if (!diagnostic.rule.empty()) {
    line += fmt::format("rule '{}': ", Printable(diagnostic.rule));
  }
  return line + Printable(diagnostic.message);
}

cupel::Ruleset LoadRules(const cupel::Engine& engine,
                         const RulesOptions& options) {
  cupel::RuleSources sources;
  for (const std::string& path : options.paths) sources.AddPath(path);
  for (const std::string& root : options.include_roots) {
    sources.AddIncludeRoot(root);
  }
  for (const std::string& definition : options.defines) {
    Define(definition, &sources);
  }
  cupel::RulesetOptions ruleset_options;
  ruleset_options.skip_broken = options.skip_broken;
  ruleset_options.allow_foreign_compiled = options.allow_foreign;
  ruleset_options.engine = options.engine;
  ruleset_options.load_all = options.load_all;
  ruleset_options.cache_dir = options.cache_dir;
  return cupel::Ruleset(engine, sources, ruleset_options);
}

void ComplainOfBrokenRules(const cupel::Error& error) {
  for (const cupel::Diagnostic& diagnostic : error.diagnostics()) {
    Complain(DiagnosticLine(diagnostic));
  }
  Complain(fmt::format(
      "cupel: {} in the rules. Mend them, or go on without the broken rules "
      "with --skip-broken-rules.",
      FormatPlural(error.diagnostics().size(), "error")));
}

void ComplainOfOddRules(const cupel::Ruleset& rules, size_t most) {
  // The JSON of thousands of rules takes longer than loading them.
  Json skipped = Json::array();
  if (rules.skipped_count() != 0) {
    const Json known = Json::parse(rules.Json().view(), nullptr, false);
    if (known.is_object()) skipped = known.value("skipped", Json::array());
  }
  for (size_t i = 0; i < skipped.size() && i < most; ++i) {
    Complain(Printable(SkippedLine(skipped[i])));
  }
  ComplainOfRest(skipped.size(), most, "left-out rule");
  const std::vector<cupel::Diagnostic> warnings = rules.Warnings();
  for (size_t i = 0; i < warnings.size() && i < most; ++i) {
    Complain(DiagnosticLine(warnings[i]));
  }
  ComplainOfRest(warnings.size(), most, "warning");
}

}  // namespace cli
