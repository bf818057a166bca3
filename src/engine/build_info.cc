#include "engine/build_info.h"

#include <fmt/format.h>

#include <array>

#include "rules/rule_set.h"

namespace cupel {
namespace {

#if defined(__clang__)
constexpr const char* kCompiler = "clang";
constexpr int kCompilerVersion[] = {__clang_major__, __clang_minor__,
                                    __clang_patchlevel__};
#else
constexpr const char* kCompiler = "gcc";
constexpr int kCompilerVersion[] = {__GNUC__, __GNUC_MINOR__,
                                    __GNUC_PATCHLEVEL__};
#endif

// Whose the libraries below are: docs/bundled.md.
#ifdef CUPEL_BUNDLED
constexpr const char* kFlavour = "bundled";
#else
constexpr const char* kFlavour = "system";
#endif

using Text = std::array<char, 256>;

Text MakeBuildInfo() {
  Text text{};  // zeros: what is written last is followed by a NUL
  fmt::format_to_n(text.data(), text.size() - 1, "libyara {}, {} {}.{}.{}, {}",
                   RuleEngineVersion(), kCompiler, kCompilerVersion[0],
                   kCompilerVersion[1], kCompilerVersion[2], kFlavour);
  return text;
}

}  // namespace

const char* BuildInfo() {
  static const Text text = MakeBuildInfo();
  return text.data();
}

}  // namespace cupel
