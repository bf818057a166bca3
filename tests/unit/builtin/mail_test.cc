// E-mails that Python's email package made, and what went wrong with them.
#include "builtin/extractor/mail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "builtin/mail/header.h"
#include "builtin/mail/transfer.h"
#include "builtin/tables.h"
#include "tests/support/archive_tools.h"
#include "tests/unit/builtin/plugin_testing.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Json Metadata(const PluginChild& child) {
  const absl::StatusOr<Json> json = ParseJson(child.metadata, "metadata");
  EXPECT_TRUE(json.ok()) << child.metadata;
  return json.value_or(Json::object());
}

const PluginChild* Find(const PluginRun& run, const std::string& name) {
  for (const PluginChild& child : run.answer.children) {
    if (child.name == name) return &child;
  }
  ADD_FAILURE() << "no child " << name;
  return nullptr;
}

std::vector<std::string> Names(const PluginRun& run) {
  std::vector<std::string> names;
  for (const PluginChild& child : run.answer.children) {
    names.push_back(child.name);
  }
  return names;
}

// Text, HTML with an image in it, attachments, a mail inside.
std::string ByPython(const ToolDir& dir) {
  dir.Write("mail.py", R"PY(
import email, email.message, email.policy
m = email.message.EmailMessage()
m['From'] = 'Zo\u00eb <zoe@example.org>'
m['To'] = 'you@example.org'
m['Subject'] = 'Gr\u00fc\u00dfe aus K\u00f6ln, mit einem Betreff, der \u00fcber eine Zeile hinausgeht \u4f60\u597d'
m['Received'] = 'from a'
m['Received'] = 'from b'
m.set_content('Hallo Zo\u00eb\n', charset='iso-8859-1', cte='quoted-printable')
m.add_alternative('<p>Hallo <img src="cid:x@y"></p>\n', subtype='html')
m.get_payload()[1].add_related(b'\x89PNG....', 'image', 'png', cid='<x@y>')
m.add_attachment(bytes(range(256)) * 20, maintype='application', subtype='octet-stream', filename='b\u00e4r.bin')
m.add_attachment('x' * 3000, filename='a very long name ' + '\u00e9' * 60 + '.txt')
inner = email.message.EmailMessage()
inner['Subject'] = 'inner'
inner.set_content('inside\n')
m.add_attachment(inner)
open('mail', 'wb').write(b'Date: Mon, 30 Feb 2026 99:00:00 +0000\r\n'
                       + m.as_bytes(policy=email.policy.SMTP))
read = email.message_from_bytes(open('mail', 'rb').read(), policy=email.policy.default)
open('subject', 'w', encoding='utf-8').write(read['subject'])
)PY");
  return dir.Make("/usr/bin/python3 mail.py", "mail");
}

TEST(MailTest, GivesWhatPythonPutIn) {
  const ToolDir dir;
  const PluginRun run = RunPlugin(kMailExtractor, ByPython(dir));
  const Json result = run.Result();
  EXPECT_THAT(run.answer.errors, IsEmpty());
  // What Python reads: as it folds, a space is lost that was between two words.
  EXPECT_EQ(result.at("subject"), dir.Read("subject"));
  EXPECT_EQ(result.at("from"), "Zo\u00eb <zoe@example.org>");
  EXPECT_EQ(result.at("received"), "from a\nfrom b");
  EXPECT_THAT(result.at("date").get<std::string>(), HasSubstr("30 Feb"));
  EXPECT_EQ(result.at("body"), "Hallo Zo\u00eb\r\n");
  EXPECT_THAT(result.at("body_html").get<std::string>(),
              HasSubstr("<p>Hallo <img"));
  std::string bytes;
  for (int i = 0; i < 256 * 20; ++i) bytes.push_back(static_cast<char>(i));
  const PluginChild* bear = Find(run, "b\u00e4r.bin");
  ASSERT_NE(bear, nullptr);
  EXPECT_EQ(std::string(bear->bytes.view), bytes);
  EXPECT_EQ(Metadata(*bear).at("disposition"), "attachment");
  std::string name = "a very long name ";
  for (int i = 0; i < 60; ++i) name += "\u00e9";
  const PluginChild* longer = Find(run, name + ".txt");
  ASSERT_NE(longer, nullptr);
  bool image = false;
  bool mail = false;
  for (const PluginChild& child : run.answer.children) {
    const Json metadata = Metadata(child);
    if (metadata.value("content_id", "") == "<x@y>") {
      image = true;
      EXPECT_EQ(std::string(child.bytes.view), "\x89PNG....");
    }
    if (metadata.value("content_type", "") == "message/rfc822") {
      mail = true;
      EXPECT_THAT(std::string(child.bytes.view), HasSubstr("Subject: inner"));
      EXPECT_TRUE(child.offset.has_value()) << "a slice";
      ASSERT_EQ(child.dispatch.size(), 1u);
      EXPECT_EQ(PluginNameText(child.dispatch[0]), "extractor:mail");
      const Json inner = RunPlugin(kMailExtractor, child.bytes.view).Result();
      EXPECT_EQ(inner.at("body"), "inside\r\n");
    }
  }
  EXPECT_TRUE(image);
  EXPECT_TRUE(mail);
}

