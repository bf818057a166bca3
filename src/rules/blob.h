// Memory for what is read from a file in one piece.
#ifndef CUPEL_RULES_BLOB_H_
#define CUPEL_RULES_BLOB_H_

#include <cstddef>
#include <memory>

namespace cupel {

// `size` bytes that nobody has written yet, at a multiple of 8. Large ones are
// in huge pages where the system has them: a plan is read all over for each
// file, and a page that is touched first costs more than copying it. Throws
// std::bad_alloc.
std::shared_ptr<char> NewBlob(size_t size);

}  // namespace cupel

#endif  // CUPEL_RULES_BLOB_H_
