#include "builtin/ioc/ioc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "builtin/ioc/host.h"
#include "builtin/ioc/ioc_patterns.h"
#include "builtin/ioc/tlds.h"
#include "builtin/ioc/url.h"
#include "format/json.h"
#include "tests/support/archive_tools.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

IocFound Find(std::string_view bytes, const IocSettings& settings = {}) {
  auto found = FindIocs(bytes, settings);
  EXPECT_TRUE(found.ok());
  return found.value_or(IocFound{});
}

std::vector<std::string> Values(const IocFound& found, IocType type) {
  std::vector<std::string> values;
  for (const Ioc& ioc : found.by_type[static_cast<size_t>(type)]) {
    values.push_back(ioc.value);
  }
  return values;
}

std::vector<std::string> Values(std::string_view bytes, IocType type) {
  return Values(Find(bytes), type);
}

TEST(IocTest, FindsHashesThatToolsPrint) {
  const ToolDir dir;
  dir.Write("in", "abc");
  const std::string text = dir.Make(
      "md5sum in > out; sha1sum in >> out; sha256sum in >> out; "
      "sha512sum in | tr a-f A-F >> out",
      "out");
  const IocFound found = Find(text);
  EXPECT_THAT(Values(found, IocType::kMd5),
              ElementsAre("900150983cd24fb0d6963f7d28e17f72"));
  EXPECT_THAT(Values(found, IocType::kSha1),
              ElementsAre("a9993e364706816aba3e25717850c26c9cd0d89d"));
  EXPECT_THAT(Values(found, IocType::kSha256),
              ElementsAre("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410"
                          "ff61f20015ad"));
  ASSERT_EQ(Values(found, IocType::kSha512).size(), 1u);
  EXPECT_THAT(Values(found, IocType::kSha512)[0],
              HasSubstr("ddaf35a193617aba"));
}

TEST(IocTest, ADigitMoreOrLessIsNoHash) {
  const std::string hex = "900150983cd24fb0d6963f7d28e17f72";
  EXPECT_THAT(Values("x" + hex, IocType::kMd5), IsEmpty());
  EXPECT_THAT(Values(hex + "0", IocType::kMd5), IsEmpty());
  EXPECT_THAT(Values(hex.substr(1), IocType::kMd5), IsEmpty());
  EXPECT_THAT(Values(std::string(32, '0'), IocType::kMd5), IsEmpty());
  EXPECT_THAT(Values("{\"" + hex + "\"}", IocType::kMd5), ElementsAre(hex));
}

TEST(IocTest, FindsAddressesAndNotPiecesOfNumbers) {
  EXPECT_THAT(Values("from 192.0.2.1:8080, 192.0.2.255/24. Or 10.1.2.3.",
                     IocType::kIpv4),
              ElementsAre("10.1.2.3", "192.0.2.1", "192.0.2.255"));
  EXPECT_THAT(Values("1.2.3.4.5 256.1.1.1 1.2.3 01.2.3.4 v1.2.3.4 1.2.3.4a "
                     "4.3.2.1.in-addr.arpa",
                     IocType::kIpv4),
              IsEmpty());
  EXPECT_THAT(
      Values(
          "8[.]8[.]8[.]8 and 9(.)9(dot)9.9 and 7 [.] 7 [dot] 7{.}7 6\\.6.6.6",
          IocType::kIpv4),
      ElementsAre("6.6.6.6", "7.7.7.7", "8.8.8.8", "9.9.9.9"));
}

TEST(IocTest, FindsIpv6InOneSpelling) {
  EXPECT_THAT(
      Values("2001:DB8:0:0:0:0:0:1, [2001:db8::1]:80 fe80::1 "
             "::ffff:192.0.2.1; 2001[:]db8[:][:]2",
             IocType::kIpv6),
      ElementsAre("2001:db8::1", "2001:db8::2", "::ffff:192.0.2.1", "fe80::1"));
  EXPECT_THAT(Values("std::vector a::b :: ::1 12:34:56 1:2:3:4:5:6:7:8:9 "
                     "00:11:22:33:44:55",
                     IocType::kIpv6),
              IsEmpty());
}

TEST(IocTest, FindsMacAddresses) {
  EXPECT_THAT(Values("00:1A:2b:3c:4d:5e 00-1a-2b-3c-4d-5f 001a.2b3c.4d60 "
                     "00:1a:2b:3c:4d:5e:6f 001a.2b3c.4d6",
                     IocType::kMacAddress),
              ElementsAre("00:1a:2b:3c:4d:5e", "00:1a:2b:3c:4d:5f",
                          "00:1a:2b:3c:4d:60"));
}

