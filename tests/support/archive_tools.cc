#include "tests/support/archive_tools.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <utility>

#include "base/status.h"
#include "payload/byte_source.h"
#include "payload/type.h"

namespace cupel {
namespace {

void ReadOne(ArchiveReader& reader, const ReadLimits& limits, uint64_t* left,
             ReadMember* read) {
  std::vector<char> buffer(limits.chunk);
  for (;;) {
    absl::StatusOr<size_t> got = reader.Read(buffer.data(), buffer.size());
    if (!got.ok()) {
      read->status = got.status();
      return;
    }
    if (*got == 0) return;
    ASSERT_LE(*got, buffer.size());
    read->content.append(buffer.data(), *got);
    if (*got > *left) {
      read->capped = true;
      return;
    }
    *left -= *got;
  }
}

void ReadAll(ArchiveReader& reader, const ReadLimits& limits,
             ReadResult* result) {
  uint64_t left = limits.bytes;
  const auto take_anomalies = [&] {
    for (Anomaly& anomaly : reader.TakeAnomalies()) {
      result->anomalies.push_back(std::move(anomaly));
    }
  };
  while (!result->capped) {
    absl::StatusOr<std::optional<Member>> next = reader.Next();
    take_anomalies();
    if (!next.ok()) {
      result->status = next.status();
      // After an error the container is at its end, and says so again.
      EXPECT_FALSE(reader.Next().ok());
      break;
    }
    if (!next->has_value()) break;
    ReadMember read{.member = std::move(**next)};
    ReadOne(reader, limits, &left, &read);
    take_anomalies();
    if (read.member.kind != MemberKind::kFile) {
      EXPECT_EQ(read.content, "") << read.member.raw_name;
    }
    result->capped = read.capped;
    result->members.push_back(std::move(read));
    if (result->members.size() >= limits.members) result->capped = true;
  }
  result->format = reader.format();
  result->wrapper = reader.wrapper();
}

}  // namespace

ToolDir::ToolDir() {
  std::string pattern =
      (std::filesystem::temp_directory_path() / "cupel-tools-XXXXXX").string();
  const char* made = mkdtemp(pattern.data());
  EXPECT_NE(made, nullptr);
  path_ = pattern;
}

ToolDir::~ToolDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string ToolDir::PathOf(std::string_view name) const {
  return path_ + '/' + std::string(name);
}

void ToolDir::Write(std::string_view name, std::string_view content) const {
  const std::filesystem::path file = PathOf(name);
  std::filesystem::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary);
  out << content;
  EXPECT_TRUE(out.good()) << file;
}

std::string ToolDir::Read(std::string_view name) const {
  std::ifstream in(PathOf(name), std::ios::binary);
  EXPECT_TRUE(in.good()) << name;
  return {std::istreambuf_iterator<char>(in), {}};
}

void ToolDir::Run(const std::string& command) const {
  const std::string line = "cd '" + path_ +
                           "' && export LC_ALL=C.UTF-8 TZ=UTC && { " + command +
                           "\n} 2>&1";
  FILE* pipe = popen(line.c_str(), "re");
  ASSERT_NE(pipe, nullptr) << command;
  std::string output;
  std::array<char, 4096> buffer;
  size_t got;
  while ((got = fread(buffer.data(), 1, buffer.size(), pipe)) > 0) {
    output.append(buffer.data(), got);
  }
  const int status = pclose(pipe);
  ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << command << "\n"
                                                             << output;
}

std::string ToolDir::Make(const std::string& command,
                          std::string_view name) const {
  Run(command);
  return Read(name);
}

const ReadMember* ReadResult::Find(std::string_view name) const {
  const auto found = std::find_if(
      members.begin(), members.end(),
      [name](const auto& read) { return read.member.raw_name == name; });
  return found == members.end() ? nullptr : &*found;
}

std::map<std::string, std::string> ReadResult::Files() const {
  std::map<std::string, std::string> files;
  for (const ReadMember& read : members) {
    if (read.member.kind == MemberKind::kFile) {
      files[read.member.raw_name] = read.content;
    }
  }
  return files;
}

std::vector<std::string> ReadResult::AnomalyNames() const {
  std::vector<std::string> names;
  for (const Anomaly& anomaly : anomalies) names.push_back(anomaly.name);
  return names;
}

ReadResult ReadArchiveAs(Container container, std::string_view bytes,
                         const ArchiveOptions& options,
                         const ReadLimits& limits) {
  ReadResult result;
  std::unique_ptr<ByteSource> source;
  FILE* file = nullptr;
  if (limits.from_file) {
    file = tmpfile();
    EXPECT_EQ(fwrite(bytes.data(), 1, bytes.size(), file), bytes.size());
    fflush(file);
    absl::StatusOr<std::unique_ptr<ByteSource>> opened =
        NewFileSource(fileno(file));
    EXPECT_TRUE(opened.ok()) << opened.status();
    source = std::move(*opened);
  } else {
    source = NewMemorySource(bytes);
  }
  absl::StatusOr<std::unique_ptr<ArchiveReader>> reader =
      OpenArchive(container, *source, limits.name, options);
  if (reader.ok()) {
    ReadAll(**reader, limits, &result);
    reader->reset();
  } else {
    result.status = reader.status();
  }
  if (file != nullptr) fclose(file);
  return result;
}

ReadResult ReadArchive(std::string_view bytes, const ArchiveOptions& options,
                       const ReadLimits& limits) {
  const FileType& type = IdentifyType(bytes.substr(0, kTypeProbeBytes));
  return ReadArchiveAs(type.container, bytes, options, limits);
}

std::string Noise(size_t size, uint32_t seed) {
  std::mt19937 generator(seed);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(generator());
  return bytes;
}

std::string Prose(size_t size) {
  std::string text;
  for (int line = 0; text.size() < size; ++line) {
    text += "line " + std::to_string(line) + " of many that look alike\n";
  }
  text.resize(size);
  return text;
}

}  // namespace cupel
