#include "runner/call_frames.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/absl_compat.h"
#include "base/status.h"
#include "format/escape.h"
#include "runner/sealed_memory.h"

namespace cupel {
namespace {

constexpr size_t kMessageBytes = 4096;
constexpr size_t kLogBytes = 16 * 1024;
constexpr uint64_t kLogBytesOfACall = 256 * 1024;

std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const size_t space = std::min(text.find(' '), text.size());
    if (space > 0) words.emplace_back(text.substr(0, space));
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return words;
}

absl::StatusOr<UniqueFd> Pack(std::string_view bytes, bool memfd_taken,
                              wire::Blob* blob) {
  // One descriptor to a frame: of two long ones the second goes inside.
  if (bytes.size() <= wire::kMaxInlineBytes || memfd_taken) {
    blob->bytes = bytes;
    return UniqueFd();
  }
  blob->in_memfd = bytes.size();
  return SealedMemfd(bytes);
}

// What the process made printable is not made so twice: backslashes alone are
// no reason.
std::string Printable(std::string_view text) {
  std::string printable = EscapePrintable(text);
  const auto backslashes = std::count(text.begin(), text.end(), '\\');
  if (printable.size() == text.size() + static_cast<size_t>(backslashes)) {
    return std::string(text);
  }
  return printable;
}

}  // namespace

absl::Status QueueInvoke(uint64_t id, const PluginRequest& request,
                         const Deadline& deadline, Channel* channel) {
  wire::Invoke invoke{.id = id,
                      .method = static_cast<int32_t>(request.method),
                      .name = std::string(request.name),
                      .path = std::string(request.path),
                      .type = std::string(request.type),
                      .mime = std::string(request.mime),
                      .sha256 = std::string(request.sha256),
                      .tlp = std::string(request.tlp),
                      .options = std::string(request.options),
                      .payload_id = request.payload,
                      .depth = request.depth};
  CUPEL_ASSIGN_OR_RETURN(UniqueFd memfd,
                         Pack(request.bytes, false, &invoke.payload));
  CUPEL_ASSIGN_OR_RETURN(
      UniqueFd second, Pack(request.document, memfd.valid(), &invoke.document));
  if (second.valid()) memfd = std::move(second);
  if (request.environment != nullptr) {
    invoke.environment = *request.environment;
    invoke.replace_environment = true;
  }
  if (!deadline.is_never()) {
    invoke.deadline_ms =
        std::max<uint64_t>(deadline.remaining() / 1'000'000, 1);
  }
  wire::ToRunner message = std::move(invoke);
  absl::StatusOr<std::string> frame = wire::Encode(message);
  wire::WipeSecrets(std::get_if<wire::Invoke>(&message));
  if (!frame.ok()) return frame.status();
  channel->Queue(*std::move(frame), std::move(memfd));
  return absl::OkStatus();
}

absl::StatusOr<Reaction> CallFrames::Take(wire::ToHost message,
                                          const UniqueFd& memfd) {
  return std::visit([&](auto& kind) { return Get(kind, memfd); }, message);
}

absl::StatusOr<bool> CallFrames::IsCurrent(uint64_t call) {
  if (call == id_) return true;
  if (call > id_) return DataLoss("a frame of a call that there was not yet");
  if (!std::exchange(stale_told_, true)) {
    answer_->AddError(
        absl::StatusCode::kInvalidArgument,
        "the plugin handed something back for a call that is over");
  }
  return false;
}

Reaction CallFrames::Note(const absl::Status& status) {
  if (status.ok()) return {};
  if (absl::IsResourceExhausted(status)) return {.flooding = true};
  answer_->AddError(status.code(), MessageOf(status));
  return {};
}

absl::Status CallFrames::Send(const wire::ToRunner& message) {
  CUPEL_ASSIGN_OR_RETURN(std::string frame, wire::Encode(message));
  channel_->Queue(std::move(frame));
  return absl::OkStatus();
}

absl::StatusOr<Reaction> CallFrames::Get(wire::Loaded&, const UniqueFd&) {
  return DataLoss("a Loaded after the first one");
}

absl::Status CallFrames::TakeSlice(const wire::Slice& slice,
                                   PluginChild* child) const {
  const std::string_view payload = request_.bytes;
  if (slice.offset > payload.size() ||
      slice.length > payload.size() - slice.offset) {
    return InvalidArgument("a child is bytes {} to {} of a payload that has {}",
                           slice.offset, slice.offset + slice.length,
                           payload.size());
  }
  const std::string_view bytes = payload.substr(slice.offset, slice.length);
  if (request_.owner == nullptr) {
    if (bytes.size() > answer_->budget()) {
      child->bytes = {nullptr, bytes};  // AddChild refuses it by its size
    } else {
      child->bytes = SharedBytes::Copy(bytes);
    }
    return absl::OkStatus();
  }
  child->bytes = {request_.owner, bytes};
  child->offset = slice.offset;
  return absl::OkStatus();
}

