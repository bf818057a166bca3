#include "answers/answer_index.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/clock.h"
#include "base/hash.h"
#include "base/status.h"

namespace cupel {
namespace {

constexpr int64_t kNanosPerMs = 1'000'000;

// A read outside of a transaction takes and gives back a lock, which costs as
// much as the read. What is read in one transaction is of one moment, and the
// log can't be taken in meanwhile: hence an end to it.
constexpr uint32_t kReadsAtOnce = 256;
constexpr int64_t kReadNanos = 200 * kNanosPerMs;

constexpr size_t kWritesAtOnce = 4096;
constexpr uint64_t kWriteBytesAtOnce = 4 << 20;
constexpr int64_t kWriteNanos = 5000 * kNanosPerMs;
// What could not be written because others did: more is not kept for later.
constexpr size_t kMostPending = 8 * kWritesAtOnce;
constexpr uint64_t kMostPendingBytes = 8 * kWriteBytesAtOnce;

constexpr const char* kTables[] = {"even", "odd"};

std::string_view AsView(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

int64_t RowId(const Digest& key) {
  int64_t id = 0;
  std::memcpy(&id, key.data(), sizeof(id));
  return id;
}

AnswerIndex::Proof ProofOf(const Digest& key, const Digest& rules,
                           std::string_view answer) {
  Blake2b hash;
  hash.Update(AsView(key));
  hash.Update(AsView(rules));
  hash.Update(answer);
  const Digest whole = hash.Finish();
  AnswerIndex::Proof proof;
  std::copy_n(whole.begin(), proof.size(), proof.begin());
  return proof;
}

Digest DigestOf(const std::vector<Digest>& digests) {
  Blake2b hash;
  hash.UpdateFramed("cupel.rule_set/1");
  for (const Digest& digest : digests) hash.Update(AsView(digest));
  return hash.Finish();
}

std::vector<Digest> Sorted(std::vector<Digest> digests) {
  std::sort(digests.begin(), digests.end());
  digests.erase(std::unique(digests.begin(), digests.end()), digests.end());
  return digests;
}

std::string Joined(const std::vector<Digest>& digests) {
  std::string bytes;
  bytes.reserve(digests.size() * sizeof(Digest));
  for (const Digest& digest : digests) bytes += AsView(digest);
  return bytes;
}

std::vector<Digest> Split(std::string_view bytes) {
  std::vector<Digest> digests(bytes.size() / sizeof(Digest));
  for (size_t i = 0; i < digests.size(); ++i) {
    std::memcpy(digests[i].data(), bytes.data() + i * sizeof(Digest),
                sizeof(Digest));
  }
  return digests;
}

}  // namespace

RuleDigests::RuleDigests(std::vector<Digest> digests)
    : rules(Sorted(std::move(digests))), digest(DigestOf(rules)) {}

// Those that are used once a payload.
struct AnswerIndex::Statements {
  std::optional<Statement> begin;
  std::optional<Statement> commit;
  std::optional<Statement> state;
  std::optional<Statement> find[2];
};

AnswerIndex::AnswerIndex(AnswerIndexOptions options)
    : options_(std::move(options)), flush_at_(MonotonicNanos() + kWriteNanos) {}

AnswerIndex::~AnswerIndex() {
  if (IsParents()) {
    LeaveToParent();
  } else {
    EndReading();
  }
}

absl::StatusOr<std::unique_ptr<AnswerIndex>> AnswerIndex::Open(
    AnswerIndexOptions options) {
  CUPEL_RETURN_IF_ERROR(PrepareAnswerFolder(options.folder));
  std::unique_ptr<AnswerIndex> index(new AnswerIndex(std::move(options)));
  const absl::Status status = index->Start(nullptr);
  if (!status.ok()) {
    index->Warn("the cache is not used: " + std::string(MessageOf(status)));
  }
  return index;
}

bool AnswerIndex::IsParents() const {
  return file_.database != nullptr && process_ != getpid();
}

// SQLite's locks belong to the process that took them, so what the parent
// opened is neither used nor closed.
void AnswerIndex::LeaveToParent() {
  static auto* const left = new std::vector<std::pair<Statements*, Database*>>;
  left->emplace_back(statements_.release(), file_.database.release());
  reading_ = false;
}

bool AnswerIndex::Ready() {
  if (IsParents()) {
    LeaveToParent();
    const absl::Status status = Start(nullptr);
    if (!status.ok()) {
      Warn("the cache is not used after a fork: " +
           std::string(MessageOf(status)));
    }
  }
  return file_.database != nullptr;
}

absl::Status AnswerIndex::Start(const AnswerFile* bad) {
  CUPEL_ASSIGN_OR_RETURN(
      AnswerFile file, OpenAnswerFile(options_.folder, bad, options_.max_bytes,
                                      options_.busy_timeout_ms, &warnings_));
  auto statements = std::make_unique<Statements>();
  const auto prepare = [&](std::string_view sql,
                           std::optional<Statement>* out) -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(Statement statement, file.database->Prepare(sql));
    out->emplace(std::move(statement));
    return absl::OkStatus();
  };
  CUPEL_RETURN_IF_ERROR(prepare("BEGIN", &statements->begin));
  CUPEL_RETURN_IF_ERROR(prepare("COMMIT", &statements->commit));
  CUPEL_RETURN_IF_ERROR(
      prepare("SELECT flips, pages FROM state", &statements->state));
  for (size_t i = 0; i < 2; ++i) {
    CUPEL_RETURN_IF_ERROR(prepare(
        fmt::format("SELECT rule_set, proof, answer FROM {} WHERE id = ?",
                    kTables[i]),
        &statements->find[i]));
  }
  std::optional<Statement> page_size;
  CUPEL_RETURN_IF_ERROR(prepare("PRAGMA page_size", &page_size));
  CUPEL_ASSIGN_OR_RETURN(page_size_, page_size->RunForNumber());
  statements_ = std::move(statements);
  file_ = std::move(file);
  process_ = getpid();
  return absl::OkStatus();
}

// -- reading

absl::Status AnswerIndex::BeginReading() {
  CUPEL_RETURN_IF_ERROR(statements_->begin->Run());
  reading_ = true;
  reads_ = 0;
  read_until_ = MonotonicNanos() + kReadNanos;
  Statement& state = *statements_->state;
  CUPEL_ASSIGN_OR_RETURN(const bool row, state.Step());
  if (!row) return DataLoss("the cache has lost its state");
  flips_ = state.Integer(0);
  return state.Run();
}

void AnswerIndex::EndReading() {
  if (!Ready() || !std::exchange(reading_, false)) return;
  const absl::Status status = statements_->commit->Run();
  if (!status.ok()) Fail(status);
}

void AnswerIndex::Idle() {
  if (reading_ && MonotonicNanos() > read_until_) EndReading();
}

absl::StatusOr<std::optional<AnswerIndex::Row>> AnswerIndex::FindIn(
    bool odd, int64_t id) {
  Statement& find = *statements_->find[odd ? 1 : 0];
  CUPEL_ASSIGN_OR_RETURN(const bool there, find.Bind(0, id).Step());
  if (!there) return std::optional<Row>();
  Row row;
  row.rule_set = find.Integer(0);
  const std::string_view proof = find.Text(1);
  if (proof.size() == row.proof.size()) {
    std::memcpy(row.proof.data(), proof.data(), proof.size());
  }
  row.answer = find.Text(2);
  CUPEL_RETURN_IF_ERROR(find.Run());
  return std::optional<Row>(std::move(row));
}

std::optional<AnswerIndex::Row> AnswerIndex::Find(const Digest& key) {
  if (!Ready()) return std::nullopt;
  if (reading_ && (++reads_ > kReadsAtOnce || MonotonicNanos() > read_until_)) {
    EndReading();
    if (!Ready()) return std::nullopt;
  }
  const auto look = [&]() -> absl::StatusOr<std::optional<Row>> {
    if (!reading_) CUPEL_RETURN_IF_ERROR(BeginReading());
    const bool odd = flips_ % 2 != 0;
    CUPEL_ASSIGN_OR_RETURN(std::optional<Row> row, FindIn(odd, RowId(key)));
    if (row.has_value() || flips_ == 0) return row;
    CUPEL_ASSIGN_OR_RETURN(row, FindIn(!odd, RowId(key)));
    if (row.has_value()) row->fading = true;
    return row;
  };
  absl::StatusOr<std::optional<Row>> row = look();
  if (row.ok()) return *std::move(row);
  Fail(row.status());
  return std::nullopt;
}

bool AnswerIndex::Proves(const Row& row, const Digest& key,
                         const Digest& rules) {
  return row.proof == ProofOf(key, rules, row.answer);
}

absl::StatusOr<std::shared_ptr<const RuleDigests>> AnswerIndex::LoadRules(
    int64_t rule_set) {
  if (!reading_) CUPEL_RETURN_IF_ERROR(BeginReading());
  CUPEL_ASSIGN_OR_RETURN(
      Statement select,
      file_.database->Prepare("SELECT rules FROM rule_set WHERE id = ?"));
  CUPEL_ASSIGN_OR_RETURN(const bool row, select.Bind(0, rule_set).Step());
  if (!row) return std::shared_ptr<const RuleDigests>();
  return std::make_shared<const RuleDigests>(Split(select.Text(0)));
}

std::shared_ptr<const RuleDigests> AnswerIndex::RulesOf(int64_t rule_set) {
  if (!Ready()) return nullptr;
  absl::StatusOr<std::shared_ptr<const RuleDigests>> rules =
      LoadRules(rule_set);
  if (rules.ok()) return *std::move(rules);
  Fail(rules.status());
  return nullptr;
}

// -- writing

void AnswerIndex::Put(const Digest& key,
                      std::shared_ptr<const RuleDigests> rules,
                      std::string answer) {
  if (file_.database == nullptr || pending_.size() >= kMostPending ||
      pending_bytes_ >= kMostPendingBytes) {
    return;
  }
  pending_bytes_ += answer.size() + sizeof(Pending);
  pending_.push_back({key, std::move(rules), std::move(answer)});
}

void AnswerIndex::FlushIfDue() {
  if (pending_.size() >= kWritesAtOnce || pending_bytes_ >= kWriteBytesAtOnce ||
      (!pending_.empty() && MonotonicNanos() >= flush_at_)) {
    Flush();
  }
}

void AnswerIndex::Flush() {
  EndReading();
  if (pending_.empty() || !Ready()) return;
  flush_at_ = MonotonicNanos() + kWriteNanos;
  const absl::Status status = Write();
  if (status.ok()) {
    stored_ += pending_.size();
    pending_.clear();
    pending_bytes_ = 0;
  } else {
    Fail(status);
  }
}

absl::Status AnswerIndex::Write() {
  // Neighbours go into the same page.
  std::sort(pending_.begin(), pending_.end(),
            [](const Pending& a, const Pending& b) {
              return RowId(a.key) < RowId(b.key);
            });
  Database& database = *file_.database;
  Database::Transaction transaction(&database);
  CUPEL_RETURN_IF_ERROR(transaction.Begin());
  Statement& state = *statements_->state;
  CUPEL_ASSIGN_OR_RETURN(const bool row, state.Step());
  if (!row) return DataLoss("the cache has lost its state");
  const int64_t flips = state.Integer(0);
  const int64_t pages_then = state.Integer(1);
  CUPEL_RETURN_IF_ERROR(state.Run());
  CUPEL_ASSIGN_OR_RETURN(
      Statement insert,
      database.Prepare(
          fmt::format("INSERT OR REPLACE INTO {} (id, rule_set, proof, answer) "
                      "VALUES (?, ?, ?, ?)",
                      kTables[flips % 2])));
  HashMap<const RuleDigests*, int64_t> ids;
  for (const Pending& one : pending_) {
    int64_t& id = ids[one.rules.get()];
    if (id == 0) {
      CUPEL_ASSIGN_OR_RETURN(id, KeepRules(*one.rules, flips));
    }
    const Proof proof = ProofOf(one.key, one.rules->digest, one.answer);
    CUPEL_RETURN_IF_ERROR(
        insert.Bind(0, RowId(one.key))
            .Bind(1, id)
            .BindBlob(
                2, {reinterpret_cast<const char*>(proof.data()), proof.size()})
            .BindBlob(3, one.answer)
            .Run());
  }
  CUPEL_RETURN_IF_ERROR(FlipIfFull(flips, pages_then));
  return transaction.Commit();
}

// Ids are never given twice, so one that somebody still has means these rules
// or none. Those that no row can have any more are told by `flip`.
absl::StatusOr<int64_t> AnswerIndex::KeepRules(const RuleDigests& rules,
                                               int64_t flips) {
  CUPEL_ASSIGN_OR_RETURN(
      Statement update,
      file_.database->Prepare(
          "UPDATE rule_set SET flip = ? WHERE digest = ? AND flip < ?"));
  CUPEL_RETURN_IF_ERROR(update.Bind(0, flips)
                            .BindBlob(1, AsView(rules.digest))
                            .Bind(2, flips)
                            .Run());
  CUPEL_ASSIGN_OR_RETURN(
      Statement select,
      file_.database->Prepare("SELECT id FROM rule_set WHERE digest = ?"));
  CUPEL_ASSIGN_OR_RETURN(const bool there,
                         select.BindBlob(0, AsView(rules.digest)).Step());
  if (there) return select.Integer(0);
  CUPEL_ASSIGN_OR_RETURN(
      Statement insert,
      file_.database->Prepare("INSERT INTO rule_set (digest, flip, rules) "
                              "VALUES (?, ?, ?) RETURNING id"));
  return insert.BindBlob(0, AsView(rules.digest))
      .Bind(1, flips)
      .BindBlob(2, Joined(rules.rules))
      .RunForNumber();
}

absl::StatusOr<int64_t> AnswerIndex::PagesInUse() {
  CUPEL_ASSIGN_OR_RETURN(Statement all,
                         file_.database->Prepare("PRAGMA page_count"));
  CUPEL_ASSIGN_OR_RETURN(const int64_t pages, all.RunForNumber());
  CUPEL_ASSIGN_OR_RETURN(Statement unused,
                         file_.database->Prepare("PRAGMA freelist_count"));
  CUPEL_ASSIGN_OR_RETURN(const int64_t free, unused.RunForNumber());
  return pages - free;
}

absl::Status AnswerIndex::FlipIfFull(int64_t flips, int64_t pages_then) {
  CUPEL_ASSIGN_OR_RETURN(int64_t pages, PagesInUse());
  const auto most = static_cast<int64_t>(options_.max_bytes / 2 /
                                         static_cast<uint64_t>(page_size_));
  if (pages - pages_then <= most) return absl::OkStatus();
  Database& database = *file_.database;
  CUPEL_RETURN_IF_ERROR(database.Execute(
      fmt::format("DELETE FROM {}", kTables[(flips + 1) % 2])));
  CUPEL_RETURN_IF_ERROR(database.Execute(
      fmt::format("DELETE FROM rule_set WHERE flip < {}", flips)));
  CUPEL_ASSIGN_OR_RETURN(pages, PagesInUse());
  return database.Execute(
      fmt::format("UPDATE state SET flips = {}, pages = {}", flips + 1, pages));
}

// -- failing

void AnswerIndex::Fail(const absl::Status& status) {
  reading_ = false;
  if (absl::IsUnavailable(status)) {
    // Others write: what is asked for is not known, what is to be written
    // waits.
    if (file_.database->in_transaction()) {
      (void)file_.database->Execute("ROLLBACK");
    }
    Warn("the cache was busy: " + std::string(MessageOf(status)));
    return;
  }
  const AnswerFile bad = {nullptr, file_.device, file_.inode};
  statements_.reset();
  file_.database.reset();
  Warn("the cache can't be used any more: " + std::string(MessageOf(status)));
  if (!absl::IsDataLoss(status) || std::exchange(recovered_, true)) return;
  const absl::Status again = Start(&bad);
  Warn(again.ok() ? "the cache was made anew"
                  : "the cache could not be made anew: " +
                        std::string(MessageOf(again)));
}

void AnswerIndex::Warn(std::string warning) {
  if (std::find(warnings_.begin(), warnings_.end(), warning) ==
      warnings_.end()) {
    warnings_.push_back(std::move(warning));
  }
}

}  // namespace cupel
