#include <string>

#include "base/status.h"
#include "builtin/call.h"
#include "builtin/extractor/mail.h"
#include "builtin/tables.h"

namespace cupel {
namespace {

absl::Status Extract(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(const int64_t depth,
                         call.Integer("max_depth", 1, 1000));
  CUPEL_ASSIGN_OR_RETURN(const int64_t parts,
                         call.Integer("max_children", 1, 1'000'000));
  bool refused = false;  // by the host, whose words stay as they are
  const auto named = [&call](const absl::Status& status) {
    return MakeStatus(status.code(), "{}: {}", call.plugin(),
                      MessageOf(status));
  };
  const MailExtraction options{
      .depth = static_cast<uint64_t>(depth),
      .parts = static_cast<uint64_t>(parts),
      .take =
          [&](const MailPart& part) {
            const absl::Status taken =
                call.Child(part.bytes, part.name,
                           {.metadata = part.metadata,
                            .dispatch = part.message ? "extractor:mail" : ""});
            refused = !taken.ok();
            return taken;
          },
      .problem =
          [&](const absl::Status& status) { call.Error(named(status)); }};
  std::string result;
  const absl::Status status = ExtractMail(call.bytes(), options, &result,
                                          [&call] { return call.cancelled(); });
  if (!result.empty()) CUPEL_RETURN_IF_ERROR(call.Result(result));
  return status.ok() || refused ? status : named(status);
}

}  // namespace

const cupel_plugin_v1 kMailExtractor = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_EXTRACTOR,
    .name = "mail",
    .version = "1.0",
    .description = "Hands back the bodies and attachments of e-mails",
    .consumes = "message/rfc822",
    .options = R"({"max_depth": 32, "max_children": 10000})",
    .extract = Enter<kMailExtractor, Extract>};

}  // namespace cupel
