#include "payload/type.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/support/archive_tools.h"

namespace cupel {
namespace {

using namespace std::string_view_literals;

std::string_view NameOf(std::string_view head) {
  return IdentifyType(head).name;
}

struct Made {
  const char* command;
  const char* name;
  Container container;
};

TEST(IdentifyType, ContainersAsTheirToolsMakeThem) {
  const Made kMade[] = {
      {"zip -q out.zip in && mv out.zip out", "zip", Container::kZip},
      {"tar -cf out in", "tar", Container::kTar},
      {"tar --format=v7 -cf out in", "tar", Container::kTar},
      {"tar --format=ustar -cf out in", "tar", Container::kTar},
      {"tar --format=pax -cf out in", "tar", Container::kTar},
      {"gzip -c in >out", "gzip", Container::kGzip},
      {"bzip2 -c in >out", "bzip2", Container::kBzip2},
      {"bzip2 -c </dev/null >out", "bzip2", Container::kBzip2},
      {"xz -c in >out", "xz", Container::kXz},
      {"xz --format=lzma -c in >out", "lzma", Container::kLzma},
      {"lzma -9 -c in >out", "lzma", Container::kLzma},
      {"zstd -qc in >out", "zstd", Container::kZstd},
      {"lz4 -qc in >out", "lz4", Container::kLz4},
      {"lz4 -qlc in >out", "lz4", Container::kLz4},
      {"7z a -bd out.7z in && mv out.7z out", "7z", Container::k7z},
      {"echo in | cpio --quiet -o -H newc >out", "cpio", Container::kCpio},
      {"echo in | cpio --quiet -o -H crc >out", "cpio", Container::kCpio},
      {"echo in | cpio --quiet -o -H odc >out", "cpio", Container::kCpio},
      {"echo in | cpio --quiet -o -H bin >out", "cpio", Container::kCpio},
      {"ar rc out in", "ar", Container::kAr},
      {"gcab -c out in", "cab", Container::kCab},
      {"genisoimage -quiet -o out in", "iso", Container::kIso},
  };
  for (const Made& made : kMade) {
    ToolDir dir;
    dir.Write("in", Prose(3000));
    const std::string bytes = dir.Make(made.command, "out");
    const FileType& type =
        IdentifyType(std::string_view(bytes).substr(0, kTypeProbeBytes));
    EXPECT_EQ(type.name, made.name) << made.command;
    EXPECT_EQ(type.container, made.container) << made.command;
  }
}

TEST(IdentifyType, OtherZipMarks) {
  EXPECT_EQ(NameOf("PK\5\6\0\0\0\0"sv), "zip");
  EXPECT_EQ(NameOf("PK\7\10PK\3\4"sv), "zip");
  EXPECT_EQ(NameOf("PK\1\2"sv), "data");
  EXPECT_EQ(NameOf("junk PK\3\4"sv), "data");  // only leading marks count
}

TEST(IdentifyType, ADebIsAnArWithAName) {
  EXPECT_EQ(NameOf("!<arch>\ndebian-binary   "), "deb");
  EXPECT_EQ(IdentifyType("!<arch>\ndebian-binary   ").container,
            Container::kAr);
  EXPECT_EQ(NameOf("!<arch>\nx.o/"), "ar");
}

TEST(IdentifyType, FramesToBeSkippedBelongToWhatFollows) {
  const std::string skip = std::string("\x50\x2a\x4d\x18\3\0\0\0abc", 11);
  EXPECT_EQ(NameOf(skip + "\x28\xb5\x2f\xfd"), "zstd");
  EXPECT_EQ(NameOf(skip + skip + "\x04\x22\x4d\x18"), "lz4");
  EXPECT_EQ(NameOf(skip), "zstd");
}

TEST(IdentifyType, ATarNeedsItsChecksum) {
  ToolDir dir;
  dir.Write("in", "content");
  std::string tar = dir.Make("tar --format=ustar -cf out in", "out");
  EXPECT_TRUE(IsTarHeader(tar));
  EXPECT_FALSE(IsTarHeader(std::string_view(tar).substr(0, 511)));
  tar[0] ^= 1;
  EXPECT_FALSE(IsTarHeader(tar));
  EXPECT_NE(NameOf(tar), "tar");
  EXPECT_FALSE(IsTarHeader(std::string(512, '\0')));
}

TEST(IdentifyType, ASumOfSignedCharactersIsRightToo) {
  std::string block(512, '\0');
  block[0] = '\xe4';
  block[1] = 'x';
  const unsigned sum =
      static_cast<unsigned>(static_cast<signed char>('\xe4') + 'x' + 8 * ' ');
  char field[8];
  std::snprintf(field, sizeof(field), "%06o", sum);
  block.replace(148, 8, field, 8);
  EXPECT_TRUE(IsTarHeader(block));
}

TEST(IdentifyType, WellKnownMagics) {
  EXPECT_EQ(NameOf("MZ\x90\0"sv), "pe");
  EXPECT_EQ(NameOf("\x7f"
                   "ELF\2\1\1"sv),
            "elf");
  EXPECT_EQ(NameOf("\xcf\xfa\xed\xfe\7\0\0\1"sv), "macho");
  EXPECT_EQ(NameOf("\xca\xfe\xba\xbe\0\0\0\2"sv), "macho");
  EXPECT_EQ(NameOf("\xca\xfe\xba\xbe\0\0\0\x34"sv), "java-class");
  EXPECT_EQ(NameOf("dex\n035\0"sv), "dex");
  EXPECT_EQ(NameOf("\0asm\1\0\0\0"sv), "wasm");
  EXPECT_EQ(NameOf("\xa7\x0d\r\n\0\0\0\0\0\0\0\0\0\0\0\0"sv), "pyc");
  EXPECT_EQ(NameOf("%PDF-1.7\n"), "pdf");
  EXPECT_EQ(NameOf("{\\rtf1"), "rtf");
  EXPECT_EQ(NameOf("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "ole2");
  EXPECT_EQ(NameOf("\x89PNG\r\n\x1a\n"), "png");
  EXPECT_EQ(NameOf("\xff\xd8\xff\xe0"), "jpeg");
  EXPECT_EQ(NameOf("GIF89a"), "gif");
  EXPECT_EQ(NameOf("RIFF\0\0\0\0WEBP"sv), "webp");
  EXPECT_EQ(NameOf("RIFF\0\0\0\0WAVE"sv), "wav");
  EXPECT_EQ(NameOf("OggS\0"sv), "ogg");
  EXPECT_EQ(NameOf("\0\0\0\x18"
                   "ftypmp42"sv),
            "mp4");
  EXPECT_EQ(NameOf("ID3\3"), "mp3");
  EXPECT_EQ(NameOf("SQLite format 3\0"sv), "sqlite");
  EXPECT_EQ(NameOf("CWS\x0a\0\0\0\0"sv), "swf");
  EXPECT_EQ(NameOf("\xed\xab\xee\xdb\3\0"sv), "rpm");
  EXPECT_EQ(IdentifyType("MZ").yara, "EXE");
}

TEST(IdentifyType, Texts) {
  EXPECT_EQ(NameOf(""), "empty");
  EXPECT_EQ(NameOf("hello\nworld\n"), "text");
  EXPECT_EQ(NameOf("gr\xc3\xbc\xc3\x9f gott"), "text");
  EXPECT_EQ(NameOf("gr\xc3\xbc\xc3"), "text");  // cut in a character
  EXPECT_EQ(NameOf("gr\xfc\xdf gott"), "data");
  EXPECT_EQ(NameOf("\xff\xfeh\0i\0"sv), "text-utf16");
  EXPECT_EQ(NameOf("nul\0nul"sv), "data");
  EXPECT_EQ(NameOf("  {\"a\": 1}"), "json");
  EXPECT_EQ(NameOf("[1,2]"), "json");
  EXPECT_EQ(NameOf("{\x01\x02\x03"), "data");
  EXPECT_EQ(NameOf("\xef\xbb\xbf<?xml version=\"1.0\"?>"), "xml");
  EXPECT_EQ(NameOf("\n <!DOCTYPE HTML>"), "html");
  EXPECT_EQ(NameOf("<?php echo 1;"), "php");
}

TEST(IdentifyType, ScriptsByTheirFirstLine) {
  EXPECT_EQ(NameOf("#!/bin/sh\n"), "shell");
  EXPECT_EQ(NameOf("#! /usr/bin/bash -e\n"), "shell");
  EXPECT_EQ(NameOf("#!/usr/bin/env python3\n"), "python");
  EXPECT_EQ(NameOf("#!/usr/bin/env -S A=b node --x\n"), "node");
  EXPECT_EQ(NameOf("#!/usr/bin/perl -w\r\n"), "perl");
  EXPECT_EQ(NameOf("#!/usr/bin/ruby"), "ruby");
  EXPECT_EQ(NameOf("#!/opt/own\n"), "script");
  EXPECT_EQ(NameOf("#!\nplain"), "text");
}

TEST(ContainerName, IsStable) {
  EXPECT_EQ(ContainerName(Container::kZip), "zip");
  EXPECT_EQ(ContainerName(Container::k7z), "7z");
  EXPECT_EQ(ContainerName(Container::kNone), "none");
}

}  // namespace
}  // namespace cupel
