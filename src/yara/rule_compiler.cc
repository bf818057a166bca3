#include "yara/rule_compiler.h"

#include <new>
#include <utility>

#include "base/status.h"
#include "yara/internal.h"

namespace cupel {
namespace {

constexpr size_t kMaxMessages = 1000;

// Where each table of a few rules begins; it doubles when it is full.
constexpr size_t kFewRulesBytes = 1024;

struct CompilerDeleter {
  void operator()(YR_COMPILER* compiler) const {
    yr_compiler_destroy(compiler);
  }
};
using OwnedCompiler = std::unique_ptr<YR_COMPILER, CompilerDeleter>;

class Compiler final : public YaraCompiler {
 public:
  explicit Compiler(OwnedCompiler compiler) : compiler_(std::move(compiler)) {
    yr_compiler_set_callback(compiler_.get(), &OnMessage, this);
    yr_compiler_set_include_callback(compiler_.get(), &OnInclude,
                                     &OnIncludeDone, this);
  }

  absl::Status Define(const std::string& name,
                      const YaraValue& value) override {
    const int code = DefineCode(name.c_str(), value);
    if (code == ERROR_SUCCESS) return absl::OkStatus();
    return InvalidArgument("external variable '{}': {}", name,
                           YaraErrorText(code));
  }

  void SetInclude(Include include) override { include_ = std::move(include); }

  bool Add(const std::string& text, const std::string& ns,
           std::vector<YaraMessage>* messages) override {
    messages_ = messages;
    reported_ = 0;
    failed_ = false;
    const int errors =
        yr_compiler_add_string(compiler_.get(), text.c_str(), ns.c_str());
    messages_ = nullptr;
    if (std::exchange(out_of_memory_, false)) throw std::bad_alloc();
    if (errors != 0 && !failed_ && messages != nullptr) {
      messages->push_back({true, 0, "", "", "the compiler gave up"});
    }
    return errors == 0;
  }

  absl::StatusOr<std::shared_ptr<YaraRules>> Finish() override {
    auto state = std::make_unique<YaraRulesState>();
    YR_RULES* rules = nullptr;
    const int code = yr_compiler_get_rules(compiler_.get(), &rules);
    if (code != ERROR_SUCCESS) {
      return ResourceExhausted("the rules cannot be compiled: {}",
                               YaraErrorText(code));
    }
    state->rules.reset(rules);
    return std::make_shared<YaraRules>(std::move(state));
  }

 private:
  int DefineCode(const char* name, const YaraValue& value) {
    if (const auto* b = std::get_if<bool>(&value)) {
      return yr_compiler_define_boolean_variable(compiler_.get(), name, *b);
    }
    if (const auto* i = std::get_if<int64_t>(&value)) {
      return yr_compiler_define_integer_variable(compiler_.get(), name, *i);
    }
    if (const auto* d = std::get_if<double>(&value)) {
      return yr_compiler_define_float_variable(compiler_.get(), name, *d);
    }
    return yr_compiler_define_string_variable(
        compiler_.get(), name, std::get<std::string>(value).c_str());
  }

  // libyara may leave its parser by longjmp after this returns, so nothing
  // with a destructor may be alive in between: it all ends in here.
  static void OnMessage(int level, const char* file, int line,
                        const YR_RULE* rule, const char* text,
                        void* user) noexcept {
    auto* self = static_cast<Compiler*>(user);
    const bool error = level == YARA_ERROR_LEVEL_ERROR;
    self->failed_ |= error;
    if (self->messages_ == nullptr || self->reported_ == kMaxMessages) return;
    ++self->reported_;
    try {
      YaraMessage message;
      message.error = error;
      message.line = line;
      if (file != nullptr) message.file = file;
      if (rule != nullptr && rule->identifier != nullptr) {
        message.rule = rule->identifier;
      }
      message.text = text != nullptr ? text : "unknown error";
      self->messages_->push_back(std::move(message));
    } catch (const std::bad_alloc&) {
      // Must not go through libyara's C.
      self->out_of_memory_ = true;
    }
  }

  static const char* OnInclude(const char* name, const char*, const char*,
                               void* user) noexcept {
    auto* self = static_cast<Compiler*>(user);
    if (!self->include_ || name == nullptr) return nullptr;
    try {
      const std::string* text = self->include_(name);
      return text != nullptr ? text->c_str() : nullptr;
    } catch (const std::bad_alloc&) {
      // As if it were not there, which fails the compilation; Add says why.
      self->out_of_memory_ = true;
      return nullptr;
    }
  }

  static void OnIncludeDone(const char*, void*) noexcept {}

  const OwnedCompiler compiler_;
  Include include_;
  std::vector<YaraMessage>* messages_ = nullptr;
  size_t reported_ = 0;
  bool failed_ = false;
  bool out_of_memory_ = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<YaraCompiler>> YaraCompiler::New(Rules rules) {
  CUPEL_RETURN_IF_ERROR(InitYara());
  YR_COMPILER* compiler = nullptr;
  const int code = yr_compiler_create(&compiler);
  if (code != ERROR_SUCCESS) {
    return ResourceExhausted("no rule compiler: {}", YaraErrorText(code));
  }
  OwnedCompiler owned(compiler);
  // Nothing has been written to any table yet.
  if (rules == Rules::kFew) {
    compiler->arena->initial_buffer_size = kFewRulesBytes;
  }
  return std::make_unique<Compiler>(std::move(owned));
}

}  // namespace cupel
