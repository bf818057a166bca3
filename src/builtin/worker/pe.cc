#include "builtin/worker/pe.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "base/datetime.h"
#include "base/status.h"
#include "builtin/json_text.h"
#include "builtin/part_content.h"
#include "builtin/pe/details.h"
#include "builtin/pe/image.h"
#include "builtin/pe/imports.h"
#include "builtin/pe/resources.h"
#include "crypto/digest.h"
#include "format/json_writer.h"

namespace cupel {
namespace {

std::string_view MachineName(uint16_t machine) {
  static constexpr std::pair<uint16_t, std::string_view> kNames[] = {
      {0x014c, "i386"},   {0x0200, "ia64"},  {0x01c0, "arm"},
      {0x01c2, "thumb"},  {0x01c4, "armnt"}, {0x8664, "amd64"},
      {0xaa64, "arm64"},  {0x0ebc, "ebc"},   {0x5032, "riscv32"},
      {0x5064, "riscv64"}};
  for (const auto& [value, name] : kNames) {
    if (value == machine) return name;
  }
  return "unknown";
}

std::string_view SubsystemName(uint16_t subsystem) {
  static constexpr std::array<std::string_view, 17> kNames = {
      "unknown",
      "native",
      "windows_gui",
      "windows_cui",
      "",
      "os2_cui",
      "",
      "posix_cui",
      "native_windows",
      "windows_ce_gui",
      "efi_application",
      "efi_boot_service_driver",
      "efi_runtime_driver",
      "efi_rom",
      "xbox",
      "",
      "windows_boot_application"};
  return subsystem < kNames.size() && !kNames[subsystem].empty()
             ? kNames[subsystem]
             : "unknown";
}

void Flags(uint32_t value,
           std::initializer_list<std::pair<uint32_t, std::string_view>> names,
           JsonWriter* out) {
  out->BeginArray();
  for (const auto& [bit, name] : names) {
    if ((value & bit) != 0) out->String(name);
  }
  out->EndArray();
}

// Writes one summary. Errors gather in the image's own list.
class Writer {
 public:
  Writer(PeImage image, const StopFn& stop, PeSummary* summary)
      : image_(std::move(image)),
        stop_(stop),
        summary_(summary),
        out_(&summary->json) {}

  absl::Status Write() {
    out_.BeginObject();
    imports_ = ReadPeImports(image_, &image_.errors);
    Header();
    CUPEL_RETURN_IF_ERROR(Sections());
    Imports();
    Exports();
    CUPEL_RETURN_IF_ERROR(CheckStop(stop_));
    Resources();
    Rich();
    Tls();
    Debug();
    Certificates();
    Overlay();
    Errors();
    out_.EndObject();
    return absl::OkStatus();
  }

 private:
  void Text(std::string_view key, std::string_view raw) {
    out_.Key(key).String(JsonText(raw));
  }

  void Header() {
    const bool dll = (image_.characteristics & 0x2000) != 0;
    out_.Key("is_pe").Bool(true);
    out_.Key("machine").String(MachineName(image_.machine));
    out_.Key("machine_id").Number(image_.machine);
    out_.Key("bits").Number(image_.plus ? 64 : 32);
    out_.Key("is_dll").Bool(dll);
    out_.Key("is_driver").Bool(IsDriver());
    out_.Key("is_exe").Bool(!dll && !IsDriver());
    out_.Key("compile_time_epoch").Number(image_.timestamp);
    out_.Key("compile_time")
        .String(DateTime{.micros = int64_t{image_.timestamp} * 1'000'000,
                         .aware = true}
                    .ToString());
    out_.Key("subsystem").String(SubsystemName(image_.subsystem));
    out_.Key("entry_point").Number(image_.entry_point);
    out_.Key("image_base").Number(image_.image_base);
    out_.Key("image_size").Number(image_.image_size);
    out_.Key("checksum").Number(image_.checksum);
    out_.Key("characteristics");
    Flags(image_.characteristics,
          {{0x0001, "relocs_stripped"},
           {0x0002, "executable"},
           {0x0020, "large_address_aware"},
           {0x0100, "32bit"},
           {0x0200, "debug_stripped"},
           {0x1000, "system"},
           {0x2000, "dll"}},
          &out_);
    out_.Key("dll_characteristics");
    Flags(image_.dll_characteristics,
          {{0x0020, "high_entropy_va"},
           {0x0040, "dynamic_base"},
           {0x0080, "force_integrity"},
           {0x0100, "nx_compat"},
           {0x0200, "no_isolation"},
           {0x0400, "no_seh"},
           {0x0800, "no_bind"},
           {0x1000, "appcontainer"},
           {0x2000, "wdm_driver"},
           {0x4000, "guard_cf"},
           {0x8000, "terminal_server_aware"}},
          &out_);
  }

