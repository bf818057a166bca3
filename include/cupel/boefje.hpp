/// @file boefje.hpp
/// @brief boefje.h for C++17. Comes with cupel.hpp.
#ifndef CUPEL_BOEFJE_HPP_
#define CUPEL_BOEFJE_HPP_

#include <cstdint>
#include <functional>
#include <string_view>

#include "cupel/base.hpp"
#include "cupel/boefje.h"
#include "cupel/job.hpp"
#include "cupel/registry.hpp"

namespace cupel {
inline namespace CUPEL_HPP_MODE {

/// How raws are kept.
struct RawsOptions {
  std::string_view database = {};  ///< Empty: in memory.
  uint64_t max_raw_bytes = 0;      ///< 0, here and below: the default.
  uint32_t busy_timeout_ms = 0;    ///< To wait for others' writing.
};

/// What boefjes gave; boefje.h has the JSON that comes back.
///
/// Threads: any number may use one. Lifetime: its own.
///
///     cupel::Raws raws;
///     cupel::RunBoefje(registry, raws, "acme", "dns-records", input);
///     cupel::Buffer list = raws.List("acme");
class Raws : public internal::Owner<cupel_raws, cupel_raws_free> {
 public:
  /// Opens the database.
  explicit Raws(const RawsOptions& options = {}) {
    cupel_raws_options c = CUPEL_RAWS_OPTIONS_INIT;
    c.database = View(options.database);
    c.max_raw_bytes = options.max_raw_bytes;
    c.busy_timeout_ms = options.busy_timeout_ms;
    Make(cupel_raws_open, &c);
  }

  /// An organisation's raws, as JSON: of all jobs if `job` is empty.
  Buffer List(std::string_view organisation, std::string_view job = {}) const {
    return Buffer::Of(cupel_raws_list_json, get(), View(organisation),
                      View(job));
  }
  /// A raw, and OpenKAT's model of it, as JSON.
  Buffer Meta(std::string_view id) const {
    return Buffer::Of(cupel_raws_meta_json, get(), View(id));
  }
  /// The bytes of a raw.
  Buffer Bytes(std::string_view id) const {
    return Buffer::Of(cupel_raws_bytes, get(), View(id));
  }
};

/// Told what plugins write, from any thread. What it throws is lost.
using RunLog = std::function<void(int32_t level, std::string_view text)>;

/// How a boefje or normalizer is run.
struct RunOptions {
  bool process_variables = false;  ///< The process's BOEFJE_ variables.
  bool defaults = false;           ///< The schema's.
  bool network = true;             ///< Of a boefje.
  int32_t tier = 0;                ///< CUPEL_TIER_PROCESS, CUPEL_TIER_OCI or 0.
  uint64_t timeout_ms = 0;         ///< 0, here and below: the default.
  uint64_t memory_bytes = 0;       ///< Of the process or container.
  std::string_view runner = {};    ///< cupel-runner; empty: found.
  std::string_view python = {};    ///< The interpreter.
  std::string_view python_path = {};  ///< Of the package; empty: found.
  std::string_view oci_program = {};  ///< Empty: podman, else docker.
  std::string_view oci_runtime = {};  ///< Empty: that program's choice.
  RunLog log = nullptr;               ///< May be empty.
};

namespace internal {

inline void LogRun(void* data, cupel_log_level level,
                   cupel_view text) noexcept {
  Quietly([&] { (*static_cast<const RunLog*>(data))(level, Text(text)); });
}

/// Borrows `options`.
inline cupel_run_options ToC(const RunOptions& options) {
  cupel_run_options c = CUPEL_RUN_OPTIONS_INIT;
  if (options.process_variables) c.flags |= CUPEL_RUN_PROCESS_VARIABLES;
  if (options.defaults) c.flags |= CUPEL_RUN_DEFAULTS;
  if (!options.network) c.flags |= CUPEL_RUN_NO_NETWORK;
  c.tier = options.tier;
  c.timeout_ms = options.timeout_ms;
  c.memory_bytes = options.memory_bytes;
  c.runner = View(options.runner);
  c.python = View(options.python);
  c.python_path = View(options.python_path);
  c.oci_program = View(options.oci_program);
  c.oci_runtime = View(options.oci_runtime);
  if (options.log) {
    c.log = &LogRun;
    c.log_data = const_cast<RunLog*>(&options.log);
  }
  return c;
}

}  // namespace internal

/// Runs a boefje and stores what it gave. What became of it, as JSON, whether
/// or not the boefje failed. `cancel`, here and below, may be null.
inline Buffer RunBoefje(const Registry& registry, const Raws& raws,
                        std::string_view organisation, std::string_view boefje,
                        std::string_view input, const RunOptions& options = {},
                        const Cancel* cancel = nullptr) {
  const cupel_run_options c = internal::ToC(options);
  return Buffer::Of(cupel_boefje_run, registry.get(), raws.get(),
                    internal::View(organisation), internal::View(boefje),
                    internal::View(input), &c, internal::OrNull(cancel));
}
/// The same for a BoefjeMeta, or a Task with one.
inline Buffer RunBoefje(const Registry& registry, const Raws& raws,
                        const Job& job, const RunOptions& options = {},
                        const Cancel* cancel = nullptr) {
  const cupel_run_options c = internal::ToC(options);
  return Buffer::Of(cupel_boefje_run_job, registry.get(), raws.get(),
                    static_cast<const cupel_job*>(job.get()), &c,
                    internal::OrNull(cancel));
}

/// Runs a normalizer on a raw; what it found, as JSON. `whitelist`:
/// {"kat_x":2}, how far normalizers may raise scan levels.
inline Buffer RunNormalizer(const Registry& registry, const Raws& raws,
                            std::string_view normalizer, std::string_view raw,
                            std::string_view whitelist = {},
                            const RunOptions& options = {},
                            const Cancel* cancel = nullptr) {
  const cupel_run_options c = internal::ToC(options);
  return Buffer::Of(cupel_normalizer_run, registry.get(), raws.get(),
                    internal::View(normalizer), internal::View(raw),
                    internal::View(whitelist), &c, internal::OrNull(cancel));
}
/// The same for a NormalizerMeta, or a Task with one.
inline Buffer RunNormalizer(const Registry& registry, const Raws& raws,
                            const Job& job, std::string_view whitelist = {},
                            const RunOptions& options = {},
                            const Cancel* cancel = nullptr) {
  const cupel_run_options c = internal::ToC(options);
  return Buffer::Of(cupel_normalizer_run_job, registry.get(), raws.get(),
                    static_cast<const cupel_job*>(job.get()),
                    internal::View(whitelist), &c, internal::OrNull(cancel));
}

}  // namespace CUPEL_HPP_MODE
}  // namespace cupel

#endif  // CUPEL_BOEFJE_HPP_
