#include "payload/text_type.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "format/escape.h"

namespace cupel {
namespace {

constexpr size_t kLooked = 4096;

bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

std::string_view SkipSpace(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  return text;
}

bool StartsWithNoCase(std::string_view text, std::string_view lower) {
  if (text.size() < lower.size()) return false;
  for (size_t i = 0; i < lower.size(); ++i) {
    const char c = text[i];
    const char folded =
        c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (folded != lower[i]) return false;
  }
  return true;
}

// A control character that no text has, or DEL.
bool IsOddControl(unsigned char byte) {
  constexpr uint32_t kUsual = 1u << '\t' | 1u << '\n' | 1u << '\r' |
                              1u << '\f' | 1u << '\b' | 1u << 0x1b;
  return byte == 0x7f || (byte < 0x20 && (kUsual >> byte & 1) == 0);
}

// UTF-8 without control characters that no text has. The last character may
// be cut where the head was cut.
bool LooksTextual(std::string_view text) {
  bool bad = false;
  for (const char c : text) bad |= IsOddControl(static_cast<unsigned char>(c));
  if (bad) return false;
  for (size_t cut = 0; cut <= 3 && cut <= text.size(); ++cut) {
    if (IsUtf8(text.substr(0, text.size() - cut))) return true;
    // Only a character that was begun may be cut off.
    if (cut < text.size() &&
        static_cast<unsigned char>(text[text.size() - 1 - cut]) < 0x80) {
      return false;
    }
  }
  return false;
}

struct Interpreter {
  std::string_view name;  // what the program's name begins with
  TextKind kind;
};

constexpr Interpreter kInterpreters[] = {
    {"python", TextKind::kPython}, {"pypy", TextKind::kPython},
    {"nodejs", TextKind::kNode},   {"node", TextKind::kNode},
    {"deno", TextKind::kNode},     {"bun", TextKind::kNode},
    {"perl", TextKind::kPerl},     {"ruby", TextKind::kRuby},
    {"php", TextKind::kPhp},       {"lua", TextKind::kLua},
    {"tclsh", TextKind::kTcl},     {"wish", TextKind::kTcl},
    {"gawk", TextKind::kAwk},      {"mawk", TextKind::kAwk},
    {"awk", TextKind::kAwk},       {"pwsh", TextKind::kPowershell},
    {"sh", TextKind::kShell},      {"bash", TextKind::kShell},
    {"dash", TextKind::kShell},    {"zsh", TextKind::kShell},
    {"ksh", TextKind::kShell},     {"ash", TextKind::kShell},
    {"csh", TextKind::kShell},     {"tcsh", TextKind::kShell},
    {"fish", TextKind::kShell},    {"busybox", TextKind::kShell},
};

// The next word of a line.
std::string_view TakeWord(std::string_view* line) {
  *line = SkipSpace(*line);
  const size_t size = static_cast<size_t>(
      std::find_if(line->begin(), line->end(), IsSpace) - line->begin());
  const std::string_view word = line->substr(0, size);
  line->remove_prefix(size);
  return word;
}

std::string_view BaseName(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// "#!/usr/bin/env -S FOO=1 python3 -u" -> kPython.
TextKind ScriptKind(std::string_view text) {
  std::string_view line = text.substr(2, text.find('\n') - 2);
  std::string_view program = BaseName(TakeWord(&line));
  if (program == "env") {
    do {
      program = TakeWord(&line);
    } while (!program.empty() && (program.front() == '-' ||
                                  program.find('=') != std::string_view::npos));
    program = BaseName(program);
  }
  for (const Interpreter& known : kInterpreters) {
    if (program.starts_with(known.name)) return known.kind;
  }
  return program.empty() ? TextKind::kNone : TextKind::kScript;
}

}  // namespace

TextKind IdentifyText(std::string_view head) {
  std::string_view text = head.substr(0, kLooked);
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
    return TextKind::kUtf16;
  }
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (text.starts_with("#!")) {
    const TextKind kind = ScriptKind(text);
    if (kind != TextKind::kNone) return kind;
  }
  const std::string_view start = SkipSpace(text);
  if (StartsWithNoCase(start, "<!doctype html") ||
      StartsWithNoCase(start, "<html")) {
    return TextKind::kHtml;
  }
  if (start.starts_with("<?xml")) return TextKind::kXml;
  if (start.starts_with("<?php")) return TextKind::kPhp;
  if (!LooksTextual(text)) return TextKind::kNone;
  if (start.starts_with('{') || start.starts_with('[')) return TextKind::kJson;
  return TextKind::kUtf8;
}

}  // namespace cupel
