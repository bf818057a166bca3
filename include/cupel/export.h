/**
 * @file export.h
 * @brief How symbols of libcupel.so are marked, and what C90 lacks.
 *
 * The headers are C90 (with <stdint.h>), C99, C11, C++17 and C++20, without
 * warnings of -Wall -Wextra -pedantic, and each may be included alone. All
 * names in them begin with cupel_ or CUPEL_, and nothing but these macros
 * depends on the compiler: what was compiled by one works with a library of
 * another.
 */
#ifndef CUPEL_EXPORT_H_
#define CUPEL_EXPORT_H_

/**
 * @def CUPEL_API
 * Stands before every function that libcupel.so exports. Such a function may be
 * called from C and C++, and never throws. Programs need not set anything: the
 * same headers serve those who build the library and those who use it, shared
 * or static.
 */
#if defined(__GNUC__)
#define CUPEL_API __attribute__((visibility("default")))
#else
#define CUPEL_API
#endif

/**
 * @def CUPEL_INLINE
 * Stands before a function whose body stands in a header. C90 has no `inline`,
 * but its compilers know the word under another name.
 */
/**
 * @def CUPEL_HAS_VARIADIC_MACROS
 * 1 where macros may end with `...`, else 0: C90's may not.
 */
#if defined(__cplusplus) || \
    (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 199901L)
#define CUPEL_INLINE static inline
#define CUPEL_HAS_VARIADIC_MACROS 1
#else
#if defined(__GNUC__)
#define CUPEL_INLINE static __inline__
#else
#define CUPEL_INLINE static
#endif
#define CUPEL_HAS_VARIADIC_MACROS 0
#endif

#endif /* CUPEL_EXPORT_H_ */
