// What is behind the opaque handles.
//
// A handle owns shares of what it needs and nothing else, so that handles can
// be freed in any order, also while a scan uses what they stand for.
#ifndef CUPEL_CAPI_HANDLES_H_
#define CUPEL_CAPI_HANDLES_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cupel/cupel.h"
#include "engine/engine.h"
#include "engine/secret_text.h"

namespace cupel {
class Worker;

// Their headers are heavy, and few files need them.
class Environment;
class Keyring;
class PluginHost;
class RawArchive;
class Schema;
struct Catalogue;
struct DedupRuns;
struct JobDocument;
struct QueueAccess;
struct RestResponse;

}  // namespace cupel

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CUPEL_ADDRESS_SANITIZER  // Clang's way to say it
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(CUPEL_ADDRESS_SANITIZER)
#define CUPEL_READS_FREED __attribute__((no_sanitize("address"), noinline))
#else
#define CUPEL_READS_FREED
#endif

namespace cupel::capi {

// The first word of every handle tells its kind, so that a handle of another
// kind, or one that was freed (as long as its memory is not used again), is an
// error instead of a crash.
template <uint32_t kWord>
class Tagged {
 public:
  static constexpr uint32_t kMagic = kWord;

  Tagged() = default;
  Tagged(const Tagged&) = delete;
  Tagged& operator=(const Tagged&) = delete;
  // Through a volatile, or the compiler leaves out a write to dying memory.
  ~Tagged() { *const_cast<volatile uint32_t*>(&magic_) = 0xdeadcafe; }

  // Looks at memory that may be freed, to be able to say so: that is no finding
  // for a sanitizer.
  CUPEL_READS_FREED bool alive() const { return magic_ == kWord; }

 private:
  uint32_t magic_ = kWord;
};

class Callbacks;      // guard.h
struct ScannerState;  // scanner.cc

// The handle, if it is one.
template <typename Handle>
Handle* Alive(Handle* handle) noexcept {
  return handle != nullptr && handle->alive() ? handle : nullptr;
}

template <typename Handle>
void Free(Handle* handle) noexcept {
  delete Alive(handle);
}

}  // namespace cupel::capi

struct cupel_buffer : cupel::capi::Tagged<0xc0be0001> {
  explicit cupel_buffer(std::string data) : bytes(std::move(data)) {}
  explicit cupel_buffer(cupel::SecretText text) : secret(std::move(text)) {}

  std::string_view view() const {
    return secret.has_value() ? secret->view() : std::string_view(bytes);
  }

  const std::string bytes;
  const std::optional<cupel::SecretText> secret;  // if any, instead of bytes
};

struct cupel_error : cupel::capi::Tagged<0xc0be0002> {
  cupel_status code = CUPEL_STATUS_UNKNOWN;
  bool is_static = false;
  std::string text;
  std::vector<cupel::RuleDiagnostic> diagnostics;
};

struct cupel_cancel : cupel::capi::Tagged<0xc0be0003> {
  const std::shared_ptr<cupel::Cancel> cancel =
      std::make_shared<cupel::Cancel>();
};

struct cupel_engine : cupel::capi::Tagged<0xc0be0004> {
  std::shared_ptr<const cupel::Engine> engine;
};

struct cupel_rule_sources : cupel::capi::Tagged<0xc0be0005> {
  cupel::RuleSources sources;
  cupel::RuleOptions options;  // defines and include roots
};

struct cupel_ruleset : cupel::capi::Tagged<0xc0be0006> {
  std::shared_ptr<const cupel::RuleSet> rules;
};

struct cupel_scanner : cupel::capi::Tagged<0xc0be0007> {
  std::shared_ptr<cupel::capi::ScannerState> state;
};

struct cupel_inputs : cupel::capi::Tagged<0xc0be0008> {
  std::vector<cupel::ScanInput> list;
};

struct cupel_report : cupel::capi::Tagged<0xc0be0009> {
  std::shared_ptr<const cupel::Report> report;
};

struct cupel_job : cupel::capi::Tagged<0xc0be000a> {
  std::shared_ptr<const cupel::JobDocument> job;
};

struct cupel_schema : cupel::capi::Tagged<0xc0be000b> {
  std::shared_ptr<const cupel::Schema> schema;
};

struct cupel_environment : cupel::capi::Tagged<0xc0be000c> {
  std::shared_ptr<const cupel::Environment> environment;
};

struct cupel_keyring : cupel::capi::Tagged<0xc0be000d> {
  std::shared_ptr<cupel::Keyring> keys;
};

struct cupel_registry : cupel::capi::Tagged<0xc0be000e> {
  std::shared_ptr<cupel::Catalogue> catalogue;
};

struct cupel_http_response : cupel::capi::Tagged<0xc0be000f> {
  std::shared_ptr<const cupel::RestResponse> response;
};

struct cupel_dedup : cupel::capi::Tagged<0xc0be0010> {
  std::shared_ptr<cupel::DedupRuns> runs;
};

struct cupel_plugins : cupel::capi::Tagged<0xc0be0011> {
  // host->set() is what a scan uses: it freezes them.
  std::shared_ptr<cupel::PluginHost> host;
};

struct cupel_worker : cupel::capi::Tagged<0xc0be0020> {
  std::shared_ptr<cupel::capi::Callbacks> callbacks;
  std::shared_ptr<cupel::Worker> worker;
};

struct cupel_raws : cupel::capi::Tagged<0xc0be0012> {
  std::shared_ptr<cupel::RawArchive> archive;
};

struct cupel_queue : cupel::capi::Tagged<0xc0be0014> {
  std::shared_ptr<cupel::QueueAccess> access;
};

#endif  // CUPEL_CAPI_HANDLES_H_
