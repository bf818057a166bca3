#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "pattern/ecma.h"

namespace cupel {
namespace {

struct Category {
  std::string_view name;
  std::string_view abbreviation;
};

// Unicode's PropertyValueAliases for General_Category, as far as RE2 has them.
constexpr std::array kCategories = {
    Category{"Close_Punctuation", "Pe"},
    Category{"Connector_Punctuation", "Pc"},
    Category{"Control", "Cc"},
    Category{"Currency_Symbol", "Sc"},
    Category{"Dash_Punctuation", "Pd"},
    Category{"Decimal_Number", "Nd"},
    Category{"Enclosing_Mark", "Me"},
    Category{"Final_Punctuation", "Pf"},
    Category{"Format", "Cf"},
    Category{"Initial_Punctuation", "Pi"},
    Category{"Letter", "L"},
    Category{"Letter_Number", "Nl"},
    Category{"Line_Separator", "Zl"},
    Category{"Lowercase_Letter", "Ll"},
    Category{"Mark", "M"},
    Category{"Combining_Mark", "M"},
    Category{"Math_Symbol", "Sm"},
    Category{"Modifier_Letter", "Lm"},
    Category{"Modifier_Symbol", "Sk"},
    Category{"Nonspacing_Mark", "Mn"},
    Category{"Number", "N"},
    Category{"Open_Punctuation", "Ps"},
    Category{"Other_Letter", "Lo"},
    Category{"Other_Number", "No"},
    Category{"Other_Punctuation", "Po"},
    Category{"Other_Symbol", "So"},
    Category{"Paragraph_Separator", "Zp"},
    Category{"Punctuation", "P"},
    Category{"punct", "P"},
    Category{"Separator", "Z"},
    Category{"Space_Separator", "Zs"},
    Category{"Spacing_Mark", "Mc"},
    Category{"Symbol", "S"},
    Category{"Titlecase_Letter", "Lt"},
    Category{"Uppercase_Letter", "Lu"},
    Category{"cntrl", "Cc"},
    Category{"digit", "Nd"},
};

std::string CategoryNamed(std::string_view name) {
  for (const Category& category : kCategories) {
    if (name == category.name || name == category.abbreviation) {
      return std::string(category.abbreviation);
    }
  }
  return {};
}

bool ConsumePrefix(std::string_view prefix, std::string_view* text) {
  if (text->substr(0, prefix.size()) != prefix) return false;
  text->remove_prefix(prefix.size());
  return true;
}

bool IsName(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
         });
}

}  // namespace

std::string Re2Property(std::string_view ecma_name) {
  std::string_view name = ecma_name;
  if (ConsumePrefix("General_Category=", &name) ||
      ConsumePrefix("gc=", &name)) {
    return CategoryNamed(name);
  }
  if (ConsumePrefix("Script=", &name) || ConsumePrefix("sc=", &name)) {
    return IsName(name) ? std::string(name) : std::string();
  }
  return CategoryNamed(name);
}

}  // namespace cupel