  // As others say it: native code that imports from the kernel.
  bool IsDriver() const {
    if ((image_.dll_characteristics & 0x2000) != 0) return true;
    if (image_.subsystem != 1) return false;
    return std::any_of(imports_.begin(), imports_.end(),
                       [](const PeImportedDll& dll) {
                         return LowerName(dll.name) == "ntoskrnl.exe" ||
                                LowerName(dll.name) == "hal.dll";
                       });
  }

  static std::string LowerName(std::string_view name) {
    std::string lower(name);
    for (char& c : lower) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
  }

  absl::Status Sections() {
    PartContents contents(image_.file.size());
    out_.Key("sections").BeginArray();
    for (const PeSection& section : image_.sections) {
      CUPEL_RETURN_IF_ERROR(CheckStop(stop_));
      out_.BeginObject();
      Text("name", section.name);
      out_.Key("virtual_address").Number(section.virtual_address);
      out_.Key("virtual_size").Number(section.virtual_size);
      out_.Key("raw_offset").Number(section.raw_offset);
      out_.Key("raw_size").Number(section.raw_size);
      out_.Key("characteristics");
      Flags(section.characteristics,
            {{0x20, "code"},
             {0x40, "initialized_data"},
             {0x80, "uninitialized_data"},
             {0x02000000, "discardable"},
             {0x10000000, "shared"},
             {0x20000000, "execute"},
             {0x40000000, "read"},
             {0x80000000u, "write"}},
            &out_);
      Content(section, &contents);
      out_.EndObject();
    }
    out_.EndArray();
    return absl::OkStatus();
  }

  void Content(const PeSection& section, PartContents* contents) {
    const std::string_view bytes =
        image_.file.Clamped(section.raw_offset, section.raw_size);
    if (bytes.size() < section.raw_size) {
      image_.errors.push_back(
          fmt::format("section at byte {}: {} of its {} bytes are in the file",
                      section.raw_offset, bytes.size(), section.raw_size));
    }
    if (!contents->Write(bytes, &out_)) {
      image_.errors.push_back(fmt::format(
          "section at byte {}: not hashed, as sections lie on one another",
          section.raw_offset));
    }
  }

  void FunctionNames(const PeImportedDll& dll) {
    for (const PeImport& function : dll.functions) {
      if (function.name.empty()) {
        out_.String(fmt::format("#{}", function.ordinal));
      } else {
        out_.String(JsonText(function.name));
      }
    }
  }

  // A library may stand there several times; a key may not.
  void ImportsOf(bool delayed) {
    std::vector<std::string> order;
    std::map<std::string, std::vector<const PeImportedDll*>> by_name;
    for (const PeImportedDll& dll : imports_) {
      if (dll.delayed != delayed) continue;
      const std::string name = JsonText(dll.name);
      auto& same = by_name[name];
      if (same.empty()) order.push_back(name);
      same.push_back(&dll);
    }
    out_.Key(delayed ? "delayed_imports" : "imports").BeginObject();
    for (const std::string& name : order) {
      out_.Key(name).BeginArray();
      for (const PeImportedDll* dll : by_name[name]) FunctionNames(*dll);
      out_.EndArray();
    }
    out_.EndObject();
  }

  void Imports() {
    ImportsOf(false);
    ImportsOf(true);
    const std::string text = ImphashText(imports_);
    if (!text.empty()) WriteMd5("imphash", text, &out_);
  }

  void Exports() {
    const std::optional<PeExports> exports =
        ReadPeExports(image_, &image_.errors);
    if (!exports.has_value()) return;
    out_.Key("exports").BeginObject();
    Text("dll", exports->dll);
    out_.Key("functions").BeginArray();
    for (const PeExport& function : exports->functions) {
      out_.BeginObject();
      if (!function.name.empty()) Text("name", function.name);
      out_.Key("ordinal").Number(function.ordinal);
      out_.Key("address").Number(function.address);
      if (!function.forwarder.empty()) Text("forwarder", function.forwarder);
      out_.EndObject();
    }
    out_.EndArray().EndObject();
  }

