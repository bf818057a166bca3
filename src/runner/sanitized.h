// Whether this is a build with AddressSanitizer or ThreadSanitizer: those map
// more memory than any limit allows, and take signals for themselves.
#ifndef CUPEL_RUNNER_SANITIZED_H_
#define CUPEL_RUNNER_SANITIZED_H_

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CUPEL_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CUPEL_SANITIZED 1
#endif
#endif
#ifndef CUPEL_SANITIZED
#define CUPEL_SANITIZED 0
#endif

#endif  // CUPEL_RUNNER_SANITIZED_H_
