#include "limits_options.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>

#include "values.h"

namespace cli {
namespace {

enum class Kind { kTime, kSize, kCount };

struct LimitOption {
  const char* name;
  uint64_t cupel_limits::* value;
  Kind kind;
  const char* help;
};

constexpr LimitOption kOptions[] = {
    {"--max-total-time", &cupel_limits::total_time_ns, Kind::kTime,
     "For the whole scan"},
    {"--max-file-time", &cupel_limits::file_time_ns, Kind::kTime,
     "For the rules over one file"},
    {"--max-plugin-time", &cupel_limits::plugin_time_ns, Kind::kTime,
     "For one call of a plugin"},
    {"--max-total-bytes", &cupel_limits::total_bytes, Kind::kSize,
     "Unpacked from one PATH"},
    {"--max-file-bytes", &cupel_limits::file_bytes, Kind::kSize,
     "Scanned of one file"},
    {"--max-memory", &cupel_limits::memory_bytes, Kind::kSize,
     "File contents held at once"},
    {"--max-ratio", &cupel_limits::ratio, Kind::kCount,
     "Bytes unpacked per byte of archive, after the first 16 MiB"},
    {"--max-files", &cupel_limits::files, Kind::kCount,
     "Files unpacked from one PATH"},
    {"--max-depth", &cupel_limits::depth, Kind::kCount,
     "Archives inside archives"},
    {"--max-name-bytes", &cupel_limits::name_bytes, Kind::kCount,
     "Length of a name inside an archive"},
    {"--max-matches-per-rule", &cupel_limits::matches_per_rule, Kind::kCount,
     "String matches listed per rule and file"},
};

const char* TypeName(Kind kind) {
  switch (kind) {
    case Kind::kTime:
      return "TIME";
    case Kind::kSize:
      return "SIZE";
    case Kind::kCount:
      break;
  }
  return "N";
}

std::optional<uint64_t> ParseAs(Kind kind, const std::string& text) {
  switch (kind) {
    case Kind::kTime:
      return ParseDuration(text);
    case Kind::kSize:
      return ParseSize(text);
    case Kind::kCount:
      break;
  }
  return ParseCount(text);
}

const char* Wanted(Kind kind) {
  switch (kind) {
    case Kind::kTime:
      return "a time like 500ms, 30s, 2m or 1h, or off";
    case Kind::kSize:
      return "a size like 65536, 64M or 1G, or off";
    case Kind::kCount:
      break;
  }
  return "a whole number from 1, or off";
}

std::string Shown(Kind kind, uint64_t value) {
  if (value == cupel::kUnlimited) return "off";
  switch (kind) {
    case Kind::kTime:
      if (value % 3'600'000'000'000 == 0) {
        return fmt::format("{}h", value / 3'600'000'000'000);
      }
      return value % 1'000'000'000 == 0
                 ? fmt::format("{}s", value / 1'000'000'000)
                 : FormatDuration(value);
    case Kind::kSize:
      return FormatSize(value);
    case Kind::kCount:
      break;
  }
  return fmt::format("{}", value);
}

}  // namespace

void AddLimitOptions(CLI::App& app, cupel::Limits* limits) {
  // Asked of the library, so that the help can't be wrong about it.
  const cupel::Limits defaults = cupel::Limits().Filled();
  for (const LimitOption& option : kOptions) {
    const auto set = [&option, limits](const std::string& text) {
      const std::optional<uint64_t> value = ParseAs(option.kind, text);
      if (!value) {
        throw CLI::ValidationError(
            option.name,
            fmt::format("'{}' is not {}", text, Wanted(option.kind)));
      }
      limits->*option.value = *value;
    };
    app.add_option_function<std::string>(
           option.name, set,
           fmt::format("{} [{}]", option.help,
                       Shown(option.kind, defaults.*option.value)))
        ->type_name(TypeName(option.kind))
        ->group("Limits (values like 30s, 64M, 1000 or off)");
  }
}

}  // namespace cli
