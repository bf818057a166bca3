/* export.h: how symbols of libcupel.so are marked. */
#ifndef CUPEL_EXPORT_H_
#define CUPEL_EXPORT_H_

#if defined(__GNUC__)
#define CUPEL_API __attribute__((visibility("default")))
#else
#define CUPEL_API
#endif

/* CUPEL_INLINE: a function whose body stands in a header. C90 has no `inline`,
 * but its compilers know the word under another name.
 * CUPEL_HAS_VARIADIC_MACROS: whether macros may end with `...`; C90's may not.
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
