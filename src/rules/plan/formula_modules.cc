#include "rules/plan/formula_modules.h"

#include <algorithm>
#include <string>
#include <vector>

#include "rules/plan/formula_make.h"

namespace cupel::plan {
namespace {

constexpr std::string_view kPe[] = {
    "base_of_code",
    "base_of_data",
    "calculate_checksum",
    "characteristics",
    "checksum",
    "data_directories",
    "delayed_import_details",
    "delayed_import_rva",
    "dll_characteristics",
    "dll_name",
    "entry_point",
    "entry_point_raw",
    "export_details",
    "export_timestamp",
    "exports",
    "exports_index",
    "file_alignment",
    "image_base",
    "image_version",
    "imphash",
    "import_details",
    "import_rva",
    "imports",
    "is_32bit",
    "is_64bit",
    "is_dll",
    "is_signed",
    "language",
    "linker_version",
    "loader_flags",
    "locale",
    "machine",
    "number_of_delayed_imported_functions",
    "number_of_delayed_imports",
    "number_of_exports",
    "number_of_imported_functions",
    "number_of_imports",
    "number_of_resources",
    "number_of_rva_and_sizes",
    "number_of_sections",
    "number_of_signatures",
    "number_of_symbols",
    "number_of_version_infos",
    "opthdr_magic",
    "os_version",
    "overlay",
    "pdb_path",
    "pointer_to_symbol_table",
    "resource_timestamp",
    "resource_version",
    "resources",
    "rich_signature",
    "rva_to_offset",
    "section_alignment",
    "section_index",
    "sections",
    "signatures",
    "size_of_code",
    "size_of_headers",
    "size_of_heap_commit",
    "size_of_heap_reserve",
    "size_of_image",
    "size_of_initialized_data",
    "size_of_optional_header",
    "size_of_stack_commit",
    "size_of_stack_reserve",
    "size_of_uninitialized_data",
    "subsystem",
    "subsystem_version",
    "timestamp",
    "version_info",
    "version_info_list",
    "win32_version_value",
};
constexpr std::string_view kPeZero[] = {"is_pe"};

constexpr std::string_view kElf[] = {
    "dynamic",
    "dynamic_section_entries",
    "dynsym",
    "dynsym_entries",
    "entry_point",
    "import_md5",
    "machine",
    "number_of_sections",
    "number_of_segments",
    "ph_entry_size",
    "ph_offset",
    "sections",
    "segments",
    "sh_entry_size",
    "sh_offset",
    "symtab",
    "symtab_entries",
    "telfhash",
    "type",
};

constexpr std::string_view kDotnet[] = {
    "assembly",
    "assembly_refs",
    "classes",
    "constants",
    "field_offsets",
    "guids",
    "module_name",
    "modulerefs",
    "number_of_assembly_refs",
    "number_of_classes",
    "number_of_constants",
    "number_of_field_offsets",
    "number_of_guids",
    "number_of_modulerefs",
    "number_of_resources",
    "number_of_streams",
    "number_of_user_strings",
    "resources",
    "streams",
    "typelib",
    "user_strings",
    "version",
};
constexpr std::string_view kDotnetZero[] = {"is_dotnet"};

constexpr std::string_view kMacho[] = {
    "cpusubtype",  "cputype",
    "entry_point", "entry_point_for_arch",
    "fat_arch",    "fat_magic",
    "file",        "file_index_for_arch",
    "filetype",    "flags",
    "magic",       "ncmds",
    "nfat_arch",   "number_of_segments",
    "reserved",    "segments",
    "sizeofcmds",  "stack_size",
};

constexpr std::string_view kDex[] = {
    "class_data_item", "class_defs",       "field",
    "field_ids",       "has_class",        "has_method",
    "header",          "map_list",         "method",
    "method_ids",      "number_of_fields", "number_of_methods",
    "proto_ids",       "string_ids",       "type_ids",
};

constexpr FileModule kModules[] = {
    {"dex", kDex, {}},    {"dotnet", kDotnet, kDotnetZero},
    {"elf", kElf, {}},    {"macho", kMacho, {}},
    {"pe", kPe, kPeZero},
};

const FileModule* Find(std::string_view module) {
  for (const FileModule& known : kModules) {
    if (known.name == module) return &known;
  }
  return nullptr;
}

bool Contains(std::span<const std::string_view> list, std::string_view name) {
  return std::binary_search(list.begin(), list.end(), name);
}

Formula Begins(std::initializer_list<std::string_view> magics) {
  std::vector<Formula> out;
  for (const std::string_view magic : magics) {
    out.push_back(Have(BytesAt(0, std::string(magic))));
  }
  return Any(std::move(out));
}

}  // namespace

std::span<const FileModule> FileModules() { return kModules; }

ModuleMember MemberOf(std::string_view module, std::string_view member) {
  const FileModule* known = Find(module);
  if (known == nullptr) return ModuleMember::kUnknown;
  if (Contains(known->undefined, member)) return ModuleMember::kUndefined;
  if (Contains(known->zero, member)) return ModuleMember::kFalse;
  return ModuleMember::kUnknown;
}

Formula HeaderOf(std::string_view module) {
  if (module == "pe" || module == "dotnet") return Begins({"MZ"});
  if (module == "elf")
    return Begins(
        {"\x7f"
         "ELF"});
  if (module == "dex") return Begins({"dex\n"});
  if (module == "macho") {
    // 32 and 64 bits in either byte order, then the same of fat files.
    return Begins({"\xfe\xed\xfa\xce", "\xce\xfa\xed\xfe", "\xfe\xed\xfa\xcf",
                   "\xcf\xfa\xed\xfe", "\xca\xfe\xba\xbe", "\xbe\xba\xfe\xca",
                   "\xca\xfe\xba\xbf", "\xbf\xba\xfe\xca"});
  }
  return True();
}

}  // namespace cupel::plan