TEST(IocTest, FindsDomainsWithAValidTopLevel) {
  EXPECT_THAT(
      Values("see Evil.EXAMPLE.com, evil[.]org; bad(dot)net \"x.co.uk\" "
             "xn--e1afmkfd.xn--p1ai _dmarc.sld.de. a@mail.example.net",
             IocType::kDomain),
      ElementsAre("_dmarc.sld.de", "bad.net", "evil.example.com", "evil.org",
                  "mail.example.net", "x.co.uk", "xn--e1afmkfd.xn--p1ai"));
  EXPECT_THAT(Values("report.pdfx e.g. 1.5 foo.notatld -a-.com a..com .com "
                     "dir/setup.py C:\\tools\\run.me $this.name obj.name= "
                     "list.sort(x) john.me@ sub-.com",
                     IocType::kDomain),
              IsEmpty());
  EXPECT_THAT(Values("//cdn.example.com/x.js \\\\srv.example.com\\share "
                     "evil.com(192.0.2.1)",
                     IocType::kDomain),
              ElementsAre("cdn.example.com", "evil.com", "srv.example.com"));
}

TEST(IocTest, FindsEmailAddresses) {
  EXPECT_THAT(
      Values("<John.Doe+x@Example.ORG> joe[@]evil[.]com "
             "ann [at] evil [dot] net a@b.notatld @x.com "
             "user@host",
             IocType::kEmail),
      ElementsAre("John.Doe+x@example.org", "ann@evil.net", "joe@evil.com"));
}

TEST(IocTest, FindsUrlsInClear) {
  EXPECT_THAT(
      Values("hxxp://evil[.]com/a.php?x=1, HXXPS[://]Evil(.)com:8443/A "
             "(see http://example.org/wiki/A_(b)). <ftp://u:p@192.0.2.1/f> "
             "h**p://x[dot]net fxp[:]//y.net http://[2001:db8::1]:80/z "
             "http://localhost/ http://no.tld.invalidtld/",
             IocType::kUrl),
      ElementsAre("ftp://u:p@192.0.2.1/f", "ftp://y.net",
                  "http://[2001:db8::1]:80/z", "http://evil.com/a.php?x=1",
                  "http://example.org/wiki/A_(b)", "http://x.net",
                  "https://evil.com:8443/A"));
}

TEST(IocTest, UrlsBeyondTheBoundAreLeftOutAndTheirHostIsNot) {
  const std::string head = "http://example.com/";
  const std::string longest = head + std::string(kMaxUrl - head.size(), 'a');
  EXPECT_THAT(Values(longest, IocType::kUrl), ElementsAre(longest));
  const IocFound found = Find(longest + "a");
  EXPECT_THAT(Values(found, IocType::kUrl), IsEmpty());
  EXPECT_THAT(Values(found, IocType::kDomain), ElementsAre("example.com"));
}

TEST(IocTest, TellsWhereAnIndicatorFirstStands) {
  const IocFound found = Find("..\xff\x01 b.com a.com hxxp://a[.]com b.com");
  const auto& domains = found.by_type[static_cast<size_t>(IocType::kDomain)];
  EXPECT_THAT(domains, ElementsAre(Ioc{"a.com", 11}, Ioc{"b.com", 5}));
}

TEST(IocTest, FindsAmongBytesThatAreNoText) {
  std::string bytes = Noise(1 << 20, 8);
  bytes += std::string("\0evil.com\0\xff", 11) + Noise(1 << 20, 9);
  EXPECT_THAT(Values(bytes, IocType::kDomain), testing::Contains("evil.com"));
}

