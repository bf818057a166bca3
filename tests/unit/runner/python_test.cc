// Python plugins in the same confinement, by `python3 -m cupel.host`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/unit/runner/runner_testing.h"

namespace cupel {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

constexpr std::string_view kModule = R"(
import os
import socket
import subprocess
import sys
import threading

from cupel.plugin import Call, worker


def attempt(action):
    try:
        action()
        return "allowed"
    except OSError as error:
        return type(error).__name__


@worker
def scan(call: Call):
    what = bytes(call.bytes).decode()
    if what == "die":
        os.abort()
    if what == "hang":
        while True:
            pass
    if what == "print":
        print("from Python")
        return None
    if what == "confined":
        thread = threading.Thread(target=print)
        thread.start()
        thread.join()
        return {
            "socket": attempt(lambda: socket.socket()),
            "write": attempt(lambda: open(__file__, "w")),
            "read": attempt(lambda: open("/etc/shadow")),
            "temp": attempt(lambda: open("here", "w")),
            "child": subprocess.run(["/bin/echo", "hi"],
                                    capture_output=True).stdout.decode(),
            "kill": attempt(lambda: os.kill(os.getppid(), 9)),
            "session": attempt(os.setsid),
            "variables": sorted(os.environ),
        }
    if what == "imports":
        import ctypes, json, hashlib, multiprocessing, sqlite3, ssl, zlib
        import asyncio, decimal, email, lzma, tempfile, xml.etree, zipfile
        asyncio.run(asyncio.sleep(0))
        with tempfile.TemporaryFile() as file:
            file.write(b"x")
        return {"imports": "fine"}
    return {"size": len(call.bytes)}
)";

class PythonTest : public ProcessTest {
 protected:
  PythonTest() {
    folder_ = temp_.string() + "-plugin";
    fs::create_directories(folder_);
    std::ofstream(folder_ + "/plugin.json")
        << R"({"category": "worker", "name": "probe", "version": "1.0",
               "module": "main.py"})";
    std::ofstream(folder_ + "/main.py") << kModule;
    options_.kind = CodeKind::kPython;
    options_.origin = folder_;
    options_.python_path = {CUPEL_SOURCE_DIR "/bindings/python"};
    const auto plugins = DescribePlugins(options_);
    EXPECT_TRUE(plugins.ok()) << plugins.status();
    if (!plugins.ok() || plugins->empty()) return;
    auto instance = NewProcessPlugin(plugins->front(), options_)
                        ->Activate("{}", &services_);
    EXPECT_TRUE(instance.ok()) << instance.status();
    if (instance.ok()) instance_ = *std::move(instance);
  }
  ~PythonTest() override { fs::remove_all(folder_); }

  std::string folder_;
};

TEST_F(PythonTest, AnswersAndDiesAndAnswersAgain) {
  EXPECT_EQ(Result("four"), "{\"size\": 4}");
  EXPECT_EQ(Result(std::string(100'000, 'x')), "{\"size\": 100000}");
  const absl::Status status = Scan("die");
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_THAT(std::string(MessageOf(status)),
              HasSubstr("died of signal 6 (Aborted) in `scan`"));
  EXPECT_EQ(Result("four"), "{\"size\": 4}");
  request_.deadline = Deadline::After(30'000'000);
  EXPECT_EQ(Scan("hang").code(), absl::StatusCode::kDeadlineExceeded);
  request_.deadline = Deadline();
  EXPECT_EQ(Result("four"), "{\"size\": 4}");
}

TEST_F(PythonTest, PrintsToTheLog) {
  EXPECT_TRUE(Scan("print").ok());
  EXPECT_THAT(log_, testing::Contains(HasSubstr("from Python")));
}

TEST_F(PythonTest, IsConfined) {
  const std::string result = Result("confined");
  EXPECT_THAT(result, HasSubstr(R"("socket": "PermissionError")"));
  EXPECT_THAT(result, HasSubstr(R"("write": "PermissionError")"));
  EXPECT_THAT(result, HasSubstr(R"("read": "PermissionError")"));
  EXPECT_THAT(result, HasSubstr(R"("temp": "allowed")"));
  EXPECT_THAT(result, HasSubstr(R"("child": "hi\n")"));
  EXPECT_THAT(result, HasSubstr(R"("kill": "PermissionError")"));
  EXPECT_THAT(result, HasSubstr(R"("session": "PermissionError")"));
  EXPECT_THAT(result, testing::Not(HasSubstr("\"USER\"")));
}

TEST_F(PythonTest, CanImportWhatPythonComesWith) {
  EXPECT_EQ(Result("imports"), "{\"imports\": \"fine\"}");
}

}  // namespace
}  // namespace cupel
