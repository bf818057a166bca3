/// @file mode.hpp
/// @brief Whether failures are thrown. Comes with cupel.hpp.
#ifndef CUPEL_MODE_HPP_
#define CUPEL_MODE_HPP_

/// @def CUPEL_HPP_EXCEPTIONS
/// 1 where the compiler has exceptions on: then what fails throws. 0 with
/// -fno-exceptions: then what fails has to be inside cupel::Try.
#if defined(__cpp_exceptions) || defined(__EXCEPTIONS) || defined(_CPPUNWIND)
#define CUPEL_HPP_EXCEPTIONS 1
#else
#define CUPEL_HPP_EXCEPTIONS 0
#endif

/// @def CUPEL_HPP_MODE
/// Part of every name that the linker sees, so that files compiled with and
/// without exceptions may be in one program. Never written by hand.
#if CUPEL_HPP_EXCEPTIONS
#define CUPEL_HPP_MODE throwing
#else
#define CUPEL_HPP_MODE trying
#endif

#endif  // CUPEL_MODE_HPP_
