#ifndef CUPEL_EXPORT_H_
#define CUPEL_EXPORT_H_
#if defined(__GNUC__)
#define CUPEL_API __attribute__((visibility("default")))
#else
#define CUPEL_API
#endif
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
#endif
