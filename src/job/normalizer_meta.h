// What a run of a normalizer is described by.
#ifndef CUPEL_JOB_NORMALIZER_META_H_
#define CUPEL_JOB_NORMALIZER_META_H_

#include <optional>
#include <string>

#include "job/boefje_meta.h"

namespace cupel::job {

// Names a normalizer; never with an empty id.
struct Normalizer {
  std::string id;
  std::optional<std::string> version;

  friend bool operator==(const Normalizer&, const Normalizer&) = default;
};

struct NormalizerMeta : Job {
  RawDataMeta raw_data;
  Normalizer normalizer;

  friend bool operator==(const NormalizerMeta&,
                         const NormalizerMeta&) = default;
};

Normalizer ParseNormalizer(const Json& json, const JsonPath& path,
                           JsonIssues* issues);
NormalizerMeta ParseNormalizerMeta(const Json& json, const JsonPath& path,
                                   JsonIssues* issues);

void Write(const Normalizer& normalizer, JsonWriter* out);
void Write(const NormalizerMeta& meta, JsonWriter* out);

}  // namespace cupel::job

#endif  // CUPEL_JOB_NORMALIZER_META_H_
