#include "builtin/worker/elf.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/status.h"
#include "builtin/elf/dynamic.h"
#include "builtin/elf/image.h"
#include "builtin/json_text.h"
#include "builtin/part_content.h"
#include "format/json_writer.h"

namespace cupel {
namespace {

// More headers than any linker makes; the rest is counted.
constexpr size_t kMostListed = 2048;
constexpr size_t kMostComments = 64;
constexpr size_t kMostText = 4096;

using Name = std::pair<uint32_t, std::string_view>;

template <size_t size>
std::string NameOf(const Name (&names)[size], uint32_t value) {
  for (const Name& name : names) {
    if (name.first == value) return std::string(name.second);
  }
  return fmt::format("{:#x}", value);
}

constexpr Name kTypes[] = {{0, "none"},
                           {1, "relocatable"},
                           {2, "executable"},
                           {3, "shared"},
                           {4, "core"}};

constexpr Name kMachines[] = {
    {2, "sparc"},   {3, "i386"},         {4, "m68k"},       {8, "mips"},
    {15, "parisc"}, {18, "sparc32plus"}, {20, "ppc"},       {21, "ppc64"},
    {22, "s390"},   {40, "arm"},         {42, "sh"},        {43, "sparcv9"},
    {50, "ia64"},   {62, "amd64"},       {94, "xtensa"},    {183, "arm64"},
    {243, "riscv"}, {247, "bpf"},        {258, "loongarch"}};

constexpr Name kAbis[] = {{0, "sysv"},    {2, "netbsd"},      {3, "gnu"},
                          {6, "solaris"}, {9, "freebsd"},     {12, "openbsd"},
                          {97, "arm"},    {255, "standalone"}};

constexpr Name kSectionTypes[] = {{0, "null"},
                                  {1, "progbits"},
                                  {2, "symtab"},
                                  {3, "strtab"},
                                  {4, "rela"},
                                  {5, "hash"},
                                  {6, "dynamic"},
                                  {7, "note"},
                                  {8, "nobits"},
                                  {9, "rel"},
                                  {11, "dynsym"},
                                  {14, "init_array"},
                                  {15, "fini_array"},
                                  {16, "preinit_array"},
                                  {17, "group"},
                                  {0x6ffffff6, "gnu_hash"},
                                  {0x6ffffffd, "gnu_verdef"},
                                  {0x6ffffffe, "gnu_verneed"},
                                  {0x6fffffff, "gnu_versym"}};

constexpr Name kSegmentTypes[] = {{0, "null"},
                                  {1, "load"},
                                  {2, "dynamic"},
                                  {3, "interp"},
                                  {4, "note"},
                                  {6, "phdr"},
                                  {7, "tls"},
                                  {0x6474e550, "gnu_eh_frame"},
                                  {0x6474e551, "gnu_stack"},
                                  {0x6474e552, "gnu_relro"},
                                  {0x6474e553, "gnu_property"}};

// "rwx" with what is missing left out.
std::string Rights(bool read, bool write, bool execute) {
  return std::string(read ? "r" : "") + (write ? "w" : "") +
         (execute ? "x" : "");
}

class Writer {
 public:
  Writer(ElfImage image, const StopFn& stop, ElfSummary* summary)
      : image_(std::move(image)),
        stop_(stop),
        summary_(summary),
        out_(&summary->json) {}

  absl::Status Write() {
    const ElfDynamic dynamic = ReadElfDynamic(image_, &image_.errors);
    out_.BeginObject();
    Header();
    Linking(dynamic);
    Hardening(dynamic);
    Segments();
    CUPEL_RETURN_IF_ERROR(Sections());
    Comment();
    out_.Key("errors").BeginArray();
    for (const std::string& error : image_.errors) out_.String(error);
    out_.EndArray().EndObject();
    summary_->errors = image_.errors;
    return absl::OkStatus();
  }

 private:
  void Text(std::string_view key, std::string_view raw) {
    out_.Key(key).String(JsonText(raw));
  }

  void Header() {
    out_.Key("bits").Number(image_.wide ? 64 : 32);
    out_.Key("endianness").String(image_.big_endian ? "big" : "little");
    out_.Key("os_abi").String(NameOf(kAbis, image_.os_abi));
    out_.Key("type").String(NameOf(kTypes, image_.type));
    out_.Key("machine").String(NameOf(kMachines, image_.machine));
    out_.Key("machine_id").Number(image_.machine);
    out_.Key("flags").Number(image_.flags);
    out_.Key("entry_point").Number(image_.entry_point);
    const std::string build_id = ReadElfBuildId(image_);
    if (!build_id.empty()) out_.Key("build_id").String(build_id);
  }

  void Linking(const ElfDynamic& dynamic) {
    if (const ElfSegment* segment = image_.Segment(kElfInterpreter)) {
      const std::string_view bytes =
          image_.Bytes(*segment).substr(0, kMostText);
      Text("interpreter", bytes.substr(0, bytes.find('\0')));
    }
    out_.Key("needed").BeginArray();
    for (const std::string& name : dynamic.needed) {
      out_.String(JsonText(name));
    }
    out_.EndArray();
    if (!dynamic.soname.empty()) Text("soname", dynamic.soname);
    if (!dynamic.rpath.empty()) Text("rpath", dynamic.rpath);
    if (!dynamic.runpath.empty()) Text("runpath", dynamic.runpath);
    out_.Key("static").Bool(!dynamic.present &&
                            image_.Segment(kElfLoad) != nullptr);
  }

