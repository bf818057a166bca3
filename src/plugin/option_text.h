// Options that somebody wrote as text: in a file, in a variable, on a command
// line.
#ifndef CUPEL_PLUGIN_OPTION_TEXT_H_
#define CUPEL_PLUGIN_OPTION_TEXT_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "format/json_fwd.h"

namespace cupel {

// The value that `text` stands for, as JSON.
//
// If `known`, the value that the option has otherwise, is given and not null,
// the text has to be of its type: text as it is; true, yes, on, 1 and false,
// no, off, 0; a number; a list as JSON ("[...]") or separated by commas; an
// object as JSON. If not, stoQ's suffixes say what it is (_list and _tuple,
// separated by commas; _dict, JSON; _int), and without one true, yes, on,
// false, no and off are booleans, numbers are numbers (stoQ makes booleans of 1
// and 0), and all else is text.
//
// INVALID_ARGUMENT says what was expected, and never shows the text, which may
// be a secret.
absl::StatusOr<std::string> OptionJson(std::string_view name,
                                       std::string_view text,
                                       const Json* known);

// The same for a stoQ plugin, which has always got text from its manifest:
// numbers stay text but for 1 and 0, which stoQ takes for booleans and which
// are integers here, equal to them in Python.
absl::StatusOr<std::string> StoqOptionJson(std::string_view name,
                                           std::string_view text);

// INVALID_ARGUMENT unless `json` may stand for an option whose value otherwise
// is `known`: of the same type, or null, or known is null.
absl::Status CheckOptionType(const Json& json, const Json& known);

// True for names of what should not be shown: with "pass", "secret", "token",
// "key" or "credential" in them, in any case.
bool IsSecretOption(std::string_view name);

}  // namespace cupel

#endif  // CUPEL_PLUGIN_OPTION_TEXT_H_
