#include "pipeline/plugin_run.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/status.h"
#include "format/json_writer.h"

namespace cupel {
namespace {

// No rule set that people write comes near it; one made to do harm does.
constexpr size_t kMostSteps = 4096;

std::string JsonOf(const MetaValue& value) {
  std::string json;
  JsonWriter writer(&json);
  if (const auto* flag = std::get_if<bool>(&value)) {
    writer.Bool(*flag);
  } else if (const auto* number = std::get_if<int64_t>(&value)) {
    writer.Number(*number);
  } else {
    writer.String(std::get<std::string>(value));
  }
  return json;
}

bool IsTrue(const MetaValue& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  if (const auto* number = std::get_if<int64_t>(&value)) return *number != 0;
  const std::string& text = std::get<std::string>(value);
  return text.size() == 4 && (text[0] | 32) == 't' && (text[1] | 32) == 'r' &&
         (text[2] | 32) == 'u' && (text[3] | 32) == 'e';
}

// What one dispatching rule says.
struct RuleOrder {
  std::vector<PluginName> plugins;
  std::vector<std::string> bad;
  std::string options;  // JSON object; empty: none
  std::string metas;    // all of them, a JSON object
  bool save = false;
};

std::string ObjectOf(const std::map<std::string_view, std::string>& members) {
  std::string object;
  JsonWriter json(&object);
  json.BeginObject();
  for (const auto& [key, value] : members) json.Key(key).Raw(value);
  json.EndObject();
  return object;
}

RuleOrder OrderOf(const RuleInfo& rule) {
  RuleOrder order;
  std::map<std::string_view, std::string> options;
  std::map<std::string_view, std::string> metas;
  for (const auto& [key, value] : rule.metas) {
    metas.try_emplace(key, JsonOf(value));
    if (key == "plugin") {
      const auto* text = std::get_if<std::string>(&value);
      if (text != nullptr) order.plugins = ParsePluginList(*text, &order.bad);
    } else if (key == "save") {
      order.save = IsTrue(value);
    } else {
      options.try_emplace(key, JsonOf(value));
    }
  }
  order.metas = ObjectOf(metas);
  if (!options.empty()) order.options = ObjectOf(options);
  return order;
}

class Run {
 public:
  Run(const PluginBudget& budget, const PluginTask& task,
      std::string_view bytes, const std::shared_ptr<const void>& owner,
      PluginThread& thread)
      : budget_(budget),
        task_(task),
        bytes_(bytes),
        owner_(owner),
        thread_(thread),
        roster_(thread.roster()) {}

  PluginOutcome Do() {
    for (const uint32_t index : roster_.Select(task_.type, task_.mime)) {
      AddStep({.index = index});
    }
    for (const PluginName& name : task_.dispatch) {
      AddByName(name, "what made it", {}, false);
    }
    AddByRules();
    // Plugins may ask for others: those come after all that are known.
    while (!waiting_.empty() && !outcome_.stopped) RunWave();
    Save();
    if (!sayings_.plugins.empty() || !sayings_.results.empty() ||
        !sayings_.statements.empty()) {
      outcome_.sayings =
          std::make_shared<const PluginSayings>(std::move(sayings_));
    }
    return std::move(outcome_);
  }

 private:
  struct Step {
    uint32_t index = 0;
    std::string options = {};     // over the configured ones; JSON or empty
    bool save = false;            // what it makes
    std::string rule_metas = {};  // all of the rule, for the report
  };

  void Note(std::string_view plugin, std::string_view detail,
            IncidentKind kind = IncidentKind::kPlugin) {
    outcome_.incidents.push_back({.kind = kind,
                                  .name = std::string(plugin),
                                  .detail = std::string(detail)});
  }

  void AddStep(Step step) {
    if (!seen_.emplace(step.index, step.options).second) return;
    if (seen_.size() > kMostSteps) {
      if (seen_.size() == kMostSteps + 1) {
        outcome_.incidents.push_back({.kind = IncidentKind::kLimit,
                                      .name = "plugin_calls",
                                      .value = kMostSteps});
      }
      return;
    }
    // What it requires runs before it, asked for or not.
    for (const uint32_t required : roster_.entry(step.index).requirements) {
      if (!Known(required)) AddStep({.index = required});
    }
    waiting_.push_back(std::move(step));
  }

  // True if the plugin has run or waits, with whatever options.
  bool Known(uint32_t index) const {
    const auto next = seen_.lower_bound({index, std::string()});
    return next != seen_.end() && next->first == index;
  }

