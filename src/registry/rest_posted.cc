// Plugins that are added, changed and removed.
#include "base/status.h"
#include "registry/rest_routes.h"

namespace cupel {
namespace {

RestResponse Patch(RestCall& call, PluginKind kind) {
  JsonIssues issues;
  const Json body = ReadBody(call, &issues);
  if (issues.empty() && !body.is_object()) {
    issues.Add({}, "dict_type",
               fmt::format("expected an object, found {}", JsonTypeName(body)));
  }
  if (!issues.empty()) return InvalidReply("body", issues);
  const absl::Status changed =
      call.registry.UpdatePlugin(call.ids[1], kind, body);
  if (changed.ok()) return EmptyReply();
  if (absl::IsInvalidArgument(changed)) {
    issues.Add({}, "value_error", std::string(MessageOf(changed)));
    return InvalidReply("body", issues);
  }
  if (!absl::IsFailedPrecondition(changed)) return ErrorReply(changed);
  // OpenKAT's two answers for those that lie in a folder.
  return kind == PluginKind::kBoefje
             ? DetailReply(403, "Updating a static plugin is not allowed")
             : MessageReply(400, MessageOf(changed));
}

RestResponse Delete(RestCall& call, PluginKind kind) {
  const absl::Status gone = call.registry.DeletePlugin(call.ids[1], kind);
  return gone.ok() ? EmptyReply() : ErrorReply(gone);
}

}  // namespace

RestResponse PostPlugin(RestCall& call) {
  JsonIssues issues;
  const Json body = ReadBody(call, &issues);
  if (!issues.empty()) return InvalidReply("body", issues);
  if (body.is_object() && body.contains("type") && body["type"] == "bit") {
    return DetailReply(400, "Creation of Bits is not supported");
  }
  PluginManifest manifest = ReadManifest(body, std::nullopt, &issues);
  if (!issues.empty()) return InvalidReply("body", issues);
  const absl::Status added = call.registry.AddPlugin(std::move(manifest));
  if (added.ok()) return NullReply(201);
  if (absl::IsAlreadyExists(added)) return DetailReply(400, MessageOf(added));
  return ErrorReply(added);
}

RestResponse PatchBoefje(RestCall& call) {
  return Patch(call, PluginKind::kBoefje);
}

RestResponse PatchNormalizer(RestCall& call) {
  return Patch(call, PluginKind::kNormalizer);
}

RestResponse DeleteBoefje(RestCall& call) {
  return Delete(call, PluginKind::kBoefje);
}

RestResponse DeleteNormalizer(RestCall& call) {
  return Delete(call, PluginKind::kNormalizer);
}

}  // namespace cupel