  void Resources() {
    const std::vector<PeResource> resources =
        ReadPeResources(image_, &image_.errors);
    out_.Key("resources").BeginArray();
    for (const PeResource& resource : resources) {
      out_.BeginObject();
      Text("type", resource.type);
      Text("name", resource.name);
      out_.Key("language").Number(resource.language);
      out_.Key("offset").Number(resource.offset);
      out_.Key("size").Number(resource.size);
      out_.EndObject();
    }
    out_.EndArray();
    for (const PeResource& resource : resources) {
      if (resource.type != "RT_VERSION") continue;
      Version(resource.bytes);
      return;
    }
  }

  // A string that stands there in several languages has its values in lines.
  void Version(std::string_view bytes) {
    std::vector<std::string> order;
    std::map<std::string, std::string> strings;
    for (const auto& [key, value] : ReadPeVersion(bytes)) {
      const std::string name = JsonText(key);
      const auto [it, added] = strings.emplace(name, JsonText(value));
      if (added) {
        order.push_back(name);
      } else {
        it->second += "\n" + JsonText(value);
      }
    }
    out_.Key("version_info").BeginObject();
    for (const std::string& key : order) out_.Key(key).String(strings[key]);
    out_.EndObject();
  }

  void Rich() {
    const std::optional<PeRich> rich = ReadPeRich(image_);
    if (!rich.has_value()) return;
    out_.Key("rich_header").BeginObject();
    WriteMd5("md5", rich->clear, &out_);
    out_.Key("sha256").String(HexDigest(Sha256(rich->clear)));
    out_.Key("key").Number(rich->key);
    out_.Key("tools").BeginArray();
    for (const PeRich::Tool& tool : rich->tools) {
      out_.BeginObject();
      out_.Key("product").Number(tool.product);
      out_.Key("build").Number(tool.build);
      out_.Key("objects").Number(tool.objects);
      out_.EndObject();
    }
    out_.EndArray().EndObject();
  }

  void Tls() {
    out_.Key("tls_callbacks").BeginArray();
    for (const uint64_t address : ReadPeTlsCallbacks(image_, &image_.errors)) {
      out_.Number(address);
    }
    out_.EndArray();
  }

  void Debug() {
    out_.Key("debug").BeginArray();
    for (const PeDebugEntry& entry : ReadPeDebug(image_, &image_.errors)) {
      out_.BeginObject();
      out_.Key("type").Number(entry.type);
      out_.Key("timestamp").Number(entry.timestamp);
      if (!entry.pdb.empty()) Text("pdb", entry.pdb);
      if (!entry.guid.empty()) out_.Key("guid").String(entry.guid);
      out_.EndObject();
    }
    out_.EndArray();
  }

  void Certificates() {
    out_.Key("certificates").BeginArray();
    for (const PeCertificate& certificate :
         ReadPeCertificates(image_, &image_.errors)) {
      out_.BeginObject();
      out_.Key("offset").Number(certificate.offset);
      out_.Key("size").Number(certificate.size);
      out_.Key("type").Number(certificate.type);
      out_.EndObject();
    }
    out_.EndArray();
  }

  void Overlay() {
    const uint64_t end = PeImageEnd(image_);
    if (end >= image_.file.size()) return;
    out_.Key("overlay").BeginObject();
    out_.Key("offset").Number(end);
    out_.Key("size").Number(image_.file.size() - end);
    out_.EndObject();
  }

  void Errors() {
    out_.Key("errors").BeginArray();
    for (const std::string& error : image_.errors) out_.String(error);
    out_.EndArray();
    summary_->errors = image_.errors;
  }

  PeImage image_;
  const StopFn& stop_;
  PeSummary* const summary_;
  JsonWriter out_;
  std::vector<PeImportedDll> imports_;
};

}  // namespace

absl::StatusOr<PeSummary> SummarisePe(std::string_view bytes,
                                      const StopFn& stop) {
  CUPEL_ASSIGN_OR_RETURN(PeImage image, ReadPe(bytes));
  PeSummary summary;
  CUPEL_RETURN_IF_ERROR(Writer(std::move(image), stop, &summary).Write());
  return summary;
}

}  // namespace cupel
