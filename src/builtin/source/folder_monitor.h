// Telling of every file that comes into a folder, once.
#ifndef CUPEL_BUILTIN_SOURCE_FOLDER_MONITOR_H_
#define CUPEL_BUILTIN_SOURCE_FOLDER_MONITOR_H_

#include <sys/stat.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "builtin/files/descriptor.h"
#include "builtin/files/folder.h"
#include "builtin/files/line_reader.h"

namespace cupel {

struct MonitorOptions {
  bool recursive = true;
  bool existing = false;  // tell of what is there already, too
  std::string glob;       // see FitsPath; empty: everything
};

struct MonitorVisitor {
  // A file that is complete, relative to the folder. May wait. Not OK: the end.
  std::function<absl::Status(const std::string& path)> file;
  // What goes wrong on the way.
  std::function<void(const absl::Status& why)> error;
  StopFn stop;
};

// A folder that is watched with inotify: files that were written and closed, or
// moved into it. A file is told 20 ms after its last change, because until then
// the times of the file system can't tell one change from the next; with them
// every state of a file is told once, whether an event or a look into the
// folder finds it. So nothing is lost when the kernel drops events (the folders
// are looked through again) or when a folder comes with files in it, and
// nothing is told twice. One thread at a time.
class FolderMonitor {
 public:
  // `root` may lead through links; below it none is followed.
  static absl::StatusOr<FolderMonitor> Open(const std::string& root,
                                            MonitorOptions options);

  // Until `stop` (CANCELLED), the visitor's end, or FAILED_PRECONDITION when
  // the folder itself is gone.
  absl::Status Run(const MonitorVisitor& visitor);

 private:
  // One state of a file.
  struct Stamp {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0;
    int64_t modified = 0;  // ns
    int64_t changed = 0;

    friend bool operator==(const Stamp&, const Stamp&) = default;
  };
  struct Known {
    Stamp stamp;
    bool told = false;  // false: it was there before
    bool seen = false;  // in the look through the folders that goes on
  };
  // A file to tell of once it has settled.
  struct Pending {
    int64_t since = 0;    // MonotonicNanos
    bool closed = false;  // by an event; false: somebody may be writing still
    Stamp stamp;          // when it was last looked at
  };

  FolderMonitor(Folder folder, OwnedFd events, MonitorOptions options)
      : folder_(std::move(folder)),
        events_(std::move(events)),
        options_(std::move(options)) {}

  static Stamp StampOf(const struct stat& info);
  absl::Status WatchFolder(const std::string& relative, const Folder& folder);
  // Watches what is below, and then looks at it.
  absl::Status LookThrough(const std::string& relative, bool tell,
                           const MonitorVisitor& visitor);
  absl::Status LookThroughAgain(const MonitorVisitor& visitor);
  void Forget(const std::string& relative);
  void ForgetBelow(const std::string& relative);
  absl::Status ReadEvents(int timeout_ms, const MonitorVisitor& visitor);
  absl::Status TakeEvent(int watch, uint32_t mask, std::string_view name,
                         const MonitorVisitor& visitor);
  absl::Status TellPending(const MonitorVisitor& visitor);
  static bool Settled(const Stamp& stamp, Pending* pending);
  absl::Status TellOne(const std::string& relative, Pending* pending,
                       const MonitorVisitor& visitor, bool* done);

  Folder folder_;
  OwnedFd events_;
  MonitorOptions options_;
  int root_watch_ = -1;
  std::unordered_map<int, std::string> folders_;  // watch -> relative
  std::map<std::string, int> watches_;            // the other way round
  std::map<std::string, Known> known_;
  std::map<std::string, Pending> pending_;
};

}  // namespace cupel

#endif  // CUPEL_BUILTIN_SOURCE_FOLDER_MONITOR_H_
