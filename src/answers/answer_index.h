// Answers by content: the rows of a cache on disk, which processes share.
#ifndef CUPEL_ANSWERS_ANSWER_INDEX_H_
#define CUPEL_ANSWERS_ANSWER_INDEX_H_

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "answers/answer_folder.h"
#include "crypto/digest.h"
#include "store/database.h"

namespace cupel {

// Rules by their digests.
struct RuleDigests {
  // In any order; each is kept once.
  explicit RuleDigests(std::vector<Digest> digests);

  std::vector<Digest> rules;  // sorted; an answer names them by place
  Digest digest;              // of all of them
};

struct AnswerIndexOptions {
  std::string folder;
  // Of the file, as far as SQLite's log beside it is not counted. What was not
  // asked for longest goes first.
  uint64_t max_bytes = uint64_t{1} << 30;
  // For what other processes write just now: so long a scan waits at most.
  uint32_t busy_timeout_ms = 250;
};

// One thread at a time; any number of processes. Failures of the database cost
// answers, which are then found out anew, and stand in warnings().
class AnswerIndex {
 public:
  // Fails for a folder that can't be made, is none, or is open to others.
  static absl::StatusOr<std::unique_ptr<AnswerIndex>> Open(
      AnswerIndexOptions options);
  ~AnswerIndex();  // what was not flushed is lost
  AnswerIndex(const AnswerIndex&) = delete;
  AnswerIndex& operator=(const AnswerIndex&) = delete;

  using Proof = std::array<uint8_t, 16>;
  struct Row {
    int64_t rule_set = 0;  // see RulesOf
    Proof proof = {};
    std::string answer;
    bool fading = false;  // goes soon unless it is put again
  };
  // Whatever is kept under a key that begins like this one.
  std::optional<Row> Find(const Digest& key);
  // True if it is the answer of exactly these rules for exactly this key.
  static bool Proves(const Row& row, const Digest& key, const Digest& rules);

  // The rules of a row; null if they are gone.
  std::shared_ptr<const RuleDigests> RulesOf(int64_t rule_set);

  // Takes effect with one of the next flushes.
  void Put(const Digest& key, std::shared_ptr<const RuleDigests> rules,
           std::string answer);
  // Ends a transaction that was begun to read, if it is an old one.
  void Idle();
  // Writes if there is much to write, or it is long ago.
  void FlushIfDue();
  // Writes, and keeps nothing open that others would have to wait for.
  void Flush();

  // Numbers since it was opened.
  uint64_t stored() const { return stored_; }
  // For people; each once.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  struct Pending {
    Digest key;
    std::shared_ptr<const RuleDigests> rules;
    std::string answer;
  };
  struct Statements;

  explicit AnswerIndex(AnswerIndexOptions options);
  // False if there is no database. After a fork the child gets one of its own.
  bool Ready();
  bool IsParents() const;
  void LeaveToParent();
  absl::Status Start(const AnswerFile* bad);
  absl::Status BeginReading();
  void EndReading();
  absl::StatusOr<std::optional<Row>> FindIn(bool odd, int64_t id);
  absl::StatusOr<std::shared_ptr<const RuleDigests>> LoadRules(
      int64_t rule_set);
  absl::Status Write();
  absl::StatusOr<int64_t> KeepRules(const RuleDigests& rules, int64_t flips);
  absl::Status FlipIfFull(int64_t flips, int64_t pages_then);
  absl::StatusOr<int64_t> PagesInUse();
  void Fail(const absl::Status& status);
  void Warn(std::string warning);

  const AnswerIndexOptions options_;
  AnswerFile file_;  // no database: it is given up
  std::unique_ptr<Statements> statements_;
  int64_t page_size_ = 0;
  int64_t flips_ = 0;  // as last seen
  // An old transaction keeps others from taking in the log.
  bool reading_ = false;    // in a transaction that only reads …
  uint32_t reads_ = 0;      // … in which there were so many
  int64_t read_until_ = 0;  // monotonic nanoseconds
  std::vector<Pending> pending_;
  uint64_t pending_bytes_ = 0;
  int64_t flush_at_ = 0;
  uint64_t stored_ = 0;
  bool recovered_ = false;
  pid_t process_ = 0;  // whose connection it is
  std::vector<std::string> warnings_;
};

}  // namespace cupel

#endif  // CUPEL_ANSWERS_ANSWER_INDEX_H_
