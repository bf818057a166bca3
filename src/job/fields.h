// Pieces that the models of this folder are read and written with.
#ifndef CUPEL_JOB_FIELDS_H_
#define CUPEL_JOB_FIELDS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/datetime.h"
#include "format/json.h"
#include "format/json_fields.h"
#include "format/json_writer.h"
#include "job/boefje_meta.h"

namespace cupel::job {

// id, started_at and ended_at.
void ParseJob(JsonFields* in, Job* job);
void WriteJob(const Job& job, JsonWriter* out);

// A required model, or an empty one if it is not there.
template <typename Model>
Model ParseField(JsonFields* in, std::string_view key, JsonIssues* issues,
                 Model (*parse)(const Json&, const JsonPath&, JsonIssues*)) {
  const Json* const value = in->Required(key);
  return value == nullptr ? Model() : parse(*value, in->PathOf(key), issues);
}

// An array of models; if it is not required, absent is empty. Models with an
// issue are left out, so that an array of nothing but mistakes costs nothing.
template <typename Model>
std::vector<Model> ParseModels(JsonFields* in, std::string_view key,
                               bool required, JsonIssues* issues,
                               Model (*parse)(const Json&, const JsonPath&,
                                              JsonIssues*)) {
  std::vector<Model> models;
  const Json* const array = in->Array(key, required);
  if (array == nullptr) return models;
  JsonPath path = in->PathOf(key);
  path.emplace_back(size_t{0});
  for (const Json& element : *array) {
    const size_t before = issues->count();
    Model model = parse(element, path, issues);
    if (issues->count() == before) models.push_back(std::move(model));
    ++std::get<size_t>(path.back());
  }
  return models;
}

template <typename Model>
void WriteModels(std::string_view key, const std::vector<Model>& models,
                 JsonWriter* out) {
  out->Key(key).BeginArray();
  for (const Model& model : models) Write(model, out);
  out->EndArray();
}

void WriteOptional(std::string_view key, const std::optional<std::string>& text,
                   JsonWriter* out);
void WriteOptional(std::string_view key, const std::optional<DateTime>& time,
                   JsonWriter* out);
void WriteMap(const StringMap& map, JsonWriter* out);
void WriteJson(const Json& value, JsonWriter* out);

}  // namespace cupel::job

#endif  // CUPEL_JOB_FIELDS_H_
