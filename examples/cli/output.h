// Where results go: standard output, or a file that appears whole or not at
// all.
#ifndef CUPEL_EXAMPLES_CLI_OUTPUT_H_
#define CUPEL_EXAMPLES_CLI_OUTPUT_H_

#include <string>
#include <string_view>

namespace cli {

// One thread at a time. After a write that failed, everything else is dropped
// and Commit throws; so a scan can be ended and its rest let go.
class Output {
 public:
  // `path` empty or "-": standard output. A device or pipe is written to
  // directly; for a file, a temporary one beside it is made now, so that a
  // folder without room or rights is noticed before hours of scanning.
  // Throws UsageError.
  explicit Output(const std::string& path);
  // Removes the temporary file, unless Commit has made it the real one.
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  int fd() const { return fd_; }

  // False if this or an earlier write failed.
  bool Write(std::string_view text);
  // Hands on what is held back.
  bool Flush();
  // All is written: makes the file appear. Throws UsageError if anything
  // failed.
  void Commit();
  // True if the reader of a pipe went away, which is no error to talk about.
  bool reader_gone() const;

  // Removes the temporary file, if there is one, because the program ends at
  // once. Any thread.
  static void Abandon();

 private:
  void OpenTemporary(const std::string& path);
  void Close();

  std::string target_;     // empty: written to directly
  std::string temporary_;  // empty: none, or renamed
  std::string shown_;      // in messages
  std::string buffer_;
  int fd_ = -1;
  int error_ = 0;
};

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_OUTPUT_H_
