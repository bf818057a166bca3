// Folders and tables for the tests of plugins.
#ifndef CUPEL_TESTS_CAPI_PLUGINS_TESTING_H_
#define CUPEL_TESTS_CAPI_PLUGINS_TESTING_H_

#include <cupel/plugins.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "capi_test.h"

namespace cupel_test {

// A folder of its own, taken away at the end.
class Folder {
 public:
  Folder() {
    std::string name =
        (std::filesystem::temp_directory_path() / "cupel-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) abort();
    path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::string operator/(std::string_view name) const {
    return (path_ / name).string();
  }
  std::string path() const { return path_.string(); }
  std::string Write(std::string_view name, std::string_view text) const {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file.string();
  }

 private:
  std::filesystem::path path_;
};

// A stoQ decoder, as its users have them.
inline void WriteStoqDecoder(const Folder& folder, const std::string& in) {
  folder.Write(in + "/rot.stoq",
               "[Core]\nName = rot\nModule = rot\n\n[Documentation]\n"
               "Author = Jane\nVersion = 0.3\nDescription = Turns letters\n\n"
               "[options]\nkey = 13\nmax_tlp = amber\nratelimit = 4/1\n"
               "api_token = hunter2\n");
  folder.Write(in + "/rot.py",
               "from stoq.plugins import StoqDecoderPlugin\n\n\n"
               "class Rot(StoqDecoderPlugin):\n"
               "    def decode(self, payload, **kwargs):\n"
               "        return [({}, payload[::-1])]\n");
}

}  // namespace cupel_test

#endif  // CUPEL_TESTS_CAPI_PLUGINS_TESTING_H_
