#include "runner/runner_args.h"

#include <charconv>
#include <string_view>
#include <utility>

#include "base/status.h"
#include "format/escape.h"

namespace cupel {
namespace {

struct NumberOption {
  std::string_view name;
  uint64_t RunnerArgs::* field;
};
constexpr NumberOption kNumbers[] = {
    {"--address-space", &RunnerArgs::address_space},
    {"--cpu-seconds", &RunnerArgs::cpu_seconds},
    {"--file-size", &RunnerArgs::file_size},
    {"--open-files", &RunnerArgs::open_files},
    {"--processes", &RunnerArgs::processes}};

struct FlagOption {
  std::string_view name;
  bool RunnerArgs::* field;
};
constexpr FlagOption kFlags[] = {
    {"--network", &RunnerArgs::network},
    {"--files", &RunnerArgs::files},
    {"--without-landlock", &RunnerArgs::without_landlock}};

struct ListOption {
  std::string_view name;
  std::vector<std::string> RunnerArgs::* field;
};
constexpr ListOption kLists[] = {{"--read", &RunnerArgs::readable},
                                 {"--write", &RunnerArgs::writable}};

bool SetFlag(std::string_view word, RunnerArgs* args) {
  for (const FlagOption& flag : kFlags) {
    if (flag.name != word) continue;
    args->*flag.field = true;
    return true;
  }
  if (word == "--object") {
    args->kind = CodeKind::kSharedObject;
  } else if (word == "--builtin") {
    args->kind = CodeKind::kBuiltin;
  } else {
    return false;
  }
  return true;
}

absl::Status SetValue(const std::string& word, const std::string& value,
                      RunnerArgs* args) {
  for (const NumberOption& number : kNumbers) {
    if (number.name != word) continue;
    const char* const end = value.data() + value.size();
    const auto [at, error] =
        std::from_chars(value.data(), end, args->*number.field);
    if (error == std::errc() && at == end) return absl::OkStatus();
    return InvalidArgument("{} needs a number, not '{}'", word,
                           EscapePrintable(value));
  }
  for (const ListOption& list : kLists) {
    if (list.name != word) continue;
    (args->*list.field).push_back(value);
    return absl::OkStatus();
  }
  if (word == "--temp") {
    args->temp = value;
  } else if (word == "--python") {
    args->kind = CodeKind::kPython;
    args->python = value;
  } else {
    return InvalidArgument("'{}' is no option of cupel-runner",
                           EscapePrintable(word));
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<std::string> PrintRunnerArgs(const RunnerArgs& args) {
  std::vector<std::string> words;
  if (args.kind == CodeKind::kPython) {
    words = {"--python", args.python};
  } else {
    words = {args.kind == CodeKind::kBuiltin ? "--builtin" : "--object"};
  }
  words.insert(words.end(), {"--temp", args.temp});
  for (const NumberOption& number : kNumbers) {
    words.emplace_back(number.name);
    words.push_back(std::to_string(args.*number.field));
  }
  for (const FlagOption& flag : kFlags) {
    if (args.*flag.field) words.emplace_back(flag.name);
  }
  for (const ListOption& list : kLists) {
    for (const std::string& path : args.*list.field) {
      words.emplace_back(list.name);
      words.push_back(path);
    }
  }
  return words;
}

absl::StatusOr<RunnerArgs> ParseRunnerArgs(
    const std::vector<std::string>& words) {
  RunnerArgs args;
  for (size_t i = 0; i < words.size(); ++i) {
    if (SetFlag(words[i], &args)) continue;
    if (i + 1 == words.size()) {
      return InvalidArgument(
          "'{}' is no option of cupel-runner, or needs a "
          "value",
          EscapePrintable(words[i]));
    }
    CUPEL_RETURN_IF_ERROR(SetValue(words[i], words[i + 1], &args));
    ++i;
  }
  if (args.temp.empty()) return InvalidArgument("--temp FOLDER is missing");
  return args;
}

}  // namespace cupel