  void AddByName(const PluginName& name, std::string_view who,
                 std::string options, bool save, std::string metas = {}) {
    const std::optional<uint32_t> index = roster_.Find(name);
    if (!index.has_value() || !roster_.entry(*index).on_payloads) {
      Note(PluginNameText(name),
           std::string(who) + " asks for it: " + roster_.WhyNot(name));
      return;
    }
    AddStep({.index = *index,
             .options = std::move(options),
             .save = save,
             .rule_metas = std::move(metas)});
  }

  void AddByRules() {
    if (thread_.dispatch() == nullptr) return;
    ScanRequest request;
    request.bytes = bytes_;
    request.timeout_ns =
        std::min(budget_.limits.file_time_ns, budget_.deadline.remaining());
    request.max_strings_per_rule = 1;
    const ScanAnswer answer = thread_.dispatch()->Scan(request);
    if (!answer.status.ok()) {
      if (!StoppedBy(answer.status)) {
        Note("dispatch", MessageOf(answer.status));
      }
      return;
    }
    const auto rules = roster_.use().dispatch_rules->rules();
    for (const RuleMatch& match : answer.matches) {
      const RuleInfo& rule = rules[match.rule];
      RuleOrder order = OrderOf(rule);
      const std::string who = "dispatching rule '" + rule.name + "'";
      for (const std::string& bad : order.bad) {
        Note("dispatch",
             who + " names '" + bad + "', which is no category:name");
      }
      for (const PluginName& name : order.plugins) {
        AddByName(name, who, order.options, order.save, order.metas);
      }
    }
  }

  void RunWave() {
    std::vector<Step> wave = std::exchange(waiting_, {});
    std::sort(wave.begin(), wave.end(), [this](const Step& a, const Step& b) {
      return std::tuple(roster_.entry(a.index).rank, a.index,
                        std::string_view(a.options)) <
             std::tuple(roster_.entry(b.index).rank, b.index,
                        std::string_view(b.options));
    });
    for (const Step& step : wave) {
      if (outcome_.stopped) return;
      RunStep(step);
    }
  }

  void RunStep(const Step& step) {
    const PluginRoster::Entry& entry = roster_.entry(step.index);
    if (!entry.problem.empty()) return Note(entry.name, entry.problem);
    for (const uint32_t required : entry.requirements) {
      if (done_.contains(required)) continue;
      Note(entry.name, "not run, because " + roster_.entry(required).name +
                           ", which it requires, did not come to its end");
      return;
    }
    std::string merged;
    PluginRequest request =
        Request(MainMethod(entry.plugin->info().id.category));
    if (!step.options.empty()) {
      merged = roster_.use().set->OptionsJson(*entry.plugin, step.options);
      request.options = merged;
    }
    PluginAnswer answer(AnswerLimitsOf());
    const absl::Status status = thread_.Call(step.index, request, &answer);
    Take(step, entry.name, &answer);
    NoteStatus(entry.name, status);
    if (!status.ok()) return;
    done_.insert(step.index);
    if (sayings_.plugins.empty() || sayings_.plugins.back() != step.index) {
      sayings_.plugins.push_back(step.index);
    }
  }

  PluginRequest Request(PluginMethod method) const {
    PluginRequest request;
    request.method = method;
    request.bytes = bytes_;
    request.owner = owner_;
    request.name = task_.name;
    request.path = task_.path;
    request.type = task_.type;
    request.mime = task_.mime;
    request.sha256 = task_.sha256;
    request.tlp = task_.tlp;
    request.options = {};
    request.payload = task_.payload;
    request.depth = task_.depth;
    request.deadline = Deadline::After(
        std::min(budget_.limits.plugin_time_ns, budget_.deadline.remaining()));
    request.cancel = budget_.cancel;
    return request;
  }

  AnswerLimits AnswerLimitsOf() const {
    const Limits& limits = budget_.limits;
    AnswerLimits answer;
    // A quarter, because it comes on top of what is held anyhow.
    answer.bytes =
        std::min(limits.total_bytes, limits.memory_bytes == kUnlimited
                                         ? kUnlimited
                                         : limits.memory_bytes / 4);
    answer.children = std::min<uint64_t>(limits.files, answer.children);
    answer.child_bytes = limits.file_bytes;
    answer.name_bytes = limits.name_bytes;
    return answer;
  }

