#include "worker/log.h"

#include <strings.h>

#include "base/datetime.h"
#include "format/escape.h"
#include "format/json_writer.h"

namespace cupel::worker {
namespace {

constexpr LogLevel kLevels[] = {LogLevel::kDebug, LogLevel::kInfo,
                                LogLevel::kWarning, LogLevel::kError};

std::string TimeText(int64_t micros) {
  // Milliseconds: pydantic's form leaves zeros out, which a log can't want.
  DateTime time;
  time.micros = micros - micros % 1'000'000;
  time.aware = true;
  std::string text = time.ToString();
  if (!text.empty() && text.back() == 'Z') text.pop_back();
  const int64_t millis = micros % 1'000'000 / 1000;
  text += '.';
  for (const int64_t unit : {100, 10, 1}) {
    text += static_cast<char>('0' + millis / unit % 10);
  }
  return text + 'Z';
}

bool NeedsQuotes(std::string_view text) {
  return text.empty() || text.find_first_of(" \"=") != std::string_view::npos;
}

void AppendFact(std::string_view name, std::string_view value,
                std::string* line) {
  *line += ' ';
  *line += EscapePrintable(name);
  *line += '=';
  const std::string text = EscapePrintable(value);
  if (!NeedsQuotes(text)) {
    *line += text;
    return;
  }
  *line += '"';
  for (const char c : text) {
    if (c == '"') *line += '\\';
    *line += c;
  }
  *line += '"';
}

}  // namespace

std::string_view LogLevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "DEBUG";
    case LogLevel::kInfo:
      return "INFO";
    case LogLevel::kWarning:
      return "WARNING";
    case LogLevel::kError:
      break;
  }
  return "ERROR";
}

std::optional<LogLevel> LogLevelOf(std::string_view name) {
  for (const LogLevel level : kLevels) {
    const std::string_view known = LogLevelName(level);
    if (known.size() == name.size() &&
        strncasecmp(known.data(), name.data(), name.size()) == 0) {
      return level;
    }
  }
  return std::nullopt;
}

void Log::Say(LogLevel level, std::string_view event, std::string_view job,
              Facts facts) const {
  if (!Wants(level)) return;
  sink_({.time_micros = DateTime::Now().micros,
         .level = level,
         .job = std::string(job),
         .event = std::string(event),
         .facts = std::move(facts)});
}

std::string LogLine(const LogEvent& event) {
  std::string line = TimeText(event.time_micros);
  line += ' ';
  line += LogLevelName(event.level);
  line += ' ';
  line += EscapePrintable(event.event);
  if (!event.job.empty()) AppendFact("job", event.job, &line);
  for (const auto& [name, value] : event.facts) {
    AppendFact(name, value, &line);
  }
  return line;
}

std::string LogJson(const LogEvent& event) {
  std::string line;
  JsonWriter writer(&line);
  writer.BeginObject();
  writer.Key("time").String(TimeText(event.time_micros));
  writer.Key("level").String(LogLevelName(event.level));
  writer.Key("event").String(event.event);
  if (!event.job.empty()) writer.Key("job").String(event.job);
  for (const auto& [name, value] : event.facts) {
    writer.Key(name).String(value);
  }
  writer.EndObject();
  return line;
}

}  // namespace cupel::worker
