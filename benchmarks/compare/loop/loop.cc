// A plain scanner of archives, as one writes it in an afternoon: libarchive
// reads each member into memory, libyara scans it, one scanner per thread.
// It is a yardstick, not an example: no limits, no provenance, no report.
//
//   bench_libyara_loop THREADS RULES FOLDER
//
// RULES is a folder of .yar files or a file made by yarac. Every archive in
// FOLDER is read; each match is printed as RULE<TAB>ARCHIVE<TAB>MEMBER.

#include <archive.h>
#include <archive_entry.h>
#include <yara.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

namespace fs = std::filesystem;

constexpr int kTimeoutSeconds = 1000;
constexpr size_t kArchiveBlock = 64 * 1024;

[[noreturn]] void Die(std::string_view what, std::string_view detail) {
  std::fprintf(stderr, "bench_libyara_loop: %.*s: %.*s\n",
               static_cast<int>(what.size()), what.data(),
               static_cast<int>(detail.size()), detail.data());
  std::exit(2);
}

void Check(int code, std::string_view what) {
  if (code != ERROR_SUCCESS) Die(what, "libyara error " + std::to_string(code));
}

std::vector<fs::path> FilesOf(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

YR_RULES* Compile(const fs::path& folder) {
  YR_COMPILER* compiler = nullptr;
  Check(yr_compiler_create(&compiler), "creating a compiler");
  for (const fs::path& path : FilesOf(folder)) {
    if (path.extension() != ".yar") continue;  // others are only included
    std::FILE* file = std::fopen(path.c_str(), "re");
    if (file == nullptr) Die(path.native(), "cannot be opened");
    if (yr_compiler_add_file(compiler, file, path.stem().c_str(),
                             path.c_str()) != 0) {
      Die(path.native(), "does not compile");
    }
    std::fclose(file);
  }
  YR_RULES* rules = nullptr;
  Check(yr_compiler_get_rules(compiler, &rules), "compiling");
  yr_compiler_destroy(compiler);
  return rules;
}

YR_RULES* LoadRules(const fs::path& path) {
  if (fs::is_directory(path)) return Compile(path);
  YR_RULES* rules = nullptr;
  Check(yr_rules_load(path.c_str(), &rules), "loading compiled rules");
  return rules;
}

// The archives, largest first, so that no thread is left with a big one at
// the end; workers take the next until there are none.
class Work {
 public:
  explicit Work(const fs::path& folder) : archives_(FilesOf(folder)) {
    std::sort(archives_.begin(), archives_.end(),
              [](const fs::path& a, const fs::path& b) {
                return fs::file_size(a) > fs::file_size(b);
              });
  }

  const fs::path* Next() {
    const size_t i = next_.fetch_add(1);
    return i < archives_.size() ? &archives_[i] : nullptr;
  }

 private:
  std::vector<fs::path> archives_;
  std::atomic<size_t> next_ = 0;
};

// One thread's scanner. The rules must outlive it.
class Worker {
 public:
  explicit Worker(YR_RULES* rules) {
    Check(yr_scanner_create(rules, &scanner_), "creating a scanner");
    yr_scanner_set_callback(scanner_, &Worker::OnMessage, this);
    yr_scanner_set_timeout(scanner_, kTimeoutSeconds);
    yr_scanner_set_flags(
        scanner_, SCAN_FLAGS_REPORT_RULES_MATCHING | SCAN_FLAGS_NO_TRYCATCH);
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() { yr_scanner_destroy(scanner_); }

  void Run(Work& work) {
    while (const fs::path* path = work.Next()) ScanArchive(*path);
  }

  const std::string& output() const { return output_; }

 private:
  static int OnMessage(YR_SCAN_CONTEXT*, int message, void* data, void* self) {
    if (message == CALLBACK_MSG_RULE_MATCHING) {
      auto* worker = static_cast<Worker*>(self);
      worker->output_ += static_cast<YR_RULE*>(data)->identifier;
      worker->output_ += '\t' + worker->archive_ + '\t' + worker->member_;
      worker->output_ += '\n';
    }
    return CALLBACK_CONTINUE;
  }

  void ScanArchive(const fs::path& path) {
    archive_ = path.filename().native();
    archive* reader = archive_read_new();
    archive_read_support_filter_all(reader);
    archive_read_support_format_all(reader);
    if (archive_read_open_filename(reader, path.c_str(), kArchiveBlock) !=
        ARCHIVE_OK) {
      Die(path.native(), archive_error_string(reader));
    }
    archive_entry* entry = nullptr;
    int code = ARCHIVE_OK;
    while ((code = archive_read_next_header(reader, &entry)) == ARCHIVE_OK ||
           code == ARCHIVE_WARN) {
      if (archive_entry_filetype(entry) == AE_IFREG &&
          archive_entry_hardlink(entry) == nullptr) {
        member_ = archive_entry_pathname(entry);
        ReadMember(reader);
        Check(yr_scanner_scan_mem(scanner_, data_.data(), data_.size()),
              member_);
      }
    }
    if (code != ARCHIVE_EOF) Die(path.native(), archive_error_string(reader));
    archive_read_free(reader);
  }

  // The size in the header may lie, so the data decides.
  void ReadMember(archive* reader) {
    size_t have = 0;
    for (;;) {
      if (data_.size() - have < kArchiveBlock) {
        data_.resize(std::max(2 * data_.size(), have + kArchiveBlock));
      }
      const la_ssize_t got =
          archive_read_data(reader, data_.data() + have, data_.size() - have);
      if (got < 0) Die(member_, archive_error_string(reader));
      if (got == 0) break;
      have += static_cast<size_t>(got);
    }
    data_.resize(have);
  }

  YR_SCANNER* scanner_ = nullptr;
  std::vector<uint8_t> data_;
  std::string archive_;
  std::string member_;
  std::string output_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 || std::atoi(argv[1]) < 1) {
    Die("usage", "bench_libyara_loop THREADS RULES FOLDER");
  }
  Check(yr_initialize(), "initializing");
  YR_RULES* rules = LoadRules(argv[2]);
  Work work{argv[3]};
  std::vector<std::unique_ptr<Worker>> workers;
  std::vector<std::thread> threads;
  for (int i = 0; i < std::atoi(argv[1]); ++i) {
    workers.push_back(std::make_unique<Worker>(rules));
    threads.emplace_back(&Worker::Run, workers.back().get(), std::ref(work));
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& worker : workers) {
    std::fwrite(worker->output().data(), 1, worker->output().size(), stdout);
  }
  workers.clear();
  yr_rules_destroy(rules);
  yr_finalize();
  return 0;
}
