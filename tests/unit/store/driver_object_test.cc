#include "store/driver_object.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/status.h"

namespace cupel {
namespace {

using testing::HasSubstr;

class DriverObjectTest : public testing::Test {
 protected:
  DriverObjectTest() {
    std::string pattern = testing::TempDir() + "/driversXXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~DriverObjectTest() override { std::filesystem::remove_all(folder_); }

  // The C library's own libm is a shared object that is no driver.
  void PutLibrary() {
    for (const char* place :
         {"/lib/x86_64-linux-gnu/libm.so.6", "/lib/aarch64-linux-gnu/libm.so.6",
          "/lib64/libm.so.6"}) {
      if (access(place, R_OK) != 0) continue;
      std::filesystem::copy_file(place, Path());
      return;
    }
    FAIL() << "no libm.so.6 here";
  }
  std::string Path() const { return folder_ + "/cupel-driver-test.so"; }
  absl::StatusOr<LoadedDriver> Load(const char* symbol) const {
    return LoadDriver("test", {folder_}, symbol);
  }

  std::string folder_;
};

TEST_F(DriverObjectTest, LoadsWhatIsThere) {
  PutLibrary();
  const auto driver = Load("cos");
  ASSERT_TRUE(driver.ok()) << driver.status();
  EXPECT_EQ(driver->path, Path());
  EXPECT_NE(driver->symbol, nullptr);
  const auto none = Load("cupel_queue_driver_v1_get");
  EXPECT_EQ(none.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(DriverObjectTest, SaysWhereItLooked) {
  const auto driver = Load("x");
  EXPECT_EQ(driver.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(MessageOf(driver.status())), HasSubstr(Path()));
  for (const char* name : {"", "../x", "/x"}) {
    EXPECT_EQ(LoadDriver(name, {}, "x").status().code(),
              absl::StatusCode::kInvalidArgument);
  }
}

TEST_F(DriverObjectTest, WhatOthersMayChangeIsNotLoaded) {
  PutLibrary();
  ASSERT_EQ(chmod(Path().c_str(), 0666), 0);
  EXPECT_EQ(Load("cos").status().code(), absl::StatusCode::kPermissionDenied);
  ASSERT_EQ(chmod(Path().c_str(), 0664), 0);
  EXPECT_EQ(Load("cos").status().code(), absl::StatusCode::kPermissionDenied);
  ASSERT_EQ(chmod(Path().c_str(), 0644), 0);
  ASSERT_EQ(chmod(folder_.c_str(), 0777), 0);
  EXPECT_EQ(Load("cos").status().code(), absl::StatusCode::kPermissionDenied);
  ASSERT_EQ(chmod(folder_.c_str(), 0755), 0);
  EXPECT_TRUE(Load("cos").ok());
}

TEST_F(DriverObjectTest, WhatIsNoSharedObjectIsTold) {
  std::ofstream(Path()) << "#!/bin/sh\n";
  EXPECT_EQ(Load("x").status().code(), absl::StatusCode::kFailedPrecondition);
  std::filesystem::remove(Path());
  std::filesystem::create_directory(Path());
  EXPECT_EQ(Load("x").status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace cupel
