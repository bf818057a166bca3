/* export.h: how symbols of libcupel.so are marked. */
#ifndef CUPEL_EXPORT_H_
#define CUPEL_EXPORT_H_

#if defined(__GNUC__)
#define CUPEL_API __attribute__((visibility("default")))
#else
#define CUPEL_API
#endif

#endif /* CUPEL_EXPORT_H_ */
