// A plugin as the host sees it, wherever it runs: what it is, and one call of
// it. Implementations: TablePlugin (table_plugin.h: compiled in, registered, or
// from a shared object) and ProcessPlugin (runner/: in another process).
#ifndef CUPEL_PLUGIN_PLUGIN_H_
#define CUPEL_PLUGIN_PLUGIN_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "budget/cancel.h"
#include "plugin/names.h"

namespace cupel {

// Bits of the C interface (CUPEL_NEEDS_*).
inline constexpr uint32_t kNeedsNetwork = 1u << 0;
inline constexpr uint32_t kNeedsFiles = 1u << 1;

// What is known of a plugin before it runs. A value type.
struct PluginInfo {
  PluginName id;
  std::string version;
  std::string description;
  std::string author;
  std::vector<std::string> consumes;  // types and patterns of MIME types
  std::vector<PluginName> requirements;
  std::optional<Tlp> max_tlp;  // nothing: all labels
  uint32_t needs = 0;          // kNeeds*
  bool reentrant = false;
  Tier least_tier = Tier::kBuiltin;
  std::string min_version;  // of Cupel; may be empty
  std::string max_version;
  uint64_t heartbeat_ns = 0;
  std::string options = "{}";  // JSON object: options and their defaults
  std::string rate_limit;      // "4/1"; may be empty
  std::string dialect;         // "cupel", "stoq", "openkat"
  std::string origin;          // "built in", "host", a file or a folder
  std::string hash;            // of its code, hexadecimal; may be empty
};

enum class PluginMethod : int32_t {
  kIngest = 1,
  kRead,
  kScan,
  kExtract,
  kCarve,
  kDecode,
  kDecorate,
  kSave,
  kNormalize,
  kConnect,
  kDisconnect,
  kGetFile,
  kHeartbeat,
};
// The one that every plugin of a category must have.
PluginMethod MainMethod(PluginCategory category);
std::string_view MethodName(PluginMethod method);  // "scan"

// Immutable bytes that somebody keeps. Copies share them.
struct SharedBytes {
  std::shared_ptr<const void> owner;
  std::string_view view;

  static SharedBytes Copy(std::string_view bytes);
  static SharedBytes Own(std::string bytes);
};

struct PluginChild {
  SharedBytes bytes;
  // Where it lies in the payload, if it is a slice of it (then `bytes` has the
  // owner of the payload's bytes and costs nothing).
  std::optional<uint64_t> offset;
  std::string name;      // raw
  std::string metadata;  // JSON object; may be empty
  std::vector<PluginName> dispatch;
  bool scan = true;
  bool save = false;
};

struct PluginStatement {
  std::string name;
  std::vector<std::string> tags;
  std::string meta;  // JSON object; may be empty
  int64_t weight = 0;
  uint64_t offset = 0;
  uint64_t length = 0;
};

// More tags than a statement may have are an error.
inline constexpr size_t kMostTags = 256;

struct PluginItem {
  std::string name;
  std::string path;  // empty: `bytes`
  SharedBytes bytes;
  std::string metadata;  // JSON object; may be empty
  std::string tlp;       // empty: the job's
};

// INVALID_ARGUMENT, naming the field, for what can't go into a report. For
// whoever takes items from a plugin, wherever that runs.
absl::Status CheckItem(const PluginItem& item);

enum class LogLevel : int32_t { kDebug, kInfo, kWarning, kError };

// What a call asks of those around it, beside handing things back. Everything
// may be empty. `log` may be called from any thread, the others come on the
// thread of the call.
struct PluginServices {
  std::function<void(LogLevel, std::string_view text)> log;
  // Sources: one job's worth. Waits while there is enough; kCancelled: stop.
  std::function<absl::Status(PluginItem)> item;
  // Runs another plugin on some bytes.
  std::function<absl::Status(const PluginName&, std::string_view bytes,
                             std::string_view options,
                             class PluginAnswer* answer)>
      nested;
};

// One call. Everything is borrowed until it returns.
struct PluginRequest {
  PluginMethod method = PluginMethod::kScan;
  std::string_view bytes;
  std::shared_ptr<const void> owner;  // of bytes; null: slices are copied
  std::string_view name;
  std::string_view path;
  std::string_view type;
  std::string_view mime;
  std::string_view sha256;
  std::string_view tlp = "clear";
  std::string_view options = "{}";
  std::string_view document;
  uint64_t payload = 0;
  uint32_t depth = 0;
  // Variables that the plugin's process gets, in place of all others. Secrets.
  const std::vector<std::pair<std::string, std::string>>* environment = nullptr;
  Deadline deadline;
  Cancel* cancel = nullptr;  // may be null
  const PluginServices* services = nullptr;
};

// What one call may hand back.
struct AnswerLimits {
  uint64_t bytes = uint64_t{256} << 20;  // of all children, slices aside
  uint64_t children = 65536;
  uint64_t child_bytes = uint64_t{128} << 20;  // longer ones are cut
  uint64_t result_bytes = uint64_t{16} << 20;  // of all results and metadata
  uint64_t results = 65536;
  uint64_t errors = 100;  // the rest is counted
  uint64_t name_bytes = 4096;
};

// A limit that a plugin ran into, by its name in AnswerLimits.
struct AnswerLimit {
  std::string name;
  uint64_t value = 0;
};

struct PluginError {
  absl::StatusCode code = absl::StatusCode::kUnknown;
  std::string message;  // printable, bounded
};

// Gets what a call hands back at once, for those who pass it on: what was
// handed back before a crash is not lost then.
class AnswerSink {
 public:
  virtual ~AnswerSink() = default;
  virtual absl::Status Child(PluginChild child, bool cut) = 0;
  virtual absl::Status Result(std::string_view json) = 0;
  virtual absl::Status Statement(PluginStatement statement) = 0;
  virtual absl::Status Dispatch(PluginName plugin) = 0;
  // The first time that it was too much for the limit of this name.
  virtual void Limit(std::string_view name) = 0;
};

// Of a plugin, for people: without control characters and of bounded length.
std::string PluginMessage(std::string_view text);

// What a call handed back. Add… check what comes from the plugin, which is not
// trusted: they refuse what is wrong (kInvalidArgument) or too much
// (kResourceExhausted), and note it. With a sink (borrowed), what was checked
// goes there and is not kept here, errors and limits aside.
class PluginAnswer {
 public:
  explicit PluginAnswer(const AnswerLimits& limits = {},
                        AnswerSink* sink = nullptr)
      : limits_(limits), sink_(sink) {}