TEST(IocTest, FindsAcrossTheEdgesOfWindows) {
  for (const size_t before : {262'100, 262'137, 262'140, 262'143, 262'144}) {
    const std::string text =
        std::string(before, ' ') + "http://edge.example.com/path 192.0.2.77 ";
    const IocFound found = Find(text);
    EXPECT_THAT(Values(found, IocType::kUrl),
                ElementsAre("http://edge.example.com/path"));
    EXPECT_THAT(Values(found, IocType::kIpv4), ElementsAre("192.0.2.77"));
    EXPECT_THAT(Values(found, IocType::kDomain),
                ElementsAre("edge.example.com"));
  }
}

TEST(IocTest, HostileTextsGiveNothingAndEnd) {
  std::string dots(1'000'000, '.');
  std::string ones;
  std::string names;
  std::string brackets;
  std::string schemes;
  for (int i = 0; i < 300'000; ++i) {
    ones += "1.";
    names += "a.";
    brackets += "[.]a";
    schemes += "http://";
  }
  const std::string domain = std::string(64 << 10, 'a') + ".com";
  for (const std::string& text :
       {dots, ones, names, brackets, schemes, domain, std::string(4 << 20, '='),
        std::string(1 << 20, '\0'), std::string(1 << 20, ':'),
        std::string(1 << 20, 'f'), std::string(1 << 20, '@'),
        std::string(1 << 20, 'a') + "@b.none"}) {
    const IocFound found = Find(text);
    for (const auto& list : found.by_type) {
      EXPECT_THAT(list, IsEmpty()) << text.substr(0, 20);
    }
  }
}

TEST(IocTest, ListsNoMoreThanItMayAndCountsTheRest) {
  IocSettings settings;
  settings.max_count = 10;
  std::string text;
  for (int i = 0; i < 30; ++i) text += fmt::format("10.0.0.{} ", i);
  text += "10.0.0.3 10.0.0.3";
  const IocFound found = Find(text, settings);
  EXPECT_EQ(Values(found, IocType::kIpv4).size(), 10u);
  EXPECT_EQ(found.left_out[static_cast<size_t>(IocType::kIpv4)], 20u);
}

TEST(IocTest, StopsWhenAsked) {
  EXPECT_EQ(FindIocs("abc", IocSettings(), [] { return true; }).status().code(),
            absl::StatusCode::kCancelled);
}

IocSettings Allowing(const char* json) {
  IocSettings settings;
  auto list = AllowList::Parse(*ParseJson(json, "allow"));
  EXPECT_TRUE(list.ok()) << MessageOf(list.status());
  if (list.ok()) settings.allow = *std::move(list);
  return settings;
}

TEST(AllowListTest, ExactSuffixAndNetwork) {
  const IocSettings settings = Allowing(R"({
      "domain": ["exact.com", ".Example.com"], "ipv4": ["10.0.0.0/8", "8.8.8.8"],
      "ipv6": ["2001:db8::/32"], "email": ["@corp.com", "a@b.com"],
      "url": [".example.com", "192.0.2.0/24", "http://exact.com/a"],
      "md5": ["900150983CD24FB0D6963F7D28E17F72"]})");
  const IocFound found = Find(
      "exact.com sub.exact.com example.com deep.sub.example.com "
      "notexample.com 10.255.0.1 11.0.0.1 8.8.8.8 2001:db8:1::1 2001:db9::1 "
      "x@corp.com x@sub.corp.com a@b.com c@b.com http://www.example.com/ "
      "http://192.0.2.9/ http://192.0.3.9/ http://exact.com/a "
      "http://exact.com/b 900150983cd24fb0d6963f7d28e17f72",
      settings);
  EXPECT_THAT(Values(found, IocType::kDomain),
              ElementsAre("b.com", "corp.com", "notexample.com", "sub.corp.com",
                          "sub.exact.com"));
  EXPECT_THAT(Values(found, IocType::kIpv4),
              ElementsAre("11.0.0.1", "192.0.2.9", "192.0.3.9"))
      << "an entry counts for its own type";
  EXPECT_THAT(Values(found, IocType::kIpv6), ElementsAre("2001:db9::1"));
  EXPECT_THAT(Values(found, IocType::kEmail),
              ElementsAre("c@b.com", "x@sub.corp.com"));
  EXPECT_THAT(Values(found, IocType::kUrl),
              ElementsAre("http://192.0.3.9/", "http://exact.com/b"));
  EXPECT_THAT(Values(found, IocType::kMd5), IsEmpty());
}

TEST(AllowListTest, NetworksMayLieInOneAnother) {
  const IocSettings settings = Allowing(
      R"({"ipv4": ["10.1.0.0/16", "10.0.0.0/8", "10.2.3.4", "0.0.0.0/1"]})");
  EXPECT_THAT(Values(Find("10.1.2.3 10.200.0.1 127.0.0.1 128.0.0.1", settings),
                     IocType::kIpv4),
              ElementsAre("128.0.0.1"));
}

TEST(AllowListTest, NamesTheEntryThatIsWrong) {
  const struct {
    const char* json;
    const char* message;
  } cases[] = {
      {"[]", "it must be an object of lists"},
      {R"({"host": []})", "'host' is no type of indicator"},
      {R"({"url": "x"})", "'url' must be a list of texts"},
      {R"({"url": [1]})", "'url' must be a list of texts"},
      {R"({"ipv4": ["10.0.0.0/33"]})", "'10.0.0.0/33' of 'ipv4' is no network"},
      {R"({"ipv4": ["ten"]})", "'ten' of 'ipv4' is no address"},
      {R"({"ipv4": [".1"]})", "begins with a dot"},
      {R"({"md5": ["xyz"]})", "'xyz' of 'md5' is no hash"},
      {R"({"domain": [""]})", "is empty"},
  };
  for (const auto& c : cases) {
    EXPECT_THAT(
        MessageOf(AllowList::Parse(*ParseJson(c.json, "allow")).status()),
        HasSubstr(c.message));
  }
}

TEST(HostTest, KnowsTopLevelDomains) {
  EXPECT_GT(TldCount(), 1400u);
  for (const char* tld : {"com", "de", "museum", "xn--p1ai", "zip", "onion"}) {
    EXPECT_TRUE(IsTld(tld)) << tld;
  }
  for (const char* none : {"", "exe", "local", "c", "COM"}) {
    EXPECT_FALSE(IsTld(none)) << none;
  }
  EXPECT_FALSE(IsDomain(std::string(250, 'a') + ".com"));
  EXPECT_FALSE(IsDomain("com"));
}

TEST(HostTest, RefangsOnlyWhatStandsForSomething) {
  EXPECT_EQ(Refang("a[.]b (DOT) c{.}d\\.e[@]f[:]g[://]h"), "a.b.c.d.e@f:g://h");
  EXPECT_EQ(Refang("a[b] c(d) [dots] [ [ ["), "a[b] c(d) [dots] [ [ [");
}

}  // namespace
}  // namespace cupel
