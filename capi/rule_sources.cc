// cupel_rule_sources: where rules come from.
#include <memory>
#include <string>
#include <utility>

#include "capi/arguments.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "cupel/cupel.h"
#include "engine/defines.h"

namespace {

using cupel::capi::BytesOf;
using cupel::capi::CheckHandle;
using cupel::capi::Guard;
using cupel::capi::NameOf;

absl::Status Define(cupel_rule_sources* sources, cupel_view name,
                    cupel::ExternalValue value) {
  CUPEL_RETURN_IF_ERROR(CheckHandle(sources, "sources"));
  CUPEL_ASSIGN_OR_RETURN(const std::string key, NameOf(name, "name"));
  return cupel::AddDefine(key, std::move(value), &sources->options);
}

}  // namespace

extern "C" {

cupel_status cupel_rule_sources_new(cupel_rule_sources** out,
                                    cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(cupel::capi::ClearOut(out));
    *out = new cupel_rule_sources;
    return absl::OkStatus();
  });
}

cupel_status cupel_rule_sources_add_path(cupel_rule_sources* sources,
                                         cupel_view path, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(CheckHandle(sources, "sources"));
    CUPEL_ASSIGN_OR_RETURN(std::string name, NameOf(path, "path"));
    sources->sources.paths.push_back(std::move(name));
    return absl::OkStatus();
  });
}

cupel_status cupel_rule_sources_add_text(cupel_rule_sources* sources,
                                         cupel_view name, cupel_view text,
                                         cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(CheckHandle(sources, "sources"));
    CUPEL_ASSIGN_OR_RETURN(std::string space, NameOf(name, "name"));
    CUPEL_ASSIGN_OR_RETURN(const std::string_view bytes, BytesOf(text, "text"));
    sources->sources.texts.push_back({std::move(space), std::string(bytes)});
    return absl::OkStatus();
  });
}

cupel_status cupel_rule_sources_add_include_root(cupel_rule_sources* sources,
                                                 cupel_view folder,
                                                 cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(CheckHandle(sources, "sources"));
    CUPEL_ASSIGN_OR_RETURN(std::string name, NameOf(folder, "folder"));
    sources->options.include_roots.push_back(std::move(name));
    return absl::OkStatus();
  });
}

cupel_status cupel_rule_sources_define_string(cupel_rule_sources* sources,
                                              cupel_view name, cupel_view value,
                                              cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const std::string_view text,
                           BytesOf(value, "value"));
    return Define(sources, name, std::string(text));
  });
}

cupel_status cupel_rule_sources_define_integer(cupel_rule_sources* sources,
                                               cupel_view name, int64_t value,
                                               cupel_error** error) {
  return Guard(error, [&] { return Define(sources, name, value); });
}

cupel_status cupel_rule_sources_define_float(cupel_rule_sources* sources,
                                             cupel_view name, double value,
                                             cupel_error** error) {
  return Guard(error, [&] { return Define(sources, name, value); });
}

cupel_status cupel_rule_sources_define_boolean(cupel_rule_sources* sources,
                                               cupel_view name, int32_t value,
                                               cupel_error** error) {
  return Guard(error, [&] { return Define(sources, name, value != 0); });
}

void cupel_rule_sources_free(cupel_rule_sources* sources) {
  cupel::capi::Free(sources);
}

}  // extern "C"
