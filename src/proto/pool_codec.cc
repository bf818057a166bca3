#include "proto/pool_codec.h"

#include <utility>

#include "base/status.h"
#include "cupel/v1/pool.pb.h"
#include "proto/frame_reader.h"
#include "proto/wire_check.h"

namespace cupel::pool_wire {
namespace {

using wire::FieldReader;
using wire::kMaxFields;
using wire::WipeBytes;

void PutBytes(const Blob& blob, v1::WorkBytes* out) {
  if (blob.in_memfd.has_value()) {
    out->set_in_memfd(*blob.in_memfd);
  } else {
    out->set_inline_(blob.bytes);
  }
}

absl::StatusOr<Blob> GetBytes(std::string_view message, v1::WorkBytes* from) {
  if (!from->has_in_memfd()) {
    return Blob{.bytes = std::move(*from->mutable_inline_())};
  }
  if (from->has_inline_()) {
    return DataLoss("a frame whose {}.bytes is both in the frame and beside it",
                    message);
  }
  return Blob{.in_memfd = from->in_memfd()};
}

void Put(const Setup& setup, v1::ToJobRunner* out) {
  out->mutable_setup()->set_protocol(kProtocol);
  out->mutable_setup()->set_config(setup.config);
}

void Put(const Order& order, v1::ToJobRunner* out) {
  v1::WorkOrder* to = out->mutable_order();
  to->set_number(order.number);
  to->set_job_id(order.job_id);
  to->set_organisation(order.organisation);
  to->set_kind(order.kind);
  PutBytes(order.bytes, to->mutable_bytes());
  to->set_body_bytes(order.body_bytes);
  for (const auto& [name, value] : order.environment) {
    v1::WorkVariable* variable = to->add_environment();
    variable->set_name(name);
    variable->set_value(value);
  }
  to->set_time_ms(order.time_ms);
}

void Put(const Cancel& cancel, v1::ToJobRunner* out) {
  out->mutable_cancel()->set_number(cancel.number);
}

void Put(const Reload&, v1::ToJobRunner* out) { out->mutable_reload(); }

void Put(const Quit&, v1::ToJobRunner* out) { out->mutable_quit(); }

void Put(const Ready& ready, v1::ToSupervisor* out) {
  out->mutable_ready()->set_status(ready.status);
  out->mutable_ready()->set_message(ready.message);
}

void Put(const Step& step, v1::ToSupervisor* out) {
  out->mutable_step()->set_number(step.number);
  out->mutable_step()->set_text(step.text);
}

void Put(const Done& done, v1::ToSupervisor* out) {
  v1::WorkDone* to = out->mutable_done();
  to->set_number(done.number);
  to->set_type(done.type);
  PutBytes(done.bytes, to->mutable_bytes());
  for (const auto& [name, value] : done.facts) {
    v1::WorkFact* fact = to->add_facts();
    fact->set_name(name);
    fact->set_value(value);
  }
  for (const auto& [name, value] : done.counts) {
    v1::WorkCount* count = to->add_counts();
    count->set_name(name);
    count->set_value(value);
  }
  to->set_max_rss_bytes(done.max_rss_bytes);
}

void Put(const Failed& failed, v1::ToSupervisor* out) {
  v1::WorkFailed* to = out->mutable_failed();
  to->set_number(failed.number);
  to->set_status(failed.status);
  to->set_message(failed.message);
  to->set_max_rss_bytes(failed.max_rss_bytes);
}

// Values of variables must not stay behind in protobuf's memory.
void Wipe(v1::WorkOrder* order) {
  for (v1::WorkVariable& variable : *order->mutable_environment()) {
    WipeBytes(variable.mutable_value());
  }
}

absl::StatusOr<ToJobRunner> Get(v1::WorkSetup* from) {
  FieldReader read("setup");
  read.Need("protocol", from->has_protocol());
  if (read.status().ok() && from->protocol() != kProtocol) {
    return Unimplemented(
        "the worker speaks protocol {} to its job runners, and this "
        "cupel-job-runner {}: use the two of one version",
        from->protocol(), kProtocol);
  }
  Setup setup{.config = read.Text("config", from->config())};
  if (!read.status().ok()) return read.status();
  return setup;
}

absl::StatusOr<ToJobRunner> Get(v1::WorkOrder* from) {
  FieldReader read("order");
  read.Need("number", from->has_number());
  read.Need("kind", !from->kind().empty());
  CUPEL_ASSIGN_OR_RETURN(Blob bytes, GetBytes("order", from->mutable_bytes()));
  Order order{.number = from->number(),
              .job_id = read.Text("job_id", from->job_id()),
              .organisation = read.Text("organisation", from->organisation()),
              .kind = read.Text("kind", from->kind()),
              .bytes = std::move(bytes),
              .body_bytes = from->body_bytes(),
              .time_ms = from->time_ms()};
  const uint64_t all = order.bytes.in_memfd.value_or(order.bytes.bytes.size());
  if (order.body_bytes > all) {
    return DataLoss("a frame whose order.body_bytes is {} of {}",
                    order.body_bytes, all);
  }
  for (const v1::WorkVariable& variable : from->environment()) {
    read.Need("environment.name", !variable.name().empty());
    order.environment.emplace_back(
        read.Text("environment.name", variable.name()), variable.value());
  }
  if (!read.status().ok()) return read.status();
  return order;
}

absl::StatusOr<ToSupervisor> Get(const v1::WorkReady& from) {
  FieldReader read("ready");
  Ready ready{.status = read.Number("status", from.status(), 0, 16),
              .message = read.Text("message", from.message())};
  if (!read.status().ok()) return read.status();
  return ready;
}

absl::StatusOr<ToSupervisor> Get(const v1::WorkStep& from) {
  FieldReader read("step");
  Step step{.number = from.number(), .text = read.Text("text", from.text())};
  if (!read.status().ok()) return read.status();
  return step;
}

absl::StatusOr<ToSupervisor> Get(v1::WorkDone* from) {
  FieldReader read("done");
  read.Need("number", from->has_number());
  CUPEL_ASSIGN_OR_RETURN(Blob bytes, GetBytes("done", from->mutable_bytes()));
  Done done{.number = from->number(),
            .type = read.Text("type", from->type()),
            .bytes = std::move(bytes),
            .max_rss_bytes = from->max_rss_bytes()};
  for (const v1::WorkFact& fact : from->facts()) {
    done.facts.emplace_back(read.Text("facts.name", fact.name()),
                            read.Text("facts.value", fact.value()));
  }
  for (const v1::WorkCount& count : from->counts()) {
    done.counts.emplace_back(read.Text("counts.name", count.name()),
                             count.value());
  }
  if (!read.status().ok()) return read.status();
  return done;
}

absl::StatusOr<ToSupervisor> Get(const v1::WorkFailed& from) {
  FieldReader read("failed");
  read.Need("number", from.has_number());
  Failed failed{.number = from.number(),
                .status = read.Number("status", from.status(), 1, 16),
                .message = read.Text("message", from.message()),
                .max_rss_bytes = from.max_rss_bytes()};
  if (!read.status().ok()) return read.status();
  return failed;
}

}  // namespace

absl::StatusOr<std::string> Encode(const ToJobRunner& message) {
  v1::ToJobRunner out;
  std::visit([&](const auto& kind) { Put(kind, &out); }, message);
  absl::StatusOr<std::string> frame = wire::WriteFrame(out);
  if (out.has_order()) Wipe(out.mutable_order());
  return frame;
}

absl::StatusOr<std::string> Encode(const ToSupervisor& message) {
  v1::ToSupervisor out;
  std::visit([&](const auto& kind) { Put(kind, &out); }, message);
  return wire::WriteFrame(out);
}

absl::StatusOr<ToJobRunner> DecodeToJobRunner(std::string_view body) {
  CUPEL_RETURN_IF_ERROR(CheckToJobRunner(body, kMaxFields));
  v1::ToJobRunner from;
  CUPEL_RETURN_IF_ERROR(wire::ParseBody(body, &from));
  switch (from.kind_case()) {
    case v1::ToJobRunner::kSetup:
      return Get(from.mutable_setup());
    case v1::ToJobRunner::kOrder: {
      absl::StatusOr<ToJobRunner> order = Get(from.mutable_order());
      Wipe(from.mutable_order());
      return order;
    }
    case v1::ToJobRunner::kCancel:
      return Cancel{from.cancel().number()};
    case v1::ToJobRunner::kReload:
      return Reload{};
    case v1::ToJobRunner::kQuit:
      return Quit{};
    case v1::ToJobRunner::KIND_NOT_SET:
      break;
  }
  return DataLoss("a frame to a job runner whose kind is missing");
}

absl::StatusOr<ToSupervisor> DecodeToSupervisor(std::string_view body) {
  CUPEL_RETURN_IF_ERROR(CheckToSupervisor(body, kMaxFields));
  v1::ToSupervisor from;
  CUPEL_RETURN_IF_ERROR(wire::ParseBody(body, &from));
  switch (from.kind_case()) {
    case v1::ToSupervisor::kReady:
      return Get(from.ready());
    case v1::ToSupervisor::kStep:
      return Get(from.step());
    case v1::ToSupervisor::kDone:
      return Get(from.mutable_done());
    case v1::ToSupervisor::kFailed:
      return Get(from.failed());
    case v1::ToSupervisor::KIND_NOT_SET:
      break;
  }
  return DataLoss("a frame to a supervisor whose kind is missing");
}

Blob* BlobInMemfd(ToJobRunner& message) {
  auto* const order = std::get_if<Order>(&message);
  if (order == nullptr || !order->bytes.in_memfd.has_value()) return nullptr;
  return &order->bytes;
}

Blob* BlobInMemfd(ToSupervisor& message) {
  auto* const done = std::get_if<Done>(&message);
  if (done == nullptr || !done->bytes.in_memfd.has_value()) return nullptr;
  return &done->bytes;
}

void WipeSecrets(Order* order) {
  for (auto& [name, value] : order->environment) WipeBytes(&value);
}

}  // namespace cupel::pool_wire