  void Hardening(const ElfDynamic& dynamic) {
    constexpr uint16_t kShared = 3;
    constexpr uint32_t kExecute = 1;
    const bool program = image_.Segment(kElfInterpreter) != nullptr;
    out_.Key("pie").Bool(image_.type == kShared && (dynamic.pie || program));
    const ElfSegment* stack = image_.Segment(kElfStack);
    // Without the header Linux makes the stack of old programs executable.
    out_.Key("nx").Bool(stack != nullptr && (stack->flags & kExecute) == 0);
    const bool relro = image_.Segment(kElfRelro) != nullptr;
    out_.Key("relro").String(!relro             ? "none"
                             : dynamic.bind_now ? "full"
                                                : "partial");
  }

  void Segments() {
    out_.Key("segments").BeginArray();
    for (size_t i = 0; i < image_.segments.size() && i < kMostListed; ++i) {
      const ElfSegment& segment = image_.segments[i];
      out_.BeginObject();
      out_.Key("type").String(NameOf(kSegmentTypes, segment.type));
      out_.Key("flags").String(Rights((segment.flags & 4) != 0,
                                      (segment.flags & 2) != 0,
                                      (segment.flags & 1) != 0));
      out_.Key("offset").Number(segment.offset);
      out_.Key("address").Number(segment.address);
      out_.Key("file_size").Number(segment.file_size);
      out_.Key("memory_size").Number(segment.memory_size);
      out_.EndObject();
      if (segment.type == kElfLoad &&
          !image_.file.Has(segment.offset, segment.file_size)) {
        image_.errors.push_back(fmt::format(
            "segment at byte {}: {} of its {} bytes are in the file",
            segment.offset, image_.Bytes(segment).size(), segment.file_size));
      }
    }
    out_.EndArray();
    Cut("program headers", image_.segments.size());
  }

  absl::Status Sections() {
    PartContents contents(image_.file.size());
    uint64_t symbols = 0;
    bool stripped = true;
    out_.Key("sections").BeginArray();
    for (size_t i = 0; i < image_.sections.size(); ++i) {
      const ElfSection& section = image_.sections[i];
      if (section.type == kElfSymbols) stripped = false;
      if ((section.type == kElfSymbols || section.type == kElfDynamicSymbols) &&
          section.entry_size != 0) {
        symbols += section.size / section.entry_size;
      }
      if (i >= kMostListed) continue;
      CUPEL_RETURN_IF_ERROR(CheckStop(stop_));
      Section(section, &contents);
    }
    out_.EndArray();
    Cut("section headers", image_.sections.size());
    out_.Key("symbols").Number(symbols);
    out_.Key("stripped").Bool(stripped);
    return absl::OkStatus();
  }

  void Section(const ElfSection& section, PartContents* contents) {
    out_.BeginObject();
    Text("name", section.name);
    out_.Key("type").String(NameOf(kSectionTypes, section.type));
    out_.Key("flags").String(Rights((section.flags & 2) != 0,
                                    (section.flags & 1) != 0,
                                    (section.flags & 4) != 0));
    out_.Key("address").Number(section.address);
    out_.Key("offset").Number(section.offset);
    out_.Key("size").Number(section.size);
    const std::string_view bytes = image_.Bytes(section);
    if (section.type != kElfNoBits && section.type != 0) {
      if (bytes.size() < section.size) {
        image_.errors.push_back(fmt::format(
            "section at byte {}: {} of its {} bytes are in the file",
            section.offset, bytes.size(), section.size));
      }
      if (!contents->Write(bytes, &out_)) {
        image_.errors.push_back(fmt::format(
            "section at byte {}: not hashed, as sections lie on one another",
            section.offset));
      }
    }
    out_.EndObject();
  }

  void Comment() {
    const ElfSection* section = image_.Section(".comment");
    if (section == nullptr) return;
    std::string_view texts = image_.Bytes(*section);
    std::set<std::string_view> seen;
    out_.Key("comment").BeginArray();
    while (!texts.empty() && seen.size() < kMostComments) {
      const size_t end = std::min(texts.find('\0'), texts.size());
      const std::string_view text = texts.substr(0, std::min(end, kMostText));
      if (!text.empty() && seen.insert(text).second) {
        out_.String(JsonText(text));
      }
      texts.remove_prefix(std::min(end + 1, texts.size()));
    }
    out_.EndArray();
  }

  void Cut(std::string_view what, size_t count) {
    if (count <= kMostListed) return;
    image_.errors.push_back(
        fmt::format("{}: {} of {} are listed", what, kMostListed, count));
  }

  ElfImage image_;
  const StopFn& stop_;
  ElfSummary* const summary_;
  JsonWriter out_;
};

}  // namespace

absl::StatusOr<ElfSummary> SummariseElf(std::string_view bytes,
                                        const StopFn& stop) {
  CUPEL_ASSIGN_OR_RETURN(ElfImage image, ReadElf(bytes));
  ElfSummary summary;
  CUPEL_RETURN_IF_ERROR(Writer(std::move(image), stop, &summary).Write());
  return summary;
}

}  // namespace cupel
