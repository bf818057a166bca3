#include "sql_text.h"

#include <algorithm>

namespace cupel_pg {
namespace {

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Where what begins at `start` with this quote is over. Doubled quotes are two
// such pieces, one after the other, which comes to the same.
size_t EndOfQuoted(std::string_view sql, size_t start, bool backslashes) {
  const char quote = sql[start];
  for (size_t i = start + 1; i < sql.size(); ++i) {
    if (backslashes && sql[i] == '\\') {
      ++i;
    } else if (sql[i] == quote) {
      return i + 1;
    }
  }
  return sql.size();
}

// They nest.
size_t EndOfComment(std::string_view sql, size_t start) {
  size_t depth = 0;
  size_t i = start;
  while (i + 1 < sql.size()) {
    const std::string_view two = sql.substr(i, 2);
    if (two == "/*") {
      ++depth;
      i += 2;
    } else if (two == "*/") {
      i += 2;
      if (--depth == 0) return i;
    } else {
      ++i;
    }
  }
  return sql.size();
}

size_t EndAfter(std::string_view sql, size_t start, std::string_view end) {
  const size_t found = sql.find(end, start);
  return found == std::string_view::npos ? sql.size() : found + end.size();
}

// $tag$ … $tag$; `start` if it is no such thing.
size_t EndOfDollarQuoted(std::string_view sql, size_t start) {
  // Names may hold them, but not begin with them.
  if (start > 0 && (IsWordByte(sql[start - 1]) || sql[start - 1] == '$')) {
    return start;
  }
  size_t i = start + 1;
  if (i < sql.size() && sql[i] >= '0' && sql[i] <= '9') return start;
  while (i < sql.size() && IsWordByte(sql[i])) ++i;
  if (i >= sql.size() || sql[i] != '$') return start;
  const std::string_view tag = sql.substr(start, i + 1 - start);
  return EndAfter(sql, i + 1, tag);
}

bool IsEscapeString(std::string_view sql, size_t quote) {
  return quote > 0 && (sql[quote - 1] == 'E' || sql[quote - 1] == 'e') &&
         (quote == 1 || !IsWordByte(sql[quote - 2]));
}

// The end of what is to be left as it is from here; `start` if it is nothing.
size_t EndOfVerbatim(std::string_view sql, size_t start) {
  switch (sql[start]) {
    case '\'':
      return EndOfQuoted(sql, start, IsEscapeString(sql, start));
    case '"':
      return EndOfQuoted(sql, start, false);
    case '$':
      return EndOfDollarQuoted(sql, start);
    case '-':
      return sql.substr(start, 2) == "--" ? EndAfter(sql, start, "\n") : start;
    case '/':
      return sql.substr(start, 2) == "/*" ? EndOfComment(sql, start) : start;
    default:
      return start;
  }
}

}  // namespace

SqlText NumberParameters(std::string_view sql) {
  SqlText text;
  size_t i = 0;
  while (i < sql.size()) {
    const size_t end = EndOfVerbatim(sql, i);
    if (end > i) {
      text.sql += sql.substr(i, end - i);
      i = end;
    } else if (sql[i] == '?') {
      text.sql += '$' + std::to_string(++text.parameters);
      ++i;
    } else {
      text.sql += sql[i++];
    }
  }
  return text;
}

}  // namespace cupel_pg