absl::Status CallFrames::TakeBytes(wire::Blob& blob, const UniqueFd& memfd,
                                   PluginChild* child, bool* cut) const {
  if (!blob.in_memfd.has_value()) {
    child->bytes = SharedBytes::Own(std::move(blob.bytes));
    return absl::OkStatus();
  }
  const uint64_t most = answer_->limits().child_bytes;
  CUPEL_ASSIGN_OR_RETURN(child->bytes, MapSealed(memfd, *blob.in_memfd, most));
  if (*blob.in_memfd <= most || child->bytes.view.size() > answer_->budget()) {
    return absl::OkStatus();
  }
  // Mapped, it would hold on to the memory of all of it.
  child->bytes = SharedBytes::Copy(child->bytes.view);
  *cut = true;
  return absl::OkStatus();
}

absl::StatusOr<Reaction> CallFrames::Get(wire::Child& from,
                                         const UniqueFd& memfd) {
  CUPEL_ASSIGN_OR_RETURN(const bool current, IsCurrent(from.call));
  if (!current) return Reaction{};
  PluginChild child{.name = std::move(from.name),
                    .metadata = std::move(from.metadata),
                    .scan = !from.no_scan,
                    .save = from.save};
  bool cut = from.cut;
  if (from.slice.has_value()) {
    const absl::Status status = TakeSlice(*from.slice, &child);
    if (!status.ok()) return Note(status);
  } else {
    CUPEL_RETURN_IF_ERROR(TakeBytes(from.bytes, memfd, &child, &cut));
  }
  std::vector<std::string> bad;
  child.dispatch = ParsePluginList(from.dispatch, &bad);
  for (const std::string& name : bad) {
    answer_->AddError(
        absl::StatusCode::kInvalidArgument,
        "a child is to go to '" + name + "', which is no category:name");
  }
  const size_t before = answer_->children.size();
  const absl::Status status = answer_->AddChild(std::move(child));
  if (answer_->children.size() == before) return Note(status);
  // It is there, if not all of it: no flood.
  if (cut) {
    answer_->cut.back() = true;
    (void)answer_->NoteLimit("child_bytes");
  }
  return Reaction{};
}

absl::StatusOr<Reaction> CallFrames::Get(wire::Result& result,
                                         const UniqueFd& memfd) {
  CUPEL_ASSIGN_OR_RETURN(const bool current, IsCurrent(result.call));
  if (!current) return Reaction{};
  if (!result.json.in_memfd.has_value()) {
    return Note(answer_->AddResult(result.json.bytes));
  }
  // One byte more than there may be is enough to be refused.
  const uint64_t most = answer_->limits().result_bytes;
  CUPEL_ASSIGN_OR_RETURN(const SharedBytes json,
                         MapSealed(memfd, *result.json.in_memfd,
                                   most == UINT64_MAX ? most : most + 1));
  return Note(answer_->AddResult(json.view));
}

absl::StatusOr<Reaction> CallFrames::Get(wire::Statement& statement,
                                         const UniqueFd&) {
  CUPEL_ASSIGN_OR_RETURN(const bool current, IsCurrent(statement.call));
  if (!current) return Reaction{};
  const size_t size = request_.bytes.size();
  if (statement.offset > size || statement.length > size - statement.offset) {
    return Note(InvalidArgument(
        "a statement is about {} bytes at {} of a payload that has {}",
        statement.length, statement.offset, size));
  }
  return Note(answer_->AddStatement({.name = std::move(statement.name),
                                     .tags = Words(statement.tags),
                                     .meta = std::move(statement.meta),
                                     .weight = statement.weight,
                                     .offset = statement.offset,
                                     .length = statement.length}));
}

absl::StatusOr<Reaction> CallFrames::Get(wire::Dispatch& dispatch,
                                         const UniqueFd&) {
  CUPEL_ASSIGN_OR_RETURN(const bool current, IsCurrent(dispatch.call));
  if (!current) return Reaction{};
  return Note(answer_->AddDispatch(dispatch.plugin));
}

absl::StatusOr<Reaction> CallFrames::Get(wire::Error& error, const UniqueFd&) {
  CUPEL_ASSIGN_OR_RETURN(const bool current, IsCurrent(error.call));
  if (current) {
    answer_->AddError(static_cast<absl::StatusCode>(error.code), error.message);
  }
  return Reaction{};
}

