// What conditions say with the help of modules.
#include <initializer_list>

#include "tests/differential/make_conditions.h"

namespace cupel::differential {
namespace {

std::vector<std::string> TermsOf(const std::string& module) {
  if (module == "pe") {
    return {"pe.is_pe",
            "not pe.is_pe",
            "pe.is_pe == 0",
            "pe.is_dll()",
            "pe.is_64bit()",
            "pe.is_32bit()",
            "pe.number_of_sections > 2",
            "pe.number_of_sections < 50",
            "not pe.number_of_sections > 2",
            "pe.number_of_sections == 0",
            "pe.machine == pe.MACHINE_AMD64",
            "pe.machine != pe.MACHINE_I386",
            "pe.MACHINE_AMD64 == 0x8664",
            "pe.DLL == 0x2000",
            "pe.characteristics & pe.DLL",
            "pe.sections[0].name == \".text\"",
            "pe.sections[99].name == \".text\"",
            "for any s in pe.sections : (s.name == \".text\")",
            "for all s in pe.sections : (s.raw_data_size < 100000)",
            "for none s in pe.sections : (s.name contains \"UPX\")",
            "not for any s in pe.sections : (s.name == \".text\")",
            "pe.imports(\"kernel32.dll\")",
            "pe.imports(\"KERNEL32.dll\", \"ExitProcess\")",
            "pe.imports(/kernel32/i, /Exit/) > 0",
            "pe.exports(\"one\")",
            "pe.exports(/^o/)",
            "pe.number_of_exports > 1",
            "pe.version_info[\"FileVersion\"] == \"1.2.3.4\"",
            "for any k, v in pe.version_info : (v contains \"2\")",
            "pe.number_of_resources > 0",
            "for any r in pe.resources : (r.type == pe.RESOURCE_TYPE_RCDATA)",
            "pe.entry_point > 0",
            "defined pe.entry_point",
            "not defined pe.machine",
            "pe.imphash() == \"\"",
            "pe.checksum == pe.calculate_checksum()",
            "pe.timestamp >= 0",
            "pe.timestamp * 0 == 0",
            "pe.linker_version.major < 10",
            "pe.subsystem == pe.SUBSYSTEM_WINDOWS_CUI",
            "pe.rva_to_offset(0x1000) > 0",
            "pe.section_index(\".text\") == 0",
            "pe.number_of_signatures == 0",
            "pe.rich_signature.toolid(1) == 0",
            "pe.dll_name == \"made.dll\"",
            "pe.overlay.size > 0",
            "pe.overlay.size == 0",
            "pe.opthdr_magic == pe.IMAGE_NT_OPTIONAL_HDR64_MAGIC",
            "pe.pdb_path contains \"a\"",
            "pe.locale(0x409)",
            "pe.language(0x09)"};
  }
  if (module == "elf") {
    return {"elf.type == elf.ET_EXEC",
            "elf.type == elf.ET_DYN",
            "elf.machine == elf.EM_X86_64",
            "elf.number_of_sections > 3",
            "not elf.number_of_sections > 3",
            "elf.entry_point > 0",
            "defined elf.type",
            "not defined elf.machine",
            "elf.ET_EXEC == 2",
            "for any s in elf.sections : (s.name == \".text\")",
            "for any s in elf.segments : (s.type == elf.PT_LOAD)",
            "for all s in elf.symtab : (s.size >= 0)",
            "elf.number_of_segments != 0",
            "elf.dynsym_entries > 1",
            "elf.telfhash() != \"\"",
            "elf.import_md5() == \"0123456789abcdef0123456789abcdef\""};
  }
  if (module == "math") {
    return {"math.entropy(0, filesize) > 4.0",
            "math.entropy(0, filesize) < 2.5",
            "math.entropy(\"abc\") > 1.0",
            "math.mean(0, filesize) > 60.0",
            "math.deviation(0, filesize, 127.5) < 80.0",
            "math.serial_correlation(0, filesize) < 0.3",
            "math.monte_carlo_pi(0, filesize) < 0.5",
            "math.in_range(math.mean(0, filesize), 10.0, 120.0)",
            "math.count(0x61) > 2",
            "math.count(0x61, 0, 100) > 0",
            "math.percentage(0x00) < 0.5",
            "math.mode() == 0x61",
            "math.min(filesize, 100) < 100",
            "math.max(1, 2) == 2",
            "math.abs(-3) == 3",
            "math.to_number(filesize > 100) == 1",
            "not math.entropy(filesize, 10) > 1.0"};
  }
  if (module == "hash") {
    return {"hash.md5(0, filesize) == \"d41d8cd98f00b204e9800998ecf8427e\"",
            "hash.md5(0, 2) == \"ac6ad5d9b99757c3a878f2d275ace198\"",
            "hash.sha1(0, 2) != \"\"",
            "hash.sha256(\"MZ\") == hash.sha256(0, 2)",
            "hash.crc32(0, 4) != 0",
            "hash.checksum32(0, filesize) > 1000",
            "not hash.md5(filesize, 1) == \"\"",
            "defined hash.md5(0, 100)"};
  }
  if (module == "string") {
    return {"string.to_int(\"12\") == 12", "string.length(filename) > 4",
            "string.to_int(filename) == 1", "not string.to_int(filename) == 1",
            "defined string.to_int(owner)"};
  }
  if (module == "time") return {"time.now() > 1000", "time.now() < 1000"};
  if (module == "console") {
    return {"console.log(\"x\")", "console.log(\"n: \", filesize)",
            "console.hex(uint32(0))", "not console.log(\"y\")"};
  }
  return {"dotnet.is_dotnet", "dotnet.number_of_streams > 0",
          "not dotnet.number_of_streams > 0", "not defined dotnet.version",
          "dotnet.is_dotnet == 0"};
}

}  // namespace

Node ConditionMaker::OfModules() {
  return Leaf(draw_->Pick(TermsOf(draw_->Pick(names_->modules))));
}

}  // namespace cupel::differential
