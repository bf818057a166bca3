// The folder of a cache of answers: who may have written it, and what is done
// about a damaged one.
#ifndef CUPEL_ANSWERS_ANSWER_FOLDER_H_
#define CUPEL_ANSWERS_ANSWER_FOLDER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "store/database.h"

namespace cupel {

// Makes the folder (0700) if it is missing. Whoever can write to it can say
// what rules find, so it has to belong to this user and be closed to others:
// PERMISSION_DENIED if it isn't.
absl::Status PrepareAnswerFolder(const std::string& folder);

// The database in it and which file that is.
struct AnswerFile {
  std::unique_ptr<Database> database;
  uint64_t device = 0;
  uint64_t inode = 0;
};

// Opens the database, which is made if there is none. One that is damaged is
// removed, one that is somebody else's put aside (".bad", in place of an
// earlier one), and it is made anew; `warnings` says so. So is one that is much
// larger than `max_bytes`. `bad`, which may be null, was found to be damaged
// while it was used: it is removed too, unless another process has done so
// already.
absl::StatusOr<AnswerFile> OpenAnswerFile(const std::string& folder,
                                          const AnswerFile* bad,
                                          uint64_t max_bytes,
                                          uint32_t busy_timeout_ms,
                                          std::vector<std::string>* warnings);

// Its name has the number of the format, so that versions that keep other
// things do not take each other's away.
inline constexpr char kAnswerFileName[] = "answers-1.db";

}  // namespace cupel

#endif  // CUPEL_ANSWERS_ANSWER_FOLDER_H_
