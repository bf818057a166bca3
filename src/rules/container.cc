#include "rules/container.h"

#include <algorithm>
#include <cstring>

#include "base/status.h"
#include "format/escape.h"
#include "rules/wire.h"

namespace cupel {
namespace {

constexpr uint32_t kFormat = 2;
// Numbers of ours are little-endian always; libyara's blobs are as the machine.
constexpr uint32_t kByteOrderMark = 0x01020304;
constexpr size_t kDigestBytes = sizeof(Digest);
// Two places, two counts, two numbers.
constexpr uint64_t kLeastPartBytes = 2 * (16 + kDigestBytes) + 24;

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

// The blob of `rules`, noted in `place` and put behind the others. Offsets
// count from the end of the head: its length is known last.
absl::Status AddBlob(const YaraRules& rules, std::string* blobs,
                     BlobPlace* place) {
  place->offset = blobs->size();
  CUPEL_RETURN_IF_ERROR(rules.Save(blobs));
  place->size = blobs->size() - place->offset;
  Blake2b hash;
  hash.Update(std::string_view(*blobs).substr(place->offset));
  place->digest = hash.Finish();
  return absl::OkStatus();
}

void WritePlace(const BlobPlace& place, WireWriter* out) {
  out->U64(place.offset);
  out->U64(place.size);
  out->Raw(AsView(place.digest));
}

// Offsets as they are in the file; false if the blob is not in it.
bool ReadPlace(WireReader* in, uint64_t head, uint64_t sealed,
               BlobPlace* place) {
  place->offset = in->U64();
  place->size = in->U64();
  place->digest = AsDigest(in->Raw(kDigestBytes));
  const uint64_t room = sealed - head;
  if (place->offset > room || place->size > room - place->offset) return false;
  place->offset += head;
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

absl::Status WritePart(const CompiledSet& set, const CompiledPart& part,
                       std::string* blobs, WireWriter* out) {
  BlobPlace whole;
  BlobPlace reduced;
  CUPEL_ASSIGN_OR_RETURN(const auto rules, part.whole->Get());
  CUPEL_RETURN_IF_ERROR(AddBlob(*rules, blobs, &whole));
  if (part.reduced != nullptr) {
    CUPEL_RETURN_IF_ERROR(AddBlob(*part.reduced, blobs, &reduced));
  }
  WritePlace(whole, out);
  WritePlace(reduced, out);
  out->U64(part.reduced_to_whole.size());
  for (const uint32_t index : part.reduced_to_whole) out->U32(index);
  out->U32(part.externals);
  out->U32(part.foreign ? 1 : 0);
  out->U64(part.whole->size());
  for (size_t i = 0; i < part.whole->size(); ++i) {
    WriteRule(set.rules[part.first_rule + i], out);
  }
  return absl::OkStatus();
}

// False for what the digest cannot vouch for: a sealed body may still be
// nonsense.
bool ReadPart(WireReader* in, uint64_t head, uint64_t sealed,
              ContainerPart* part) {
  bool sound = ReadPlace(in, head, sealed, &part->whole);
  sound = ReadPlace(in, head, sealed, &part->reduced) && sound;
  part->reduced_to_whole.resize(in->Count(4));
  for (uint32_t& index : part->reduced_to_whole) index = in->U32();
  part->externals = in->U32() & kAllExternals;
  part->foreign = in->U32() != 0;
  part->rules.resize(in->Count(48));
  for (RuleInfo& rule : part->rules) sound = ReadRule(in, &rule) && sound;
  const size_t rules = part->rules.size();
  return sound && (part->reduced.size != 0 || part->reduced_to_whole.empty()) &&
         std::all_of(part->reduced_to_whole.begin(),
                     part->reduced_to_whole.end(),
                     [rules](uint32_t index) { return index < rules; });
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
  std::string blobs;
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
  out.U64(kContainerStartBytes + body.out().size());
  out.Raw(body.out());
  out.Raw(blobs);
  Blake2b hash;
  hash.Update(out.out());
  out.Raw(AsView(hash.Finish()));
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

absl::Status CheckSeal(const Digest& found, std::string_view said) {
  if (AsView(found) == said) return absl::OkStatus();
  return DataLoss(
      "compiled rules are damaged: their digest does not fit; compile them "
      "anew");
}

absl::StatusOr<Container> DecodeHead(std::string_view head, uint64_t sealed,
                                     std::string_view engine) {
  WireReader in(head);
  CUPEL_RETURN_IF_ERROR(CheckHead(&in, engine));
  Container out;
  out.key = AsDigest(in.Raw(kDigestBytes));
  out.digest = in.String();
  ReadNotes(&in, &out);
  out.parts.resize(in.Count(kLeastPartBytes));
  bool sound = head.size() <= sealed;
  for (ContainerPart& part : out.parts) {
    sound = sound && ReadPart(&in, head.size(), sealed, &part);
  }
  if (!in.at_end() || !sound) {
    return DataLoss("compiled rules contradict themselves; compile them anew");
  }
  return out;
}

absl::StatusOr<Container> DecodeContainer(std::string_view bytes,
                                          std::string_view engine) {
  CUPEL_RETURN_IF_ERROR(CheckContainerStart(bytes, engine));
  if (bytes.size() < kContainerStartBytes + kDigestBytes) {
    return DataLoss("compiled rules are cut short at {} bytes", bytes.size());
  }
  const std::string_view sealed = bytes.substr(0, bytes.size() - kDigestBytes);
  Blake2b hash;
  hash.Update(sealed);
  CUPEL_RETURN_IF_ERROR(CheckSeal(hash.Finish(), bytes.substr(sealed.size())));
  const uint64_t head = ContainerHeadBytes(sealed);
  return DecodeHead(sealed.substr(0, std::min<uint64_t>(head, sealed.size())),
                    sealed.size(), engine);
}

}  // namespace cupel
