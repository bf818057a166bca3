#include "format/ini.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/status.h"

namespace cupel {
namespace {

using testing::HasSubstr;

IniDocument MustParse(std::string_view text) {
  auto document = IniDocument::Parse(text, "x.ini");
  EXPECT_TRUE(document.ok()) << document.status();
  return document.ok() ? *document : IniDocument();
}

std::string ErrorOf(std::string_view text, const IniLimits& limits = {}) {
  const auto document = IniDocument::Parse(text, "x.ini", limits);
  EXPECT_FALSE(document.ok()) << text;
  return std::string(MessageOf(document.status()));
}

std::string Value(const IniDocument& document, std::string_view section,
                  std::string_view option) {
  const auto value = document.Get(section, option);
  EXPECT_TRUE(value.ok()) << value.status();
  return value.ok() && value->has_value() ? **value : "(nothing)";
}

TEST(IniTest, SectionsAndOptions) {
  const IniDocument document = MustParse(
      "# a comment\n\n[Core]\nName = yara\n  ; another\nModule: yara_scan  \r\n"
      "Empty =\n[Other Section]\nname=a = b : c\n");
  ASSERT_EQ(document.sections().size(), 2U);
  EXPECT_EQ(document.sections()[0].line, 3U);
  EXPECT_EQ(document.sections()[0].options[1].line, 6U);
  EXPECT_EQ(Value(document, "Core", "Name"), "yara");
  EXPECT_EQ(Value(document, "Core", "NAME"), "yara");
  EXPECT_EQ(Value(document, "Core", "module"), "yara_scan");
  EXPECT_EQ(Value(document, "Core", "empty"), "");
  EXPECT_EQ(Value(document, "Other Section", "name"), "a = b : c");
  EXPECT_EQ(Value(document, "core", "name"), "(nothing)");
  EXPECT_EQ(Value(document, "Core", "absent"), "(nothing)");
}

TEST(IniTest, ValuesOverSeveralLines) {
  const IniDocument document = MustParse(
      "[a]\nlist = one\n  two\n\n  # not this\n  three\n\nnext = 1\n"
      "   [b]\n  c = 2\n");
  EXPECT_EQ(Value(document, "a", "list"), "one\ntwo\n\nthree");
  // Indented further than `next`: its value goes on.
  EXPECT_EQ(Value(document, "a", "next"), "1\n[b]\nc = 2");
}

TEST(IniTest, LineEndsOfAllKinds) {
  const IniDocument document = MustParse("[a]\rb = 1\r\nc = 2\n");
  EXPECT_EQ(Value(document, "a", "b"), "1");
  EXPECT_EQ(Value(document, "a", "c"), "2");
  EXPECT_EQ(document.sections()[0].options[1].line, 3U);
  EXPECT_EQ(Value(MustParse("\xef\xbb\xbf[a]\nb = 1"), "a", "b"), "1");
}

TEST(IniTest, Interpolation) {
  const IniDocument document = MustParse(
      "[DEFAULT]\nhome = /opt\n[a]\nrate = 100%%\nlog = %(home)s/%(NAME)s.log\n"
      "name = x\nbad = 5%\nnone = %(nothing)s\nself = %(self)s\n"
      "open = %(home\n");
  EXPECT_EQ(Value(document, "a", "rate"), "100%");
  EXPECT_EQ(Value(document, "a", "log"), "/opt/x.log");
  EXPECT_EQ(Value(document, "a", "home"), "/opt");
  EXPECT_EQ(Value(document, "gone", "home"), "(nothing)");
  for (const char* option : {"bad", "none", "self", "open"}) {
    const auto value = document.Get("a", option);
    EXPECT_EQ(value.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(MessageOf(value.status())), HasSubstr("x.ini:"));
  }
}

TEST(IniTest, NamesThatMultiplyEndSoon) {
  std::string text = "[a]\n";
  for (int i = 0; i < 9; ++i) {
    text += fmt::format("v{} =", i);
    for (int k = 0; k < 100; ++k) text += fmt::format("%(v{})s", i + 1);
    text += "\n";
  }
  text += "v9 =\n";
  EXPECT_EQ(MustParse(text).Get("a", "v0").status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(IniTest, WhatIsWrongHasItsLineAndShowsNoValue) {
  EXPECT_THAT(ErrorOf("\nkey = secret\n"), HasSubstr("x.ini:2"));
  EXPECT_THAT(ErrorOf("[a]\nsecret without sign\n"), HasSubstr("x.ini:2"));
  EXPECT_THAT(ErrorOf("[a]\n= secret\n"), HasSubstr("x.ini:2"));
  EXPECT_THAT(ErrorOf("[a]\nk = 1\nK = secret\n"),
              testing::AllOf(HasSubstr("x.ini:3"), HasSubstr("'k'")));
  EXPECT_THAT(ErrorOf("[a]\n[b]\n[a]\n"),
              testing::AllOf(HasSubstr("x.ini:3"), HasSubstr("[a]")));
  EXPECT_THAT(ErrorOf("[a]\nk = secret\xff\n"), HasSubstr("x.ini:2"));
  EXPECT_THAT(ErrorOf(std::string_view("[a]\nk = secret\0\n", 16)),
              HasSubstr("x.ini:2"));
  for (const char* text :
       {"\nkey = secret\n", "[a]\nsecret without sign\n", "[a]\n= secret\n",
        "[a]\nk = 1\nK = secret\n", "[a]\nk = secret\xff\n"}) {
    EXPECT_THAT(ErrorOf(text), Not(HasSubstr("secret")));
  }
}

TEST(IniTest, EveryLimitFires) {
  IniLimits limits;
  limits.bytes = 10;
  EXPECT_THAT(ErrorOf("[a]\nkey = value\n", limits), HasSubstr("10 bytes"));
  limits = {};
  limits.options = 3;
  EXPECT_TRUE(IniDocument::Parse("[a]\nb=\nc=\n", "x", limits).ok());
  EXPECT_THAT(ErrorOf("[a]\nb=\nc=\nd=\n", limits), HasSubstr("x.ini:4"));
  EXPECT_THAT(ErrorOf("[a]\n[b]\n[c]\n[d]\n", limits), HasSubstr("x.ini:4"));
}

TEST(IniTest, NothingIsADocument) {
  EXPECT_TRUE(MustParse("").sections().empty());
  EXPECT_TRUE(MustParse("\n# x\n").sections().empty());
}

}  // namespace
}  // namespace cupel