  // Takes bytes that are the caller's to give (see SharedBytes). A child over
  // child_bytes is cut: it is taken, and that is noted as a limit.
  absl::Status AddChild(PluginChild child);
  absl::Status AddResult(std::string_view json);
  absl::Status AddStatement(PluginStatement statement);
  absl::Status AddDispatch(std::string_view plugin);
  void AddError(absl::StatusCode code, std::string_view message);
  // Takes back what AddError did last.
  void DropLastError();
  // Somebody else found that it was too much for the limit of this name. True
  // if things are dropped for it, not just cut; false too for no such limit.
  bool NoteLimit(std::string_view name);
  // Bytes that children may still have.
  uint64_t budget() const { return limits_.bytes - bytes_; }

  std::vector<PluginChild> children;
  std::vector<bool> cut;             // children[i] was cut
  std::vector<std::string> results;  // JSON, each one value
  std::vector<PluginStatement> statements;
  std::vector<PluginName> dispatches;
  std::vector<PluginError> errors;
  uint64_t errors_left_out = 0;
  std::vector<AnswerLimit> fired;  // each once
  const AnswerLimits& limits() const { return limits_; }

 private:
  absl::Status Fire(std::string_view name, uint64_t value);

  AnswerLimits limits_;
  AnswerSink* sink_;
  uint64_t children_ = 0;
  uint64_t results_ = 0;
  uint64_t statements_ = 0;
  uint64_t dispatches_ = 0;
  uint64_t bytes_ = 0;
  uint64_t result_bytes_ = 0;
};

// An activated plugin. Entered by one thread at a time unless
// info().reentrant; deactivated by its destructor.
class PluginInstance {
 public:
  virtual ~PluginInstance() = default;

  // What was handed back before an error counts. Ends within about 50 ms of
  // request.cancel and request.deadline where the tier can make it so (a plugin
  // in the host's process has to ask). kCancelled, kDeadlineExceeded; kAborted
  // if its process died (the message says how); else what the plugin said.
  virtual absl::Status Call(const PluginRequest& request,
                            PluginAnswer* answer) = 0;
};

// Thread-safe.
class Plugin {
 public:
  virtual ~Plugin() = default;

  const PluginInfo& info() const { return info_; }
  // Where it really runs.
  virtual Tier tier() const = 0;
  // `options`: a JSON object, complete. The status says why it can't be used.
  // Starting its process takes long, so `cancel`, which may be null, ends that.
  virtual absl::StatusOr<std::unique_ptr<PluginInstance>> Activate(
      std::string_view options, const PluginServices* services,
      Cancel* cancel) = 0;
  absl::StatusOr<std::unique_ptr<PluginInstance>> Activate(
      std::string_view options, const PluginServices* services) {
    return Activate(options, services, nullptr);
  }

 protected:
  explicit Plugin(PluginInfo info) : info_(std::move(info)) {}

 private:
  const PluginInfo info_;
};

}  // namespace cupel

#endif  // CUPEL_PLUGIN_PLUGIN_H_
