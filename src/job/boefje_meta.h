// What a run of a boefje is described by: identifier, input, result of a run.
//
// All models of this folder are plain values. Parse... reads one out of JSON as
// pydantic 2 does in its lax mode: unknown keys are passed over, all problems
// go into `issues` under their path, and what is returned is then of no use.
// Write... prints it with the keys in the order that OpenKAT's models have.
#ifndef CUPEL_JOB_BOEFJE_META_H_
#define CUPEL_JOB_BOEFJE_META_H_

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/datetime.h"
#include "base/uuid.h"
#include "format/json.h"
#include "format/json_fields.h"
#include "format/json_writer.h"

namespace cupel::job {

// What every run has. The times are aware.
struct Job {
  Uuid id;
  std::optional<DateTime> started_at;
  std::optional<DateTime> ended_at;

  // From start to end; nothing while either is not known.
  std::optional<std::chrono::microseconds> runtime() const;

  friend bool operator==(const Job&, const Job&) = default;
};

// Names a boefje; never with an empty id.
struct Boefje {
  std::string id;
  std::optional<std::string> version;
  std::optional<std::string> oci_image;

  friend bool operator==(const Boefje&, const Boefje&) = default;
};

struct BoefjeMeta : Job {
  Boefje boefje;
  // A reference of octopoes'. Empty is kept, and means that there is none.
  std::optional<std::string> input_ooi;
  Json arguments = Json::object();  // always an object
  std::string organization;         // American here, British in Task
  std::optional<std::string> runnable_hash;
  std::optional<StringMap> environment;  // holds secrets

  friend bool operator==(const BoefjeMeta&, const BoefjeMeta&) = default;
};

// Describes one raw file.
struct RawDataMeta {
  Uuid id;
  BoefjeMeta boefje_meta;
  std::vector<StringMap> mime_types;  // [{"value": "boefje/dns-records"}]

  friend bool operator==(const RawDataMeta&, const RawDataMeta&) = default;
};

Boefje ParseBoefje(const Json& json, const JsonPath& path, JsonIssues* issues);
BoefjeMeta ParseBoefjeMeta(const Json& json, const JsonPath& path,
                           JsonIssues* issues);
RawDataMeta ParseRawDataMeta(const Json& json, const JsonPath& path,
                             JsonIssues* issues);

void Write(const Boefje& boefje, JsonWriter* out);
void Write(const BoefjeMeta& meta, JsonWriter* out);
void Write(const RawDataMeta& meta, JsonWriter* out);

}  // namespace cupel::job

#endif  // CUPEL_JOB_BOEFJE_META_H_
