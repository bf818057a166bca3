// How nlohmann/json frees a document, but without asking for memory. For
// format/json.h alone: it must come with it wherever a document is freed.
//
// Its own way moves all children of a value to a list first, so that no
// document is too deep for the stack; when there is no memory for that list, a
// destructor throws, and the process ends. Ours needs neither a list nor a
// stack.
#ifndef CUPEL_FORMAT_JSON_FREE_H_
#define CUPEL_FORMAT_JSON_FREE_H_

#include "nlohmann/json.hpp"

template <>
void nlohmann::ordered_json::json_value::destroy(
    nlohmann::detail::value_t kind);
template <>
void nlohmann::json::json_value::destroy(nlohmann::detail::value_t kind);

#endif  // CUPEL_FORMAT_JSON_FREE_H_
