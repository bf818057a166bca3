// dedup.hpp: dedup.h for C++17. Comes with cupel.hpp.
#ifndef CUPEL_DEDUP_HPP_
#define CUPEL_DEDUP_HPP_

#include <string_view>

#include "cupel/base.hpp"
#include "cupel/dedup.h"
#include "cupel/job.hpp"
#include "cupel/settings.hpp"

namespace cupel {

// Of the environment that a job carries.
inline Buffer EnvironmentFingerprint(const Job& job, const Keyring& keys) {
  return Buffer(cupel_job_environment_fingerprint, job.get(), keys.get());
}
// 64 hexadecimal digits; equal for jobs of which one run serves for both.
inline Buffer JobKey(const Job& job,
                     std::string_view environment_fingerprint = {}) {
  return Buffer(cupel_job_key, job.get(),
                internal::View(environment_fingerprint));
}
// Whether two jobs are the same and what differs, as JSON.
inline Buffer CompareJobs(const Job& a, const Job& b) {
  return Buffer(cupel_job_compare, a.get(), b.get());
}

// OpenKAT's own hashes of tasks in its queue. An empty `input_ooi` is none.
inline Buffer OpenKatBoefjeTaskHash(std::string_view input_ooi,
                                    std::string_view boefje,
                                    std::string_view organisation) {
  return Buffer(cupel_openkat_task_hash_boefje, internal::View(input_ooi),
                internal::View(boefje), internal::View(organisation));
}
inline Buffer OpenKatNormalizerTaskHash(std::string_view normalizer,
                                        std::string_view boefje_meta_id,
                                        std::string_view organisation) {
  return Buffer(cupel_openkat_task_hash_normalizer, internal::View(normalizer),
                internal::View(boefje_meta_id), internal::View(organisation));
}

}  // namespace cupel

#endif  // CUPEL_DEDUP_HPP_
