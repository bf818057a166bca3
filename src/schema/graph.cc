#include "schema/graph.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace cupel {
namespace {

class Tarjan {
 public:
  explicit Tarjan(const Graph& edges) : edges_(edges), nodes_(edges.size()) {}

  std::vector<std::vector<size_t>> Run() {
    for (size_t node = 0; node < nodes_.size(); ++node) {
      if (nodes_[node].index == 0) VisitAllFrom(node);
    }
    return std::move(components_);
  }

 private:
  struct Node {
    size_t index = 0;  // 0: not seen yet
    size_t low = 0;
    size_t next_edge = 0;
    bool open = false;
  };

  void Enter(size_t node) {
    nodes_[node].index = nodes_[node].low = ++counter_;
    nodes_[node].open = true;
    open_.push_back(node);
    path_.push_back(node);
  }

  void VisitAllFrom(size_t start) {
    Enter(start);
    while (!path_.empty()) {
      const size_t node = path_.back();
      if (nodes_[node].next_edge < edges_[node].size()) {
        Follow(node, edges_[node][nodes_[node].next_edge++]);
      } else {
        Leave(node);
      }
    }
  }

  void Follow(size_t node, size_t to) {
    if (nodes_[to].index == 0) {
      Enter(to);
    } else if (nodes_[to].open) {
      nodes_[node].low = std::min(nodes_[node].low, nodes_[to].index);
    }
  }

  void Leave(size_t node) {
    path_.pop_back();
    if (!path_.empty()) {
      Node& parent = nodes_[path_.back()];
      parent.low = std::min(parent.low, nodes_[node].low);
    }
    if (nodes_[node].low != nodes_[node].index) return;
    std::vector<size_t> component;
    do {
      component.push_back(open_.back());
      nodes_[open_.back()].open = false;
      open_.pop_back();
    } while (component.back() != node);
    components_.push_back(std::move(component));
  }

  const Graph& edges_;
  std::vector<Node> nodes_;
  size_t counter_ = 0;
  std::vector<size_t> open_;
  std::vector<size_t> path_;
  std::vector<std::vector<size_t>> components_;
};

}  // namespace

std::vector<std::vector<size_t>> Components(const Graph& edges) {
  return Tarjan(edges).Run();
}

}  // namespace cupel
