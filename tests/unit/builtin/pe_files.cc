#include "tests/unit/builtin/pe_files.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>

namespace cupel {
namespace {

void Put32(std::string* bytes, size_t at, size_t value) {
  for (size_t i = 0; i < 4; ++i) {
    (*bytes)[at + i] = static_cast<char>(value >> (8 * i));
  }
}

size_t Get32(const std::string& bytes, size_t at) {
  uint32_t value = 0;
  std::memcpy(&value, bytes.data() + at, 4);
  return value;
}

constexpr char kSource[] = R"(
  .globl one, two, DllMain
  .text
DllMain:
one:
  call *__imp_ExitProcess(%rip)
  call *__imp_WSAStartup(%rip)
two:
  ret
)";

constexpr char kVersion[] = R"(
#pragma code_page(65001)
1 VERSIONINFO
FILEVERSION 1,2,3,4
BEGIN
  BLOCK "StringFileInfo"
  BEGIN
    BLOCK "040904E4"
    BEGIN
      VALUE "FileDescription", "Grüße"
      VALUE "FileVersion", "1.2.3.4"
      VALUE "Empty", ""
    END
  END
  BLOCK "VarFileInfo"
  BEGIN
    VALUE "Translation", 0x409, 1252
  END
END
7 RCDATA BEGIN "resource data" END
)";

}  // namespace

std::vector<std::string> LauncherNames() {
  return {"t32.exe", "t64.exe", "t64-arm.exe", "w64.exe"};
}

std::string Launcher(const std::string& name) {
  std::ifstream in("/usr/lib/python3/dist-packages/distlib/" + name,
                   std::ios::binary);
  EXPECT_TRUE(in.good()) << name << ": is python3-distlib installed?";
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string MakeDll(const ToolDir& dir) {
  dir.Write("made.s", kSource);
  dir.Write("made.rc", kVersion);
  dir.Write("made.def",
            "LIBRARY made.dll\nEXPORTS\n  one @3\n  two @5 NONAME\n"
            "  sleep = KERNEL32.Sleep @9\n");
  dir.Write("kernel32.def", "LIBRARY KERNEL32.dll\nEXPORTS\n  ExitProcess\n");
  dir.Write("ws2.def",
            "LIBRARY WS2_32.dll\nEXPORTS\n  WSAStartup @115 NONAME\n");
  const std::string tool = "x86_64-w64-mingw32-";
  return dir.Make(
      tool + "as -o made.o made.s && " + tool +
          "windres --preprocessor=cpp -c 65001 -o res.o made.rc && " + tool +
          "dlltool -d kernel32.def -l libkernel32.a && " + tool +
          "dlltool -d ws2.def -l libws2.a && " + tool +
          "ld -shared -e DllMain -o made.dll made.o res.o made.def -L. "
          "-lkernel32 -lws2",
      "made.dll");
}

std::string WithCertificate(std::string exe) {
  const size_t pe = Get32(exe, 0x3c);
  const bool plus = exe[pe + 25] == 2;
  const size_t directory = pe + 24 + (plus ? 112 : 96) + 8 * 4;
  Put32(&exe, directory, exe.size());
  Put32(&exe, directory + 4, 24);
  std::string blob(24, 'c');
  Put32(&blob, 0, 24);
  Put32(&blob, 4, 0x00020200);
  return exe + blob;
}

std::string ManySections(std::string exe) {
  constexpr size_t kCount = 96;
  const size_t pe = Get32(exe, 0x3c);
  exe[pe + 6] = static_cast<char>(kCount);
  exe[pe + 7] = 0;
  const size_t table = pe + 24 + (Get32(exe, pe + 20) & 0xffff);
  for (size_t i = 0; i < kCount; ++i) {
    Put32(&exe, table + 40 * i + 16, exe.size());
    Put32(&exe, table + 40 * i + 20, 0);
  }
  return exe;
}

}  // namespace cupel