TEST(MailTest, ReadsTheTestFileOfClamav) {
  std::ifstream in("/usr/share/clamav-testfiles/clam.mail", std::ios::binary);
  const std::string mail{std::istreambuf_iterator<char>(in), {}};
  ASSERT_FALSE(mail.empty());
  bool program = false;
  for (const std::string& child : RunPlugin(kMailExtractor, mail).Children()) {
    program = program || child.starts_with("MZ");
  }
  EXPECT_TRUE(program);
}

TEST(MailTest, KeepsEverythingOfBrokenMails) {
  const PluginRun run = RunPlugin(
      kMailExtractor,
      "From someone Mon\nSubject: x\nContent-Type: multipart/mixed;\n"
      " boundary=\"b\"\n\nhello\n--b\nContent-Transfer-Encoding: base64\n"
      "Content-Disposition: attachment; filename=\"=?utf-8?q?a=C3=A4?=\"\n\n"
      "aGVs!bG8\n--b\nno header here\n--bb\n--b\nContent-Type: multipart/x"
      "\n\ninner\n");
  EXPECT_THAT(run.Children(),
              ElementsAre("hello", "hello", "no header here\n--bb", "inner\n"));
  EXPECT_THAT(Names(run),
              ElementsAre("preamble-1", "a\u00e4", "part-1.2", "part-1.3"));
  std::string told;
  for (const PluginError& error : run.answer.errors) {
    told += error.message + "\n";
  }
  EXPECT_THAT(told, HasSubstr("a multipart without its end"));
  EXPECT_THAT(told, HasSubstr("a multipart without a boundary"));
  EXPECT_THAT(told, HasSubstr("part 1.1, at byte"));
  EXPECT_THAT(told, HasSubstr("in a line that is no field"));
}

TEST(MailTest, WhatStandsBehindTheEndIsHandedBackToo) {
  EXPECT_THAT(
      RunPlugin(kMailExtractor,
                "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n"
                "--b--\nhidden")
          .Children(),
      ElementsAre("one", "hidden"));
}

TEST(MailTest, EachLimitFires) {
  std::string deep = "Subject: x\n";
  for (int i = 0; i < 50; ++i) {
    const std::string name = "b" + std::to_string(i);
    deep += "Content-Type: multipart/mixed; boundary=" + name + "\n\n--" +
            name + "\n";
  }
  const PluginRun run = RunPlugin(kMailExtractor, deep + "\nbottom");
  ASSERT_EQ(run.answer.children.size(), 1u);
  EXPECT_THAT(std::string(run.answer.children[0].bytes.view),
              HasSubstr("bottom"));
  std::string told;
  for (const PluginError& error : run.answer.errors) told += error.message;
  EXPECT_THAT(told, HasSubstr("more than 32 multiparts"));

  std::string wide = "Content-Type: multipart/mixed; boundary=b\n\n";
  for (int i = 0; i < 20; ++i) wide += "--b\n\nx\n";
  const PluginRun few =
      RunPlugin(kMailExtractor, wide, R"({"max_children": 3})");
  EXPECT_EQ(few.answer.children.size(), 3u);
  EXPECT_THAT(few.Message(), HasSubstr("more than 3 parts"));

  const PluginRun header = RunPlugin(
      kMailExtractor, "A: " + std::string(2u << 20, 'x') + "\nB: 1\n\nbody");
  EXPECT_EQ(header.Result().at("body"), "body");
  EXPECT_THAT(header.answer.errors.at(0).message, HasSubstr("of the header"));
}

