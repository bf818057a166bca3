#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "base/status.h"
#include "builtin/pdf/filters.h"

namespace cupel {
namespace {

int Paeth(int left, int up, int corner) {
  const int estimate = left + up - corner;
  const int to_left = std::abs(estimate - left);
  const int to_up = std::abs(estimate - up);
  const int to_corner = std::abs(estimate - corner);
  if (to_left <= to_up && to_left <= to_corner) return left;
  return to_up <= to_corner ? up : corner;
}

// One row of PNG, `row` over `above` (null in the first).
void UndoRow(int tag, const uint8_t* above, size_t step, size_t size,
             uint8_t* row) {
  for (size_t i = 0; i < size; ++i) {
    const int left = i >= step ? row[i - step] : 0;
    const int up = above != nullptr ? above[i] : 0;
    const int corner = above != nullptr && i >= step ? above[i - step] : 0;
    int guess = 0;
    if (tag == 1) guess = left;
    if (tag == 2) guess = up;
    if (tag == 3) guess = (left + up) / 2;
    if (tag == 4) guess = Paeth(left, up, corner);
    row[i] = static_cast<uint8_t>(row[i] + guess);
  }
}

// Every row has its own tag before it; the result has none.
absl::Status UndoPng(size_t row_size, size_t step, std::string* bytes) {
  auto* data = reinterpret_cast<uint8_t*>(bytes->data());
  const uint8_t* above = nullptr;
  size_t from = 0;
  size_t to = 0;
  absl::Status status;
  while (from < bytes->size()) {
    const int tag = data[from++];
    if (tag > 4 && status.ok()) {
      status = DataLoss("predictor: byte {} says {}, which is no row of PNG",
                        from - 1, tag);
    }
    const size_t size = std::min(row_size, bytes->size() - from);
    std::copy(data + from, data + from + size, data + to);
    UndoRow(tag, above, step, size, data + to);
    above = data + to;
    from += size;
    to += size;
  }
  bytes->resize(to);
  return status;
}

void UndoTiff(int colors, int bits, size_t row_size, std::string* bytes) {
  auto* data = reinterpret_cast<uint8_t*>(bytes->data());
  const auto step = static_cast<size_t>(colors) * static_cast<size_t>(bits) / 8;
  for (size_t row = 0; row < bytes->size(); row += row_size) {
    const size_t end = std::min(row + row_size, bytes->size());
    for (size_t i = row + step; i < end; ++i) {
      if (bits == 8) {
        data[i] = static_cast<uint8_t>(data[i] + data[i - step]);
      } else if ((i - row) % 2 == 0 && i + 1 < end) {  // 16, big-endian
        const int sum = (data[i] << 8 | data[i + 1]) +
                        (data[i - step] << 8 | data[i - step + 1]);
        data[i] = static_cast<uint8_t>(sum >> 8);
        data[i + 1] = static_cast<uint8_t>(sum);
      }
    }
  }
}

// Components of less than a byte, each on its own.
void UndoTiffBits(int colors, int bits, size_t row_size, std::string* bytes) {
  const unsigned mask = (1u << bits) - 1;
  const size_t per_byte = 8 / static_cast<size_t>(bits);
  for (size_t row = 0; row < bytes->size(); row += row_size) {
    const size_t count = std::min(row_size, bytes->size() - row) * per_byte;
    const auto shift = [&](size_t i) {
      return 8 - static_cast<unsigned>(bits) *
                     static_cast<unsigned>(i % per_byte + 1);
    };
    const auto at = [&](size_t i) -> char& {
      return (*bytes)[row + i / per_byte];
    };
    for (size_t i = static_cast<size_t>(colors); i < count; ++i) {
      const size_t before = i - static_cast<size_t>(colors);
      const unsigned byte = static_cast<uint8_t>(at(i));
      const unsigned sum =
          (byte >> shift(i)) +
          (static_cast<uint8_t>(at(before)) >> shift(before) & mask);
      at(i) = static_cast<char>((byte & ~(mask << shift(i))) | (sum & mask)
                                                                   << shift(i));
    }
  }
}

}  // namespace

absl::Status UndoPdfPredictor(const PdfFilter& filter, std::string* bytes) {
  if (filter.predictor <= 1 || bytes->empty()) return absl::OkStatus();
  const bool width_known = filter.bits == 1 || filter.bits == 2 ||
                           filter.bits == 4 || filter.bits == 8 ||
                           filter.bits == 16;
  if (!width_known || filter.colors < 1 || filter.colors > 1024 ||
      filter.columns < 1) {
    return InvalidArgument(
        "predictor: {} colours of {} bits in {} columns make no sense",
        filter.colors, filter.bits, filter.columns);
  }
  const uint64_t pixel_bits =
      static_cast<uint64_t>(filter.colors) * static_cast<uint64_t>(filter.bits);
  const auto row_size = static_cast<size_t>(
      (pixel_bits * static_cast<uint64_t>(filter.columns) + 7) / 8);
  if (filter.predictor >= 10 && filter.predictor <= 15) {
    const auto step = static_cast<size_t>((pixel_bits + 7) / 8);
    return UndoPng(row_size, step, bytes);
  }
  if (filter.predictor != 2) {
    return DataLoss("predictor: there is no number {}", filter.predictor);
  }
  if (filter.bits >= 8) {
    UndoTiff(filter.colors, filter.bits, row_size, bytes);
  } else {
    UndoTiffBits(filter.colors, filter.bits, row_size, bytes);
  }
  return absl::OkStatus();
}

}  // namespace cupel
