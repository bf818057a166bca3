// A plugin that does what a test says.
#ifndef CUPEL_TESTS_COMPAT_OPENKAT_TESTING_H_
#define CUPEL_TESTS_COMPAT_OPENKAT_TESTING_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "format/json_fields.h"
#include "plugin/plugin.h"

namespace cupel::openkat {

using CallFunction =
    std::function<absl::Status(const PluginRequest&, PluginAnswer*)>;

class FakePlugin : public Plugin {
 public:
  explicit FakePlugin(CallFunction call, Tier tier = Tier::kProcess)
      : Plugin(PluginInfo()), call_(std::move(call)), tier_(tier) {}

  Tier tier() const override { return tier_; }
  absl::StatusOr<std::unique_ptr<PluginInstance>> Activate(
      std::string_view, const PluginServices*, Cancel*) override {
    return std::make_unique<Instance>(call_);
  }

 private:
  class Instance : public PluginInstance {
   public:
    explicit Instance(CallFunction call) : call_(std::move(call)) {}
    absl::Status Call(const PluginRequest& request,
                      PluginAnswer* answer) override {
      return call_(request, answer);
    }

   private:
    CallFunction call_;
  };

  CallFunction call_;
  Tier tier_;
};

// {{"a","b"}} would be the two ends of something.
inline StringMap OneVariable(std::string name, std::string value) {
  StringMap map;
  map.emplace_back(std::move(name), std::move(value));
  return map;
}

inline absl::Status Give(PluginAnswer* answer, std::string bytes,
                         std::string metadata) {
  PluginChild child;
  child.bytes = SharedBytes::Own(std::move(bytes));
  child.metadata = std::move(metadata);
  return answer->AddChild(std::move(child));
}

}  // namespace cupel::openkat

#endif  // CUPEL_TESTS_COMPAT_OPENKAT_TESTING_H_
