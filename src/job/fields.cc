#include "job/fields.h"

#include <cstdint>

namespace cupel::job {

void ParseJob(JsonFields* in, Job* job) {
  job->id = in->Id("id");
  job->started_at = in->OptionalDateTime("started_at", /*must_be_aware=*/true);
  job->ended_at = in->OptionalDateTime("ended_at", /*must_be_aware=*/true);
}

void WriteJob(const Job& job, JsonWriter* out) {
  out->Key("id").String(job.id.ToString());
  WriteOptional("started_at", job.started_at, out);
  WriteOptional("ended_at", job.ended_at, out);
}

void WriteOptional(std::string_view key, const std::optional<std::string>& text,
                   JsonWriter* out) {
  out->Key(key);
  if (text.has_value()) {
    out->String(*text);
  } else {
    out->Null();
  }
}

void WriteOptional(std::string_view key, const std::optional<DateTime>& time,
                   JsonWriter* out) {
  out->Key(key);
  if (time.has_value()) {
    out->String(time->ToString());
  } else {
    out->Null();
  }
}

void WriteMap(const StringMap& map, JsonWriter* out) {
  out->BeginObject();
  for (const auto& [key, value] : map) out->Key(key).String(value);
  out->EndObject();
}

void WriteJson(const Json& value, JsonWriter* out) {
  switch (value.type()) {
    case Json::value_t::object:
      out->BeginObject();
      for (const auto& [key, element] :
           value.get_ref<const Json::object_t&>()) {
        out->Key(key);
        WriteJson(element, out);
      }
      out->EndObject();
      return;
    case Json::value_t::array:
      out->BeginArray();
      for (const Json& element : value) WriteJson(element, out);
      out->EndArray();
      return;
    case Json::value_t::string:
      out->String(value.get_ref<const std::string&>());
      return;
    case Json::value_t::boolean:
      out->Bool(value.get<bool>());
      return;
    case Json::value_t::number_integer:
      out->Number(value.get<int64_t>());
      return;
    case Json::value_t::number_unsigned:
      out->Number(value.get<uint64_t>());
      return;
    case Json::value_t::number_float:
      // Not Double(), which writes 1.0 as the integer 1.
      out->Raw(PrintJson(value));
      return;
    case Json::value_t::null:
    case Json::value_t::binary:
    case Json::value_t::discarded:
      break;
  }
  out->Null();
}

}  // namespace cupel::job
