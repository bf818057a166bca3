#include "fuzzyhash/tlsh.h"

#include <tlsh.h>

#include <algorithm>
#include <cstddef>

namespace cupel {
namespace {

constexpr size_t kPiece = size_t{1} << 20;  // its lengths are unsigned int

// TLSH 4 wants to be told whether to write the "T1", TLSH 3 has none.
template <typename Hash>
const char* WithoutVersion(const Hash& hash) {
  if constexpr (requires { hash.getHash(0); }) {
    return hash.getHash(0);
  } else {
    return hash.getHash();
  }
}

}  // namespace

struct TlshStream::State {
  Tlsh hash;
};

TlshStream::TlshStream() : state_(std::make_unique<State>()) {}
TlshStream::~TlshStream() = default;

void TlshStream::Update(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, kPiece);
    state_->hash.update(reinterpret_cast<const unsigned char*>(piece.data()),
                        static_cast<unsigned int>(piece.size()));
    bytes.remove_prefix(piece.size());
  }
}

std::string TlshStream::Finish() {
  state_->hash.final();
  const char* const text = WithoutVersion(state_->hash);
  if (text == nullptr || *text == '\0') return {};
  return std::string("T1") + text;
}

}  // namespace cupel
