// A job to vary.
#ifndef CUPEL_TESTS_UNIT_DEDUP_IDENTITIES_H_
#define CUPEL_TESTS_UNIT_DEDUP_IDENTITIES_H_

#include <string>

#include "dedup/job_key.h"
#include "format/json.h"

namespace cupel {

inline JobIdentity SomeJob() {
  JobIdentity job;
  job.plugin = "dns-records";
  job.version = "1.2";
  job.oci_image = "registry.example/dns:1";
  job.oci_arguments = {"kat_dns.main"};
  job.runnable_hash = std::string(64, 'a');
  job.input_ooi = "Hostname|internet|example.com";
  job.input = *ParseJson(R"({"name":"example.com","port":80,"tags":["a","b"]})",
                         "test");
  job.environment_fingerprint = std::string(64, '1');
  return job;
}

}  // namespace cupel

#endif  // CUPEL_TESTS_UNIT_DEDUP_IDENTITIES_H_
