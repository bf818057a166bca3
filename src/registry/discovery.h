// Finding plugins in folders, without running or importing any of their code.
#ifndef CUPEL_REGISTRY_DISCOVERY_H_
#define CUPEL_REGISTRY_DISCOVERY_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "plugin/native_manifest.h"
#include "registry/manifest.h"
#include "registry/stoq_manifest.h"

namespace cupel {

// One manifest that was found. If it is broken, `problem` says why, with the
// file and where possible the line or the path in it; the manifest then has
// only what could be read (an id perhaps). What a folder itself makes
// impossible (it can't be read, it is too deep) is an entry with no manifest
// file. Paths are the bytes of the file system, UTF-8 or not; `problem` is
// printable.
struct FoundPlugin {
  PluginManifest manifest;
  std::string directory;
  std::string manifest_file;
  std::string problem;  // empty: it is sound
  // What only one kind has: a plugin.json, a .stoq file.
  std::shared_ptr<const NativeManifest> native;
  std::shared_ptr<const StoqManifest> stoq;
  // Files beside the manifest: cover.jpg (a normalizer's: normalizer_cover.jpg)
  // and a boefje's description.md. Empty if there is none, or if it is a link
  // that leads out of the root, since they are served to others.
  std::string cover_file;
  std::string description_file;
  // The directory of the plugin with the same kind and id that comes before
  // this one; empty if there is none. The later one is the one that counts, as
  // in OpenKAT. Broken ones are left out of this.
  std::string duplicate_of;
};

struct DiscoveryLimits {
  uint64_t directories = 100000;
  uint64_t depth = 32;
  uint64_t files = 1000000;  // names looked at; of one plugin's folder: hashed
  uint64_t manifest_bytes = uint64_t{4} << 20;
  uint64_t hash_bytes = uint64_t{1} << 30;  // of one plugin's folder
};

// Walks `root` depth first, siblings in the order of their names' bytes, a
// folder before what is in it. A folder with boefje.json, normalizer.json,
// plugin.json or a *.stoq file is a plugin's, the root too; nested ones are
// found. Symbolic links to folders are not followed, and nothing but regular
// files is ever opened. NOT_FOUND, PERMISSION_DENIED or INVALID_ARGUMENT for a
// root that can't be read or is no folder; whatever is wrong below it is a
// broken plugin in the list.
//
// A boefje's schema.json takes the place of "boefje_schema"; "boefje/<id>" (and
// "boefje/<id>-<version>") are added to what it produces, "normalizer/<id>" to
// what a normalizer consumes, which must have normalize.py beside it. A stoQ
// plugin's <Module>.py must be there; what categories it has is read from its
// first line "from stoq.plugins import ...". The file with the code that a
// plugin.json names must be a file below its folder, links followed.
//
// What differs from OpenKAT, which imports the folders as Python packages:
// - __init__.py need not be there.
// - Nothing is imported: what can't be imported or has no fitting run() is
//   listed here, and fails when it is run.
// - A folder with a dot in its name is no package and skipped there with all
//   below it. Here this holds for hidden ones (.git) and __pycache__; in others
//   (dns.v2, dns.disabled) manifests of boefjes and normalizers are listed as
//   broken, and .stoq files are sound.
// - A manifest that is no UTF-8 ends the discovery there; here it is broken.
absl::StatusOr<std::vector<FoundPlugin>> DiscoverPlugins(
    const std::string& root, const DiscoveryLimits& limits = {});

// OpenKAT's runnable_hash of a folder, and the stronger one over names,
// lengths and contents. Hexadecimal.
//
// runnable_hash: SHA-256 of the contents of all files, the paths in order of
// their components, without *.pyc. Links to files count as the files; links
// that lead nowhere or to folders are left out. content_hash is a SHA-256 over
// the same files, and over what those links say:
//   "cupel-folder-1\0", then for each file  "f" path size SHA-256(content)
//                       and for each link  "l" path target
// where path and target have their length before them and all numbers are 8
// bytes, highest first.
//
// FAILED_PRECONDITION for pipes, sockets and devices, which OpenKAT passes
// over; RESOURCE_EXHAUSTED over a limit.
struct FolderHashes {
  std::string runnable_hash;
  std::string content_hash;
};
absl::StatusOr<FolderHashes> HashFolder(const std::string& directory,
                                        const DiscoveryLimits& limits = {});

}  // namespace cupel

#endif  // CUPEL_REGISTRY_DISCOVERY_H_
