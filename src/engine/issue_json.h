// Problems of a document, as JSON.
#ifndef CUPEL_ENGINE_ISSUE_JSON_H_
#define CUPEL_ENGINE_ISSUE_JSON_H_

#include <string_view>

#include "engine/printable.h"
#include "format/json_fields.h"
#include "format/json_writer.h"

namespace cupel {

// "count":2,"<key>":[{"path":"$.id","type":"missing","message":"…"}, …]
inline void WriteIssues(std::string_view key, const JsonIssues& issues,
                        JsonWriter* json) {
  json->Key("count").Number(issues.count());
  json->Key(key).BeginArray();
  for (const JsonIssue& issue : issues.list()) {
    json->BeginObject();
    json->Key("path").String(PathText(issue.path));
    json->Key("type").String(issue.type);
    json->Key("message").String(PrintableMessage(issue.message));
    json->EndObject();
  }
  json->EndArray();
}

}  // namespace cupel

#endif  // CUPEL_ENGINE_ISSUE_JSON_H_
