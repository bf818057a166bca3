#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "builtin/tables.h"
#include "endpoint_testing.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kAbcSha1 =
    "a9993e364706816aba3e25717850c26c9cd0d89d";
constexpr std::string_view kAbcSha256 =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

class PayloadConnectorTest : public testing::Test {
 protected:
  std::string Options(std::string_view more = "") const {
    return R"({"directory": ")" + dir_.PathOf("out") + "\"" +
           std::string(more) + "}";
  }
  std::vector<std::string> Files() const {
    return FilesBelow(dir_.PathOf("out"));
  }

  const ToolDir dir_;
};

TEST_F(PayloadConnectorTest, ArchiveHasTheFoldersOfStoq) {
  PluginUnderTest archive(kArchiveConnector, Options());
  EXPECT_EQ(ConnId(SavePayload(archive, "x", "abc")), kAbcSha1);
  EXPECT_EQ(ConnId(SavePayload(archive, "y", "abc")), kAbcSha1);
  EXPECT_THAT(Files(), ElementsAre("a/9/9/9/3/" + std::string(kAbcSha1)));
  dir_.Run("cd out/a/9/9/9/3 && sha1sum * | awk '$1 != $2 {exit 1}'");
  EXPECT_EQ(
      GetFile(archive, R"({"sha1":")" + std::string(kAbcSha1) + "\"}").Only(),
      "abc");
  // In capitals, and beside what another connector gave.
  EXPECT_EQ(GetFile(archive, R"({"conn_id":"7","sha1":
                    "A9993E364706816ABA3E25717850C26C9CD0D89D"})")
                .Only(),
            "abc");
}

TEST_F(PayloadConnectorTest, ReadsWhatAnotherProgramPutThere) {
  dir_.Run(
      "printf 'made by sh' > f && h=$(sha1sum f | cut -c1-40) && "
      "d=out/$(echo $h | cut -c1-5 | sed 's,.,&/,g') && mkdir -p $d && "
      "mv f $d/$h && echo -n $h > hash");
  PluginUnderTest archive(kArchiveConnector, Options());
  EXPECT_EQ(GetFile(archive, R"({"sha1":")" + dir_.Read("hash") + "\"}").Only(),
            "made by sh");
}

TEST_F(PayloadConnectorTest, StoreIsBySha256) {
  PluginUnderTest store(kStoreConnector, Options());
  EXPECT_EQ(ConnId(SavePayload(store, "x", "abc")), kAbcSha256);
  EXPECT_EQ(ConnId(SavePayload(store, "", "")).substr(0, 8), "e3b0c442");
  EXPECT_THAT(Files(), SizeIs(2));
  EXPECT_EQ(Files()[0], "ba/78/" + std::string(kAbcSha256));
  EXPECT_EQ(GetFile(store, R"({"conn_id":")" + std::string(kAbcSha256) + "\"}")
                .Only(),
            "abc");
  // Reports are content as well.
  const std::string report = ConnId(SaveDocument(store, "job", "{\"a\":1}"));
  EXPECT_EQ(GetFile(store, R"({"sha256":")" + report + "\"}").Only(),
            "{\"a\":1}");
  struct stat info{};
  ASSERT_EQ(stat(dir_.PathOf("out/" + Files()[0]).c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(PayloadConnectorTest, KeepsWhatIsKnownBesideIt) {
  PluginUnderTest archive(kArchiveConnector, Options(R"(, "metadata": true)"));
  SavePayload(archive, "x", "abc", R"({"name":"first"})");
  SavePayload(archive, "x", "abc", R"({"name":"second"})");
  EXPECT_THAT(Files(), SizeIs(2));
  EXPECT_EQ(dir_.Read("out/" + Files()[1]), R"({"name":"first"})");
}

TEST_F(PayloadConnectorTest, DamageIsToldOnReadingAndMendedOnSaving) {
  PluginUnderTest store(kStoreConnector, Options());
  SavePayload(store, "x", "abc");
  const std::string asked = R"({"conn_id":")" + std::string(kAbcSha256) + "\"}";
  for (const char* damage : {"ab", "abd", "abcd", ""}) {
    dir_.Write("out/" + Files()[0], damage);
    const auto run = GetFile(store, asked);
    EXPECT_TRUE(absl::IsDataLoss(run.status)) << run.status;
    EXPECT_THAT(run.answer.children, IsEmpty());
    EXPECT_EQ(ConnId(SavePayload(store, "x", "abc")), kAbcSha256);
    EXPECT_EQ(GetFile(store, asked).Only(), "abc");
    EXPECT_THAT(Files(), SizeIs(1));
  }
}

TEST_F(PayloadConnectorTest, ProcessesStoreTheSameOnce) {
  const std::string bytes = Noise(300'000, 7);
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      PluginUnderTest store(kStoreConnector, Options(R"(, "sync": false)"));
      for (int k = 0; k < 20; ++k) {
        const std::string own = bytes + std::to_string(k);
        if (!SavePayload(store, "", own).status.ok()) _exit(1);
      }
      _exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_THAT(Files(), SizeIs(20));
  dir_.Run(
      "cd out && find . -type f | while read f; do "
      "[ $(sha256sum $f | cut -c1-64) = $(basename $f) ] || exit 1; done");
}

TEST_F(PayloadConnectorTest, LinksInTheFolderLeadNowhere) {
  dir_.Run(
      "mkdir -p out/a outside && ln -s ../../outside out/a/9 && "
      "ln -s ../outside out/ba");
  PluginUnderTest archive(kArchiveConnector, Options());
  PluginUnderTest store(kStoreConnector, Options());
  EXPECT_TRUE(
      absl::IsFailedPrecondition(SavePayload(archive, "", "abc").status));
  EXPECT_TRUE(absl::IsFailedPrecondition(SavePayload(store, "", "abc").status));
  EXPECT_THAT(FilesBelow(dir_.PathOf("outside")), IsEmpty());
  dir_.Run("rm out/ba && mkdir -p out/ba/78 && ln -s /etc/passwd out/ba/78/" +
           std::string(kAbcSha256));
  EXPECT_TRUE(absl::IsFailedPrecondition(SavePayload(store, "", "abc").status));
  EXPECT_TRUE(absl::IsFailedPrecondition(
      GetFile(store, R"({"conn_id":")" + std::string(kAbcSha256) + "\"}")
          .status));
}

TEST_F(PayloadConnectorTest, AnswersOtherQuestionsWithAnError) {
  PluginUnderTest archive(kArchiveConnector, Options());
  for (const char* asked :
       {R"({"sha1":"../../../../etc/passwd"})", R"({"sha1":""})",
        R"({"sha1":"a9993e364706816aba3e25717850c26c9cd0d89"})",
        R"({"sha1":"zzzz3e364706816aba3e25717850c26c9cd0d89d"})", "{}"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(GetFile(archive, asked).status))
        << asked;
  }
  const std::string asked = R"({"sha1":")" + std::string(kAbcSha1) + "\"}";
  EXPECT_TRUE(absl::IsNotFound(GetFile(archive, asked).status));
  SavePayload(archive, "", "abc");
  AnswerLimits limits;
  limits.bytes = 2;
  EXPECT_TRUE(
      absl::IsResourceExhausted(GetFile(archive, asked, limits).status));
  EXPECT_THAT(
      std::string(MessageOf(PluginUnderTest(kStoreConnector, "{}").status())),
      HasSubstr("name a folder"));
}

}  // namespace
}  // namespace cupel
