// boefje.hpp: boefje.h for C++17. Comes with cupel.hpp.
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

struct RawsOptions {
  std::string_view database;   // empty: in memory
  uint64_t max_raw_bytes = 0;  // 0, here and below: the default
  uint32_t busy_timeout_ms = 0;
};

// What boefjes gave; boefje.h has the JSON that comes back. Thread-safe.
class Raws : public internal::Owner<cupel_raws, cupel_raws_free> {
 public:
  explicit Raws(const RawsOptions& options = {}) {
    cupel_raws_options c = CUPEL_RAWS_OPTIONS_INIT;
    c.database = View(options.database);
    c.max_raw_bytes = options.max_raw_bytes;
    c.busy_timeout_ms = options.busy_timeout_ms;
    Make(cupel_raws_open, &c);
  }

  // Of all jobs if `job` is empty.
  Buffer List(std::string_view organisation, std::string_view job = {}) const {
    return Buffer(cupel_raws_list_json, get(), View(organisation), View(job));
  }
  Buffer Meta(std::string_view id) const {
    return Buffer(cupel_raws_meta_json, get(), View(id));
  }
  Buffer Bytes(std::string_view id) const {
    return Buffer(cupel_raws_bytes, get(), View(id));
  }
};

// Told what plugins write, from any thread. Must not throw.
using RunLog = std::function<void(int32_t level, std::string_view text)>;

struct RunOptions {
  bool process_variables = false;  // the process's BOEFJE_ variables
  bool defaults = false;           // the schema's
  bool network = true;             // of a boefje
  int32_t tier = 0;                // CUPEL_TIER_PROCESS or CUPEL_TIER_OCI
  uint64_t timeout_ms = 0;
  uint64_t memory_bytes = 0;
  std::string_view runner;
  std::string_view python;
  std::string_view python_path;
  std::string_view oci_program;
  std::string_view oci_runtime;
  RunLog log;
};

namespace internal {

inline void LogRun(void* data, cupel_log_level level, cupel_view text) {
  (*static_cast<const RunLog*>(data))(level, Text(text));
}

// Borrows `options`.
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

inline cupel_cancel* OrNull(const Cancel* cancel) {
  return cancel == nullptr ? nullptr : cancel->get();
}

}  // namespace internal

// What became of it, as JSON, whether or not the boefje failed.
inline Buffer RunBoefje(const Registry& registry, const Raws& raws,
                        std::string_view organisation, std::string_view boefje,
                        std::string_view input, const RunOptions& options = {},
                        const Cancel* cancel = nullptr) {
  const cupel_run_options c = internal::ToC(options);
  return Buffer(cupel_boefje_run, registry.get(), raws.get(),
                internal::View(organisation), internal::View(boefje),
                internal::View(input), &c, internal::OrNull(cancel));
}
inline Buffer RunBoefje(const Registry& registry, const Raws& raws,
                        const Job& job, const RunOptions& options = {},
                        const Cancel* cancel = nullptr) {
  const cupel_run_options c = internal::ToC(options);
  return Buffer(cupel_boefje_run_job, registry.get(), raws.get(),
                static_cast<const cupel_job*>(job.get()), &c,
                internal::OrNull(cancel));
}

// `whitelist`: {"kat_x":2}, how far normalizers may raise scan levels.
inline Buffer RunNormalizer(const Registry& registry, const Raws& raws,
                            std::string_view normalizer, std::string_view raw,
                            std::string_view whitelist = {},
                            const RunOptions& options = {},
                            const Cancel* cancel = nullptr) {
  const cupel_run_options c = internal::ToC(options);
  return Buffer(cupel_normalizer_run, registry.get(), raws.get(),
                internal::View(normalizer), internal::View(raw),
                internal::View(whitelist), &c, internal::OrNull(cancel));
}
inline Buffer RunNormalizer(const Registry& registry, const Raws& raws,
                            const Job& job, std::string_view whitelist = {},
                            const RunOptions& options = {},
                            const Cancel* cancel = nullptr) {
  const cupel_run_options c = internal::ToC(options);
  return Buffer(cupel_normalizer_run_job, registry.get(), raws.get(),
                static_cast<const cupel_job*>(job.get()),
                internal::View(whitelist), &c, internal::OrNull(cancel));
}

}  // namespace cupel

#endif  // CUPEL_BOEFJE_HPP_
