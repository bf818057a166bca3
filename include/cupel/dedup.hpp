/// @file dedup.hpp
/// @brief dedup.h for C++17. Comes with cupel.hpp.
#ifndef CUPEL_DEDUP_HPP_
#define CUPEL_DEDUP_HPP_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "cupel/base.hpp"
#include "cupel/dedup.h"
#include "cupel/job.hpp"
#include "cupel/settings.hpp"

namespace cupel {
inline namespace CUPEL_HPP_MODE {

/// The fingerprint of the environment that a job carries.
inline Buffer EnvironmentFingerprint(const Job& job, const Keyring& keys) {
  return Buffer::Of(cupel_job_environment_fingerprint, job.get(), keys.get());
}
/// 64 hexadecimal digits; equal for jobs of which one run serves for both.
inline Buffer JobKey(const Job& job,
                     std::string_view environment_fingerprint = {}) {
  return Buffer::Of(cupel_job_key, job.get(),
                    internal::View(environment_fingerprint));
}
/// Whether two jobs are the same and what differs, as JSON.
inline Buffer CompareJobs(const Job& a, const Job& b) {
  return Buffer::Of(cupel_job_compare, a.get(), b.get());
}

/// OpenKAT's own hash of a boefje task in its queue. An empty `input_ooi` is
/// none.
inline Buffer OpenKatBoefjeTaskHash(std::string_view input_ooi,
                                    std::string_view boefje,
                                    std::string_view organisation) {
  return Buffer::Of(cupel_openkat_task_hash_boefje, internal::View(input_ooi),
                    internal::View(boefje), internal::View(organisation));
}
/// The same of a normalizer task.
inline Buffer OpenKatNormalizerTaskHash(std::string_view normalizer,
                                        std::string_view boefje_meta_id,
                                        std::string_view organisation) {
  return Buffer::Of(cupel_openkat_task_hash_normalizer,
                    internal::View(normalizer), internal::View(boefje_meta_id),
                    internal::View(organisation));
}

/// How shared runs are opened.
struct DedupOptions {
  std::string_view database = {};  ///< Empty: in memory.
  uint64_t lease_ms = 0;           ///< 0, here and below: the default.
  uint64_t max_raw_bytes = 0;      ///< Of one raw.
  uint32_t busy_timeout_ms = 0;    ///< To wait for others' writing.
};

/// A job that is to be run. Runs are shared if all three switches are on.
struct DedupRequest {
  std::string_view organisation = {};  ///< Whose job.
  std::string_view job = {};           ///< Its id.
  std::string_view plugin = {};        ///< For messages.
  std::string_view key = {};           ///< JobKey.
  bool install = false;                ///< The install's switch.
  bool organisation_allows = true;     ///< The organisation's.
  bool plugin_allows = true;           ///< The plugin's.
  /// Names of the host's BOEFJE_ variables that the plugin would get.
  std::vector<std::string_view> system_variables = {};
  /// The organisation's interval. None: a day.
  std::optional<int64_t> max_age_seconds = {};
};

/// A job that has a lease.
struct DedupLeader {
  std::string_view organisation = {};  ///< Whose job.
  std::string_view job = {};           ///< Its id.
  int64_t token = 0;                   ///< Of its lease.
};

/// A file that a run gave.
struct DedupOutput {
  Bytes bytes = {};                               ///< Any; copied.
  std::vector<std::string_view> mime_types = {};  ///< What they are.
};

/// Runs that are shared, and the raws they gave; dedup.h has the JSON that
/// comes back.
///
/// Threads: any number may use one. Lifetime: its own.
///
///     cupel::Dedup dedup;
///     cupel::Buffer answer = dedup.Join(request);  // "lead": run it, then
///     dedup.Complete({"acme", job, token}, outputs);
class Dedup : public internal::Owner<cupel_dedup, cupel_dedup_free> {
 public:
  /// Opens the database.
  explicit Dedup(const DedupOptions& options = {}) {
    cupel_dedup_options c = CUPEL_DEDUP_OPTIONS_INIT;
    c.database = View(options.database);
    c.lease_ms = options.lease_ms;
    c.max_raw_bytes = options.max_raw_bytes;
    c.busy_timeout_ms = options.busy_timeout_ms;
    Make(cupel_dedup_open, &c);
  }

  /// Sets the time: microseconds since 1970; 0: the system's.
  void SetTime(int64_t micros) const { Do(cupel_dedup_set_time, micros); }

  /// What is to be done with a job.
  Buffer Join(const DedupRequest& request) const {
    const std::vector<cupel_view> names =
        internal::ToC(request.system_variables);
    cupel_dedup_request c = CUPEL_DEDUP_REQUEST_INIT;
    if (request.install) c.flags |= CUPEL_DEDUP_INSTALL;
    if (request.organisation_allows) c.flags |= CUPEL_DEDUP_ORGANISATION;
    if (request.plugin_allows) c.flags |= CUPEL_DEDUP_PLUGIN;
    c.organisation = View(request.organisation);
    c.job = View(request.job);
    c.plugin = View(request.plugin);
    c.key = View(request.key);
    c.system_variables = names.data();
    c.system_variable_count = names.size();
    c.max_age_seconds = request.max_age_seconds.value_or(-1);
    return Buffer::Of(cupel_dedup_join, get(), &c);
  }
  /// Says that the leader is still at it.
  Buffer Renew(const DedupLeader& of) const {
    return Buffer::Of(cupel_dedup_renew, get(), View(of.organisation),
                      View(of.job), of.token);
  }
  /// Stores what a run gave, and hands it to all who waited.
  Buffer Complete(const DedupLeader& of,
                  const std::vector<DedupOutput>& outputs) const {
    std::vector<std::vector<cupel_view>> types;
    std::vector<cupel_dedup_output> c;
    types.reserve(outputs.size());
    c.reserve(outputs.size());
    for (const DedupOutput& output : outputs) {
      types.push_back(internal::ToC(output.mime_types));
      c.push_back(
          {View(output.bytes), types.back().data(), types.back().size()});
    }
    return Buffer::Of(cupel_dedup_complete, get(), View(of.organisation),
                      View(of.job), of.token, c.data(), c.size());
  }
  /// Says that a run failed. Who waits no more and is to be queued again.
  Buffer Fail(const DedupLeader& of) const {
    return Buffer::Of(cupel_dedup_fail, get(), View(of.organisation),
                      View(of.job), of.token);
  }
  /// Says that a job was cancelled; else as Fail.
  Buffer Leave(std::string_view organisation, std::string_view job) const {
    return Buffer::Of(cupel_dedup_leave, get(), View(organisation), View(job));
  }
  /// Ends the runs whose leaders' time is up; else as Fail.
  Buffer ReleaseExpired() const {
    return Buffer::Of(cupel_dedup_release_expired, get());
  }
  /// Removes an organisation's jobs and raws; else as Fail.
  Buffer Forget(std::string_view organisation) const {
    return Buffer::Of(cupel_dedup_forget, get(), View(organisation));
  }
  /// Forgets runs that began longer ago than this. Gives how many.
  uint64_t Prune(int64_t older_than_seconds) const {
    uint64_t removed = 0;
    Do(cupel_dedup_prune, older_than_seconds, &removed);
    return removed;
  }

  /// An organisation's raws: of all jobs if `job` is empty.
  Buffer Raws(std::string_view organisation, std::string_view job = {}) const {
    return Buffer::Of(cupel_dedup_raws_json, get(), View(organisation),
                      View(job));
  }
  /// The bytes of a raw.
  Buffer RawBytes(std::string_view organisation, std::string_view id) const {
    return Buffer::Of(cupel_dedup_raw_bytes, get(), View(organisation),
                      View(id));
  }
  /// Removes a raw.
  void DeleteRaw(std::string_view organisation, std::string_view id) const {
    Do(cupel_dedup_delete_raw, View(organisation), View(id));
  }
};

}  // namespace CUPEL_HPP_MODE
}  // namespace cupel

#endif  // CUPEL_DEDUP_HPP_
