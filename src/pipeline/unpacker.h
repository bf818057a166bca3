// From bytes to payloads: identify, take apart, hand to the rules.
#ifndef CUPEL_PIPELINE_UNPACKER_H_
#define CUPEL_PIPELINE_UNPACKER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "archive/archive.h"
#include "payload/byte_source.h"
#include "pipeline/job.h"
#include "pipeline/member_reader.h"

namespace cupel {

// Takes one input of a job apart, depth first, on the job's thread.
class Unpacker {
 public:
  explicit Unpacker(Job& job);

  // The bytes of an open payload, all in memory, and how reading them went.
  // `held`: bytes that containers around it hold in memory. `sha256`: of the
  // bytes, if it is known. Closes the payload.
  void HandleBytes(uint32_t id, Bytes bytes, const ReadOutcome& read,
                   uint64_t held, uint32_t depth,
                   const Digest* sha256 = nullptr);

  // An input that is a container and is better not read into memory.
  void HandleFile(uint32_t id, ByteSource& source, const FileType& type);

  // What may still be made of this input.
  InputBudget& budget() { return budget_; }

  // True if what begins with `head` would be taken apart.
  bool Unpacks(const FileType& type) const {
    return type.container != Container::kNone && job_.options().unpack;
  }

 private:
  struct Expansion {
    bool begun = false;     // some member was found
    bool complete = false;  // understood to its end, nothing left out
    bool wrapper = false;   // the content is wholly in the members
    std::string format;
  };

  Expansion Expand(uint32_t id, Container container, ByteSource& source,
                   uint64_t held, uint32_t depth);
  bool ExpandMember(uint32_t id, ArchiveReader& reader, const Member& member,
                    bool sequential, uint64_t held, uint32_t depth,
                    ContainerBudget* budget);
  bool ReadMember(uint32_t container, uint32_t id, ArchiveReader& reader,
                  const Member& member, bool sequential, uint64_t held,
                  uint32_t depth, ContainerBudget* budget);
  bool NoteAnomalies(uint32_t id, ArchiveReader& reader);
  bool OwesRawScan(const Expansion& expansion, uint32_t depth) const;
  void NoteReadOutcome(uint32_t id, const ReadOutcome& read, uint64_t covered);
  ArchiveOptions ReaderOptions();

  Job& job_;
  InputBudget budget_;
};

}  // namespace cupel

#endif  // CUPEL_PIPELINE_UNPACKER_H_
