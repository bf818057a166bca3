// between.cc: a carver in C++17: what stands between two marks.
//
//   c++ -std=c++17 -shared -fPIC -I include between.cc -o between.so
#include <cupel/plugin.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <string>

namespace {

std::string Option(const cupel_call* call, const char* name) {
  const cupel_view value = cupel_call_option(call, name);
  return std::string(reinterpret_cast<const char*>(value.data), value.size);
}

// What is made once, when the plugin is activated, and not for every payload.
struct Marks {
  explicit Marks(const cupel_call* call)
      : start(Option(call, "start")), end(Option(call, "end")) {}
  const std::string start, end;
  const std::boyer_moore_horspool_searcher<std::string::const_iterator>
      find_start{start.begin(), start.end()}, find_end{end.begin(), end.end()};
};

cupel_status Activate(cupel_call* call, void** state) noexcept {
  try {
    auto* const marks = new Marks(call);
    *state = marks;
    if (!marks->start.empty() && !marks->end.empty()) return CUPEL_STATUS_OK;
    delete marks;
    return cupel_call_fail(call, CUPEL_STATUS_INVALID_ARGUMENT,
                           "options 'start' and 'end' must not be empty");
  } catch (const std::exception& e) {  // the table is C: nothing may get out
    return cupel_call_fail(call, CUPEL_STATUS_INTERNAL, e.what());
  }
}

void Deactivate(void* state) noexcept { delete static_cast<Marks*>(state); }

cupel_status Carve(cupel_call* call) noexcept {
  const Marks& marks = *static_cast<const Marks*>(call->state);
  const char* const data = reinterpret_cast<const char*>(call->bytes.data);
  const char* const end = data + call->bytes.size;
  const char* at = std::search(data, end, marks.find_start);
  while (at != end && !cupel_call_cancelled(call)) {
    at += marks.start.size();
    const char* const stop = std::search(at, end, marks.find_end);
    if (stop == end) break;
    const cupel_view found = {reinterpret_cast<const uint8_t*>(at),
                              static_cast<size_t>(stop - at)};
    const cupel_status status = cupel_call_child(call, "between", found);
    if (status != CUPEL_STATUS_OK) return status;
    at = std::search(stop + marks.end.size(), end, marks.find_start);
  }
  return CUPEL_STATUS_OK;
}

// C++20 may write it as C does: {.struct_size = ..., .carve = Carve}.
const cupel_plugin_v1 kBetween = [] {
  cupel_plugin_v1 table{};
  table.struct_size = sizeof(table);
  table.abi = CUPEL_PLUGIN_ABI;
  table.flags = CUPEL_PLUGIN_REENTRANT;  // Marks is never changed
  table.category = CUPEL_PLUGIN_CARVER;
  table.name = "between";
  table.version = "1.0";
  table.options = R"({"start": "<script>", "end": "</script>"})";
  table.activate = Activate;
  table.deactivate = Deactivate;
  table.carve = Carve;
  return table;
}();

}  // namespace

CUPEL_PLUGIN_EXPORT(&kBetween)
