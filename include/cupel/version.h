/* version.h: the version of these headers. */
#ifndef CUPEL_VERSION_H_
#define CUPEL_VERSION_H_

#define CUPEL_VERSION_MAJOR 1
#define CUPEL_VERSION_MINOR 0
#define CUPEL_VERSION_PATCH 0
#define CUPEL_VERSION_STRING "1.0.0"
#define CUPEL_ABI_VERSION 1

#endif /* CUPEL_VERSION_H_ */
