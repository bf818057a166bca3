/// @file cupel.hpp
/// @brief cupel.h for C++17 and newer, header only. docs/cpp.md is the guide.
///
///     cupel::Engine engine;
///     cupel::RuleSources sources;
///     sources.AddPath("rules");
///     cupel::Scanner scanner(engine, cupel::Ruleset(engine, sources));
///     cupel::Report report = scanner.ScanPath("pkg.tgz");
///     if (report.verdict() == cupel::Verdict::kClean) ...
///
/// Every class owns one handle of the C interface: it moves, does not copy, and
/// gives the handle back when it goes. Objects keep what they were made from
/// alive, so they may go in any order. One that was moved from can only be
/// assigned to or destroyed; using it fails with CUPEL_STATUS_INVALID_ARGUMENT.
///
/// What fails throws cupel::Error (or std::bad_alloc); inside cupel::Try it
/// becomes a cupel::Result instead, with or without exceptions. What a callback
/// throws ends the call and comes out of the function that began it.
///
/// std::string_view and cupel::Bytes in: used until the function returns,
/// unless it says otherwise. std::string_view out: valid as long as the object
/// asked.
///
/// Threads: Engine, Ruleset, Report, Job, Schema, Environment, HttpResponse,
/// Registry, Raws, Dedup, Queue, Plugins, Worker, Buffer, Error and Cancel may
/// be used by many at the same time, and so may a Keyring that nobody adds to;
/// RuleSources, Inputs and Scanner by one at a time.
///
/// Members of options that are views are borrowed until the call returns.
///
/// All is inline over the C functions and has no ABI of its own: a program and
/// libcupel.so may come from different C++ compilers.
#ifndef CUPEL_CUPEL_HPP_
#define CUPEL_CUPEL_HPP_

#include <cstdint>
#include <string_view>

#include "cupel/base.hpp"
#include "cupel/boefje.hpp"
#include "cupel/bytes.hpp"
#include "cupel/cupel.h"
#include "cupel/dedup.hpp"
#include "cupel/environment.hpp"
#include "cupel/job.hpp"
#include "cupel/mode.hpp"
#include "cupel/plugin_use.hpp"
#include "cupel/plugins.hpp"
#include "cupel/progress.hpp"
#include "cupel/queue.hpp"
#include "cupel/registry.hpp"
#include "cupel/report.hpp"
#include "cupel/result.hpp"
#include "cupel/rules.hpp"
#include "cupel/scanner.hpp"
#include "cupel/schema.hpp"
#include "cupel/settings.hpp"
#include "cupel/worker.hpp"

/// The C interface as classes.
namespace cupel {
inline namespace CUPEL_HPP_MODE {

/// Version of the library in use: major << 16 | minor << 8 | patch.
inline uint32_t Version() noexcept { return cupel_version(); }
/// The same as text: "1.0.0".
inline std::string_view VersionString() noexcept {
  return cupel_version_string();
}
/// How far the interface of the library in use has grown, to be compared with
/// CUPEL_ABI_VERSION.
inline uint32_t AbiVersion() noexcept { return cupel_abi_version(); }
/// What the library is made of and with, for bug reports.
inline std::string_view BuildInfo() noexcept { return cupel_build_info(); }

}  // namespace CUPEL_HPP_MODE
}  // namespace cupel

#endif  // CUPEL_CUPEL_HPP_
