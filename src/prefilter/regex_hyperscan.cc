// Databases of Hyperscan, or of Vectorscan, which has the same interface.
#include <hs.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <span>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "base/mutex.h"
#include "base/status.h"
#include "prefilter/regex.h"

namespace cupel::prefilter {
namespace {

constexpr unsigned kFlags = HS_FLAG_PREFILTER | HS_FLAG_SINGLEMATCH;

// What takes longer to compile, or makes a larger database, is refused.
constexpr size_t kMaxExpression = 8192;
constexpr size_t kMaxExpressions = 4096;
constexpr size_t kMaxDatabase = size_t{32} << 20;
// After that many expressions at fault each is tried on its own.
constexpr int kMaxFaults = 8;

struct FreeDatabase {
  void operator()(hs_database_t* database) const { hs_free_database(database); }
};
using Database = std::unique_ptr<hs_database_t, FreeDatabase>;

struct Header {
  uint64_t ids;       // that can be found
  uint64_t database;  // bytes
  char made_by[64];   // MadeBy(), ended and filled by zeros
};

// Databases fit the library and the processor that they were compiled for.
// Empty if that has nothing to run any on.
std::string MadeBy() {
  hs_platform_info_t platform = {};
  if (hs_valid_platform() != HS_SUCCESS ||
      hs_populate_platform(&platform) != HS_SUCCESS) {
    return {};
  }
  return std::string(hs_version()).substr(0, 40) + " " +
         std::to_string(platform.tune) + " " +
         std::to_string(platform.cpu_features);
}

absl::Status OutOfMemory() {
  return ResourceExhausted("prefilter: out of memory for regexes");
}

// Hyperscan has no code for this one: of a compilation, only the text.
bool IsOutOfMemory(const hs_compile_error_t& error) {
  const std::string_view why = error.message;
  return why == "Unable to allocate memory." ||
         why == "Could not allocate memory for bytecode.";
}

class Compiler {
 public:
  explicit Compiler(const std::vector<PrefilterRegex>& regexes);
  // Compiles as many as can be. `chosen()` are those.
  absl::StatusOr<Database> Compile();
  std::span<const uint32_t> chosen() const { return chosen_; }

 private:
  // Null if that failed: `fault` says where in `indices`, or is -1.
  absl::StatusOr<Database> Try(std::span<const uint32_t> indices, int* fault);
  absl::Status KeepThoseThatCompileAlone();