absl::StatusOr<Reaction> CallFrames::Get(wire::Log& log, const UniqueFd&) {
  if (request_.services == nullptr || !request_.services->log) {
    return Reaction{};
  }
  const std::string_view text = std::string_view(log.text).substr(0, kLogBytes);
  if (log_bytes_ > kLogBytesOfACall) {
    ++log_left_out_;
    return Reaction{};
  }
  // An empty line is one as well.
  log_bytes_ += text.size() + 16;
  request_.services->log(static_cast<LogLevel>(log.level), Printable(text));
  return Reaction{};
}

absl::StatusOr<Reaction> CallFrames::Get(wire::Item& from,
                                         const UniqueFd& memfd) {
  CUPEL_ASSIGN_OR_RETURN(const bool current, IsCurrent(from.call));
  if (!current) return Reaction{};
  absl::Status status;
  if (request_.services == nullptr || !request_.services->item) {
    status = FailedPrecondition("only a source that is asked brings items");
  } else {
    PluginItem item{.name = std::move(from.name),
                    .path = std::move(from.path),
                    .metadata = std::move(from.metadata),
                    .tlp = std::move(from.tlp)};
    if (!from.bytes.in_memfd.has_value()) {
      item.bytes = SharedBytes::Own(std::move(from.bytes.bytes));
    } else if (*from.bytes.in_memfd <= answer_->limits().child_bytes) {
      CUPEL_ASSIGN_OR_RETURN(item.bytes, MapSealed(memfd, *from.bytes.in_memfd,
                                                   *from.bytes.in_memfd));
    } else {
      status =
          InvalidArgument("an item of {} bytes, and child_bytes allow {}",
                          *from.bytes.in_memfd, answer_->limits().child_bytes);
    }
    if (status.ok()) status = CheckItem(item);
    if (status.ok()) status = request_.services->item(std::move(item));
  }
  const bool stop =
      absl::IsCancelled(status) || absl::IsFailedPrecondition(status);
  CUPEL_RETURN_IF_ERROR(Send(wire::ItemTaken{from.call, stop}));
  if (absl::IsCancelled(status)) return Reaction{};
  return Note(status);
}

absl::StatusOr<Reaction> CallFrames::Get(wire::Nested& from,
                                         const UniqueFd& memfd) {
  CUPEL_ASSIGN_OR_RETURN(const bool current, IsCurrent(from.call));
  if (!current) return Reaction{};
  SharedBytes bytes = SharedBytes::Own(std::move(from.bytes.bytes));
  if (from.bytes.in_memfd.has_value()) {
    CUPEL_ASSIGN_OR_RETURN(
        bytes, MapSealed(memfd, *from.bytes.in_memfd, *from.bytes.in_memfd));
  }
  PluginAnswer nested(answer_->limits());
  absl::Status status;
  const absl::StatusOr<PluginName> name = ParsePluginName(from.plugin);
  if (!name.ok()) {
    status = name.status();
  } else if (request_.services == nullptr || !request_.services->nested) {
    status = NotFound("there are no other plugins here");
  } else {
    status =
        request_.services->nested(*name, bytes.view, from.options, &nested);
  }
  wire::NestedAnswer out{.id = from.id,
                         .status = static_cast<int32_t>(status.code()),
                         .message = ReplaceInvalidUtf8(MessageOf(status)),
                         .results = std::move(nested.results)};
  for (PluginChild& child : nested.children) {
    out.children.emplace_back(std::move(child.name), child.bytes.view);
  }
  if (Send(out).ok()) return Reaction{};
  // Too long for a frame.
  CUPEL_RETURN_IF_ERROR(Send(wire::NestedAnswer{
      .id = from.id,
      .status = static_cast<int32_t>(absl::StatusCode::kResourceExhausted),
      .message = "the answer of the nested call is over 32 MiB"}));
  return Reaction{};
}

absl::StatusOr<Reaction> CallFrames::Get(wire::Done& done, const UniqueFd&) {
  CUPEL_ASSIGN_OR_RETURN(const bool current, IsCurrent(done.call));
  if (!current) return Reaction{};
  if (log_left_out_ > 0) {
    request_.services->log(
        LogLevel::kWarning,
        fmt::format("{} more lines are left out", log_left_out_));
  }
  if (done.status != 0) {
    status_ = absl::Status(
        static_cast<absl::StatusCode>(done.status),
        ToAbsl(EscapePrintable(
            std::string_view(done.message).substr(0, kMessageBytes))));
  }
  return Reaction{.done = true};
}

absl::StatusOr<Reaction> CallFrames::Get(wire::Limit& limit, const UniqueFd&) {
  CUPEL_ASSIGN_OR_RETURN(const bool current, IsCurrent(limit.call));
  if (!current) return Reaction{};
  return Reaction{.flooding = answer_->NoteLimit(limit.name)};
}

}  // namespace cupel
