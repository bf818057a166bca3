#include "rules/container.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/status.h"
#include "format/escape.h"
#include "rules/source.h"
#include "rules/wire.h"

namespace cupel {
namespace {

constexpr uint32_t kFormat = 3;
// Numbers of ours are little-endian always; libyara's blobs are as the machine.
constexpr uint32_t kByteOrderMark = 0x01020304;
constexpr size_t kDigestBytes = sizeof(Digest);
// Three places, two counts, two numbers.
constexpr uint64_t kLeastPartBytes = 3 * (8 + kDigestBytes) + 24;

// Three texts, a line, flags, two counts, the identity.
constexpr uint64_t kLeastRuleBytes = 48 + kDigestBytes + 8;

constexpr uint64_t kBlobAlignment = 8;

uint64_t Aligned(uint64_t offset) {
  return (offset + kBlobAlignment - 1) / kBlobAlignment * kBlobAlignment;
}

std::string_view NativeMark() {
  static const uint32_t mark = kByteOrderMark;
  return {reinterpret_cast<const char*>(&mark), sizeof(mark)};
}

std::string_view AsView(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Digest AsDigest(std::string_view bytes) {
  Digest out = {};
  if (bytes.size() == out.size()) {
    std::memcpy(out.data(), bytes.data(), out.size());
  }
  return out;
}

// Notes where the blob will be, and keeps it. An empty one takes no place.
void AddBlob(std::string blob, std::vector<std::string>* blobs,
             WireWriter* out) {
  BlobPlace place;
  place.size = blob.size();
  if (!blob.empty()) {
    Blake2b hash;
    hash.Update(blob);
    place.digest = hash.Finish();
    blobs->push_back(std::move(blob));
  }
  out->U64(place.size);
  out->Raw(AsView(place.digest));
}

// Blobs follow one another: `at` is where the one before ends, and moves to the
// end of this one. False if no file could have one of that length.
bool ReadPlace(WireReader* in, uint64_t* at, BlobPlace* place) {
  place->size = in->U64();
  if (place->size != 0) *at = Aligned(*at);
  place->offset = *at;
  place->digest = AsDigest(in->Raw(kDigestBytes));
  if (place->size > kMaxCompiledFileBytes) return false;
  *at += place->size;
  return true;
}

enum MetaKind : uint32_t { kMetaBool = 0, kMetaInteger = 1, kMetaText = 2 };

void WriteMeta(const std::pair<std::string, MetaValue>& meta, WireWriter* out) {
  out->String(meta.first);
  out->U32(static_cast<uint32_t>(meta.second.index()));
  if (const auto* text = std::get_if<std::string>(&meta.second)) {
    out->String(*text);
  } else if (const auto* number = std::get_if<int64_t>(&meta.second)) {
    out->U64(static_cast<uint64_t>(*number));
  } else {
    out->U64(std::get<bool>(meta.second) ? 1 : 0);
  }
}

bool ReadMeta(WireReader* in, std::pair<std::string, MetaValue>* meta) {
  meta->first = in->String();
  switch (in->U32()) {
    case kMetaBool:
      meta->second = in->U64() != 0;
      return true;
    case kMetaInteger:
      meta->second = static_cast<int64_t>(in->U64());
      return true;
    case kMetaText:
      meta->second = std::string(in->String());
      return true;
    default:
      return false;
  }
}

void WriteIdentity(const RuleIdentity& identity, WireWriter* out) {
  out->Raw(AsView(identity.digest));
  out->U32(identity.externals);
  out->U32(identity.steady ? 1 : 0);
}

RuleIdentity ReadIdentity(WireReader* in) {
  RuleIdentity identity;
  identity.digest = AsDigest(in->Raw(kDigestBytes));
  identity.externals = in->U32() & kAllExternals;
  identity.steady = in->U32() == 1;
  return identity;
}

void WriteRule(const RuleInfo& rule, WireWriter* out) {
  out->String(rule.name);
  out->String(rule.ns);
  out->String(rule.file);
  out->U32(static_cast<uint32_t>(rule.line));
  out->U32((rule.global ? 1U : 0U) | (rule.is_private ? 2U : 0U));
  out->U64(rule.tags.size());
  for (const std::string& tag : rule.tags) out->String(tag);
  out->U64(rule.metas.size());
  for (const auto& meta : rule.metas) WriteMeta(meta, out);
}

bool ReadRule(WireReader* in, RuleInfo* rule) {
  rule->name = in->String();
  rule->ns = in->String();
  rule->file = in->String();
  rule->line = static_cast<int>(in->U32());
  const uint32_t flags = in->U32();
  rule->global = (flags & 1) != 0;
  rule->is_private = (flags & 2) != 0;
  rule->tags.resize(in->Count(8));
  for (std::string& tag : rule->tags) tag = in->String();
  rule->metas.resize(in->Count(20));
  for (auto& meta : rule->metas) {
    if (!ReadMeta(in, &meta)) return false;
  }
  ReadKnownMetas(rule);
  return true;
}

void WriteDefines(const Defines& defines, WireWriter* out) {
  out->U64(defines.size());
  for (const auto& [name, value] : defines) {
    out->String(name);
    out->U32(static_cast<uint32_t>(value.index()));
    if (const auto* text = std::get_if<std::string>(&value)) {
      out->String(*text);
    } else if (const auto* real = std::get_if<double>(&value)) {
      out->U64(std::bit_cast<uint64_t>(*real));
    } else if (const auto* number = std::get_if<int64_t>(&value)) {
      out->U64(static_cast<uint64_t>(*number));
    } else {
      out->U64(std::get<bool>(value) ? 1 : 0);
    }
  }
}

bool ReadDefine(WireReader* in, std::pair<std::string, ExternalValue>* define) {
  define->first = in->String();
  switch (in->U32()) {
    case 0:
      define->second = in->U64() != 0;
      return true;
    case 1:
      define->second = static_cast<int64_t>(in->U64());
      return true;
    case 2:
      define->second = std::bit_cast<double>(in->U64());
      return true;
    case 3:
      define->second = std::string(in->String());
      return true;
    default:
      return false;
  }
}

absl::Status WritePart(const CompiledSet& set, const CompiledPart& part,
                       std::vector<std::string>* blobs, WireWriter* out) {
  std::string whole;
  std::string texts;
  std::string plan;
  CUPEL_ASSIGN_OR_RETURN(const auto rules, part.whole->Get());
  CUPEL_RETURN_IF_ERROR(rules->Save(&whole));
  if (part.texts != nullptr) {
    CUPEL_ASSIGN_OR_RETURN(const auto read, part.texts->Get());
    texts = read->Encode();
  }
  if (part.plan != nullptr) plan = part.plan->image();
  AddBlob(std::move(whole), blobs, out);
  AddBlob(std::move(texts), blobs, out);
  AddBlob(std::move(plan), blobs, out);
  WriteDefines(part.defines, out);
  out->U32(part.externals);
  out->U32(part.foreign ? 1 : 0);
  out->U64(part.whole->size());
  for (size_t i = 0; i < part.whole->size(); ++i) {
    WriteRule(set.rules[part.first_rule + i], out);
    WriteIdentity(set.identities[part.first_rule + i], out);
  }
  return absl::OkStatus();
}

// False for what the digest cannot vouch for: a sealed body may still be
// nonsense.
bool ReadPart(WireReader* in, uint64_t* at, ContainerPart* part) {
  bool sound = ReadPlace(in, at, &part->whole);
  sound = sound && ReadPlace(in, at, &part->texts);
  sound = sound && ReadPlace(in, at, &part->plan);
  part->defines.resize(in->Count(20));
  for (auto& define : part->defines) sound = ReadDefine(in, &define) && sound;
  part->externals = in->U32() & kAllExternals;
  part->foreign = in->U32() != 0;
  part->rules.resize(in->Count(kLeastRuleBytes));
  for (RuleInfo& rule : part->rules) {
    sound = ReadRule(in, &rule) && sound;
    part->identities.push_back(ReadIdentity(in));
  }
  // What a plan is about has to be there.
  return sound && (part->plan.size == 0 || part->texts.size != 0);
}

void WriteNotes(const CompiledSet& set, WireWriter* out) {
  out->U64(set.warnings.size());
  for (const RuleDiagnostic& warning : set.warnings) {
    out->String(warning.file);
    out->U32(static_cast<uint32_t>(warning.line));
    out->String(warning.rule);
    out->String(warning.message);
  }
  out->U64(set.skipped.size());
  for (const SkippedRule& skipped : set.skipped) {
    out->String(skipped.file);
    out->U32(static_cast<uint32_t>(skipped.line));
    out->String(skipped.rule);
    out->String(skipped.reason);
  }
  out->U64(set.included.size());
  for (const IncludedFile& file : set.included) {
    out->String(file.path);
    out->String(file.real);
    out->Raw(AsView(file.digest));
  }
}

void ReadNotes(WireReader* in, Container* out) {
  out->warnings.resize(in->Count(28));
  for (RuleDiagnostic& warning : out->warnings) {
    warning.severity = RuleDiagnostic::Severity::kWarning;
    warning.file = in->String();
    warning.line = static_cast<int>(in->U32());
    warning.rule = in->String();
    warning.message = in->String();
  }
  out->skipped.resize(in->Count(28));
  for (SkippedRule& skipped : out->skipped) {
    skipped.file = in->String();
    skipped.line = static_cast<int>(in->U32());
    skipped.rule = in->String();
    skipped.reason = in->String();
  }
  out->included.resize(in->Count(16 + kDigestBytes));
  for (IncludedFile& file : out->included) {
    file.path = in->String();
    file.real = in->String();
    file.digest = AsDigest(in->Raw(kDigestBytes));
  }
}

absl::Status CutShort(uint64_t size) {
  return DataLoss("compiled rules are cut short at {} bytes", size);
}

absl::Status Damaged() {
  return DataLoss(
      "compiled rules are damaged: their digest does not fit; compile them "
      "anew");
}

absl::Status CheckHead(WireReader* in, std::string_view engine) {
  if (in->Raw(kContainerMagic.size()) != kContainerMagic) {
    return InvalidArgument("not a file of compiled rules");
  }
  const uint32_t format = in->U32();
  if (in->ok() && format != kFormat) {
    return FailedPrecondition(
        "compiled rules of format {}, but this version reads format {}; "
        "compile them anew",
        format, kFormat);
  }
  const std::string_view mark = in->Raw(4);
  if (in->ok() && mark != NativeMark()) {
    return FailedPrecondition(
        "rules compiled on a machine of another byte order; compile them anew");
  }
  in->U64();  // length of the head
  const std::string_view made_by = in->String();
  if (in->ok() && made_by != engine) {
    return FailedPrecondition(
        "rules compiled by libyara {}, but this is {}; compile them anew",
        EscapePrintable(made_by.substr(0, 64)), engine);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> EncodeContainer(const CompiledSet& set,
                                            const Digest& key,
                                            std::string_view engine) {
  std::vector<std::string> blobs;
  WireWriter body;
  body.String(engine);
  body.Raw(AsView(key));
  body.String(set.digest);
  WriteNotes(set, &body);
  body.U64(set.parts.size());
  for (const CompiledPart& part : set.parts) {
    CUPEL_RETURN_IF_ERROR(WritePart(set, part, &blobs, &body));
  }
  WireWriter out;
  out.Raw(kContainerMagic);
  out.U32(kFormat);
  out.Raw(NativeMark());
  out.U64(kContainerStartBytes + body.out().size() + kDigestBytes);
  out.Raw(body.out());
  Blake2b hash;
  hash.Update(out.out());
  out.Raw(AsView(hash.Finish()));
  for (const std::string& blob : blobs) {
    out.out().resize(Aligned(out.out().size()));
    out.Raw(blob);
  }
  return std::move(out.out());
}

absl::Status CheckContainerStart(std::string_view bytes,
                                 std::string_view engine) {
  WireReader in(bytes);
  return CheckHead(&in, engine);
}

uint64_t ContainerHeadBytes(std::string_view start) {
  WireReader in(start);
  in.Raw(kContainerStartBytes - sizeof(uint64_t));
  return in.U64();
}

absl::StatusOr<Container> DecodeHead(std::string_view head, uint64_t file_bytes,
                                     std::string_view engine) {
  if (head.size() < kContainerStartBytes + kDigestBytes) {
    return CutShort(head.size());
  }
  const std::string_view body = head.substr(0, head.size() - kDigestBytes);
  Blake2b hash;
  hash.Update(body);
  if (AsView(hash.Finish()) != head.substr(body.size())) return Damaged();
  WireReader in(body);
  CUPEL_RETURN_IF_ERROR(CheckHead(&in, engine));
  Container out;
  out.key = AsDigest(in.Raw(kDigestBytes));
  out.digest = in.String();
  ReadNotes(&in, &out);
  out.parts.resize(in.Count(kLeastPartBytes));
  bool sound = true;
  uint64_t at = head.size();
  for (ContainerPart& part : out.parts) {
    sound = sound && ReadPart(&in, &at, &part);
  }
  if (!in.at_end() || !sound) {
    return DataLoss("compiled rules contradict themselves; compile them anew");
  }
  // More bytes, or fewer, than were written.
  if (at != file_bytes) return Damaged();
  return out;
}

absl::Status CheckBlob(std::string_view blob, const BlobPlace& place) {
  Blake2b hash;
  hash.Update(blob);
  return hash.Finish() == place.digest ? absl::OkStatus() : Damaged();
}

absl::StatusOr<Container> DecodeContainer(std::string_view bytes,
                                          std::string_view engine) {
  CUPEL_RETURN_IF_ERROR(CheckContainerStart(bytes, engine));
  if (bytes.size() < kContainerStartBytes) return CutShort(bytes.size());
  const uint64_t head = ContainerHeadBytes(bytes);
  if (head > bytes.size()) return Damaged();
  CUPEL_ASSIGN_OR_RETURN(
      Container out, DecodeHead(bytes.substr(0, head), bytes.size(), engine));
  uint64_t end = head;
  for (const ContainerPart& part : out.parts) {
    for (const BlobPlace& place : {part.whole, part.texts, part.plan}) {
      if (place.size == 0) continue;
      const auto gap = bytes.substr(end, place.offset - end);
      if (gap.find_first_not_of('\0') != std::string_view::npos) {
        return Damaged();
      }
      CUPEL_RETURN_IF_ERROR(
          CheckBlob(bytes.substr(place.offset, place.size), place));
      end = place.offset + place.size;
    }
  }
  return out;
}

}  // namespace cupel
