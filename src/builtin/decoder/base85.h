// Base85 in the three spellings that are about.
#ifndef CUPEL_BUILTIN_DECODER_BASE85_H_
#define CUPEL_BUILTIN_DECODER_BASE85_H_

#include <cstdint>
#include <string_view>

#include "builtin/decoder/decoded.h"
#include "builtin/stop.h"

namespace cupel {

enum class Base85Variant : uint8_t {
  kAscii85,  // Adobe's: ! to u, z for four zeros, <~ and ~> around it or not
  kRfc1924,  // 0-9A-Za-z and !#$%&()*+-;<=>?@^_`{|}~, as git and Python have
  kZ85,      // 0-9a-zA-Z and .-:+=^!/*?&<>()[]{}@%$#, as ZeroMQ has
};

// The whole text; white space is passed over. A last group may be short, of two
// to four characters. DATA_LOSS with the offset for a character that is none of
// the alphabet, a group beyond 2^32, a `z` inside a group, and a last group of
// one. What follows ~> is not looked at. Linear time.
Decoded DecodeBase85(std::string_view text, Base85Variant variant,
                     const StopFn& stop = {});

}  // namespace cupel

#endif  // CUPEL_BUILTIN_DECODER_BASE85_H_
