#include "job/boefje_meta.h"

#include <utility>

#include "job/fields.h"

namespace cupel::job {

std::optional<std::chrono::microseconds> Job::runtime() const {
  if (!started_at.has_value() || !ended_at.has_value()) return std::nullopt;
  return std::chrono::microseconds(ended_at->micros - started_at->micros);
}

Boefje ParseBoefje(const Json& json, const JsonPath& path, JsonIssues* issues) {
  JsonFields in(json, path, issues);
  Boefje boefje;
  boefje.id = in.String("id", /*min_length=*/1);
  boefje.version = in.OptionalString("version");
  boefje.oci_image = in.OptionalString("oci_image");
  return boefje;
}

BoefjeMeta ParseBoefjeMeta(const Json& json, const JsonPath& path,
                           JsonIssues* issues) {
  JsonFields in(json, path, issues);
  BoefjeMeta meta;
  ParseJob(&in, &meta);
  meta.boefje = ParseField(&in, "boefje", issues, &ParseBoefje);
  meta.input_ooi = in.OptionalString("input_ooi");
  meta.arguments = in.ObjectOrEmpty("arguments");
  meta.organization = in.String("organization");
  meta.runnable_hash = in.OptionalString("runnable_hash");
  meta.environment = in.OptionalStringMap("environment");
  return meta;
}

RawDataMeta ParseRawDataMeta(const Json& json, const JsonPath& path,
                             JsonIssues* issues) {
  JsonFields in(json, path, issues);
  RawDataMeta meta;
  meta.id = in.Id("id");
  meta.boefje_meta = ParseField(&in, "boefje_meta", issues, &ParseBoefjeMeta);
  const Json* const types = in.Array("mime_types", /*required=*/true);
  if (types == nullptr) return meta;
  for (const Json& type : *types) {
    JsonPath place = in.PathOf("mime_types");
    place.emplace_back(meta.mime_types.size());
    meta.mime_types.push_back(in.StringMapOf(type, place));
  }
  return meta;
}

void Write(const Boefje& boefje, JsonWriter* out) {
  out->BeginObject().Key("id").String(boefje.id);
  WriteOptional("version", boefje.version, out);
  WriteOptional("oci_image", boefje.oci_image, out);
  out->EndObject();
}

void Write(const BoefjeMeta& meta, JsonWriter* out) {
  out->BeginObject();
  WriteJob(meta, out);
  out->Key("boefje");
  Write(meta.boefje, out);
  WriteOptional("input_ooi", meta.input_ooi, out);
  out->Key("arguments");
  WriteJson(meta.arguments, out);
  out->Key("organization").String(meta.organization);
  WriteOptional("runnable_hash", meta.runnable_hash, out);
  out->Key("environment");
  if (meta.environment.has_value()) {
    WriteMap(*meta.environment, out);
  } else {
    out->Null();
  }
  out->EndObject();
}

void Write(const RawDataMeta& meta, JsonWriter* out) {
  out->BeginObject().Key("id").String(meta.id.ToString());
  out->Key("boefje_meta");
  Write(meta.boefje_meta, out);
  out->Key("mime_types").BeginArray();
  for (const StringMap& type : meta.mime_types) WriteMap(type, out);
  out->EndArray().EndObject();
}

}  // namespace cupel::job
