#include "tests/unit/runner/runner_testing.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

namespace cupel {

namespace fs = std::filesystem;

std::vector<int> ProcessesWith(const std::string& word) {
  std::vector<int> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc", error)) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    // Not a stream: reading fails if the process ends meanwhile.
    std::string line(1 << 16, '\0');
    const int fd = open((entry.path() / "cmdline").c_str(), O_RDONLY);
    const ssize_t size = fd < 0 ? -1 : read(fd, line.data(), line.size());
    if (fd >= 0) close(fd);
    line.resize(size < 0 ? 0 : static_cast<size_t>(size));
    if (line.find(word) != std::string::npos) found.push_back(std::stoi(name));
  }
  return found;
}

int OpenDescriptors() {
  int count = 0;
  for ([[maybe_unused]] const auto& entry :
       fs::directory_iterator("/proc/self/fd")) {
    ++count;
  }
  return count;
}

ProcessTest::ProcessTest() {
  std::string folder = (fs::temp_directory_path() / "runner_test-XXXXXX");
  EXPECT_NE(mkdtemp(folder.data()), nullptr);
  temp_ = folder;
  options_.origin = CUPEL_HOSTILE_PLUGIN;
  options_.temp_folder = folder;
  services_.log = [this](LogLevel, std::string_view text) {
    log_.emplace_back(text);
  };
  request_.services = &services_;
  descriptors_ = OpenDescriptors();
}

ProcessTest::~ProcessTest() {
  instance_.reset();
  EXPECT_TRUE(fs::is_empty(temp_));
  // Every process of the test has the folder in its command line, those that a
  // plugin forked included.
  EXPECT_EQ(ProcessesWith(temp_.string()), std::vector<int>());
  EXPECT_EQ(OpenDescriptors(), descriptors_);
  fs::remove_all(temp_);
}

std::unique_ptr<PluginInstance> ProcessTest::Activate(PluginCategory category,
                                                      const std::string& name,
                                                      uint32_t needs) {
  PluginInfo info;
  info.id = {category, name};
  info.needs = needs;
  auto instance = NewProcessPlugin(info, options_)->Activate("{}", &services_);
  EXPECT_TRUE(instance.ok()) << instance.status();
  return instance.ok() ? *std::move(instance) : nullptr;
}

absl::Status ProcessTest::Scan(std::string_view bytes, PluginAnswer* answer) {
  if (instance_ == nullptr) {
    instance_ = Activate(PluginCategory::kWorker, "hostile");
  }
  if (instance_ == nullptr) return Internal("nothing is activated");
  request_.method = PluginMethod::kScan;
  request_.bytes = bytes;
  return instance_->Call(request_, answer);
}

absl::Status ProcessTest::Scan(std::string_view bytes) {
  PluginAnswer answer;
  return Scan(bytes, &answer);
}

std::string ProcessTest::Result(std::string_view bytes) {
  PluginAnswer answer;
  const absl::Status status = Scan(bytes, &answer);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(answer.results.size(), 1U) << bytes;
  return answer.results.empty() ? "" : answer.results.front();
}

void ProcessTest::ExpectFine() {
  request_.cancel = nullptr;
  request_.deadline = Deadline();
  PluginAnswer answer;
  const absl::Status status = Scan("how are you?", &answer);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(answer.results, std::vector<std::string>{"12"});
  EXPECT_TRUE(answer.errors.empty());
}

}  // namespace cupel
