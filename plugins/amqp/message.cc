#include "message.h"

#include <algorithm>

namespace cupel::amqp {
namespace {

bool Number(const amqp_field_value_t& value, int64_t* out) {
  switch (value.kind) {
    case AMQP_FIELD_KIND_BOOLEAN:
      *out = value.value.boolean != 0 ? 1 : 0;
      return true;
    case AMQP_FIELD_KIND_I8:
      *out = value.value.i8;
      return true;
    case AMQP_FIELD_KIND_U8:
      *out = value.value.u8;
      return true;
    case AMQP_FIELD_KIND_I16:
      *out = value.value.i16;
      return true;
    case AMQP_FIELD_KIND_U16:
      *out = value.value.u16;
      return true;
    case AMQP_FIELD_KIND_I32:
      *out = value.value.i32;
      return true;
    case AMQP_FIELD_KIND_U32:
      *out = value.value.u32;
      return true;
    case AMQP_FIELD_KIND_I64:
      *out = value.value.i64;
      return true;
    default:
      return false;
  }
}

}  // namespace

const std::string* Message::Text(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return std::get_if<std::string>(&value);
  }
  return nullptr;
}

int64_t Message::NumberOr(std::string_view name, int64_t absent) const {
  for (const auto& [key, value] : headers) {
    if (key != name) continue;
    const int64_t* const number = std::get_if<int64_t>(&value);
    return number == nullptr ? absent : *number;
  }
  return absent;
}

void Message::Set(std::string_view name, HeaderValue value) {
  Remove(name);
  headers.emplace_back(std::string(name), std::move(value));
}

void Message::Remove(std::string_view name) {
  std::erase_if(headers,
                [name](const auto& header) { return header.first == name; });
}

Message MessageFrom(const amqp_basic_properties_t& properties) {
  Message out;
  const amqp_flags_t flags = properties._flags;
  const auto text = [flags](amqp_flags_t flag, amqp_bytes_t bytes) {
    return (flags & flag) != 0 ? std::string(TextOf(bytes)) : std::string();
  };
  out.content_type =
      text(AMQP_BASIC_CONTENT_TYPE_FLAG, properties.content_type);
  out.message_id = text(AMQP_BASIC_MESSAGE_ID_FLAG, properties.message_id);
  out.correlation_id =
      text(AMQP_BASIC_CORRELATION_ID_FLAG, properties.correlation_id);
  out.type = text(AMQP_BASIC_TYPE_FLAG, properties.type);
  if ((flags & AMQP_BASIC_PRIORITY_FLAG) != 0) {
    out.priority = properties.priority;
  }
  if ((flags & AMQP_BASIC_TIMESTAMP_FLAG) != 0) {
    out.timestamp_s = properties.timestamp;
  }
  if ((flags & AMQP_BASIC_HEADERS_FLAG) == 0) return out;
  for (int i = 0; i < properties.headers.num_entries; ++i) {
    const amqp_table_entry_t& entry = properties.headers.entries[i];
    int64_t number = 0;
    if (entry.value.kind == AMQP_FIELD_KIND_UTF8) {
      out.headers.emplace_back(TextOf(entry.key),
                               std::string(TextOf(entry.value.value.bytes)));
    } else if (Number(entry.value, &number)) {
      out.headers.emplace_back(TextOf(entry.key), number);
    }
  }
  return out;
}

size_t HeaderBytes(const Message& message) {
  size_t bytes = 4;  // the table's length
  for (const auto& [name, value] : message.headers) {
    // Each name and each value has a byte before it: its length, its type.
    bytes += 2 + name.size();
    const auto* const text = std::get_if<std::string>(&value);
    bytes +=
        text == nullptr ? sizeof(int64_t) : sizeof(uint32_t) + text->size();
  }
  return bytes;
}

WireProperties::WireProperties(const Message& message) {
  const auto put = [this](amqp_flags_t flag, amqp_bytes_t* to,
                          const std::string& text) {
    // Short strings end at 255 bytes.
    if (text.empty() || text.size() > 255) return;
    properties_._flags |= flag;
    *to = BytesOf(text);
  };
  put(AMQP_BASIC_CONTENT_TYPE_FLAG, &properties_.content_type,
      message.content_type);
  put(AMQP_BASIC_MESSAGE_ID_FLAG, &properties_.message_id, message.message_id);
  put(AMQP_BASIC_CORRELATION_ID_FLAG, &properties_.correlation_id,
      message.correlation_id);
  put(AMQP_BASIC_TYPE_FLAG, &properties_.type, message.type);
  if (message.expiration_ms >= 0) {
    expiration_ = std::to_string(message.expiration_ms);
    put(AMQP_BASIC_EXPIRATION_FLAG, &properties_.expiration, expiration_);
  }
  properties_._flags |=
      AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_PRIORITY_FLAG;
  properties_.delivery_mode = AMQP_DELIVERY_PERSISTENT;
  properties_.priority = message.priority;
  if (message.timestamp_s != 0) {
    properties_._flags |= AMQP_BASIC_TIMESTAMP_FLAG;
    properties_.timestamp = message.timestamp_s;
  }
  entries_.reserve(message.headers.size());
  for (const auto& [name, value] : message.headers) {
    amqp_table_entry_t entry{};
    entry.key = BytesOf(name);
    if (const auto* const text = std::get_if<std::string>(&value)) {
      entry.value.kind = AMQP_FIELD_KIND_UTF8;
      entry.value.value.bytes = BytesOf(*text);
    } else {
      entry.value.kind = AMQP_FIELD_KIND_I64;
      entry.value.value.i64 = std::get<int64_t>(value);
    }
    entries_.push_back(entry);
  }
  if (entries_.empty()) return;
  properties_._flags |= AMQP_BASIC_HEADERS_FLAG;
  properties_.headers.num_entries = static_cast<int>(entries_.size());
  properties_.headers.entries = entries_.data();
}

}  // namespace cupel::amqp
