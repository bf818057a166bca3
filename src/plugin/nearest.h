// "Is it …?": the known names that a wrong one may stand for.
#ifndef CUPEL_PLUGIN_NEAREST_H_
#define CUPEL_PLUGIN_NEAREST_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cupel {

// Characters to be put in, left out or changed to make one text of the other;
// `most` + 1 if it is more than `most`.
size_t EditDistance(std::string_view a, std::string_view b, size_t most);

// The one of `known` that is nearest to `name`, or nothing if none is near: up
// to two changes, and at most half of its characters.
std::string_view Nearest(std::string_view name,
                         const std::vector<std::string>& known);

// " Is it 'name'?", or nothing.
std::string IsItNearest(std::string_view name,
                        const std::vector<std::string>& known);

}  // namespace cupel

#endif  // CUPEL_PLUGIN_NEAREST_H_
