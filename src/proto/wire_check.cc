#include "proto/wire_check.h"

#include <cstdint>
#include <span>

#include "base/status.h"

namespace cupel {
namespace {

struct MessageType;

// A field that holds a message; all others are leaves.
struct MessageField {
  uint64_t number;
  const MessageType* type;
};
struct MessageType {
  std::span<const MessageField> fields;
};

// The message fields of cupel/v1/job.proto. None holds itself, so the walk is
// no deeper than this list.
constexpr MessageType kLeaves = {};
constexpr MessageField kStringMapFields[] = {{1, &kLeaves}};
constexpr MessageType kStringMap = {kStringMapFields};
constexpr MessageField kBoefjeMetaFields[] = {
    {2, &kLeaves}, {3, &kLeaves}, {4, &kLeaves}, {9, &kStringMap}};
constexpr MessageType kBoefjeMeta = {kBoefjeMetaFields};
constexpr MessageField kRawDataMetaFields[] = {{2, &kBoefjeMeta},
                                               {3, &kStringMap}};
constexpr MessageType kRawDataMeta = {kRawDataMetaFields};
constexpr MessageField kNormalizerMetaFields[] = {
    {2, &kLeaves}, {3, &kLeaves}, {4, &kRawDataMeta}, {5, &kLeaves}};
constexpr MessageType kNormalizerMeta = {kNormalizerMetaFields};
constexpr MessageField kTaskFields[] = {
    {9, &kBoefjeMeta}, {10, &kNormalizerMeta}, {11, &kLeaves}, {12, &kLeaves}};
constexpr MessageType kTask = {kTaskFields};
constexpr MessageField kTaskPopFields[] = {{1, &kTask}};
constexpr MessageType kTaskPop = {kTaskPopFields};
constexpr MessageField kPageFields[] = {{4, &kTask}};
constexpr MessageType kPage = {kPageFields};
constexpr MessageField kFileFields[] = {{3, &kLeaves}};
constexpr MessageType kFile = {kFileFields};
constexpr MessageField kFileListFields[] = {{1, &kFile}};
constexpr MessageType kFileList = {kFileListFields};
constexpr MessageField kOutputFields[] = {{2, &kFileList}};
constexpr MessageType kOutput = {kOutputFields};
constexpr MessageField kInputFields[] = {{2, &kTask}};
constexpr MessageType kInput = {kInputFields};
constexpr MessageField kDeclarationFields[] = {{2, &kLeaves}};
constexpr MessageType kDeclaration = {kDeclarationFields};
constexpr MessageField kResultsFields[] = {
    {1, &kLeaves}, {2, &kDeclaration}, {3, &kLeaves}, {4, &kLeaves}};
constexpr MessageType kResults = {kResultsFields};
constexpr MessageField kRecordFields[] = {
    {10, &kTask},           {11, &kTaskPop},    {12, &kPage},
    {13, &kLeaves},         {14, &kBoefjeMeta}, {15, &kRawDataMeta},
    {16, &kNormalizerMeta}, {17, &kFile},       {18, &kOutput},
    {19, &kInput},          {20, &kLeaves},     {21, &kDeclaration},
    {22, &kLeaves},         {23, &kLeaves},     {24, &kResults}};
constexpr MessageType kRecord = {kRecordFields};

// The message fields of cupel/v1/runner.proto.
constexpr MessageField kInvokeFields[] = {
    {3, &kLeaves}, {11, &kLeaves}, {14, &kLeaves}};
constexpr MessageType kInvoke = {kInvokeFields};
constexpr MessageField kToRunnerFields[] = {{1, &kLeaves}, {2, &kInvoke},
                                            {3, &kLeaves}, {4, &kLeaves},
                                            {5, &kLeaves}, {6, &kLeaves}};
constexpr MessageType kToRunner = {kToRunnerFields};
constexpr MessageField kLoadedFields[] = {{3, &kLeaves}};
constexpr MessageType kLoaded = {kLoadedFields};
constexpr MessageField kChildFields[] = {{2, &kLeaves}};
constexpr MessageType kChild = {kChildFields};
constexpr MessageField kItemFields[] = {{4, &kLeaves}};
constexpr MessageType kItem = {kItemFields};
constexpr MessageField kToHostFields[] = {
    {1, &kLoaded}, {2, &kChild},   {3, &kChild},  {4, &kLeaves},
    {5, &kLeaves}, {6, &kLeaves},  {7, &kLeaves}, {8, &kItem},
    {9, &kItem},   {10, &kLeaves}, {11, &kLeaves}};
constexpr MessageType kToHost = {kToHostFields};

// The message fields of cupel/v1/pool.proto.
constexpr MessageField kOrderFields[] = {{5, &kLeaves}, {7, &kLeaves}};
constexpr MessageType kOrder = {kOrderFields};
constexpr MessageField kToJobRunnerFields[] = {
    {1, &kLeaves}, {2, &kOrder}, {3, &kLeaves}, {4, &kLeaves}, {5, &kLeaves}};
constexpr MessageType kToJobRunner = {kToJobRunnerFields};
constexpr MessageField kDoneFields[] = {
    {3, &kLeaves}, {4, &kLeaves}, {5, &kLeaves}};
constexpr MessageType kDone = {kDoneFields};
constexpr MessageField kToSupervisorFields[] = {
    {1, &kLeaves}, {2, &kLeaves}, {3, &kDone}, {4, &kLeaves}};
constexpr MessageType kToSupervisor = {kToSupervisorFields};

enum WireType : uint8_t {
  kVarint = 0,
  kFixed64 = 1,
  kLengthDelimited = 2,
  kFixed32 = 5,
};

absl::Status CutShort(std::string_view what) {
  return DataLoss("{} that is cut short or damaged", what);
}

class Walker {
 public:
  Walker(std::string_view what, size_t limit) : what_(what), limit_(limit) {}

