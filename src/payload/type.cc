#include "payload/type.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "payload/text_type.h"

namespace cupel {
namespace {

using namespace std::string_view_literals;

uint8_t ByteAt(std::string_view head, size_t at) {
  return at < head.size() ? static_cast<uint8_t>(head[at]) : 0;
}

uint32_t Be32(std::string_view head, size_t at) {
  return uint32_t{ByteAt(head, at)} << 24 |
         uint32_t{ByteAt(head, at + 1)} << 16 |
         uint32_t{ByteAt(head, at + 2)} << 8 | ByteAt(head, at + 3);
}

uint32_t Le32(std::string_view head, size_t at) {
  return uint32_t{ByteAt(head, at + 3)} << 24 |
         uint32_t{ByteAt(head, at + 2)} << 16 |
         uint32_t{ByteAt(head, at + 1)} << 8 | ByteAt(head, at);
}

bool HasAt(std::string_view head, size_t at, std::string_view mark) {
  return at <= head.size() && head.substr(at).starts_with(mark);
}

// The .lzma format has no magic: these are the checks of the xz program.
bool IsLzmaAlone(std::string_view head) {
  if (head.size() < 14 || ByteAt(head, 0) >= 225) return false;
  const uint32_t dictionary = Le32(head, 1);
  if (dictionary != 0xffffffff) {
    uint32_t d = dictionary - 1;  // 2^n or 2^n + 2^(n-1), rounded up
    d |= d >> 2;
    d |= d >> 3;
    d |= d >> 4;
    d |= d >> 8;
    d |= d >> 16;
    if (dictionary < 4096 || d + 1 != dictionary) return false;
  }
  const uint64_t size = uint64_t{Le32(head, 9)} << 32 | Le32(head, 5);
  constexpr uint64_t kPlausible = uint64_t{1} << 38;
  // The first byte of the range coder is always zero.
  return (size == ~uint64_t{0} || size < kPlausible) && ByteAt(head, 13) == 0;
}

bool IsSkippableFrame(std::string_view head) {
  return head.size() >= 8 && (Le32(head, 0) & 0xfffffff0u) == 0x184d2a50;
}

constexpr std::string_view kLz4Magic = "\x04\x22\x4d\x18"sv;
constexpr std::string_view kLz4LegacyMagic = "\x02\x21\x4c\x18"sv;

// A frame to be skipped stands in zstd and in lz4 files; what follows decides.
bool IsLz4AfterSkippable(std::string_view head) {
  while (IsSkippableFrame(head)) {
    const uint64_t frame = uint64_t{8} + Le32(head, 4);
    if (frame >= head.size()) return false;
    head.remove_prefix(static_cast<size_t>(frame));
  }
  return head.starts_with(kLz4Magic) || head.starts_with(kLz4LegacyMagic);
}

bool IsBzip2(std::string_view head) {
  return head.starts_with("BZh") && ByteAt(head, 3) >= '1' &&
         ByteAt(head, 3) <= '9' &&
         // The first block, or the end of an empty file; or cut before.
         (head.size() < 10 || HasAt(head, 4, "\x31\x41\x59\x26\x53\x59"sv) ||
          HasAt(head, 4, "\x17\x72\x45\x38\x50\x90"sv));
}

bool IsBinaryCpio(std::string_view head) {
  if (head.size() < 26) return false;
  return head.starts_with("\xc7\x71"sv) || head.starts_with("\x71\xc7"sv);
}

bool IsIso(std::string_view head) {
  return HasAt(head, 32769, "CD001") || HasAt(head, 32769, "BEA01");
}

bool IsPyc(std::string_view head) {
  // A version number, then CR LF; then flags of which only the lowest bits are
  // defined (before 3.7: a time).
  return head.size() >= 16 && HasAt(head, 2, "\r\n") &&
         (Le32(head, 4) <= 3 || ByteAt(head, 1) >= 0x0a) &&
         (ByteAt(head, 1) == 0x0d || ByteAt(head, 1) == 0x0e ||
          ByteAt(head, 1) == 0x0c || ByteAt(head, 1) == 0xf3 ||
          ByteAt(head, 1) == 0xf2);
}

bool IsMachO(std::string_view head) {
  const uint32_t magic = Be32(head, 0);
  return magic == 0xfeedface || magic == 0xfeedfacf || magic == 0xcefaedfe ||
         magic == 0xcffaedfe;
}

// A fat Mach-O shares its magic with Java; a class file has a version there
// that is never below 43, a fat binary never so many architectures.
bool IsJavaClass(std::string_view head) {
  return Be32(head, 0) == 0xcafebabe && Be32(head, 4) >= 43;
}
bool IsFatMachO(std::string_view head) {
  return Be32(head, 0) == 0xcafebabe && head.size() >= 8 && Be32(head, 4) < 43;
}

bool IsMp3(std::string_view head) {
  return head.starts_with("ID3") ||
         (ByteAt(head, 0) == 0xff && (ByteAt(head, 1) & 0xfe) == 0xfa &&
          (ByteAt(head, 2) & 0xf0) != 0xf0 && (ByteAt(head, 2) & 0xf0) != 0);
}

bool IsMp4(std::string_view head) {
  return HasAt(head, 4, "ftyp") && Be32(head, 0) >= 8;
}

bool IsRiff(std::string_view head, std::string_view kind) {
  return head.starts_with("RIFF") && HasAt(head, 8, kind);
}
bool IsWebp(std::string_view head) { return IsRiff(head, "WEBP"); }
bool IsWav(std::string_view head) { return IsRiff(head, "WAVE"); }

bool IsBmp(std::string_view head) {
  const uint32_t header = Le32(head, 14);
  return head.starts_with("BM") && head.size() >= 18 &&
         (header == 12 || (header >= 40 && header <= 124));
}

bool IsIco(std::string_view head) {
  return head.size() >= 22 &&
         (head.starts_with("\0\0\1\0"sv) || head.starts_with("\0\0\2\0"sv)) &&
         ByteAt(head, 4) != 0 && ByteAt(head, 5) == 0 && ByteAt(head, 9) == 0;
}

bool IsSwf(std::string_view head) {
  return (head.starts_with("FWS") || head.starts_with("CWS") ||
          head.starts_with("ZWS")) &&
         head.size() >= 8 && ByteAt(head, 3) <= 60;
}

bool IsDeb(std::string_view head) {
  return head.starts_with("!<arch>\ndebian-binary");
}

bool IsEmpty(std::string_view head) { return head.empty(); }

bool IsZstd(std::string_view head) {
  return head.starts_with("\x28\xb5\x2f\xfd"sv) || IsSkippableFrame(head);
}

struct Row {
  FileType type;
  std::string_view mark;                          // at the very beginning
  bool (*test)(std::string_view head) = nullptr;  // instead of a mark
};

// The first row that fits wins: strong marks first, formats without a real
// one last.
constexpr Row kRows[] = {
    {{"empty", "application/x-empty", "EMPTY"}, "", IsEmpty},
    {{"zip", "application/zip", "ZIP", Container::kZip}, "PK\3\4"},
    {{"zip", "application/zip", "ZIP", Container::kZip}, "PK\5\6"},
    {{"zip", "application/zip", "ZIP", Container::kZip}, "PK\7\10"},
    {{"gzip", "application/gzip", "GZIP", Container::kGzip}, "\x1f\x8b"},
    {{"xz", "application/x-xz", "XZ", Container::kXz},
     "\xfd"
     "7zXZ\0"sv},
    {{"lz4", "application/x-lz4", "LZ4", Container::kLz4}, kLz4Magic},
    {{"lz4", "application/x-lz4", "LZ4", Container::kLz4}, kLz4LegacyMagic},
    {{"lz4", "application/x-lz4", "LZ4", Container::kLz4},
     "",
     IsLz4AfterSkippable},
    {{"zstd", "application/zstd", "ZSTD", Container::kZstd}, "", IsZstd},
    {{"bzip2", "application/x-bzip2", "BZIP2", Container::kBzip2}, "", IsBzip2},
    {{"7z", "application/x-7z-compressed", "7Z", Container::k7z},
     "7z\xbc\xaf\x27\x1c"},
    {{"rpm", "application/x-rpm", "RPM", Container::kRpm}, "\xed\xab\xee\xdb"},
    {{"cab", "application/vnd.ms-cab-compressed", "CAB", Container::kCab},
     "MSCF\0\0\0\0"sv},
    {{"deb", "application/vnd.debian.binary-package", "DEB", Container::kAr},
     "",
     IsDeb},
    {{"ar", "application/x-archive", "AR", Container::kAr}, "!<arch>\n"},
    {{"cpio", "application/x-cpio", "CPIO", Container::kCpio}, "070701"},
    {{"cpio", "application/x-cpio", "CPIO", Container::kCpio}, "070702"},
    {{"cpio", "application/x-cpio", "CPIO", Container::kCpio}, "070707"},
    {{"tar", "application/x-tar", "TAR", Container::kTar}, "", IsTarHeader},
    {{"elf", "application/x-elf", "ELF"},
     "\x7f"
     "ELF"},
    {{"macho", "application/x-mach-binary", "MACHO"}, "", IsMachO},
    {{"java-class", "application/java-vm", "CLASS"}, "", IsJavaClass},
    {{"macho", "application/x-mach-binary", "MACHO"}, "", IsFatMachO},
    {{"dex", "application/vnd.android.dex", "DEX"}, "dex\n"},
    {{"wasm", "application/wasm", "WASM"}, "\0asm"sv},
    {{"pdf", "application/pdf", "PDF"}, "%PDF-"},
    {{"rtf", "application/rtf", "RTF"}, "{\\rt"},
    {{"ole2", "application/x-ole-storage", "OLE"},
     "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"},
    {{"png", "image/png", "PNG"}, "\x89PNG\r\n\x1a\n"},
    {{"jpeg", "image/jpeg", "JPEG"}, "\xff\xd8\xff"},
    {{"gif", "image/gif", "GIF"}, "GIF87a"},
    {{"gif", "image/gif", "GIF"}, "GIF89a"},
    {{"webp", "image/webp", "WEBP"}, "", IsWebp},
    {{"wav", "audio/wav", "WAV"}, "", IsWav},
    {{"ogg", "application/ogg", "OGG"}, "OggS"},
    {{"sqlite", "application/vnd.sqlite3", "SQLITE"}, "SQLite format 3\0"sv},
    {{"lnk", "application/x-ms-shortcut", "LNK"},
     "L\0\0\0\1\x14\2\0\0\0\0\0\xc0\0\0\0\0\0\0F"sv},
    {{"mp4", "video/mp4", "MP4"}, "", IsMp4},
    {{"swf", "application/x-shockwave-flash", "SWF"}, "", IsSwf},
    {{"pyc", "application/x-python-code", "PYC"}, "", IsPyc},
    {{"pe", "application/vnd.microsoft.portable-executable", "EXE"}, "MZ"},
    {{"iso", "application/x-iso9660-image", "ISO", Container::kIso}, "", IsIso},
    {{"cpio", "application/x-cpio", "CPIO", Container::kCpio},
     "",
     IsBinaryCpio},
    {{"bmp", "image/bmp", "BMP"}, "", IsBmp},
    {{"ico", "image/vnd.microsoft.icon", "ICO"}, "", IsIco},
    {{"mp3", "audio/mpeg", "MP3"}, "", IsMp3},
    {{"lzma", "application/x-lzma", "LZMA", Container::kLzma}, "", IsLzmaAlone},
};

struct TextRow {
  TextKind kind;
  FileType type;
};

constexpr TextRow kTextRows[] = {
    {TextKind::kUtf8, {"text", "text/plain", "TEXT"}},
    {TextKind::kUtf16, {"text-utf16", "text/plain", "TEXT"}},
    {TextKind::kHtml, {"html", "text/html", "HTML"}},
    {TextKind::kXml, {"xml", "application/xml", "XML"}},
    {TextKind::kJson, {"json", "application/json", "JSON"}},
    {TextKind::kScript, {"script", "text/x-script", "SCRIPT"}},
    {TextKind::kShell, {"shell", "text/x-shellscript", "SHELL"}},
    {TextKind::kPython, {"python", "text/x-python", "PYTHON"}},
    {TextKind::kNode, {"node", "text/javascript", "JAVASCRIPT"}},
    {TextKind::kPerl, {"perl", "text/x-perl", "PERL"}},
    {TextKind::kRuby, {"ruby", "text/x-ruby", "RUBY"}},
    {TextKind::kPhp, {"php", "text/x-php", "PHP"}},
    {TextKind::kLua, {"lua", "text/x-lua", "LUA"}},
    {TextKind::kTcl, {"tcl", "text/x-tcl", "TCL"}},
    {TextKind::kAwk, {"awk", "text/x-awk", "AWK"}},
    {TextKind::kPowershell, {"powershell", "text/x-powershell", "POWERSHELL"}},
};

constexpr FileType kData = {"data", "application/octet-stream", "UNKNOWN"};

// A number in octal digits as tar writes it; nothing if it is none.
std::optional<uint32_t> ParseChecksum(std::string_view field) {
  size_t at = 0;
  while (at < field.size() && field[at] == ' ') ++at;
  const size_t first = at;
  uint32_t value = 0;
  while (at < field.size() && field[at] >= '0' && field[at] <= '7') {
    value = value * 8 + static_cast<uint32_t>(field[at++] - '0');
  }
  if (at == first) return std::nullopt;
  if (at < field.size() && field[at] != ' ' && field[at] != '\0') {
    return std::nullopt;
  }
  return value;
}

}  // namespace

bool IsTarHeader(std::string_view head) {
  constexpr size_t kBlock = 512;
  constexpr size_t kAt = 148;
  constexpr size_t kSize = 8;
  if (head.size() < kBlock) return false;
  const std::optional<uint32_t> stored = ParseChecksum(head.substr(kAt, kSize));
  if (!stored.has_value()) return false;
  // Some old programs summed signed characters.
  uint32_t sum = kSize * ' ';
  int32_t signed_sum = kSize * ' ';
  for (size_t i = 0; i < kBlock; ++i) {
    if (i >= kAt && i < kAt + kSize) continue;
    sum += static_cast<uint8_t>(head[i]);
    signed_sum += static_cast<int8_t>(head[i]);
  }
  return sum == *stored ||
         (signed_sum >= 0 && static_cast<uint32_t>(signed_sum) == *stored);
}

const FileType& IdentifyType(std::string_view head) {
  for (const Row& row : kRows) {
    if (row.test != nullptr ? row.test(head) : head.starts_with(row.mark)) {
      return row.type;
    }
  }
  const TextKind kind = IdentifyText(head);
  for (const TextRow& row : kTextRows) {
    if (row.kind == kind) return row.type;
  }
  return kData;
}

std::string_view ContainerName(Container container) {
  switch (container) {
    case Container::kNone:
      return "none";
    case Container::kZip:
      return "zip";
    case Container::kTar:
      return "tar";
    case Container::kGzip:
      return "gzip";
    case Container::kBzip2:
      return "bzip2";
    case Container::kXz:
      return "xz";
    case Container::kLzma:
      return "lzma";
    case Container::kZstd:
      return "zstd";
    case Container::kLz4:
      return "lz4";
    case Container::k7z:
      return "7z";
    case Container::kCpio:
      return "cpio";
    case Container::kAr:
      return "ar";
    case Container::kRpm:
      return "rpm";
    case Container::kCab:
      return "cab";
    case Container::kIso:
      return "iso";
  }
  return "none";
}

}  // namespace cupel