  std::vector<std::string> expressions_;
  std::vector<uint32_t> chosen_;
};

// True if it is well-formed and matches nothing empty.
bool IsGood(const std::string& expression) {
  hs_expr_info_t* info = nullptr;
  hs_compile_error_t* error = nullptr;
  hs_expression_info(expression.c_str(), kFlags, &info, &error);
  const absl::Cleanup free_both = [&] {
    std::free(info);
    hs_free_compile_error(error);
  };
  return info != nullptr && info->min_width > 0;
}

Compiler::Compiler(const std::vector<PrefilterRegex>& regexes) {
  for (uint32_t i = 0; i < regexes.size(); ++i) {
    const std::string& expression = regexes[i].expression;
    expressions_.push_back(Widen(expression));
    if (chosen_.size() < kMaxExpressions &&
        expression.size() <= kMaxExpression &&
        expression.find('\0') == std::string::npos &&
        IsGood(expressions_.back())) {
      chosen_.push_back(i);
    }
  }
}

absl::StatusOr<Database> Compiler::Try(std::span<const uint32_t> indices,
                                       int* fault) {
  *fault = -1;
  std::vector<const char*> expressions;
  for (const uint32_t i : indices) {
    expressions.push_back(expressions_[i].c_str());
  }
  const std::vector<unsigned> flags(indices.size(), kFlags);
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  const hs_error_t code =
      hs_compile_multi(expressions.data(), flags.data(), indices.data(),
                       static_cast<unsigned>(indices.size()), HS_MODE_BLOCK,
                       nullptr, &database, &error);
  Database out(database);
  const absl::Cleanup free_error = [&] { hs_free_compile_error(error); };
  if (code == HS_SUCCESS) {
    size_t size = 0;
    if (hs_database_size(database, &size) == HS_SUCCESS &&
        size <= kMaxDatabase) {
      return out;
    }
    return Database();
  }
  if (code == HS_NOMEM || error == nullptr || IsOutOfMemory(*error)) {
    return OutOfMemory();
  }
  if (error->expression >= 0 &&
      static_cast<size_t>(error->expression) < indices.size()) {
    *fault = error->expression;
  }
  return Database();
}

absl::Status Compiler::KeepThoseThatCompileAlone() {
  std::vector<uint32_t> good;
  for (const uint32_t i : chosen_) {
    int fault;
    CUPEL_ASSIGN_OR_RETURN(const Database alone, Try({&i, 1}, &fault));
    if (alone) good.push_back(i);
  }
  chosen_ = std::move(good);
  return absl::OkStatus();
}

absl::StatusOr<Database> Compiler::Compile() {
  bool each_is_good = false;
  for (int faults = 0; !chosen_.empty(); ++faults) {
    int fault;
    CUPEL_ASSIGN_OR_RETURN(Database all, Try(chosen_, &fault));
    if (all) return all;
    if (each_is_good) {
      // Together they are too much.
      chosen_.resize(chosen_.size() / 2);
    } else if (fault >= 0 && faults < kMaxFaults) {
      chosen_.erase(chosen_.begin() + fault);
    } else {
      CUPEL_RETURN_IF_ERROR(KeepThoseThatCompileAlone());
      each_is_good = true;
    }
  }
  return Database();
}

struct FreeScratch {
  void operator()(hs_scratch_t* scratch) const { hs_free_scratch(scratch); }
};

class HyperscanScratch final : public Prefilter::Scratch {
 public:
  explicit HyperscanScratch(hs_scratch_t* scratch) : scratch_(scratch) {}
  hs_scratch_t* get() const { return scratch_.get(); }

 private:
  std::unique_ptr<hs_scratch_t, FreeScratch> scratch_;
};

class HyperscanSearch final : public RegexSearch {
 public:
  HyperscanSearch(std::span<const uint32_t> indices, std::string_view bytes,
                  uint32_t first_id)
      : indices_(indices), bytes_(bytes), first_id_(first_id) {}

  absl::StatusOr<std::unique_ptr<Prefilter::Scratch>> NewScratch()
      const override;
  void Find(std::string_view text, Prefilter::Scratch* scratch,
            PrefilterHits* hits) const override;