  absl::Status Walk(std::string_view bytes, const MessageType& type);

 private:
  static bool TakeVarint(std::string_view* bytes, uint64_t* value);

  const std::string_view what_;
  const size_t limit_;
  size_t fields_ = 0;
};

bool Walker::TakeVarint(std::string_view* bytes, uint64_t* value) {
  *value = 0;
  for (int shift = 0; shift < 64 && !bytes->empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(bytes->front());
    bytes->remove_prefix(1);
    *value |= uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

const MessageType* FindField(const MessageType& type, uint64_t number) {
  for (const MessageField& field : type.fields) {
    if (field.number == number) return field.type;
  }
  return nullptr;
}

absl::Status Walker::Walk(std::string_view bytes, const MessageType& type) {
  while (!bytes.empty()) {
    if (++fields_ > limit_) {
      return ResourceExhausted("{} with more than {} values", what_, limit_);
    }
    uint64_t tag = 0;
    uint64_t size = 0;
    if (!TakeVarint(&bytes, &tag)) return CutShort(what_);
    const auto wire = static_cast<uint8_t>(tag & 7);
    const MessageType* sub = nullptr;
    if (wire == kVarint) {
      if (!TakeVarint(&bytes, &size)) return CutShort(what_);
      continue;
    }
    if (wire == kFixed64) {
      size = 8;
    } else if (wire == kFixed32) {
      size = 4;
    } else if (wire == kLengthDelimited) {
      if (!TakeVarint(&bytes, &size)) return CutShort(what_);
      sub = FindField(type, tag >> 3);
    } else {
      return CutShort(what_);
    }
    if (size > bytes.size()) return CutShort(what_);
    if (sub != nullptr) {
      CUPEL_RETURN_IF_ERROR(Walk(bytes.substr(0, size), *sub));
    }
    bytes.remove_prefix(size);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckJobRecord(std::string_view bytes, size_t limit) {
  return Walker("a job record", limit).Walk(bytes, kRecord);
}

absl::Status CheckToRunner(std::string_view bytes, size_t limit) {
  return Walker("a frame", limit).Walk(bytes, kToRunner);
}

absl::Status CheckToHost(std::string_view bytes, size_t limit) {
  return Walker("a frame", limit).Walk(bytes, kToHost);
}

absl::Status CheckToJobRunner(std::string_view bytes, size_t limit) {
  return Walker("a frame", limit).Walk(bytes, kToJobRunner);
}

absl::Status CheckToSupervisor(std::string_view bytes, size_t limit) {
  return Walker("a frame", limit).Walk(bytes, kToSupervisor);
}

}  // namespace cupel
