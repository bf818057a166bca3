#include "yara/compiled_rules.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <mutex>

#include "base/status.h"
#include "yara/internal.h"
#include "yara/library.h"

namespace cupel {
namespace {

struct Reader {
  std::string_view rest;
};

// Like fread: the number of whole items that were there.
size_t ReadItems(void* to, size_t size, size_t count, void* user) noexcept {
  auto* reader = static_cast<Reader*>(user);
  if (size == 0 || count == 0) return 0;
  const size_t items = std::min(count, reader->rest.size() / size);
  if (items != 0) std::memcpy(to, reader->rest.data(), items * size);
  reader->rest.remove_prefix(items * size);
  return items;
}

struct Writer {
  std::string* out;
  bool failed = false;
};

// Like fwrite, but never says that it failed: libyara would stop in the middle,
// and leave the rules as no scan can use them any more.
size_t WriteItems(const void* from, size_t size, size_t count,
                  void* user) noexcept {
  auto* writer = static_cast<Writer*>(user);
  try {
    if (!writer->failed) {
      writer->out->append(static_cast<const char*>(from), size * count);
    }
  } catch (const std::exception&) {
    writer->failed = true;
  }
  return count;
}

std::string_view View(const char* text) { return text != nullptr ? text : ""; }

}  // namespace

YaraRules::YaraRules(std::unique_ptr<YaraRulesState> state)
    : state_(std::move(state)) {}

YaraRules::~YaraRules() = default;

absl::StatusOr<std::shared_ptr<YaraRules>> YaraRules::Load(
    std::string_view bytes) {
  CUPEL_RETURN_IF_ERROR(InitYara());
  Reader reader{bytes};
  YR_STREAM stream{&reader, ReadItems, nullptr};
  auto state = std::make_unique<YaraRulesState>();
  YR_RULES* rules = nullptr;
  const int code = yr_rules_load_stream(&stream, &rules);
  if (code != ERROR_SUCCESS) {
    return DataLoss("libyara {} cannot load compiled rules: {}", YaraVersion(),
                    YaraErrorText(code));
  }
  state->rules.reset(rules);
  if (!reader.rest.empty()) {
    return DataLoss("compiled rules: {} bytes follow their end",
                    reader.rest.size());
  }
  return std::make_shared<YaraRules>(std::move(state));
}

absl::Status YaraRules::Save(std::string* out) const {
  const std::unique_lock lock(state_->mutex);
  Writer writer{out};
  YR_STREAM stream{&writer, nullptr, WriteItems};
  const int code = yr_rules_save_stream(state_->rules.get(), &stream);
  if (code == ERROR_SUCCESS && !writer.failed) return absl::OkStatus();
  if (writer.failed) {
    return ResourceExhausted("compiled rules cannot be saved: out of memory");
  }
  return ResourceExhausted("compiled rules cannot be saved: {}",
                           YaraErrorText(code));
}

size_t YaraRules::size() const { return state_->rules->num_rules; }

size_t YaraRules::string_count() const { return state_->rules->num_strings; }

size_t YaraRules::memory_bytes() const {
  // Each pointer inside is noted in a list besides.
  constexpr size_t kRelocationBytes = 32;
  const YR_ARENA& arena = *state_->rules->arena;
  size_t bytes = sizeof(YaraRulesState) + sizeof(YR_RULES) + sizeof(YR_ARENA);
  for (uint32_t i = 0; i < arena.num_buffers; ++i) {
    bytes += arena.buffers[i].size;
  }
  for (const YR_RELOC* r = arena.reloc_list_head; r != nullptr; r = r->next) {
    bytes += kRelocationBytes;
  }
  return bytes;
}

std::vector<std::string_view> YaraRules::StringIds() const {
  const std::shared_lock lock(state_->mutex);
  std::vector<std::string_view> out;
  out.reserve(string_count());
  for (size_t i = 0; i < string_count(); ++i) {
    out.push_back(View(state_->rules->strings_table[i].identifier));
  }
  return out;
}

YaraRule YaraRules::rule(size_t index) const {
  const std::shared_lock lock(state_->mutex);
  const YR_RULE& rule = state_->rules->rules_table[index];
  YaraRule out;
  out.name = View(rule.identifier);
  out.ns = View(rule.ns->name);
  out.global = (rule.flags & RULE_FLAGS_GLOBAL) != 0;
  out.is_private = (rule.flags & RULE_FLAGS_PRIVATE) != 0;
  const char* tag = nullptr;
  yr_rule_tags_foreach((&rule), tag) { out.tags.emplace_back(tag); }
  const YR_META* meta = nullptr;
  yr_rule_metas_foreach((&rule), meta) {
    switch (meta->type) {
      case META_TYPE_INTEGER:
        out.metas.emplace_back(View(meta->identifier), meta->integer);
        break;
      case META_TYPE_BOOLEAN:
        out.metas.emplace_back(View(meta->identifier), meta->integer != 0);
        break;
      default:
        out.metas.emplace_back(View(meta->identifier),
                               std::string(View(meta->string)));
    }
  }
  return out;
}

bool YaraRules::HasExternal(std::string_view name) const {
  const std::shared_lock lock(state_->mutex);
  const YR_EXTERNAL_VARIABLE* variable = state_->rules->ext_vars_table;
  if (variable == nullptr) return false;
  for (; !EXTERNAL_VARIABLE_IS_NULL(variable); ++variable) {
    if (name == View(variable->identifier)) return true;
  }
  return false;
}

void YaraRules::SetEnabled(size_t index, bool enabled) {
  YR_RULE* rule = &state_->rules->rules_table[index];
  if (enabled) {
    yr_rule_enable(rule);
  } else {
    yr_rule_disable(rule);
  }
}

}  // namespace cupel