  // Everything that was handed back counts, whatever the end.
  void Take(const Step& step, const std::string& name, PluginAnswer* answer) {
    for (size_t i = 0; i < answer->children.size(); ++i) {
      PluginChild& child = answer->children[i];
      child.save |= step.save;
      outcome_.children.push_back({step.index, std::move(child),
                                   static_cast<bool>(answer->cut[i]),
                                   step.rule_metas});
    }
    for (std::string& json : answer->results) {
      sayings_.results.push_back({step.index, std::move(json)});
    }
    for (PluginStatement& statement : answer->statements) {
      sayings_.statements.push_back({step.index, std::move(statement)});
    }
    for (const PluginError& error : answer->errors) Note(name, error.message);
    if (answer->errors_left_out > 0) {
      Note(name,
           "and " + std::to_string(answer->errors_left_out) + " more errors");
    }
    for (const AnswerLimit& limit : answer->fired) {
      // A child that was cut says so itself.
      if (limit.name == "child_bytes") continue;
      outcome_.incidents.push_back({.kind = IncidentKind::kLimit,
                                    .name = "plugin_" + limit.name,
                                    .detail = name,
                                    .value = limit.value});
    }
    for (const PluginName& asked : answer->dispatches) {
      AddByName(asked, name, {}, false);
    }
  }

  void NoteStatus(const std::string& name, const absl::Status& status) {
    if (status.ok() || StoppedBy(status)) return;
    if (absl::IsPermissionDenied(status)) {
      return Note(name, MessageOf(status), IncidentKind::kPolicy);
    }
    if (absl::IsDeadlineExceeded(status)) {
      outcome_.incidents.push_back({.kind = IncidentKind::kTimeout,
                                    .name = "plugin_time",
                                    .detail = name,
                                    .value = budget_.limits.plugin_time_ns});
      return;
    }
    Note(name, MessageOf(status));
  }

  // True if it is the job that ends, not the plugin that failed.
  bool StoppedBy(const absl::Status& status) {
    const bool stopped =
        (budget_.cancel != nullptr && budget_.cancel->triggered()) ||
        (absl::IsDeadlineExceeded(status) && budget_.deadline.passed());
    outcome_.stopped |= stopped;
    return stopped;
  }

  void Save() {
    if (!task_.save || !roster_.use().archive.has_value()) return;
    const uint32_t index = *roster_.Find(*roster_.use().archive);
    std::string document;
    JsonWriter json(&document);
    json.BeginObject();
    json.Key("archive").Bool(true);
    json.Key("path").String(task_.path);
    json.Key("size").Number(bytes_.size());
    json.Key("sha256").String(task_.sha256);
    json.Key("content-type").String(task_.mime);
    json.EndObject();
    PluginAnswer connected;
    absl::Status status =
        thread_.Connect(index, Request(PluginMethod::kConnect), &connected);
    NoteDelivery(index, connected, status);
    if (!status.ok()) return;
    PluginRequest request = Request(PluginMethod::kSave);
    request.document = document;
    PluginAnswer answer;
    status = thread_.Call(index, request, &answer);
    NoteDelivery(index, answer, status);
    if (!status.ok()) return;
    outcome_.saved.push_back(
        {index, answer.results.empty() ? "" : answer.results.front()});
  }

  void NoteDelivery(uint32_t index, const PluginAnswer& answer,
                    const absl::Status& status) {
    const std::string& name = roster_.entry(index).name;
    for (const PluginError& error : answer.errors) {
      Note(name, error.message, IncidentKind::kDelivery);
    }
    if (status.ok() || StoppedBy(status)) return;
    Note(name, MessageOf(status), IncidentKind::kDelivery);
  }

  const PluginBudget& budget_;
  const PluginTask& task_;
  const std::string_view bytes_;
  const std::shared_ptr<const void>& owner_;
  PluginThread& thread_;
  const PluginRoster& roster_;
  std::vector<Step> waiting_;
  std::set<std::pair<uint32_t, std::string>> seen_;  // plugin, options
  std::set<uint32_t> done_;                          // came to their end
  PluginSayings sayings_;
  PluginOutcome outcome_;
};

}  // namespace

PluginOutcome RunPlugins(const PluginBudget& budget, const PluginTask& task,
                         std::string_view bytes,
                         const std::shared_ptr<const void>& owner,
                         PluginThread& thread) {
  return Run(budget, task, bytes, owner, thread).Do();
}

}  // namespace cupel