TEST(MailTest, RefusesWhatIsNone) {
  EXPECT_THAT(RunPlugin(kMailExtractor,
                        "\x7f"
                        "ELF and more\n")
                  .Message(),
              HasSubstr("this is no e-mail"));
  EXPECT_THAT(RunPlugin(kMailExtractor, "").Message(),
              HasSubstr("this is no e-mail"));
}

TEST(MailTest, DecodesParametersOfEveryMaking) {
  const MailParameters rfc = ParseMailParameters(
      "Attachment; filename*0*=utf-8''%e2%82%ac%20; filename*1=\"rates; a\"; "
      "filename*2*=%2etxt");
  EXPECT_EQ(rfc.value, "attachment");
  EXPECT_EQ(rfc.Get("filename"), "\u20ac rates; a.txt");
  EXPECT_EQ(ParseMailParameters("x; name*=iso-8859-1'de'%fc.txt").Get("name"),
            "\u00fc.txt");
  EXPECT_EQ(ParseMailParameters("x; NAME = \"a\\\"b\" ; y").Get("name"),
            "a\"b");
  EXPECT_EQ(ParseMailParameters(";;;=;\"").Get("name"), "");
}

TEST(MailTest, DecodesWordsOfEveryMaking) {
  EXPECT_EQ(DecodeMailWords("=?utf-8?b?w6Q=?= =?utf-8?q?=C3=B6_x?= y"),
            "\u00e4\u00f6 x y");
  EXPECT_EQ(DecodeMailWords("a =?iso-8859-15?Q?=A4?= b"), "a \u20ac b");
  EXPECT_EQ(DecodeMailWords("=?utf-8?q?=C3?= =?utf-8?q?=A4?="), "\u00e4")
      << "a character that is cut in two";
  EXPECT_EQ(DecodeMailWords("=?nonsense?q?x?= =?a?z?b?= =?"), "x =?a?z?b?= =?");
  EXPECT_EQ(DecodeQuotedPrintable("a=20b=\r\nc=\nd=3D=zz=  \ne"), "a bcd==zze");
}

TEST(MailTest, SurvivesEveryCutAndTurnedBits) {
  const ToolDir dir;
  const std::string mail = ByPython(dir);
  const MailExtraction options{
      .take = [](const MailPart&) { return absl::OkStatus(); },
      .problem = [](const absl::Status&) {}};
  const auto run = [&](std::string_view bytes) {
    std::string result;
    (void)ExtractMail(bytes, options, &result);
    if (result.empty()) return;
    EXPECT_TRUE(ParseJson(result, "result").ok());
  };
  for (size_t size = 0; size < mail.size(); size += 7) {
    run(std::string_view(mail).substr(0, size));
  }
  std::string damaged = mail;
  for (size_t bit = 0; bit < mail.size() * 8; bit += 61) {
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    run(damaged);
    damaged[bit / 8] = mail[bit / 8];
  }
}

// Megabytes of beginnings without an end must not take minutes.
TEST(MailTest, IsLinear) {
  for (const char* begin : {"=?a?q?b", "=?", "; a=\"", " x\n", "A: b\n"}) {
    std::string trap = "Subject: x\nContent-Type: text/plain";
    while (trap.size() < (2u << 20)) trap += begin;
    (void)RunPlugin(kMailExtractor, trap);
    (void)DecodeMailWords(trap);
    (void)ParseMailParameters(trap);
  }
}

}  // namespace
}  // namespace cupel
