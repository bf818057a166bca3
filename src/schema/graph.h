// Which subschemas lead to one another.
#ifndef CUPEL_SCHEMA_GRAPH_H_
#define CUPEL_SCHEMA_GRAPH_H_

#include <cstddef>
#include <vector>

namespace cupel {

// edges[i] are the nodes that node i leads to.
using Graph = std::vector<std::vector<size_t>>;

// Tarjan's strongly connected components: sets of nodes that all lead to one
// another, most of them of one node. A component comes after every other that
// it leads to. Not recursive.
std::vector<std::vector<size_t>> Components(const Graph& edges);

}  // namespace cupel

#endif  // CUPEL_SCHEMA_GRAPH_H_