 private:
  absl::Status Load() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::span<const uint32_t> indices_;
  const std::string_view bytes_;
  const uint32_t first_id_;
  // From bytes_ once somebody searches.
  mutable Mutex mutex_;
  mutable Database database_;  // written under mutex_ before any scratch is
};

absl::Status HyperscanSearch::Load() const {
  if (database_) return absl::OkStatus();
  hs_database_t* database = nullptr;
  switch (hs_deserialize_database(bytes_.data(), bytes_.size(), &database)) {
    case HS_SUCCESS:
      database_.reset(database);
      return absl::OkStatus();
    case HS_NOMEM:
      return OutOfMemory();
    default:
      return DataLoss("prefilter: its regexes are damaged");
  }
}

absl::StatusOr<std::unique_ptr<Prefilter::Scratch>>
HyperscanSearch::NewScratch() const {
  const MutexLock lock(mutex_);
  CUPEL_RETURN_IF_ERROR(Load());
  hs_scratch_t* scratch = nullptr;
  switch (hs_alloc_scratch(database_.get(), &scratch)) {
    case HS_SUCCESS:
      return std::make_unique<HyperscanScratch>(scratch);
    case HS_NOMEM:
      return OutOfMemory();
    default:
      return Internal("prefilter: no working memory for regexes");
  }
}

struct Found {
  uint32_t first_id;
  PrefilterHits* hits;
};

// NOLINTNEXTLINE(google-runtime-int): Hyperscan has it so.
int AddOne(unsigned id, unsigned long long, unsigned long long, unsigned,
           void* context) {
  const Found& found = *static_cast<const Found*>(context);
  found.hits->Add(found.first_id + id);
  return 0;
}

void HyperscanSearch::Find(std::string_view text, Prefilter::Scratch* scratch,
                           PrefilterHits* hits) const {
  Found found = {first_id_, hits};
  if (text.size() <= std::numeric_limits<unsigned>::max() &&
      hs_scan(database_.get(), text.data(), static_cast<unsigned>(text.size()),
              0, static_cast<HyperscanScratch*>(scratch)->get(), AddOne,
              &found) == HS_SUCCESS) {
    return;
  }
  // Nothing may be missed, so all of them may occur.
  for (const uint32_t index : indices_) hits->Add(first_id_ + index);
}

}  // namespace

bool HasRegexes() {
  static const bool has = !MadeBy().empty();
  return has;
}

absl::StatusOr<std::string> BuildRegexes(
    const std::vector<PrefilterRegex>& regexes,
    std::vector<uint32_t>* refused) {
  refused->clear();
  Database database;
  std::vector<uint32_t> chosen;
  if (HasRegexes() && !regexes.empty()) {
    Compiler compiler(regexes);
    CUPEL_ASSIGN_OR_RETURN(database, compiler.Compile());
    chosen.assign(compiler.chosen().begin(), compiler.chosen().end());
  }
  for (uint32_t i = 0; i < regexes.size(); ++i) {
    if (!std::binary_search(chosen.begin(), chosen.end(), i)) {
      refused->push_back(i);
    }
  }
  if (!database) return std::string();
  char* bytes = nullptr;
  size_t size = 0;
  if (hs_serialize_database(database.get(), &bytes, &size) != HS_SUCCESS) {
    return OutOfMemory();
  }
  const absl::Cleanup free_bytes = [bytes] { std::free(bytes); };
  Header header = {chosen.size(), size, {}};
  MadeBy().copy(header.made_by, sizeof(header.made_by) - 1);
  std::string image(reinterpret_cast<const char*>(&header), sizeof(header));
  image.append(reinterpret_cast<const char*>(chosen.data()),
               chosen.size() * sizeof(uint32_t));
  image.resize((image.size() + 7) / 8 * 8);
  image.append(bytes, size);
  image.resize((image.size() + 7) / 8 * 8);
  return image;
}

absl::StatusOr<std::unique_ptr<RegexSearch>> OpenRegexes(std::string_view image,
                                                         uint32_t first_id,
                                                         uint32_t count) {
  Header header;
  if (image.size() < sizeof(header)) {
    return DataLoss("prefilter: its regexes are cut short");
  }
  std::memcpy(&header, image.data(), sizeof(header));
  Header ours = {header.ids, header.database, {}};
  MadeBy().copy(ours.made_by, sizeof(ours.made_by) - 1);
  if (!HasRegexes() || std::memcmp(&header, &ours, sizeof(header)) != 0) {
    return DataLoss("prefilter: its regexes are for another Hyperscan");
  }
  const std::string_view rest = image.substr(sizeof(header));
  const uint64_t id_bytes = (header.ids + 1) / 2 * 8;
  if (header.ids > count || id_bytes > rest.size() ||
      header.database > rest.size() - id_bytes ||
      rest.size() - id_bytes - header.database >= 8) {
    return DataLoss("prefilter: its regexes are cut short");
  }
  const std::span<const uint32_t> indices(
      reinterpret_cast<const uint32_t*>(rest.data()), header.ids);
  for (const uint32_t index : indices) {
    if (index >= count) return DataLoss("prefilter: its regexes are damaged");
  }
  return std::make_unique<HyperscanSearch>(
      indices, rest.substr(id_bytes, header.database), first_id);
}

}  // namespace cupel::prefilter
