#include "proto/runner_codec.h"

#include <strings.h>

#include <utility>

#include "base/status.h"
#include "cupel/v1/runner.pb.h"
#include "proto/frame_reader.h"
#include "proto/wire_check.h"

namespace cupel::wire {
namespace {

void Put(const Load& load, v1::ToRunner* out) {
  v1::Load* to = out->mutable_load();
  to->set_protocol(kProtocol);
  to->set_origin(load.origin);
  to->set_category(load.category);
  to->set_name(load.name);
  to->set_options(load.options);
  to->set_host_version(load.host_version);
  to->set_answer_bytes(load.answer_bytes);
  to->set_children(load.children);
  to->set_child_bytes(load.child_bytes);
  to->set_result_bytes(load.result_bytes);
  to->set_manifest(load.manifest);
}

void Put(const Invoke& invoke, v1::ToRunner* out) {
  v1::Invoke* to = out->mutable_invoke();
  to->set_id(invoke.id);
  to->set_method(invoke.method);
  PutBlob(invoke.payload, to->mutable_payload());
  to->set_name(invoke.name);
  to->set_path(invoke.path);
  to->set_type(invoke.type);
  to->set_mime(invoke.mime);
  to->set_sha256(invoke.sha256);
  to->set_tlp(invoke.tlp);
  to->set_options(invoke.options);
  PutBlob(invoke.document, to->mutable_document());
  to->set_payload_id(invoke.payload_id);
  to->set_depth(invoke.depth);
  for (const auto& [name, value] : invoke.environment) {
    v1::Variable* variable = to->add_environment();
    variable->set_name(name);
    variable->set_value(value);
  }
  to->set_replace_environment(invoke.replace_environment);
  to->set_deadline_ms(invoke.deadline_ms);
}

void Put(const Cancel& cancel, v1::ToRunner* out) {
  out->mutable_cancel()->set_id(cancel.id);
}

void Put(const ItemTaken& taken, v1::ToRunner* out) {
  out->mutable_item_taken()->set_id(taken.id);
  out->mutable_item_taken()->set_stop(taken.stop);
}

void Put(const NestedAnswer& answer, v1::ToRunner* out) {
  v1::NestedAnswer* to = out->mutable_nested_answer();
  to->set_id(answer.id);
  to->set_status(answer.status);
  to->set_message(answer.message);
  for (const std::string& result : answer.results) to->add_results(result);
  for (const auto& [name, bytes] : answer.children) {
    to->add_child_names(name);
    to->add_children(bytes);
  }
}

void Put(const Shutdown&, v1::ToRunner* out) { out->mutable_shutdown(); }

// Values of variables must not stay behind in protobuf's memory.
void Wipe(v1::Invoke* invoke) {
  for (v1::Variable& variable : *invoke->mutable_environment()) {
    WipeBytes(variable.mutable_value());
  }
}

absl::StatusOr<ToRunner> Get(const v1::Load& from) {
  FieldReader read("load");
  read.Need("protocol", from.has_protocol());
  if (read.status().ok() && from.protocol() != kProtocol) {
    return Unimplemented(
        "the host speaks protocol {} to its plugins, and this cupel-runner {}: "
        "use the two of one version",
        from.protocol(), kProtocol);
  }
  Load load{.origin = read.Text("origin", from.origin()),
            .category = read.Number("category", from.category(), 0, 9),
            .name = read.Text("name", from.name()),
            .options = read.Text("options", from.options()),
            .host_version = read.Text("host_version", from.host_version()),
            .answer_bytes = from.answer_bytes(),
            .children = from.children(),
            .child_bytes = from.child_bytes(),
            .result_bytes = from.result_bytes(),
            .manifest = read.Text("manifest", from.manifest())};
  if (!read.status().ok()) return read.status();
  return load;
}

absl::StatusOr<ToRunner> Get(const v1::Invoke& from) {
  FieldReader read("invoke");
  read.Need("id", from.has_id());
  Invoke invoke{.id = from.id(),
                .method = read.Number("method", from.method(), 1, 13),
                .payload = read.GetBlob("payload", from.payload()),
                .name = from.name(),
                .path = read.Text("path", from.path()),
                .type = read.Text("type", from.type()),
                .mime = read.Text("mime", from.mime()),
                .sha256 = read.Text("sha256", from.sha256()),
                .tlp = read.Text("tlp", from.tlp()),
                .options = read.Text("options", from.options()),
                .document = read.GetBlob("document", from.document()),
                .payload_id = from.payload_id(),
                .depth = from.depth(),
                .replace_environment = from.replace_environment(),
                .deadline_ms = from.deadline_ms()};
  for (const v1::Variable& variable : from.environment()) {
    read.Need("environment.name", !variable.name().empty());
    invoke.environment.emplace_back(
        read.Text("environment.name", variable.name()), variable.value());
  }
  if (!read.status().ok()) return read.status();
  return invoke;
}

absl::StatusOr<ToRunner> Get(const v1::NestedAnswer& from) {
  FieldReader read("nested_answer");
  read.Need("id", from.has_id());
  NestedAnswer answer{.id = from.id(),
                      .status = read.Number("status", from.status(), 0, 16),
                      .message = read.Text("message", from.message())};
  for (const std::string& result : from.results()) {
    answer.results.push_back(read.Text("results", result));
  }
  read.Need("child_names", from.child_names_size() == from.children_size());
  if (!read.status().ok()) return read.status();
  for (int i = 0; i < from.children_size(); ++i) {
    answer.children.emplace_back(from.child_names(i), from.children(i));
  }
  return answer;
}

}  // namespace

absl::StatusOr<std::string> Encode(const ToRunner& message) {
  v1::ToRunner out;
  std::visit([&](const auto& kind) { Put(kind, &out); }, message);
  absl::StatusOr<std::string> frame = WriteFrame(out);
  if (out.has_invoke()) Wipe(out.mutable_invoke());
  return frame;
}

absl::StatusOr<ToRunner> DecodeToRunner(std::string_view body) {
  CUPEL_RETURN_IF_ERROR(CheckToRunner(body, kMaxFields));
  v1::ToRunner from;
  CUPEL_RETURN_IF_ERROR(ParseBody(body, &from));
  switch (from.kind_case()) {
    case v1::ToRunner::kLoad:
      return Get(from.load());
    case v1::ToRunner::kInvoke: {
      absl::StatusOr<ToRunner> invoke = Get(from.invoke());
      Wipe(from.mutable_invoke());
      return invoke;
    }
    case v1::ToRunner::kCancel:
      return Cancel{from.cancel().id()};
    case v1::ToRunner::kItemTaken:
      return ItemTaken{from.item_taken().id(), from.item_taken().stop()};
    case v1::ToRunner::kNestedAnswer:
      return Get(from.nested_answer());
    case v1::ToRunner::kShutdown:
      return Shutdown{};
    case v1::ToRunner::KIND_NOT_SET:
      break;
  }
  return DataLoss("a frame to a plugin's process whose kind is missing");
}

const Blob* BlobInMemfd(const ToRunner& message) {
  const auto* const invoke = std::get_if<Invoke>(&message);
  if (invoke == nullptr) return nullptr;
  if (invoke->payload.in_memfd.has_value()) return &invoke->payload;
  if (invoke->document.in_memfd.has_value()) return &invoke->document;
  return nullptr;
}

void WipeBytes(std::string* bytes) {
  explicit_bzero(bytes->data(), bytes->size());
}

void WipeSecrets(Invoke* invoke) {
  for (auto& [name, value] : invoke->environment) WipeBytes(&value);
}

}  // namespace cupel::wire
