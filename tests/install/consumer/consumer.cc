// consumer.cc: the same in C++17, over the header-only wrapper.
#include <cstdio>
#include <cupel/cupel.hpp>

int main() {
  std::printf("%s\n", cupel_version_string());
  return 0;
}
