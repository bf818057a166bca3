#include "job/normalizer_meta.h"

#include "job/fields.h"

namespace cupel::job {

Normalizer ParseNormalizer(const Json& json, const JsonPath& path,
                           JsonIssues* issues) {
  JsonFields in(json, path, issues);
  Normalizer normalizer;
  normalizer.id = in.String("id", /*min_length=*/1);
  normalizer.version = in.OptionalString("version");
  return normalizer;
}

NormalizerMeta ParseNormalizerMeta(const Json& json, const JsonPath& path,
                                   JsonIssues* issues) {
  JsonFields in(json, path, issues);
  NormalizerMeta meta;
  ParseJob(&in, &meta);
  meta.raw_data = ParseField(&in, "raw_data", issues, &ParseRawDataMeta);
  meta.normalizer = ParseField(&in, "normalizer", issues, &ParseNormalizer);
  return meta;
}

void Write(const Normalizer& normalizer, JsonWriter* out) {
  out->BeginObject().Key("id").String(normalizer.id);
  WriteOptional("version", normalizer.version, out);
  out->EndObject();
}

void Write(const NormalizerMeta& meta, JsonWriter* out) {
  out->BeginObject();
  WriteJob(meta, out);
  out->Key("raw_data");
  Write(meta.raw_data, out);
  out->Key("normalizer");
  Write(meta.normalizer, out);
  out->EndObject();
}

}  // namespace cupel::job
