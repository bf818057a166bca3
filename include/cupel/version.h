/**
 * @file version.h
 * @brief The version of these headers, to be compared with that of the library
 *   in use (cupel_version and those beside it).
 */
#ifndef CUPEL_VERSION_H_
#define CUPEL_VERSION_H_

/** Grows with what breaks programs; then the soname changes too. */
#define CUPEL_VERSION_MAJOR 1
/** Grows when something is added. */
#define CUPEL_VERSION_MINOR 0
/** Grows when nothing but faults was changed. */
#define CUPEL_VERSION_PATCH 0
/** The three as text. */
#define CUPEL_VERSION_STRING "1.0.0"
/** What cupel_abi_version gives for a library of this version: it grows when a
 * function, field or value is added, and starts anew with each soname. */
#define CUPEL_ABI_VERSION 1

#endif /* CUPEL_VERSION_H_ */
