// Payloads by hash: `archive` in the folders that stoQ uses, `store` by
// SHA-256.
#include <memory>
#include <string>

#include "base/status.h"
#include "builtin/activate.h"
#include "builtin/call.h"
#include "builtin/connector/save_call.h"
#include "builtin/files/folder.h"
#include "builtin/files/payload_tree.h"
#include "builtin/tables.h"

namespace cupel {
namespace {

struct Hashed {
  PayloadTree tree;
  bool metadata = false;
};

template <HashName hash>
TreeLayout LayoutOf() {
  if (hash == HashName::kSha1) return {hash, {1, 1, 1, 1, 1}};
  return {hash, {2, 2}};
}

template <HashName hash>
absl::StatusOr<std::unique_ptr<Hashed>> MakeHashed(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(const std::string directory, call.Text("directory"));
  CUPEL_ASSIGN_OR_RETURN(const bool metadata, call.Bool("metadata"));
  CUPEL_ASSIGN_OR_RETURN(const bool sync, call.Bool("sync"));
  if (directory.empty()) return call.Wrong("directory", "name a folder");
  CUPEL_ASSIGN_OR_RETURN(Folder folder, Folder::Open(directory, true));
  return std::unique_ptr<Hashed>(new Hashed{
      PayloadTree(std::move(folder), LayoutOf<hash>(), sync), metadata});
}

absl::Status Save(PluginCall& call) {
  CUPEL_RETURN_IF_ERROR(CheckSave(call));
  const auto& hashed = call.state<Hashed>();
  const bool payload = SavesPayload(call);
  CUPEL_ASSIGN_OR_RETURN(
      const PayloadTree::Stored stored,
      hashed.tree.Put(payload ? call.bytes() : call.document(),
                      payload && hashed.metadata ? call.document() : ""));
  return TellWhere(call, stored.hash);
}

template <HashName hash>
absl::Status GetFile(PluginCall& call) {
  const auto& tree = call.state<Hashed>().tree;
  CUPEL_ASSIGN_OR_RETURN(const std::string wanted,
                         WantedMember(call, {HashNameText(hash), "conn_id"}));
  CUPEL_ASSIGN_OR_RETURN(const std::string hex,
                         HexOf(wanted, tree.hash_digits()));
  CUPEL_ASSIGN_OR_RETURN(const std::string bytes, tree.Get(hex, call.budget()));
  return call.Child(bytes, hex);
}

}  // namespace

const cupel_plugin_v1 kArchiveConnector = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_CONNECTOR,
    .needs = CUPEL_NEEDS_FILES,
    .name = "archive",
    .version = "1.0",
    .description = "Keeps payloads by SHA-1, in the folders that stoQ uses",
    .options = R"({"directory": "", "metadata": false, "sync": true})",
    .activate =
        Activate<kArchiveConnector, Hashed, MakeHashed<HashName::kSha1>>,
    .deactivate = Deactivate<Hashed>,
    .save = Enter<kArchiveConnector, Save>,
    .get_file = Enter<kArchiveConnector, GetFile<HashName::kSha1>>};

const cupel_plugin_v1 kStoreConnector = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_CONNECTOR,
    .needs = CUPEL_NEEDS_FILES,
    .name = "store",
    .version = "1.0",
    .description = "Keeps payloads and reports in a folder by SHA-256",
    .options = R"({"directory": "", "metadata": false, "sync": true})",
    .activate =
        Activate<kStoreConnector, Hashed, MakeHashed<HashName::kSha256>>,
    .deactivate = Deactivate<Hashed>,
    .save = Enter<kStoreConnector, Save>,
    .get_file = Enter<kStoreConnector, GetFile<HashName::kSha256>>};

}  // namespace cupel
