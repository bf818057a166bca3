#include <utility>

#include "base/status.h"
#include "cupel/v1/runner.pb.h"
#include "proto/frame_reader.h"
#include "proto/runner_codec.h"
#include "proto/wire_check.h"

namespace cupel::wire {
namespace {

void PutDescription(const Description& plugin, v1::Description* to) {
  to->set_category(plugin.category);
  to->set_name(plugin.name);
  to->set_version(plugin.version);
  to->set_description(plugin.description);
  to->set_author(plugin.author);
  for (const std::string& type : plugin.consumes) to->add_consumes(type);
  for (const std::string& name : plugin.requirements)
    to->add_requirements(name);
  to->set_max_tlp(plugin.max_tlp);
  to->set_needs(plugin.needs);
  to->set_reentrant(plugin.reentrant);
  to->set_least_tier(plugin.least_tier);
  to->set_min_version(plugin.min_version);
  to->set_max_version(plugin.max_version);
  to->set_heartbeat_ns(plugin.heartbeat_ns);
  to->set_options(plugin.options);
  to->set_rate_limit(plugin.rate_limit);
  to->set_dialect(plugin.dialect);
}

void Put(const Loaded& loaded, v1::ToHost* out) {
  out->mutable_loaded()->set_status(loaded.status);
  out->mutable_loaded()->set_message(loaded.message);
  for (const Description& plugin : loaded.plugins) {
    PutDescription(plugin, out->mutable_loaded()->add_plugins());
  }
}

void Put(const Child& child, v1::ToHost* out) {
  v1::Child* to = out->mutable_child();
  to->set_call(child.call);
  if (child.slice.has_value()) {
    to->set_offset(child.slice->offset);
    to->set_length(child.slice->length);
  } else {
    PutBlob(child.bytes, to->mutable_bytes());
  }
  to->set_name(child.name);
  to->set_metadata(child.metadata);
  to->set_dispatch(child.dispatch);
  to->set_no_scan(child.no_scan);
  to->set_save(child.save);
  to->set_cut(child.cut);
}

void Put(const Result& result, v1::ToHost* out) {
  out->mutable_result()->set_call(result.call);
  PutBlob(result.json, out->mutable_result()->mutable_json());
}

void Put(const Statement& statement, v1::ToHost* out) {
  v1::Statement* to = out->mutable_statement();
  to->set_call(statement.call);
  to->set_name(statement.name);
  to->set_tags(statement.tags);
  to->set_meta(statement.meta);
  to->set_weight(statement.weight);
  to->set_offset(statement.offset);
  to->set_length(statement.length);
}

void Put(const Dispatch& dispatch, v1::ToHost* out) {
  out->mutable_dispatch()->set_call(dispatch.call);
  out->mutable_dispatch()->set_plugin(dispatch.plugin);
}

void Put(const Error& error, v1::ToHost* out) {
  out->mutable_error()->set_call(error.call);
  out->mutable_error()->set_code(error.code);
  out->mutable_error()->set_message(error.message);
}

void Put(const Log& log, v1::ToHost* out) {
  out->mutable_log()->set_level(log.level);
  out->mutable_log()->set_text(log.text);
}

void Put(const Item& item, v1::ToHost* out) {
  v1::Item* to = out->mutable_item();
  to->set_call(item.call);
  to->set_name(item.name);
  to->set_path(item.path);
  PutBlob(item.bytes, to->mutable_bytes());
  to->set_metadata(item.metadata);
  to->set_tlp(item.tlp);
}

void Put(const Nested& nested, v1::ToHost* out) {
  v1::Nested* to = out->mutable_nested();
  to->set_call(nested.call);
  to->set_id(nested.id);
  to->set_plugin(nested.plugin);
  PutBlob(nested.bytes, to->mutable_bytes());
  to->set_options(nested.options);
}

void Put(const Done& done, v1::ToHost* out) {
  v1::Done* to = out->mutable_done();
  to->set_call(done.call);
  to->set_status(done.status);
  to->set_message(done.message);
}

void Put(const Limit& limit, v1::ToHost* out) {
  out->mutable_limit()->set_call(limit.call);
  out->mutable_limit()->set_name(limit.name);
}

Description GetDescription(const v1::Description& from, FieldReader* read) {
  Description plugin{
      .category = read->Number("plugins.category", from.category(), 1, 9),
      .name = read->Text("plugins.name", from.name()),
      .version = read->Text("plugins.version", from.version()),
      .description = read->Text("plugins.description", from.description()),
      .author = read->Text("plugins.author", from.author()),
      .max_tlp = read->Text("plugins.max_tlp", from.max_tlp()),
      .needs = from.needs(),
      .reentrant = from.reentrant(),
      .least_tier = read->Number("plugins.least_tier", from.least_tier(), 0, 3),
      .min_version = read->Text("plugins.min_version", from.min_version()),
      .max_version = read->Text("plugins.max_version", from.max_version()),
      .heartbeat_ns = from.heartbeat_ns(),
      .options = read->Text("plugins.options", from.options()),
      .rate_limit = read->Text("plugins.rate_limit", from.rate_limit()),
      .dialect = read->Text("plugins.dialect", from.dialect())};
  for (const std::string& type : from.consumes()) {
    plugin.consumes.push_back(read->Text("plugins.consumes", type));
  }
  for (const std::string& name : from.requirements()) {
    plugin.requirements.push_back(read->Text("plugins.requirements", name));
  }
  return plugin;
}

absl::StatusOr<ToHost> Get(const v1::Loaded& from) {
  FieldReader read("loaded");
  Loaded loaded{.status = read.Number("status", from.status(), 0, 16),
                .message = read.Text("message", from.message())};
  for (const v1::Description& plugin : from.plugins()) {
    loaded.plugins.push_back(GetDescription(plugin, &read));
    if (!read.status().ok()) return read.status();
  }
  if (!read.status().ok()) return read.status();
  return loaded;
}

absl::StatusOr<ToHost> Get(const v1::Child& from) {
  FieldReader read("child");
  read.Need("call", from.has_call());
  Child child{.call = from.call(),
              .bytes = read.GetBlob("bytes", from.bytes()),
              .name = from.name(),
              .metadata = read.Text("metadata", from.metadata()),
              .dispatch = read.Text("dispatch", from.dispatch()),
              .no_scan = from.no_scan(),
              .save = from.save(),
              .cut = from.cut()};
  if (from.has_offset() || from.has_length()) {
    read.Need("offset", from.has_offset());
    read.Need("length", from.has_length());
    if (from.has_bytes()) {
      return DataLoss("a frame whose child has both bytes and an offset");
    }
    child.slice = Slice{from.offset(), from.length()};
  }
  if (!read.status().ok()) return read.status();
  return child;
}

absl::StatusOr<ToHost> Get(const v1::Result& from) {
  FieldReader read("result");
  read.Need("call", from.has_call());
  Result result{from.call(), read.GetBlob("json", from.json())};
  if (!read.status().ok()) return read.status();
  return result;
}

absl::StatusOr<ToHost> Get(const v1::Statement& from) {
  FieldReader read("statement");
  read.Need("call", from.has_call());
  Statement statement{.call = from.call(),
                      .name = read.Text("name", from.name()),
                      .tags = read.Text("tags", from.tags()),
                      .meta = read.Text("meta", from.meta()),
                      .weight = from.weight(),
                      .offset = from.offset(),
                      .length = from.length()};
  if (!read.status().ok()) return read.status();
  return statement;
}

absl::StatusOr<ToHost> Get(const v1::Dispatch& from) {
  FieldReader read("dispatch");
  read.Need("call", from.has_call());
  Dispatch dispatch{from.call(), read.Text("plugin", from.plugin())};
  if (!read.status().ok()) return read.status();
  return dispatch;
}

absl::StatusOr<ToHost> Get(const v1::Error& from) {
  FieldReader read("error");
  read.Need("call", from.has_call());
  Error error{from.call(), read.Number("code", from.code(), 1, 16),
              read.Text("message", from.message())};
  if (!read.status().ok()) return read.status();
  return error;
}

absl::StatusOr<ToHost> Get(const v1::Log& from) {
  FieldReader read("log");
  Log log{read.Number("level", from.level(), 0, 3),
          read.Text("text", from.text())};
  if (!read.status().ok()) return read.status();
  return log;
}

absl::StatusOr<ToHost> Get(const v1::Item& from) {
  FieldReader read("item");
  read.Need("call", from.has_call());
  Item item{.call = from.call(),
            .name = from.name(),
            .path = from.path(),
            .bytes = read.GetBlob("bytes", from.bytes()),
            .metadata = read.Text("metadata", from.metadata()),
            .tlp = read.Text("tlp", from.tlp())};
  if (!read.status().ok()) return read.status();
  return item;
}

absl::StatusOr<ToHost> Get(const v1::Nested& from) {
  FieldReader read("nested");
  read.Need("call", from.has_call());
  read.Need("id", from.has_id());
  Nested nested{.call = from.call(),
                .id = from.id(),
                .plugin = read.Text("plugin", from.plugin()),
                .bytes = read.GetBlob("bytes", from.bytes()),
                .options = read.Text("options", from.options())};
  if (!read.status().ok()) return read.status();
  return nested;
}

absl::StatusOr<ToHost> Get(const v1::Done& from) {
  FieldReader read("done");
  read.Need("call", from.has_call());
  Done done{.call = from.call(),
            .status = read.Number("status", from.status(), 0, 16),
            .message = read.Text("message", from.message())};
  if (!read.status().ok()) return read.status();
  return done;
}

absl::StatusOr<ToHost> Get(const v1::Limit& from) {
  FieldReader read("limit");
  read.Need("call", from.has_call());
  Limit limit{from.call(), read.Text("name", from.name())};
  if (!read.status().ok()) return read.status();
  return limit;
}

}  // namespace

absl::StatusOr<std::string> Encode(const ToHost& message) {
  v1::ToHost out;
  std::visit([&](const auto& kind) { Put(kind, &out); }, message);
  return WriteFrame(out);
}

absl::StatusOr<ToHost> DecodeToHost(std::string_view body) {
  CUPEL_RETURN_IF_ERROR(CheckToHost(body, kMaxFields));
  v1::ToHost from;
  CUPEL_RETURN_IF_ERROR(ParseBody(body, &from));
  switch (from.kind_case()) {
    case v1::ToHost::kLoaded:
      return Get(from.loaded());
    case v1::ToHost::kChild:
      return Get(from.child());
    case v1::ToHost::kResult:
      return Get(from.result());
    case v1::ToHost::kStatement:
      return Get(from.statement());
    case v1::ToHost::kDispatch:
      return Get(from.dispatch());
    case v1::ToHost::kError:
      return Get(from.error());
    case v1::ToHost::kLog:
      return Get(from.log());
    case v1::ToHost::kItem:
      return Get(from.item());
    case v1::ToHost::kNested:
      return Get(from.nested());
    case v1::ToHost::kDone:
      return Get(from.done());
    case v1::ToHost::kLimit:
      return Get(from.limit());
    case v1::ToHost::KIND_NOT_SET:
      break;
  }
  return DataLoss("a frame from a plugin's process whose kind is missing");
}

const Blob* BlobInMemfd(const ToHost& message) {
  const Blob* blob = nullptr;
  if (const auto* const child = std::get_if<Child>(&message)) {
    blob = &child->bytes;
  } else if (const auto* const result = std::get_if<Result>(&message)) {
    blob = &result->json;
  } else if (const auto* const item = std::get_if<Item>(&message)) {
    blob = &item->bytes;
  } else if (const auto* const nested = std::get_if<Nested>(&message)) {
    blob = &nested->bytes;
  }
  return blob != nullptr && blob->in_memfd.has_value() ? blob : nullptr;
}

}  // namespace cupel::wire
