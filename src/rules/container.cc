#include "rules/container.h"

#include <algorithm>
#include <cstring>

#include "base/status.h"
#include "format/escape.h"
#include "rules/wire.h"

namespace cupel {
namespace {

constexpr uint32_t kFormat = 1;
// Numbers of ours are little-endian always; libyara's blobs are as the machine.
constexpr uint32_t kByteOrderMark = 0x01020304;
constexpr size_t kDigestBytes = sizeof(Digest);

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

absl::Status WritePart(const CompiledSet& set, const CompiledPart& part,
                       WireWriter* out) {
  std::string blob;
  CUPEL_RETURN_IF_ERROR(part.whole->Save(&blob));
  out->String(blob);
  blob.clear();
  if (part.reduced != nullptr) {
    CUPEL_RETURN_IF_ERROR(part.reduced->Save(&blob));
  }
  out->String(blob);
  out->U64(part.reduced_to_whole.size());
  for (const uint32_t index : part.reduced_to_whole) out->U32(index);
  out->U32(part.externals);
  out->U32(part.foreign ? 1 : 0);
  out->U64(part.whole->size());
  for (size_t i = 0; i < part.whole->size(); ++i) {
    const RuleInfo& rule = set.rules[part.first_rule + i];
    out->String(rule.ns);
    out->String(rule.file);
    out->U32(static_cast<uint32_t>(rule.line));
  }
  return absl::OkStatus();
}

ContainerPart ReadPart(WireReader* in) {
  ContainerPart part;
  part.whole = in->String();
  part.reduced = in->String();
  part.reduced_to_whole.resize(in->Count(4));
  for (uint32_t& index : part.reduced_to_whole) index = in->U32();
  part.externals = in->U32() & kAllExternals;
  part.foreign = in->U32() != 0;
  part.rules.resize(in->Count(20));
  for (ContainerPart::Rule& rule : part.rules) {
    rule.ns = in->String();
    rule.file = in->String();
    rule.line = in->U32();
  }
  return part;
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
  const std::string_view made_by = in->String();
  if (in->ok() && made_by != engine) {
    return FailedPrecondition(
        "rules compiled by libyara {}, but this is {}; compile them anew",
        EscapePrintable(made_by.substr(0, 64)), engine);
  }
  return absl::OkStatus();
}

// What the digest cannot vouch for: a sealed body may still be nonsense.
bool IsConsistent(const ContainerPart& part) {
  const size_t rules = part.rules.size();
  if (part.reduced.empty() && !part.reduced_to_whole.empty()) return false;
  return std::all_of(part.reduced_to_whole.begin(), part.reduced_to_whole.end(),
                     [rules](uint32_t index) { return index < rules; });
}

}  // namespace

absl::StatusOr<std::string> EncodeContainer(const CompiledSet& set,
                                            const Digest& key,
                                            std::string_view engine) {
  WireWriter out;
  out.Raw(kContainerMagic);
  out.U32(kFormat);
  out.Raw(NativeMark());
  out.String(engine);
  out.Raw(AsView(key));
  out.String(set.digest);
  WriteNotes(set, &out);
  out.U64(set.parts.size());
  for (const CompiledPart& part : set.parts) {
    CUPEL_RETURN_IF_ERROR(WritePart(set, part, &out));
  }
  Blake2b hash;
  hash.Update(out.out());
  out.Raw(AsView(hash.Finish()));
  return std::move(out.out());
}

absl::StatusOr<Container> DecodeContainer(std::string_view bytes,
                                          std::string_view engine) {
  WireReader head(bytes);
  CUPEL_RETURN_IF_ERROR(CheckHead(&head, engine));
  if (bytes.size() < kDigestBytes + kContainerMagic.size()) {
    return DataLoss("compiled rules are cut short at {} bytes", bytes.size());
  }
  const std::string_view sealed = bytes.substr(0, bytes.size() - kDigestBytes);
  Blake2b hash;
  hash.Update(sealed);
  if (AsView(hash.Finish()) != bytes.substr(sealed.size())) {
    return DataLoss(
        "compiled rules are damaged: their digest does not fit; compile them "
        "anew");
  }
  WireReader in(sealed);
  CUPEL_RETURN_IF_ERROR(CheckHead(&in, engine));
  Container out;
  out.key = AsDigest(in.Raw(kDigestBytes));
  out.digest = in.String();
  ReadNotes(&in, &out);
  out.parts.resize(in.Count(48));
  bool consistent = true;
  for (ContainerPart& part : out.parts) {
    part = ReadPart(&in);
    consistent = consistent && IsConsistent(part);
  }
  if (!in.at_end() || !consistent) {
    return DataLoss("compiled rules contradict themselves; compile them anew");
  }
  return out;
}

absl::StatusOr<CompiledSet> LoadContainer(const Container& container) {
  CompiledSet set;
  set.digest = container.digest;
  set.warnings = container.warnings;
  set.skipped = container.skipped;
  set.included = container.included;
  for (const ContainerPart& from : container.parts) {
    CompiledPart part;
    CUPEL_ASSIGN_OR_RETURN(part.whole, YaraRules::Load(from.whole));
    if (!from.reduced.empty()) {
      CUPEL_ASSIGN_OR_RETURN(part.reduced, YaraRules::Load(from.reduced));
    }
    const size_t reduced = part.reduced ? part.reduced->size() : 0;
    if (part.whole->size() != from.rules.size() ||
        reduced != from.reduced_to_whole.size()) {
      return DataLoss("compiled rules hold another number of rules than said");
    }
    part.reduced_to_whole = from.reduced_to_whole;
    part.externals = from.externals;
    part.foreign = from.foreign;
    part.first_rule = static_cast<uint32_t>(set.rules.size());
    for (size_t i = 0; i < from.rules.size(); ++i) {
      RuleInfo rule = DescribeRule(*part.whole, i);
      rule.ns = from.rules[i].ns;
      rule.file = from.rules[i].file;
      rule.line = static_cast<int>(from.rules[i].line);
      set.rules.push_back(std::move(rule));
    }
    set.parts.push_back(std::move(part));
  }
  return set;
}

}  // namespace cupel
